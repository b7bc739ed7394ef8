"""The guard over the official tables, values as both engines store them, and transactions that hold or do not."""

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import apsw
import peewee
import pytest

from schema.database import Guard, SqliteDatabase, first_value, open_office, to_stored_value
from schema.postgres import CentrePostgres, open_centre, to_postgres_sql
from tests.proof.power import Disk, RecordingDatabase, RecordingVFS

OFFICIAL = "CREATE TABLE official (id INTEGER PRIMARY KEY, name TEXT) STRICT"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """One official table; `draft` and everything that begins with `road_` live beside the journal."""
    db = open_office(tmp_path / "a.sqlite3")
    with db.applying():
        for name in ("draft", "road_peer"):
            db.run(f"CREATE TABLE {name} (id INTEGER) STRICT")
        for sql in (
            OFFICIAL,
            "CREATE TABLE beside (name TEXT)",
            "INSERT INTO beside VALUES ('draft'), ('road_%')",
        ):
            db.run(sql)
    db.relearn()
    yield db
    db.close()


def together(db: SqliteDatabase, *statements: str) -> None:
    """Statements of one transaction."""
    with db.writing():
        for sql in statements:
            db.run(sql)


def rows(db: SqliteDatabase) -> list[int]:
    return [row[0] for row in db.run("SELECT id FROM official ORDER BY id")]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO official VALUES (2, 'x')",
        "UPDATE official SET name = 'y'",
        "DELETE FROM official WHERE id = 1",
    ],
)
def test_an_official_row_changes_only_while_an_entry_is_applied(db: SqliteDatabase, sql: str) -> None:
    with db.writing(), db.applying():
        db.run("INSERT INTO official VALUES (1, 'x')")
    before = list(db.run("SELECT * FROM official"))
    with pytest.raises(apsw.ConstraintError):
        db.run(sql)
    with pytest.raises(peewee.IntegrityError):
        together(db, sql, "INSERT INTO draft VALUES (1)")
    assert list(db.run("SELECT * FROM official")) == before
    assert db.one("SELECT count(*) FROM draft") == (0,)
    with db.writing(), db.applying():
        db.run(sql)
    assert list(db.run("SELECT * FROM official")) != before


def test_what_lives_beside_the_journal_is_free(db: SqliteDatabase) -> None:
    with db.writing():
        db.run("INSERT INTO draft VALUES (1)")
        db.run("INSERT INTO road_peer VALUES (1)")
        db.run("INSERT INTO draft VALUES (2)")
    assert db.one("SELECT (SELECT count(*) FROM draft), (SELECT count(*) FROM road_peer)") == (2, 1)


def test_after_a_trespass_the_connection_works_on(db: SqliteDatabase) -> None:
    for ended in ("COMMIT", "ROLLBACK"):
        db.run("BEGIN")
        db.run("INSERT INTO official VALUES (1, 'x')")
        if ended == "COMMIT":
            with pytest.raises(apsw.ConstraintError):
                db.run(ended)
        else:
            db.run(ended)
        db.run("INSERT INTO draft VALUES (1)")
    assert db.one("SELECT count(*) FROM draft") == (2,)


def test_the_guard_stands_again_after_the_outermost_applying(db: SqliteDatabase) -> None:
    with db.applying():
        with db.applying():
            db.run("INSERT INTO official VALUES (1, 'x')")
        db.run("INSERT INTO official VALUES (2, 'x')")
    with pytest.raises(apsw.ConstraintError):
        db.run("INSERT INTO official VALUES (3, 'x')")
    with pytest.raises(ZeroDivisionError), db.applying():
        raise ZeroDivisionError
    with pytest.raises(apsw.ConstraintError):
        db.run("INSERT INTO official VALUES (3, 'x')")
    assert rows(db) == [1, 2]


