"""A released older program is one end of the exchange, in a process of its own: by stick, whichever side is updated
first, one version apart and two. Then the older side is updated too.

0.1.0 answered and asked without the hash of the line that it meant. Today's program takes no such word, for it could be
about another line: it keeps the entry, sets it aside and both sides say so.
"""

import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.casework.batches.daily import anchor_heads
from app.casework.batches.dispatch import ask_line_back
from app.centre import service as centre_service
from app.centre.offices import publish_state
from app.cli.demo.sides import FOLDERS
from app.platform.people.queries import actor_named
from schema.migrations import Side
from sync.journal import Journal
from sync.verification import verify_side
from tests.cli.calling import run
from tests.versions.older_program import NOW
from tests.versions.test_mixed import DAY, OTHER, opened
from tests.versions.test_versions import HERE, RELEASED
from tests.world.nightly import NIGHTLY

SIDES: tuple[Side, ...] = ("office", "centre")
PAIRS = [(version, side) for version in RELEASED for side in SIDES]
BY_DAY = [("0.1.0", "centre"), ("0.2.0", "office")]
WITHOUT_HASH = {"0.1.0"}
WORK: dict[Side, str] = {"office": "line.recall_asked", "centre": "line.accepted"}
"""The kind of entry that each side makes, in both programs."""
SHARED = "SELECT source, epoch, stream, n, hash FROM journal WHERE stream NOT LIKE 'office%' ORDER BY 1, 2, 3, 4"


@dataclass
class Pair:
    """Both data folders, a stick between them, and the older program with the side that it still runs."""

    data: Path
    program: Path
    older: Side

    @property
    def newer(self) -> Side:
        return OTHER[self.older]

    def run_older(self, *arguments: str) -> str:
        call = [sys.executable, str(HERE / "older_program.py"), *arguments]
        quiet = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(call, cwd=self.program, env=quiet, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def carry(self, side: Side, by_older: bool) -> str:
        """One reading and writing of the stick; what the program says."""
        stick = str(self.data / "stick")
        call = ("sync", "--data", str(self.data / FOLDERS[side]), "--from", stick, "--to", stick)
        if by_older:
            return self.run_older(*call)
        done = run(*call)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def exchange(self) -> dict[Side, str]:
        """There and back until both know what the other holds; everything that each side said."""
        said: dict[Side, str] = dict.fromkeys(SIDES, "")
        for _ in range(2):
            for side in SIDES:
                said[side] += self.carry(side, by_older=side == self.older)
        return said

    def count(self, side: Side, sql: str) -> int:
        journal = opened(side, self.data)
        row = journal.db.one(f"SELECT count(*) FROM {sql}")
        journal.db.close()
        assert row is not None
        return int(row[0])


@pytest.fixture(params=PAIRS if NIGHTLY else BY_DAY, ids=lambda case: f"{case[0]}, {case[1]} first")
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    version, newer = request.param
    for archive, target in ((HERE / f"{version}.tar.xz", "data"), (HERE / f"programs/{version}.tar.xz", "program")):
        with tarfile.open(archive) as packed:
            packed.extractall(tmp_path / target, filter="data")
    (tmp_path / "data" / "stick").mkdir()
    return Pair(tmp_path / "data", tmp_path / "program", OTHER[newer])


def work_today(journal: Journal, side: Side, now: datetime) -> int:
    """What people of a side do with today's program; how many entries it made for the other side."""
    if side == "office":
        agung = actor_named(journal.db, "agung", now.date())
        asked = "SELECT dispatch_id, ordinal FROM dispatch_line WHERE result = 'waiting' AND recall = '' ORDER BY 1, 2"
        lines = list(journal.db.run(asked))[:2]
        for dispatch_id, ordinal in lines:
            ask_line_back(journal, agung, dispatch_id=dispatch_id, ordinal=ordinal, reason="Pemohon wafat.", now=now)
        anchor_heads(journal, now)
        return len(lines)
    dyah = actor_named(journal.db, "dyah", now.date())
    waiting = "SELECT source, dispatch_id FROM incoming_line WHERE state = 'waiting' ORDER BY dispatch_id DESC LIMIT 1"
    row = journal.db.one(waiting)
    assert row is not None
    publish_state(journal, now=now)
    return int(centre_service.accept_dispatch(journal, dyah, office=row[0], dispatch_id=row[1], now=now))


def shared_lines(data: Path, side: Side) -> list[tuple[object, ...]]:
    journal = opened(side, data)
    lines = [tuple(row) for row in journal.db.run(SHARED)]
    journal.db.close()
    return lines


def test_an_older_program_and_todays_lose_nothing_and_say_what_is_not_used(
    pair: Pair, request: pytest.FixtureRequest
) -> None:
    version = request.node.callspec.params["pair"][0]
    newer, older = pair.newer, pair.older
    made_there = int(pair.run_older("work", older, str(pair.data / FOLDERS[older])))
    assert made_there >= 2
    journal = opened(newer, pair.data)
    made_here = work_today(journal, newer, NOW)
    journal.db.close()
    assert made_here >= 2
    said = pair.exchange()
    unused = made_there if version in WITHOUT_HASH else 0
    aside = f"journal WHERE verdict = 'set_aside' AND kind = '{WORK[older]}'"
    assert pair.count(newer, aside) == unused
    assert pair.count(newer, "journal WHERE verdict = 'set_aside'") == unused
    for side, words in ((newer, f"{unused} catatan dari"), (older, f"{unused} catatan disisihkan")):
        assert (words in said[side]) is bool(unused), said[side]
    update_and_go_on(pair)


def update_and_go_on(pair: Pair) -> None:
    """The older side runs today's program too: both hold the same lines, and an answer reaches the office."""
    journal = opened(pair.older, pair.data)
    journal.db.close()
    lines = shared_lines(pair.data, "office")
    assert lines == shared_lines(pair.data, "centre")
    assert len(lines) == len(set(lines))
    centre = opened("centre", pair.data)
    later = DAY + timedelta(days=1)
    source, line = refuse_one(centre, later)
    centre.db.close()
    for side in ("centre", "office", "centre"):
        pair.carry(side, by_older=False)
    assert pair.count("office", f"dispatch_line WHERE line = '{line}' AND result = 'refused'") == 1, source
    for side in SIDES:
        journal = opened(side, pair.data)
        assert verify_side(journal, side, pair.data / f"{side}.sqlite3").faults == []
        assert journal.db.one("SELECT count(*) FROM journal_waiting") == (0,)
        journal.db.close()


def refuse_one(centre: Journal, now: datetime) -> tuple[str, str]:
    """The centre answers a line that it took into its queue, whoever took it. (office, line)."""
    dyah = actor_named(centre.db, "dyah", now.date())
    row = centre.db.one(
        "SELECT source, line FROM incoming_line WHERE state = 'accepted' AND recall = '' ORDER BY line DESC LIMIT 1"
    )
    assert row is not None
    source, line = str(row[0]), str(row[1])
    centre_service.open_line(centre.db, dyah, office=source, line=line, now=now, address="127.0.0.1")
    centre_service.refuse_line(centre, dyah, office=source, line=line, now=now, words="Foto tidak terbaca.")
    return source, line
