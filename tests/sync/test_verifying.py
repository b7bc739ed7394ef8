"""`verify` finds what was changed behind the journal's back, and finds nothing where nothing was."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from schema.structs import Travel
from sync.chains import ProofResult
from sync.events import LineSetAside, LineSettled
from sync.journal import Journal
from sync.progress import WHOLE
from sync.verification import tables_digest, verify_side
from tests.sync.world import OFFICE, CardNoted, World

Prove = Callable[[Journal], ProofResult]


@pytest.fixture
def lived_in(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Both sides with entries of their own and of the other side in one official table."""
    monkeypatch.setattr(LineSetAside, "TRAVEL", Travel("centre", "card/*"), raising=False)
    for road in (world.office, world.centre):
        with road.db.writing(), road.db.applying():
            road.db.run("DROP TABLE card")
    told = [(LineSetAside(1, "dukcapil", n, "card.asked", "alasan", "dukcapil"), f"card/{n}") for n in (1, 2)]
    with world.office.journal.transaction():
        world.office.journal.record_many(told, actor="sari", at=world.now)
    with world.centre.journal.transaction():
        world.centre.journal.record_many(
            [(CardNoted(n), f"card/{n}") for n in (3, 4, 5)], actor="printer", at=world.now, stream=OFFICE, lane=OFFICE
        )
    assert world.sync().ok
    settled = LineSettled(1, "dukcapil", 2, "sudah diperbaiki")
    with world.office.journal.transaction():
        world.office.journal.record(settled, subject="card/2", actor="sari", at=world.later(hours=1))
    return world


@pytest.fixture
def prove(tmp_path: Path) -> Prove:
    def office(journal: Journal) -> ProofResult:
        return verify_side(journal, "office", tmp_path / "scratch.db")

    return office


def behind_its_back(world: World, sql: str) -> None:
    """Change the office's file with another tool, past every guard of ours."""
    world.office.db.close()
    tool = apsw.Connection(str(world.folder / "office.db"))
    for (name,) in list(tool.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        tool.execute(f'DROP TRIGGER "{name}"')
    tool.execute(sql)
    tool.close()


def test_an_honest_journal_has_no_fault(lived_in: World, prove: Prove) -> None:
    verdict = prove(lived_in.office.journal)
    assert verdict.faults == []
    assert verdict.entries == lived_in.office.db.one("SELECT count(*) FROM journal")[0]
    assert verdict.digest == tables_digest(lived_in.office.db)


def test_the_centre_is_proved_the_same_way(lived_in: World, tmp_path: Path) -> None:
    assert verify_side(lived_in.centre.journal, "centre", tmp_path / "scratch.db").faults == []


def test_progress_reaches_the_end(lived_in: World, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    verify_side(lived_in.office.journal, "office", tmp_path / "s.db", lambda done, all_: seen.append((done, all_)))
    assert seen[-1] == (WHOLE, WHOLE)
    assert seen == sorted(seen)


def test_nothing_stays_open_or_changed(lived_in: World, prove: Prove) -> None:
    before = tables_digest(lived_in.office.db)
    prove(lived_in.office.journal)
    assert not lived_in.office.db.in_transaction()
    with lived_in.office.journal.transaction():
        lived_in.office.journal.record(
            LineSettled(1, "dukcapil", 1, "ya"), subject="card/1", actor="sari", at=lived_in.now
        )
    assert tables_digest(lived_in.office.db) != before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "UPDATE set_aside_line SET note = 'x' WHERE n = 2",
            "Tabel set_aside_line berbeda dari jurnal mulai baris",
        ),
        ("DELETE FROM set_aside_line WHERE n = 1", "Tabel set_aside_line berbeda"),
        ("UPDATE set_aside_line SET reason = 'x' WHERE n = 1", "kolom reason."),
        (
            "UPDATE journal_body SET body = CAST(replace(CAST(body AS TEXT), 'alasan', 'alibi') AS BLOB) WHERE id = 2",
            "Rantai jurnal 350899 1/office putus pada baris 2: isinya tidak cocok",
        ),
        (
            "UPDATE journal SET head = CAST(replace(CAST(head AS TEXT), 'sari', 'budi') AS BLOB) WHERE id = 3",
            "putus pada baris 3",
        ),
    ],
)
def test_a_change_behind_its_back_is_named(lived_in: World, prove: Prove, change: str, sentence: str) -> None:
    behind_its_back(lived_in, change)
    assert any(sentence in fault for fault in prove(lived_in.office.journal).faults)


def test_a_removed_line_is_a_gap(lived_in: World, prove: Prove) -> None:
    behind_its_back(lived_in, "DELETE FROM journal_body WHERE id = 2; DELETE FROM journal WHERE id = 2")
    faults = prove(lived_in.office.journal).faults
    assert any("1/office putus pada baris 2: nomor barisnya meloncat" in fault for fault in faults)


def test_a_fault_never_tells_a_value(lived_in: World, prove: Prove) -> None:
    behind_its_back(lived_in, "UPDATE set_aside_line SET note = '3508990101010001' WHERE n = 1")
    assert "3508990101010001" not in " ".join(prove(lived_in.office.journal).faults)
