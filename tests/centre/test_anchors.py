"""Anchors that contradict each other are kept as they come: the page reads what the proof finds among all of them."""

import pytest

from app.centre.forks import list_history_contradictions
from app.core.messages import HeadsAnchored
from schema.database import Database, SqliteDatabase
from schema.migrations import run_script, to_postgres
from schema.postgres import CentrePostgres
from schema.sql_steps import SCHEMA_FOLDER
from sync.evidence import history_faults
from tests.centre.print_centre import OFFICE, OTHER, PrintCentre

KEPT = ("office_line_count", "newest_anchor", "anchor_contradiction")
SAID = ((5, "aa"), (5, "aa"), (9, "bb"), (9, "cc"), (7, "dd"), (8, "ee"))
"""Entry and hash of the anchors of an office: the fourth and the fifth cannot be true beside the one before."""


@pytest.fixture
def anchored(print_centre: PrintCentre) -> PrintCentre:
    print_centre.enrol(OTHER)
    for n, digest in SAID:
        print_centre.senders[OFFICE].send([("heads.anchored", HeadsAnchored("2026-03-12", n, digest * 32, "ab" * 32))])
        print_centre.senders[OTHER].anchor()
    print_centre.comes(3)
    print_centre.comes(2, OTHER)
    return print_centre


def kept(db: Database) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(db.run(f"SELECT * FROM {table}")) for table in KEPT}


def test_the_page_says_what_the_proof_finds(anchored: PrintCentre) -> None:
    told = list_history_contradictions(anchored.journal, OFFICE)
    assert told == history_faults(anchored.journal)
    assert [("1/dukcapil/4 menyebut catatan 9" in told[0]), ("1/dukcapil/5 menyebut catatan 7" in told[1])] == [
        True,
        True,
    ]
    assert len(told) == 2
    assert list_history_contradictions(anchored.journal, OTHER) == []


def test_the_step_that_brings_the_sums_fills_them_as_the_entries_would(anchored: PrintCentre) -> None:
    db, before = anchored.db, kept(anchored.db)
    assert isinstance(db, SqliteDatabase | CentrePostgres)
    assert [len(before[table]) for table in KEPT] == [2, 2, 2]
    script = (SCHEMA_FOLDER / "centre" / "0159_kept_sums.sql").read_text(encoding="utf-8")
    with db.writing(), db.applying():
        for table in KEPT:
            db.run(f"DROP TABLE {table}")
        run_script(db, to_postgres(script) if isinstance(db, CentrePostgres) else script)
    assert kept(db) == before
