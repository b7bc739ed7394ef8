"""An office that walked through every service, long after: nearly everything of it is due."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import apsw
import pytest

from app import compose
from app.cli.administration import actor_named
from app.core import clock
from app.core.clock import office_date
from app.core.permissions import Actor
from app.records.retention import queries, service
from schema.database import Database
from sync.journal import Journal
from tests.world.shared import made_once
from tests.world.walked import walk_through, walked_of

LATER = datetime(2034, 3, 1, 2, tzinfo=UTC)
REASON = "JRA Kabupaten Contoh 12/2030"


class Office(NamedTuple):
    folder: Path
    journal: Journal

    @property
    def db(self) -> Database:
        return self.journal.db

    def who(self, username: str) -> Actor:
        actor = actor_named(self.db, username, office_date(LATER))
        assert actor is not None
        return actor

    def decide(self, *groups: str) -> int:
        """A list of these groups (all that is due where none is named), proposed by one and confirmed by another."""
        due = queries.due_groups(queries.due_records(self.db, office_date(LATER)))
        chosen = groups or [group.key for group in due]
        made = service.propose(self.journal, self.who("wiji"), groups=chosen, reason=REASON, now=LATER)
        service.confirm(self.journal, self.who("hendra"), destruction_id=made, now=LATER)
        return made

    def bytes_held(self) -> bytes:
        self.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("kantor.sqlite3*"))).upper()


def open_office(folder: Path) -> Office:
    return Office(folder, compose.journal("office", compose.open_side("office", folder)))


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the walked office, a copy; the clock stands at `LATER`."""
    monkeypatch.setattr(clock, "now", lambda: LATER)
    walked = made_once(tmp_path_factory, "walk-semua", lambda folder: walk_through(folder, "semua"))
    assert walked_of(walked).ended_well, "the walk stopped: this is another office than the one that is judged here"
    return copy_of(walked / "data" / "kantor", tmp_path / "kantor")


def copy_of(office: Path, to: Path) -> Path:
    """A copy of a data folder. The worker that walked may still close a connection, and with it write the log into the
    file and remove it: whoever copies bytes then has the office of some moment before, or pages of two moments."""
    shutil.copytree(office, to, ignore=shutil.ignore_patterns("kantor.sqlite3*"))
    source, target = (apsw.Connection(str(one / "kantor.sqlite3")) for one in (office, to))
    with closing(source), closing(target), target.backup("main", source, "main") as running:
        running.step()
    return to


@pytest.fixture
def lived(folder: Path) -> Iterator[Office]:
    office = open_office(folder)
    yield office
    office.db.close()
