"""What `verify` once called whole: each change is made to a real file with plain SQLite, and is named by its place."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from schema.database import Database, open_office
from schema.migrations import ADVICE
from sync import evidence, verification
from sync.chains import ProofResult, prove_chains
from sync.entries import OWN_KINDS, Kind
from sync.events import EntriesReceived, LineSetAside, LineSettled
from sync.evidence import LOST
from sync.incoming_files import receive_file
from sync.journal import Journal
from sync.verification import verify_side
from tests.sync.test_receiving import forge, line
from tests.sync.world import CENTRE, OFFICE, OUT, CardNoted, World, make_world

Find = Callable[[], list[str]]
SECRET = "3508990101010001"
FORBIDDEN = "tidak cocok dengan isi yang berantai."
IN = f"{CENTRE} 1/{OFFICE}"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An office with entries of its own, received lines and an acknowledged line; made once, its files closed."""
    world = make_world(tmp_path_factory.mktemp("lived-in"))
    own = [(LineSetAside(1, OUT, n, "card.asked", "alasan", CENTRE), f"card/{n}") for n in (1, 2)]
    with world.office.journal.transaction():
        world.office.journal.record_many(own, actor="sari", at=world.now)
        world.office.journal.record(
            LineSettled(1, OUT, 1, "sudah"), subject="card/1", actor="sari", at=world.now, stream=OUT
        )
    coming = [(CardNoted(n), f"card/{n}") for n in (3, 4)]
    with world.centre.journal.transaction():
        world.centre.journal.record_many(coming, actor="printer", at=world.now, stream=OFFICE, lane=OFFICE)
    assert world.sync().ok
    for road in (world.office, world.centre):
        with road.db.writing(), road.db.applying():
            road.db.run("DROP TABLE card")
        road.db.close()
    return world


