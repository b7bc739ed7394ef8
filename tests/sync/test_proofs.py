"""The everyday form builds on the last proof without a fault; the whole form is due once a night and catches up."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from schema.database import Database
from sync.chains import ProofResult
from sync.entries import Entry, Kind
from sync.events import KINDS, LineSetAside, LineSettled
from sync.incoming_entries import apply_waiting_entries
from sync.journal import Journal
from sync.scheduler import NightlyProof, is_proof_due, keep_proof, last_proof, newest_fault, night_slot, proved_heads
from sync.verification import verify_new_entries, verify_side
from tests.sync.world import CARDS, CENTRE, OFFICE, OUT, CardNoted, RefusedError, World, apply_noted

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(world: World) -> World:
    for road in (world.office, world.centre):
        with road.db.writing(), road.db.applying():
            road.db.run("DROP TABLE card")
    aside(world, 1, 2, 3)
    return world


def aside(world: World, *numbers: int) -> None:
    said = [(LineSetAside(1, OUT, n, "card.asked", "alasan", CENTRE), f"card/{n}") for n in numbers]
    with world.office.journal.transaction():
        world.office.journal.record_many(said, actor="sari", at=world.now)


def whole(journal: Journal, folder: Path) -> ProofResult:
    verdict = verify_side(journal, "office", scratch(folder))
    keep_proof(journal.db, "whole", verdict, NOW, NOW + timedelta(seconds=90))
    return verdict


def fresh(journal: Journal, folder: Path) -> ProofResult:
    verdict = verify_new_entries(journal, "office", scratch(folder), proved_heads(journal.db))
    keep_proof(journal.db, "fresh", verdict, NOW, NOW)
    return verdict


def scratch(folder: Path) -> Path:
    for left in folder.glob("scratch.db*"):
        left.unlink()
    return folder / "scratch.db"


def past_the_triggers(world: World, sql: str) -> None:
    world.office.db.close()
    tool = apsw.Connection(str(world.folder / "office.db"))
    [(made,)] = list(tool.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_no_update'"))
    tool.execute(f"DROP TRIGGER journal_no_update; {sql}; {made}")
    tool.close()


def test_only_what_is_new_is_hashed(office: World, tmp_path: Path) -> None:
    journal = office.office.journal
    first = whole(journal, tmp_path)
    assert first.faults == []
    assert proved_heads(journal.db) == first.heads
    assert first.heads[OFFICE, 1, "office"] == journal.tail(OFFICE, 1, "office")
    aside(office, 4, 5)
    assert office.sync().ok
    second = fresh(journal, tmp_path)
    assert second.faults == []
    assert second.entries == 2
    assert proved_heads(journal.db)[OFFICE, 1, "office"] == journal.tail(OFFICE, 1, "office")
    assert fresh(journal, tmp_path).entries == 0


def test_what_is_new_and_wrong_is_found(office: World, tmp_path: Path) -> None:
    whole(office.office.journal, tmp_path)
    heads = proved_heads(office.office.db)
    aside(office, 4)
    past_the_triggers(office, "UPDATE journal SET subject = 'x' WHERE id = (SELECT max(id) FROM journal)")
    verdict = fresh(office.office.journal, tmp_path)
    assert len(verdict.faults) == 1
    assert verdict.faults[0].startswith(f"Kolom subject pada baris {OFFICE} 1/office/")
    assert proved_heads(office.office.db) == heads  # the next one looks there again
    assert newest_fault(office.office.db) == verdict.faults[0]


def test_an_entry_that_cannot_be_applied_again_is_named_alone(office: World, tmp_path: Path) -> None:
    """The proof applies many at once; what cannot be applied is looked for among them, one by one."""
    journal = office.office.journal
    with journal.transaction():
        for number in (1, 2, 3):
            journal.record(CardNoted(number), subject=f"card/{number}", actor="sari", at=office.now)

    def apply_but_the_second(db: Database, entry: Entry) -> None:
        if entry.body.number == 2:
            raise RefusedError
        apply_noted(db, entry)

    kinds = [kind for kind in CARDS if kind.name != "card.noted"]
    changed = Journal(journal.db, [*KINDS, *kinds, Kind("card.noted", 1, CardNoted, apply_but_the_second)])
    [fault] = verify_side(changed, "office", scratch(tmp_path)).faults
    second = journal.tail(OFFICE, 1, "office").n - 1
    assert fault == f"Baris {OFFICE} 1/office/{second} (card.noted) tidak dapat diterapkan lagi: RefusedError."


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (
            "UPDATE journal SET hash = zeroblob(32) WHERE id = (SELECT max(id) FROM journal)",
            "tidak sama dengan pemeriksaan",
        ),
        ("UPDATE journal SET seq = NULL WHERE id = 2", "Urutan jurnal tidak utuh"),
        ("DROP TRIGGER journal_no_delete", "tidak ada: pemicu journal_no_delete."),
        ("INSERT INTO beside VALUES ('set_aside_line', 'x')", "Tabel set_aside_line dinyatakan bukan"),
        ("UPDATE identity SET value = '9' WHERE key = 'epoch'", "Identitas (350899, epos 9)"),
        (
            "INSERT INTO journal_redaction SELECT id, CAST('{}' AS BLOB) FROM journal WHERE id = 2",
            "tanpa catatan pemusnahan",
        ),
    ],
)
def test_what_was_proved_before_is_looked_at_from_outside(
    office: World, tmp_path: Path, change: str, part: str
) -> None:
    whole(office.office.journal, tmp_path)
    past_the_triggers(office, change)
    assert any(part in fault for fault in fresh(office.office.journal, tmp_path).faults)


def test_the_whole_form_trusts_no_earlier_proof(office: World, tmp_path: Path) -> None:
    whole(office.office.journal, tmp_path)
    past_the_triggers(office, "UPDATE set_aside_line SET note = 'x' WHERE n = 2")
    assert fresh(office.office.journal, tmp_path).faults == []  # tables are the night's work
    assert whole(office.office.journal, tmp_path).faults == [
        "Tabel set_aside_line berbeda dari jurnal mulai baris 2: kolom note."
    ]


def test_what_is_kept(office: World, tmp_path: Path) -> None:
    db = office.office.db
    assert last_proof(db) is None
    verdict = whole(office.office.journal, tmp_path)
    kept = last_proof(db)
    assert kept is not None
    assert (kept.seconds, kept.entries, kept.digest, kept.faults) == (90, verdict.entries, verdict.digest, [])
    assert kept.ended_at == NOW + timedelta(seconds=90)
    keep_proof(db, "fresh", ProofResult(faults=["x"]), NOW, NOW)
    assert newest_fault(db) == "x"
    keep_proof(db, "whole", verdict, NOW, NOW)
    assert newest_fault(db) == ""


def test_due_once_a_night() -> None:
    from sync.scheduler import KeptProof

    slot = night_slot(f"proof/{OFFICE}", NOW)
    kept = KeptProof(slot, 1, 1, "", [])
    assert is_proof_due(None, OFFICE, NOW)
    assert not is_proof_due(kept, OFFICE, NOW)
    assert not is_proof_due(kept, OFFICE, slot + timedelta(hours=23))
    assert is_proof_due(kept, OFFICE, slot + timedelta(days=1))
    assert is_proof_due(KeptProof(slot - timedelta(seconds=1), 1, 1, "", []), OFFICE, NOW)
    assert is_proof_due(
        KeptProof(NOW + timedelta(days=400), 1, 1, "", []), OFFICE, NOW
    )  # made under a clock that ran ahead


def test_the_everyday_form_runs_soon_after_the_start_and_a_missed_night_is_caught_up(office: World) -> None:
    db: Database = office.office.db
    proved: list[str] = []
    night = NightlyProof(db, lambda: OFFICE, prove=lambda form, _stop: proved.append(form), clock=lambda: NOW)
    assert night.tick(NOW) is None
    assert night.tick(NOW + timedelta(minutes=1)) == "fresh"
    assert night.tick(NOW + timedelta(minutes=9)) is None
    assert night.tick(NOW + timedelta(minutes=10)) == "whole"
    assert night.tick(NOW + timedelta(minutes=69)) is None  # it kept no result, and a failing proof waits an hour
    assert night.tick(NOW + timedelta(minutes=70)) == "whole"
    keep_proof(db, "whole", ProofResult(), NOW, NOW + timedelta(minutes=71))
    assert night.tick(NOW + timedelta(hours=8)) is None
    assert night.tick(NOW + timedelta(days=1)) == "whole"
    assert night.tick(NOW - timedelta(days=5)) is None  # the clock fell back: it begins anew
    assert proved == ["fresh", "whole", "whole", "whole"]


def test_the_thread_ends_with_the_program(office: World) -> None:
    begun, at = threading.Event(), [NOW]

    def clock() -> datetime:
        at[0] += timedelta(minutes=10)
        return at[0]

    def prove(_form: str, stopped: threading.Event) -> None:
        begun.set()
        stopped.wait(30)

    night = NightlyProof(office.office.db, lambda: OFFICE, prove=prove, clock=clock)
    night.tick(NOW)
    night.start()
    assert begun.wait(30)
    night.stop()
    assert not night._thread.is_alive()


def test_an_entry_after_a_proof_is_no_fault(office: World, tmp_path: Path) -> None:
    whole(office.office.journal, tmp_path)
    with office.office.journal.transaction():
        office.office.journal.record(LineSettled(1, OUT, 1, "ya"), subject="card/1", actor="sari", at=NOW)
    office.office.journal.open_epoch(OFFICE, NOW, epoch=3)
    assert fresh(office.office.journal, tmp_path).faults == []


def test_a_line_that_was_caught_up_waits_no_longer(world: World, tmp_path: Path) -> None:
    """An older program kept it for later; the newer one applied it."""
    with world.centre.journal.transaction():
        world.centre.journal.record(CardNoted(3), subject="card/3", actor="printer", at=NOW, stream=OFFICE, lane=OFFICE)
    for road in (world.office, world.centre):
        with road.db.writing(), road.db.applying():
            road.db.run("DROP TABLE card")
    journal = world.office.journal
    noted = journal.kinds.pop("card.noted")
    assert world.sync().ok
    assert list(journal.db.run("SELECT why FROM journal_waiting")) == [("card.noted/1",)]
    assert verify_side(journal, "office", scratch(tmp_path)).faults == []
    journal.kinds["card.noted"] = noted
    assert apply_waiting_entries(journal, NOW) == 1
    assert verify_side(journal, "office", scratch(tmp_path)).faults == []
