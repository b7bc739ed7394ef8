"""Savepoints, whose fault an error is, ids in one go, and transactions that are tried again."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import apsw
import peewee
import psycopg
import pytest

from schema import database_errors
from schema.database import SqliteDatabase, open_office


class Engine(Exception):
    """An error of the other engine, with its code."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.sqlstate = state


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    db = open_office(tmp_path / "a.sqlite3")
    db.run("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    yield db
    db.close()


def failing_part(db: SqliteDatabase, error: Exception) -> None:
    with database_errors.in_savepoint(db):
        db.run("INSERT INTO thing VALUES (2, 'x')")
        raise error


def count(db: SqliteDatabase) -> object:
    return db.one("SELECT count(*) FROM thing")


def wrapped(inner: Exception) -> Exception:
    """As peewee wraps what the driver said."""
    try:
        raise peewee.OperationalError("wrapped") from inner
    except peewee.OperationalError as error:
        return error


def test_fresh_ids_follow_the_highest(db: SqliteDatabase) -> None:
    assert list(db.take_ids("thing", 2)) == [1, 2]
    db.run("INSERT INTO thing VALUES (7, 'x')")
    assert list(db.take_ids("thing", 3)) == [8, 9, 10]


def test_a_part_that_fails_is_undone_and_the_rest_goes_on(db: SqliteDatabase) -> None:
    with db.writing():
        with database_errors.in_savepoint(db):
            db.run("INSERT INTO thing VALUES (1, 'x')")
        for _ in range(2):
            with pytest.raises(ValueError, match="mine"):
                failing_part(db, ValueError("mine"))
    assert count(db) == (1,)


def test_when_the_environment_failed_the_transaction_is_left_to_its_end(db: SqliteDatabase) -> None:
    with pytest.raises(apsw.FullError), db.writing():
        failing_part(db, apsw.FullError("full"))
    assert (count(db), db.in_transaction()) == ((0,), False)


@pytest.mark.parametrize(
    "error",
    [
        apsw.FullError,
        apsw.IOError,
        apsw.BusyError,
        apsw.LockedError,
        apsw.ReadOnlyError,
        apsw.CorruptError,
        apsw.CantOpenError,
        apsw.NotADBError,
        apsw.InterruptError,
        apsw.NoMemError,
        apsw.ProtocolError,
        OSError,
        MemoryError,
        KeyboardInterrupt,
    ],
)
def test_disk_lock_and_connection_are_the_environment(error: type[BaseException]) -> None:
    assert database_errors.is_environment_error(error("x"))


@pytest.mark.parametrize("error", [apsw.ConstraintError("x"), apsw.SQLError("x"), ValueError("x"), KeyError("x")])
def test_a_line_is_blamed_for_what_is_its_own(error: Exception) -> None:
    assert not database_errors.is_environment_error(error)
    assert not database_errors.is_environment_error(wrapped(error))


def test_what_an_error_was_made_from_counts() -> None:
    assert database_errors.is_environment_error(wrapped(apsw.IOError("x")))
    assert database_errors.is_environment_error(peewee.InterfaceError("gone"))
    handling = ValueError("while handling it")
    handling.__context__ = apsw.FullError("x")
    assert database_errors.is_environment_error(handling)


@pytest.mark.parametrize(
    ("state", "environment"),
    [
        ("22001", False),
        ("23505", False),
        ("42703", False),
        ("P0001", False),
        ("08006", True),
        ("40001", True),
        ("53100", True),
        ("57P01", True),
    ],
)
def test_the_code_of_the_other_engine_says_whose_fault_it_is(state: str, environment: bool) -> None:
    assert database_errors.is_environment_error(Engine(state)) == environment
    assert database_errors.is_environment_error(wrapped(Engine(state))) == environment
    assert database_errors.sqlstate_of(wrapped(Engine(state))) == state
    assert database_errors.sqlstate_of(ValueError("x")) == ""


def test_only_a_full_or_broken_disk_is_the_storage() -> None:
    for error in (apsw.FullError("x"), wrapped(apsw.IOError("x")), Engine("53100"), Engine("53200")):
        assert database_errors.is_storage_failure(error)
    for error in (apsw.BusyError("x"), Engine("08006"), ValueError("53")):
        assert not database_errors.is_storage_failure(error)


def test_a_server_that_is_away_is_told_from_one_that_says_no() -> None:
    """A connection that could not be made bears no code; SQLite's errors are of another kind."""
    for state in ("57P01", "57P03", "25006", "08006"):
        assert database_errors.is_server_away(wrapped(Engine(state)))
    assert database_errors.is_server_away(psycopg.OperationalError("connection refused"))
    for error in (Engine("40001"), Engine("23505"), Engine("53100"), apsw.BusyError("x"), ValueError("x")):
        assert not database_errors.is_server_away(wrapped(error))


def test_who_collides_for_too_long_is_told_that_others_work() -> None:
    assert all(
        database_errors.is_busy(wrapped(error)) for error in (Engine("40001"), Engine("40P01"), apsw.BusyError())
    )
    assert not database_errors.is_busy(Engine("23505"))


def run_again(failing: int, state: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], int]:
    """(pauses, runs) of a transaction that collides so many times."""
    pauses: list[float] = []
    runs = 0

    def work() -> int:
        nonlocal runs
        runs += 1
        if runs <= failing:
            raise Engine(state)
        return 42

    monkeypatch.setattr(database_errors.time, "sleep", pauses.append)
    monkeypatch.setattr(database_errors.random, "uniform", lambda low, high: (low, high))
    assert database_errors.run_with_retries(work) == 42
    return pauses, runs


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_collision_is_tried_again_with_growing_pauses(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses, runs = run_again(5, state, monkeypatch)
    assert runs == 6
    assert pauses == [(0, 0.04), (0, 0.08), (0, 0.16), (0, 0.32), (0, 0.5)]
    assert run_again(0, state, monkeypatch) == ([], 1)


def test_after_ten_seconds_a_collision_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try takes three seconds; what is tried inside of another one has no patience of its own."""
    clock = itertools.count(0, 3)
    monkeypatch.setattr(database_errors.time, "monotonic", lambda: next(clock))
    with pytest.raises(Engine):
        run_again(100, "40001", monkeypatch)
    pauses, runs = run_again(3, "40001", monkeypatch)
    assert (len(pauses), runs) == (3, 4)
    clock, tried = itertools.count(0, 3), list[str]()

    def collide() -> None:
        tried.append("x")
        raise Engine("40001")

    with pytest.raises(Engine):
        database_errors.run_with_retries(lambda: database_errors.run_with_retries(collide))
    assert len(tried) == 4


def test_anything_else_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Engine, match="23505"):
        run_again(1, "23505", monkeypatch)