@pytest.fixture
def office(lived_in: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it for one test."""
    folder = tmp_path / "world"
    shutil.copytree(lived_in.folder, folder)
    sides = [
        replace(road, journal=Journal(open_office(folder / name), rooms(road.journal)))
        for road, name in ((lived_in.office, "office.db"), (lived_in.centre, "centre.db"))
    ]
    yield World(folder, *sides)
    for side in sides:
        side.db.close()


def rooms(journal: Journal) -> list[Kind]:
    """The kinds of a journal without its own."""
    return [kind for kind in journal.kinds.values() if kind not in OWN_KINDS]


@pytest.fixture
def find(office: World, tmp_path: Path) -> Find:
    numbers = count(1)
    return lambda: verify_side(office.office.journal, "office", tmp_path / f"scratch{next(numbers)}.db").faults


def tamper(world: World, sql: str) -> None:
    """Change the office's file with another tool; its triggers are back afterwards."""
    world.office.db.close()
    tool = apsw.Connection(str(world.folder / "office.db"))
    triggers = list(tool.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for name, _ in triggers:
        tool.execute(f'DROP TRIGGER "{name}"')
    tool.execute(sql)
    for _, made in triggers:
        tool.execute(made)
    tool.close()


def test_an_honest_office_has_no_fault(find: Find) -> None:
    assert find() == []


def test_tampering_itself_leaves_no_trace_of_its_own(office: World, find: Find) -> None:
    tamper(office, "SELECT 1")
    assert find() == []


OWN = "source = '350899' AND stream = 'office' AND n = 2"
RECEIVED = f"source = '{CENTRE}' AND n = 2"
COLUMNS = {
    "kind": "kind = 'line.settled'",
    "subject": f"subject = 'case/{SECRET}'",
    "at": "at = '2020-01-01T00:00:00Z'",
    "clock": "clock = 'behind'",
    "lane": "lane = 'x'",
    "verdict": "verdict = 'set_aside', reason = 'x'",
    "seq": "seq = 4000",
}


@pytest.mark.parametrize(("which", "name"), [(OWN, "350899 1/office/2"), (RECEIVED, f"{IN}/2")])
def test_a_column_beside_the_hash(office: World, which: str, name: str) -> None:
    path = office.folder / "office.db"
    office.office.db.close()
    shutil.copy(path, office.folder / "honest.db")
    for column, change in COLUMNS.items():
        tamper(office, f"UPDATE journal SET {change} WHERE {which}")
        verdict = ProofResult()
        prove_chains(office.office.journal, verdict)
        assert verdict.faults[0] == f"Kolom {column} pada baris {name} {FORBIDDEN}"
        assert SECRET not in " ".join(verdict.faults)
        office.office.db.close()
        shutil.copy(office.folder / "honest.db", path)


def test_a_received_line_that_no_entry_of_ours_names(office: World, find: Find) -> None:
    tamper(office, f"UPDATE journal SET seq = NULL WHERE {OWN}")
    assert f"Kolom seq pada baris 350899 1/office/2 {FORBIDDEN}" in find()


def test_a_redaction_that_no_entry_names(office: World, find: Find) -> None:
    rule = "INSERT INTO journal_redaction (id, body) SELECT id, CAST('{}' AS BLOB) FROM journal WHERE " + OWN
    tamper(office, rule)
    assert find() == ["Isi baris 350899 1/office/2 diganti tanpa catatan pemusnahan."]
    tamper(office, f"DELETE FROM journal_body WHERE id = (SELECT id FROM journal WHERE {OWN})")
    faults = find()
    assert "Isi baris 350899 1/office/2 diganti tanpa catatan pemusnahan." in faults
    assert "Rantai jurnal 350899 1/office putus pada baris 2: isinya tidak cocok dengan kode pengamannya." in faults


def test_a_table_declared_away(office: World, find: Find) -> None:
    tamper(
        office,
        "INSERT INTO beside VALUES ('set_aside_line', 'x'); UPDATE set_aside_line SET note = 'x' WHERE n = 1",
    )
    assert find() == [
        "Tabel set_aside_line dinyatakan bukan catatan resmi, padahal program tidak menyatakannya.",
        "Tabel set_aside_line berbeda dari jurnal mulai baris 1: kolom note.",
    ]


def test_a_table_no_longer_declared_beside(office: World, find: Find) -> None:
    tamper(office, "DELETE FROM beside WHERE name = 'road_run'")
    assert find() == ["Tabel road_run tidak lagi dinyatakan di luar jurnal, padahal program menyatakannya."]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("DROP TRIGGER journal_no_update", "Susunan basis data, tidak ada: pemicu journal_no_update."),
        ("DROP INDEX journal_subject", "Susunan basis data, tidak ada: indeks journal_subject."),
        ("CREATE TABLE sly (x)", "Susunan basis data, tidak dikenal program: kolom sly.x."),
        (
            "ALTER TABLE road_run ADD COLUMN sly TEXT",
            "Susunan basis data, tidak dikenal program: kolom road_run.sly.",
        ),
        ("DROP TABLE road_ack", "Susunan basis data, tidak ada: kolom road_ack.epoch"),
    ],
)
def test_the_shape_of_the_database(office: World, find: Find, change: str, fault: str) -> None:
    office.office.db.close()
    tool = apsw.Connection(str(office.folder / "office.db"))
    tool.execute(change)
    tool.close()
    assert any(text.startswith(fault) for text in find())


def test_a_trigger_made_toothless(office: World, find: Find) -> None:
    office.office.db.close()
    tool = apsw.Connection(str(office.folder / "office.db"))
    tool.execute(
        "DROP TRIGGER journal_no_update; CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT 1; END"
    )
    tool.close()
    assert find() == ["Susunan basis data, berbeda: pemicu journal_no_update.", ADVICE]


def test_another_epoch(office: World, find: Find) -> None:
    tamper(office, "UPDATE identity SET value = '7' WHERE key = 'epoch'")
    assert find() == ["Identitas (350899, epos 7) bukan yang terakhir menulis jurnal (350899, epos 1)."]
    office.office.journal.forget()
    with office.office.journal.transaction():
        office.office.journal.record(LineSettled(1, OUT, 2, "x"), subject="card/2", actor="sari", at=office.now)
    assert find() == ["Epos 7 tidak pernah dibuka di jurnal."]


