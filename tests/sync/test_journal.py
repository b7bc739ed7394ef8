"""The journal: append and apply together, chained, append-only, and the only path to an official table."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import msgspec
import pytest
from peewee import IntegrityError

from schema.database import Database, SqliteDatabase, open_office
from schema.migrations import migrate_database
from schema.person_fields import PersonText
from sync.entries import GENESIS, Also, Entry, JournalError, Kind, apply_nothing, decode_body, link_hash, split_line
from sync.journal import ID_ROOM, Journal

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class NameGiven(msgspec.Struct, frozen=True):
    """Body of the tests: a name for a number."""

    number: int
    name: PersonText


class Broken(msgspec.Struct, frozen=True):
    """A body whose apply fails."""

    why: str


def apply_name(db: Database, entry: Entry) -> None:
    db.run("INSERT INTO official (number, name) VALUES (?, ?)", (entry.body.number, entry.body.name))


def apply_broken(db: Database, entry: Entry) -> None:
    db.run("INSERT INTO official (number, name) VALUES (99, 'half')")
    raise RuntimeError(entry.body.why)


KINDS = [
    Kind("name.given", 1, NameGiven, apply_name),
    Kind("broken.tried", 1, Broken, apply_broken),
]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with one official table of its own."""
    db = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(db, "office")
    with db.applying(), db.writing():
        db.run("CREATE TABLE official (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    made = Journal(db, KINDS)
    made.open_epoch("350899", NOW)
    yield made
    db.close()


def give(journal: Journal, number: int, name: str = "SITI", at: datetime = NOW) -> Entry:
    with journal.transaction():
        return journal.record(NameGiven(number, name), subject=f"name/{number}", actor="sari", at=at)


def test_an_entry_and_its_table_commit_together(journal: Journal) -> None:
    entry = give(journal, 1)
    assert (entry.n, entry.seq, entry.line_id) == (2, 2, "1/office/2")
    assert list(journal.db.run("SELECT number, name FROM official")) == [(1, "SITI")]
    assert [recorded.body.name for recorded in journal.about("name/1")] == ["SITI"]


def test_a_failing_apply_leaves_neither_entry_nor_row(journal: Journal) -> None:
    with pytest.raises(RuntimeError, match="tidak jadi"), journal.transaction():
        journal.record(Broken("tidak jadi"), subject="x", actor="sari", at=NOW)
    assert journal.db.one("SELECT count(*) FROM official") == (0,)
    assert journal.db.one("SELECT count(*) FROM journal WHERE kind = 'broken.tried'") == (0,)
    assert give(journal, 1).n == 2  # the number was not used up


def test_recording_needs_an_open_transaction_and_a_known_body(journal: Journal) -> None:
    with pytest.raises(JournalError, match="transaction"):
        journal.record(NameGiven(1, "A"), subject="x", actor="sari", at=NOW)
    with pytest.raises(JournalError, match="no kind"), journal.transaction():
        journal.record(Unknown(), subject="x", actor="sari", at=NOW)


class Unknown(msgspec.Struct, frozen=True):
    """A body that no kind has."""


def test_numbers_are_gap_free_and_the_chain_holds(journal: Journal) -> None:
    for number in range(1, 6):
        give(journal, number)
    previous = GENESIS
    for place, line in enumerate(journal.lines("350899", 1, "office", 0, 100), 1):
        head, body = split_line(line)
        previous = link_hash(previous, head, body)
        stored = journal.db.one("SELECT hash, seq FROM journal WHERE stream = 'office' AND n = ?", (place,))
        assert stored == (previous, place)


def test_equal_bodies_with_personal_data_have_different_bytes(journal: Journal) -> None:
    give(journal, 1)
    give(journal, 2, at=NOW + timedelta(seconds=1))
    bodies = [bytes(row[0]) for row in journal.db.run("SELECT body FROM journal_body ORDER BY id DESC LIMIT 2")]
    salts = {msgspec.json.decode(body)["salt"] for body in bodies}
    assert len(salts) == 2


def change_row(db: SqliteDatabase) -> None:
    db.run("UPDATE official SET name = 'LAIN'")


def add_row(db: SqliteDatabase) -> None:
    db.run("INSERT INTO official (number, name) VALUES (7, 'X')")


def take_row(db: SqliteDatabase) -> None:
    db.run("DELETE FROM official WHERE number = 1")


@pytest.mark.parametrize("deed", [change_row, add_row, take_row])
def test_no_official_row_changes_on_any_other_path(journal: Journal, deed: Callable[[SqliteDatabase], None]) -> None:
    give(journal, 1)
    db = journal.db
    assert isinstance(db, SqliteDatabase)
    before = list(db.run("SELECT * FROM official"))
    with pytest.raises(apsw.ConstraintError):
        deed(db)
    with pytest.raises(IntegrityError), db.writing():
        deed(db)
    assert list(db.run("SELECT * FROM official")) == before
    give(journal, 2)  # the refusal left no trace


def test_what_lives_beside_the_journal_may_change(journal: Journal) -> None:
    journal.db.run(
        "INSERT INTO draft (author, service, fields, created_at, updated_at) VALUES ('sari', 'x', '{}', '', '')"
    )
    assert journal.db.one("SELECT count(*) FROM draft") == (1,)


CHANGES = (
    "UPDATE journal SET subject = 'x'",
    "UPDATE journal SET kind = 'x'",
    "DELETE FROM journal",
    "UPDATE journal_body SET body = x'00'",
    "DELETE FROM journal_body",
)


@pytest.mark.parametrize("sql", CHANGES)
def test_the_journal_is_append_only(journal: Journal, sql: str) -> None:
    give(journal, 1)
    with pytest.raises(apsw.ConstraintError), journal.db.applying():
        journal.db.run(sql)


@pytest.mark.parametrize(
    ("shift", "judged"),
    [
        (timedelta(hours=1), "ok"),
        (timedelta(hours=-1), "behind"),
        (timedelta(days=30), "unsure"),
        (timedelta(days=-365 * 56), "behind"),
        (timedelta(days=365 * 73), "unsure"),
        (timedelta(seconds=-30), "ok"),
    ],
)
def test_a_jumping_clock_is_flagged_and_never_refused(journal: Journal, shift: timedelta, judged: str) -> None:
    give(journal, 1)
    entry = give(journal, 2, at=NOW + shift)
    assert journal.db.one("SELECT clock FROM journal WHERE n = ? AND stream = 'office'", (entry.n,)) == (judged,)


def test_ids_of_a_later_epoch_never_meet_earlier_ones(journal: Journal) -> None:
    give(journal, 1)
    give(journal, ID_ROOM + 7)
    with journal.transaction():
        assert journal.next_id("official", "number") == 2
    journal.open_epoch("350899", NOW + timedelta(minutes=1), epoch=2)
    with journal.transaction():
        assert journal.next_id("official", "number") == ID_ROOM + 8
    assert give(journal, ID_ROOM + 8, at=NOW + timedelta(minutes=2)).line_id == "2/office/2"


def test_the_first_entry_of_an_epoch_names_the_parents(journal: Journal) -> None:
    give(journal, 1)
    tail = journal.tail("350899", 1, "office")
    journal.open_epoch("350899", NOW + timedelta(minutes=1), epoch=2)
    (opened,) = journal.about("epoch/350899/2")
    assert opened.body.parents == {"office": (1, tail.n, tail.hash.hex())}


def test_an_old_body_is_raised_step_by_step() -> None:
    kind = Kind(
        "name.given",
        3,
        NameGiven,
        apply_name,
        raise_from={1: lambda raw: raw | {"name": "?"}, 2: lambda raw: raw | {"number": raw["number"] + 1}},
    )
    assert decode_body(kind, 1, b'{"number": 4}') == NameGiven(5, "?")
    assert decode_body(kind, 2, b'{"number": 4, "name": "B"}') == NameGiven(5, "B")


@pytest.mark.parametrize(("version", "known"), [(0, ()), (2, ()), (3, (1,)), (3, (2,)), (1, (1,)), (2, (1, 2))])
def test_a_kind_reads_every_version_before_its_own(version: int, known: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"name\.given"):
        Kind("name.given", version, NameGiven, apply_name, raise_from=dict.fromkeys(known, dict))


def test_a_kind_is_registered_once(journal: Journal) -> None:
    same_name = Kind("name.given", 1, Begun, apply_nothing)
    same_body = Kind("name.given_anew", 1, NameGiven, apply_name)
    for again in (KINDS[0], same_name, same_body):
        with pytest.raises(JournalError, match="twice"):
            Journal(journal.db, [*KINDS, again])


def test_an_entry_of_a_newer_program_or_of_no_kind_is_not_read(journal: Journal) -> None:
    with journal.transaction():
        journal.record(NameGiven(1, "Satu"), subject="name/1", actor="sari", at=NOW)
    [(head, body)] = journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.kind = 'name.given'"
    )
    assert journal.decode(bytes(head), bytes(body)).body == NameGiven(1, "Satu")
    for was, becomes, named in (
        (b"name.given", b"name.taken", "name.taken/1"),
        (b'"dataschema":"1"', b'"dataschema":"2"', "name.given/2"),
    ):
        assert was in bytes(head)
        with pytest.raises(JournalError, match=f"unknown entry {named}"):
            journal.decode(bytes(head).replace(was, becomes), bytes(body))


class Begun(msgspec.Struct, frozen=True):
    """A body that names a service."""

    service: str


def test_what_another_room_does_besides_is_of_its_service_alone(journal: Journal) -> None:
    done: list[tuple[str, str]] = []
    also = [Also(lambda _db, entry: done.append((entry.kind, "cards")), "cards")]
    also.append(Also(lambda _db, entry: done.append((entry.kind, "any"))))
    kinds = [Kind("service.begun", 1, Begun, apply_nothing, also=also), Kind("name.given", 1, NameGiven, apply_name)]
    kinds[1] = msgspec.structs.replace(kinds[1], also=also[:1])
    bodies = [Begun("cards"), Begun("letters"), NameGiven(1, "Siti")]
    with journal.transaction():
        Journal(journal.db, kinds).record_many([(body, "thing/1") for body in bodies], actor="sari", at=NOW)
    begun = ("service.begun", "any")
    assert done == [("service.begun", "cards"), begun, begun, ("name.given", "cards")]
