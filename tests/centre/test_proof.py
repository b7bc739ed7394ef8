"""The centre's proof on both engines: honest work has no fault, a guard that was taken away is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compose_centre import centre_road_status
from app.core.permissions import SYSTEM
from schema.database import Database
from schema.migrations import ADVICE
from schema.postgres import CentrePostgres
from sync.chains import ProofResult
from sync.incoming_files import receive_file
from sync.scheduler import keep_proof, proved_heads
from sync.verification import verify_new_entries, verify_side
from tests.postgres import Server
from tests.sync.test_receiving import forge, line
from tests.sync.world import NOW, OFFICE, OUT, World, make_world


@pytest.fixture
def world(postgres: Server, tmp_path: Path) -> Iterator[World]:
    """A centre on PostgreSQL that took a line, set one aside and holds one for later."""
    with postgres.database() as address:
        made = make_world(tmp_path, address)
        db = made.centre.db
        with db.writing(), db.applying():
            db.run("DROP TABLE card")
        raw = [b"not a line", line(2).replace(b"card.asked", b"card.dreamt")]
        assert receive_file(made.centre, forge(made, raw), NOW).received.fresh == 2
        yield made
        made.office.db.close()
        db.close()


def faults(world: World, tmp_path: Path, name: str) -> list[str]:
    return verify_side(world.centre.journal, "centre", tmp_path / name).faults


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("SELECT 1", []),
        (
            "DROP TRIGGER journal_no_change ON journal",
            ["Susunan basis data, tidak ada: pemicu journal.journal_no_change.", ADVICE],
        ),
        (
            "ALTER TABLE journal DISABLE TRIGGER journal_no_change",
            ["Susunan basis data, berbeda: pemicu journal.journal_no_change.", ADVICE],
        ),
        (
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            ["Susunan basis data, berbeda: fungsi append_only.", ADVICE],
        ),
        (
            "CREATE TABLE sly (x BIGINT)",
            ["Susunan basis data, tidak dikenal program: kolom sly.x.", ADVICE],
        ),
        (
            "INSERT INTO beside VALUES ('blank_movement', 'x')",
            ["Tabel blank_movement dinyatakan bukan catatan resmi, padahal program tidak menyatakannya."],
        ),
    ],
)
def test_on_postgresql(world: World, tmp_path: Path, change: str, told: list[str]) -> None:
    db: Database = world.centre.db
    assert isinstance(db, CentrePostgres)
    db.connection().execute(change)
    db.connection().commit()
    assert faults(world, tmp_path, "scratch.db") == told


def test_the_everyday_form_on_postgresql(world: World, tmp_path: Path) -> None:
    journal = world.centre.journal
    verdict = verify_side(journal, "centre", tmp_path / "scratch.db")
    assert verdict.faults == []
    keep_proof(journal.db, "whole", verdict, NOW, NOW)
    before = journal.tail(OFFICE, 1, OUT)
    assert receive_file(world.centre, forge(world, [b"nor this"], first=3, prev=before.hash), NOW).received.fresh == 1
    fresh = verify_new_entries(journal, "centre", tmp_path / "fresh.db", proved_heads(journal.db))
    assert (fresh.faults, fresh.entries) == ([], 2)


def test_a_fault_stands_in_the_header_of_every_page_of_the_centre(world: World) -> None:
    db = world.centre.db
    assert centre_road_status(db, SYSTEM, NOW).title != "Basis data tidak cocok"
    keep_proof(db, "whole", ProofResult(faults=["Pemicu x hilang dari basis data."]), NOW, NOW)
    told = centre_road_status(db, SYSTEM, NOW)
    assert told is not None
    assert (told.state, told.title, told.detail) == (
        "warn",
        "Basis data tidak cocok",
        "Pemicu x hilang dari basis data.",
    )