def test_an_acknowledged_line_that_is_not_here_or_other(office: World, find: Find) -> None:
    tamper(office, "UPDATE road_ack SET n = 2 WHERE origin = '350899'")
    assert find() == [f"{CENTRE} sudah mengakui baris 1/{OUT}/2, tetapi di sini baris itu tidak ada."]
    tamper(
        office,
        "UPDATE road_ack SET n = 1 WHERE origin = '350899'; UPDATE road_checkpoint SET hash = zeroblob(32)",
    )
    assert any(text.startswith(f"Jalur 350899 1/{OUT} ditulis ulang: ") for text in find())


def test_a_closed_epoch_may_lack_what_was_lost_with_its_pc(office: World, find: Find) -> None:
    office.office.journal.open_epoch(OFFICE, office.now, epoch=2)
    tamper(office, "UPDATE road_ack SET n = 9 WHERE origin = '350899'")
    assert find() == []


def test_the_parents_of_an_epoch(office: World, find: Find) -> None:
    office.office.journal.open_epoch(OFFICE, office.now, epoch=2)
    tamper(office, f"UPDATE journal SET hash = zeroblob(32) WHERE source = '350899' AND stream = '{OUT}'")
    assert f"Baris 350899 1/{OUT}/1 tidak sama dengan yang ditulis saat epos dibuka." in find()


def test_received_lines_that_are_gone_or_other(office: World, find: Find) -> None:
    last = f"(SELECT id FROM journal WHERE source = '{CENTRE}' AND n = 2)"
    tamper(office, f"UPDATE journal SET hash = zeroblob(32) WHERE id = {last}")
    assert f"Baris {IN}/2 tidak sama dengan yang diterima dulu." in find()
    tamper(office, f"DELETE FROM journal_body WHERE id = {last}; DELETE FROM journal WHERE id = {last}")
    assert f"Baris {IN}/2 pernah diterima dan sekarang tidak ada." in find()


def test_a_line_taken_off_the_waiting_list(office: World, find: Find) -> None:
    tamper(office, f"INSERT INTO journal_waiting SELECT id, 'x' FROM journal WHERE {RECEIVED}")
    assert find() == [f"Baris {IN}/2 yang menunggu pembaruan tidak cocok dengan jurnal."]


def test_set_aside_and_waiting_lines_are_judged_by_our_own_entry(office: World, tmp_path: Path) -> None:
    """The centre took an unreadable line and one of a newer program: both are in order, until a column says other."""
    raw = [
        b"not a line",
        line(3).replace(b"card.asked", b"card.dreamt"),
        line(4).replace(b'"number"', b'"nummer"'),
        line(5, id=f"1/{OUT}/6"),
    ]
    centre, before = office.centre, office.centre.journal.tail(OFFICE, 1, OUT)
    took = receive_file(centre, forge(office, raw, first=2, prev=before.hash), office.now)
    assert [n for n, _ in took.received.set_aside] == [2, 4, 5]
    verdict = verify_side(centre.journal, "centre", tmp_path / "first.db")
    assert verdict.faults == []
    assert verdict.heads[OFFICE, 1, OUT].n == 5
    taken = [entry.body for entry in centre.journal.about(f"road/{OFFICE}")][-1]
    assert isinstance(taken, EntriesReceived)
    assert (taken.set_aside, taken.waiting) == ([2, 4, 5], [3])
    centre.db.close()
    tool = apsw.Connection(str(office.folder / "centre.db"))
    tool.execute("DELETE FROM journal_waiting; DROP TRIGGER journal_no_update")
    tool.execute("UPDATE journal SET verdict = 'stored', reason = NULL WHERE n = 4 AND verdict = 'set_aside'")
    tool.close()
    faults = verify_side(centre.journal, "centre", tmp_path / "again.db").faults
    assert f"Baris {OFFICE} 1/{OUT}/3 yang menunggu pembaruan tidak cocok dengan jurnal." in faults
    assert f"Kolom verdict pada baris {OFFICE} 1/{OUT}/4 {FORBIDDEN}" in faults


def test_our_own_order_has_no_gap(office: World, find: Find) -> None:
    last = "(SELECT max(id) FROM journal WHERE stream = 'office' AND seq IS NOT NULL)"
    tamper(
        office,
        f"DELETE FROM journal_body WHERE id = {last}; UPDATE journal SET seq = seq + 1 WHERE id = {last}",
    )
    assert any(fault.startswith("Urutan jurnal tidak utuh mulai urutan ke-") for fault in find())


# -- the file itself -------------------------------------------------------------------------------------------