def test_a_guard_alone_remembers_the_first_trespass_until_the_end() -> None:
    guard = Guard()
    guard.learn_names(["draft", "road_%"])
    for free in ("draft", "road_peer", "sqlite_sequence"):
        guard.on_row(0, "main", free, 1)
    assert guard.trespass is None
    guard.on_row(0, "main", "roadside", 1)
    assert guard.on_commit() is True
    guard.on_row(0, "main", "drafts", 1)
    guard.on_row(0, "main", "official", 1)
    assert (guard.trespass, guard.on_commit(), guard.trespass, guard.on_commit()) == (
        "drafts",
        True,
        None,
        False,
    )
    guard.on_row(0, "main", "official", 1)
    guard.on_rollback()
    assert guard.on_commit() is False
    guard.depth = 1
    guard.on_row(0, "main", "official", 1)
    assert guard.trespass is None


def test_each_connection_has_a_guard_that_knows_the_tables(db: SqliteDatabase) -> None:
    caught: list[Exception] = []

    def elsewhere() -> None:
        try:
            db.run("INSERT INTO draft VALUES (1)")
            db.run("INSERT INTO official VALUES (1, 'x')")
        except apsw.ConstraintError as error:
            caught.append(error)
        finally:
            db.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert (len(caught), rows(db), db.one("SELECT count(*) FROM draft")) == (1, [], (1,))


def test_a_database_without_tables_is_nobody_s_yet(tmp_path: Path) -> None:
    db = open_office(tmp_path / "b.sqlite3")
    db.run(OFFICIAL)
    db.run("INSERT INTO official VALUES (1, 'x')")
    assert rows(db) == [1]


def test_a_transaction_is_whole_and_takes_part_in_the_one_around(db: SqliteDatabase) -> None:
    def fail() -> None:
        with db.writing():
            together(db, "INSERT INTO draft VALUES (1)")
            assert db.in_transaction()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not db.in_transaction()
    assert db.one("SELECT count(*) FROM draft") == (0,)
    db.many("INSERT INTO draft VALUES (?)", [(1,), (2,)])
    assert db.one("SELECT sum(id) FROM draft WHERE id > ?", (0,)) == (3,)
    assert db.one("SELECT id FROM draft WHERE id > 9") is None


def test_a_writing_transaction_keeps_other_writers_out_from_its_beginning(db: SqliteDatabase) -> None:
    other = apsw.Connection(db.database)
    with db.writing(), pytest.raises(apsw.BusyError):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE; ROLLBACK")
    other.close()


def test_a_writer_waits_ten_seconds_for_the_other_one(db: SqliteDatabase) -> None:
    assert db.one("PRAGMA busy_timeout") == (10_000,)
    assert db.one("PRAGMA cache_size") == (-6144,)
    assert db.one("PRAGMA temp_store") == (2,)


COUNTING = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"
"""What keeps SQLite busy for some tenths of a second."""


def test_a_waiting_writer_has_its_turn_as_soon_as_the_other_one_is_done(db: SqliteDatabase) -> None:
    """Under Wine the waiting one was never woken and was refused after its ten seconds."""
    held, waits = threading.Event(), threading.Event()

    def write_for_a_while() -> None:
        with db.writing():
            held.set()
            waits.wait(5)
            db.one(COUNTING)
        db.close()

    other = threading.Thread(target=write_for_a_while)
    other.start()
    held.wait(5)
    began = time.monotonic()
    waits.set()
    with db.writing():
        waited = time.monotonic() - began
    other.join()
    assert waited < 5


def test_questions_within_questions_leave_nothing_behind(db: SqliteDatabase) -> None:
    """Version 3.54.0 of apsw kept every cursor that was open beside another one: an office grew for weeks."""
    db.many("INSERT INTO draft VALUES (?)", [(1,), (2,), (3,)])

    def open_cursors() -> int:
        gc.collect()
        return sum(type(thing) is apsw.Cursor for thing in gc.get_objects())

    def ask_inside() -> list[int]:
        return [inner for (outer,) in db.run("SELECT id FROM draft") for (inner,) in db.run("SELECT ?", (outer,))]

    ask_inside()
    before = open_cursors()
    for _ in range(20):
        assert ask_inside() == [1, 2, 3]
    assert open_cursors() == before


def test_values_are_stored_as_both_engines_read_them(db: SqliteDatabase) -> None:
    at = datetime(2026, 3, 12, 2, 42, 5, tzinfo=UTC)
    told = (at, date(2026, 3, 12), Decimal("1.50"), "x", 3, None)
    assert [to_stored_value(text) for text in told] == ["2026-03-12T02:42:05Z", "2026-03-12", "1.50", "x", 3, None]
    assert db.one("SELECT ?, ?, ?", told[:3]) == ("2026-03-12T02:42:05Z", "2026-03-12", "1.50")


