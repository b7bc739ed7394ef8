"""One side is updated first: what the newer program writes is kept by the older one, both are told, nothing is lost.

The data are those of a released version. The older side is today's program without the kind that the newer one writes,
as `tests/versions/make.py` made those data: what it keeps is applied once it is updated.
"""

import tarfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import compose
from app.casework.batches.daily import anchor_heads
from app.centre.offices import count_unread_there, publish_state
from app.cli.demo import sides as demo
from app.core.clock import at_office
from schema.migrations import Side, migrate_database
from sync.acknowledgements import count_unread, waiting_entries
from sync.incoming_entries import apply_waiting_entries
from sync.journal import Journal
from sync.verification import verify_side
from tests.versions.test_versions import HERE, RELEASED
from tests.world.nightly import NIGHTLY

NEW_KIND: dict[Side, str] = {"office": "heads.anchored", "centre": "centre.state"}
"""What each side writes, and the other does not know yet."""
OTHER: dict[Side, Side] = {"office": "centre", "centre": "office"}
DAY = at_office(date(2026, 3, 2), 20)


@pytest.fixture(params=RELEASED if NIGHTLY else RELEASED[-1:])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(HERE / f"{request.param}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def opened(side: Side, data: Path, without: str = "") -> Journal:
    journal = compose.journal(side, compose.open_side(side, data / demo.FOLDERS[side]))
    migrate_database(journal.db, side)
    apply_waiting_entries(journal, DAY)
    return Journal(journal.db, [kind for kind in compose.kinds(side) if kind.name != without]) if without else journal


def level(data: Path, journals: dict[Side, Journal]) -> demo.Sides:
    office, centre = (demo.open_link(journals[side], data, side, side) for side in ("office", "centre"))
    return demo.Sides(data, office, centre)


def rows(journal: Journal, kind: str) -> list[tuple[object, ...]]:
    return list(
        journal.db.run("SELECT source, epoch, stream, n, hash FROM journal WHERE kind = ? ORDER BY id", (kind,))
    )


@pytest.mark.parametrize("newer", ["office", "centre"])
def test_whichever_side_is_updated_first_nothing_is_lost_and_both_are_told(data: Path, newer: Side) -> None:
    older, kind = OTHER[newer], NEW_KIND[newer]
    journals = {newer: opened(newer, data), older: opened(older, data, without=kind)}
    both = level(data, journals)
    anchor_heads(journals["office"], DAY)
    publish_state(journals["centre"], now=DAY)
    before = len(rows(journals[older], kind))
    both.exchange(DAY)
    report = both.exchange(DAY + timedelta(minutes=20))
    kept = rows(journals[older], kind)
    assert len(kept) > before
    assert set(kept) <= set(rows(journals[newer], kind)), "byte by byte what the newer program wrote"
    assert journals[older].db.one("SELECT count(*) FROM road_aside") == (0,)
    source = journals[newer].source
    waits = count_unread(journals[older].db, source)
    assert waits == len(kept) - before
    assert [(entry.source, entry.count) for entry in waiting_entries(journals[older].db)] == [(source, waits)]
    if newer == "office":
        assert any("sesudah Loket di sana diperbarui" in sentence for sentence in report.sentences)
    else:
        assert count_unread_there(journals["centre"].db, journals["office"].source) == waits
    both.close()
    update(data, older, newer)


def update(data: Path, older: Side, newer: Side) -> None:
    """The older side is updated too: it applies what waited, and from the next day on nobody is told anything."""
    next_day = DAY + timedelta(days=1)
    sides = {side: opened(side, data) for side in (older, newer)}
    assert waiting_entries(sides[older].db) == []
    both = level(data, sides)
    anchor_heads(sides["office"], next_day)
    report = both.exchange(next_day)
    assert report.problems == []
    assert not any("diperbarui" in sentence for sentence in report.sentences)
    for side in (older, newer):
        assert count_unread(sides[OTHER[side]].db, sides[side].source) == 0
        assert verify_side(sides[side], side, data / f"{side}.sqlite3").faults == []
    assert count_unread_there(sides["centre"].db, sides["office"].source) == 0
    both.close()