def write(world: World) -> None:
    """One more entry of the office."""
    with world.office.journal.transaction():
        world.office.journal.record(LineSettled(1, OUT, 2, "x"), subject="card/2", actor="sari", at=world.now)


def test_a_deleted_wal_is_known_from_the_marker(office: World, tmp_path: Path) -> None:
    db, path = office.office.db, office.folder / "office.db"
    evidence.renew_marker(office.office.journal, evidence.marker_beside(path))
    db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    write(office)
    evidence.update_marker(office.office.journal, evidence.marker_beside(path))
    shutil.copy(path, tmp_path / "main-file-only")
    assert found_in(path, office, tmp_path) == []
    db.close()
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "main-file-only", path)
    assert found_in(path, office, tmp_path) == [LOST]


def test_a_restored_office_is_past_its_marker(office: World, tmp_path: Path) -> None:
    db, path = office.office.db, office.folder / "office.db"
    evidence.renew_marker(office.office.journal, evidence.marker_beside(path))
    db.run("VACUUM INTO '" + str(tmp_path / "yesterday.db") + "'")
    write(office)
    evidence.update_marker(office.office.journal, evidence.marker_beside(path))
    db.close()
    shutil.copy(tmp_path / "yesterday.db", path)
    assert found_in(path, office, tmp_path) == [LOST]
    restored = Journal(open_office(path), rooms(office.office.journal))
    evidence.begin_after_restore(restored, tmp_path / "keys", office.later(hours=1))
    restored.db.close()
    assert found_in(path, office, tmp_path) == []


def test_entries_written_while_the_proof_runs_are_no_fault(
    office: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The marker may name an entry that is newer than the moment that is proved."""
    path = office.folder / "office.db"
    evidence.renew_marker(office.office.journal, evidence.marker_beside(path))
    real = verification.page_faults

    def slow(db: Database, check: str) -> list[str]:
        found = real(db, check)
        other = Journal(open_office(path), rooms(office.office.journal))
        with other.transaction():
            other.record(LineSettled(1, OUT, 2, "x"), subject="card/2", actor="sari", at=office.now)
        evidence.update_marker(other, evidence.marker_beside(path))
        other.db.close()
        return found

    monkeypatch.setattr(verification, "page_faults", slow)
    assert verify_side(office.office.journal, "office", tmp_path / "scratch.db").faults == []


def test_a_damaged_marker_says_nothing(office: World, find: Find) -> None:
    evidence.marker_beside(office.folder / "office.db").write_bytes(b"{")
    assert find() == []


def found_in(path: Path, world: World, tmp_path: Path) -> list[str]:
    db = open_office(path)
    try:
        verdict: ProofResult = verify_side(Journal(db, rooms(world.office.journal)), "office", tmp_path / "found.db")
        return verdict.faults
    finally:
        db.close()
        for left in tmp_path.glob("found.db*"):
            left.unlink()


def root_page(path: Path, name: str) -> tuple[int, int]:
    tool = apsw.Connection(str(path))
    [(page,)] = list(tool.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)))
    [(size,)] = list(tool.execute("PRAGMA page_size"))
    tool.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    tool.close()
    return page, size


@pytest.mark.parametrize("name", ["journal_subject", "journal", "set_aside_line", "access_log"])
def test_a_damaged_page(office: World, tmp_path: Path, name: str) -> None:
    office.office.db.close()
    path = office.folder / "office.db"
    page, size = root_page(path, name)
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    faults = found_in(path, office, tmp_path)
    assert faults
    assert all(fault.startswith("Basis data rusak: ") for fault in faults)


def test_an_index_that_lost_a_row(office: World, find: Find) -> None:
    """Rows and index disagree: no chain sees it, the integrity check does."""
    tamper(
        office,
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET sql = sql || ' WHERE id > 3' WHERE name = 'journal_subject'",
    )
    tool = apsw.Connection(str(office.folder / "office.db"))
    tool.execute("REINDEX journal_subject; PRAGMA writable_schema = ON")
    tool.execute("UPDATE sqlite_master SET sql = replace(sql, ' WHERE id > 3', '') WHERE name = 'journal_subject'")
    tool.close()
    assert any("journal_subject" in fault for fault in find())