def test_placeholders_become_those_of_the_other_engine() -> None:
    assert to_postgres_sql("SELECT ? WHERE name LIKE 'a%'") == "SELECT %s WHERE name LIKE 'a%%'"


@pytest.mark.parametrize("where", ["postgresql://u@127.0.0.1:1/x", "postgres://u@127.0.0.1:1/x"])
def test_an_address_opens_the_other_engine_and_a_path_this_one(where: str, tmp_path: Path) -> None:
    assert isinstance(open_centre(where), CentrePostgres)
    db = open_centre(tmp_path / "postgresql.sqlite3")
    assert isinstance(db, SqliteDatabase)
    db.close()


# -- what an exchange tells anew -----------------------------------------------------------------------------------


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[tuple[SqliteDatabase, Disk]]:
    """A database whose writes and syncs are written down, with one table beside the journal."""
    disk, path = Disk(), tmp_path.resolve() / "a.sqlite3"
    layer = RecordingVFS(path, disk)
    db = RecordingDatabase(path, disk)
    with db.applying():
        db.run("CREATE TABLE road_peer (id INTEGER) STRICT")
    yield db, disk
    db.close()
    layer.unregister()


def syncs(disk: Disk) -> int:
    return sum(operation.what == "sync" for operation in disk.operations)


def test_what_is_learnt_does_not_wait_for_the_disk_and_is_certain_with_the_next_commit(
    recorded: tuple[SqliteDatabase, Disk],
) -> None:
    db, disk = recorded
    before = syncs(disk)
    with db.learning():
        db.run("INSERT INTO road_peer VALUES (1)")
    assert syncs(disk) == before
    with db.writing():
        db.run("INSERT INTO road_peer VALUES (2)")
    assert syncs(disk) > before
    assert disk.operations[-1].what == "sync"  # of the WAL, with everything that stands in it


def test_what_is_learnt_within_a_transaction_waits_with_it(recorded: tuple[SqliteDatabase, Disk]) -> None:
    db, disk = recorded
    before = syncs(disk)
    with db.writing(), db.learning():
        db.run("INSERT INTO road_peer VALUES (1)")
    assert syncs(disk) > before


def test_no_entry_is_applied_where_the_commit_does_not_wait(recorded: tuple[SqliteDatabase, Disk]) -> None:
    db, _ = recorded
    with pytest.raises(RuntimeError), db.learning(), db.applying():
        db.run("INSERT INTO road_peer VALUES (1)")
    with db.learning():
        db.run("INSERT INTO road_peer VALUES (2)")
        with pytest.raises(RuntimeError), db.applying():
            pass
        db.run("DELETE FROM road_peer")
    assert list(db.run("SELECT * FROM road_peer")) == []
    with db.writing(), db.applying():  # and afterwards all is as usual
        db.run("INSERT INTO road_peer VALUES (3)")
    assert db.connection().pragma("synchronous") == 2


def test_after_an_exchange_of_the_file_every_thread_opens_the_new_one(tmp_path: Path) -> None:
    path, other = tmp_path / "kantor.sqlite3", tmp_path / "lain.sqlite3"
    for place, word in ((path, "lama"), (other, "baru")):
        with closing(open_office(place)) as made, made.writing():
            made.run("CREATE TABLE word (text TEXT)")
            made.run("INSERT INTO word VALUES (?)", (word,))
    db = open_office(path)
    with ThreadPoolExecutor(1) as thread:

        def read() -> tuple[bool, str]:
            closed = db.is_closed()
            if closed:
                db.connect()
            return closed, str(first_value(db, "SELECT text FROM word"))

        assert thread.submit(read).result()[1] == "lama"
        assert thread.submit(read).result() == (False, "lama")
        db.let_go()
        other.replace(path)
        assert thread.submit(read).result() == (True, "baru")
        assert thread.submit(read).result() == (False, "baru")
        thread.submit(db.close).result()
    db.close()
