"""What goes wrong with a database: which error means what, savepoints, and running a transaction again."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

import apsw
import peewee

from schema.database import Database

T = TypeVar("T")
SqliteError = apsw.Error
"""Whatever SQLite refuses."""
DAMAGED_FILE_ERRORS = (apsw.CorruptError, apsw.NotADBError)
"""Its pages are broken, or it is no database."""
UNOPENED_FILE_ERRORS = (*DAMAGED_FILE_ERRORS, peewee.DatabaseError)
"""The same at the first question to a file: what opening it raises comes wrapped."""
NO_DATABASE_ERROR = apsw.NotADBError
DISK_FULL_ERROR = apsw.FullError
BUSY_ERRORS = (apsw.BusyError, apsw.LockedError)
"""Another program has it open."""
NO_TABLE_ERROR = apsw.SQLError
"""The statement names what is not there."""

COLLISION_STATES = {"40001", "40P01"}
"""PostgreSQL and engines that speak its protocol: run the whole transaction again."""
AWAY_STATES = {"57P01", "57P02", "57P03", "25006"}
"""Stopped, crashed, still starting, and a standby that nobody may write to yet."""
PATIENCE = 10.0
"""Seconds after which a transaction that collides again and again is given up, however often it was tried."""
LONGEST_WAIT = 0.5
"""Seconds between two attempts at most."""

ENVIRONMENT_ERRORS = (
    apsw.FullError,
    apsw.IOError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.NoMemError,
    apsw.ReadOnlyError,
    apsw.CorruptError,
    apsw.CantOpenError,
    apsw.NotADBError,
    apsw.InterruptError,
    apsw.ProtocolError,
    OSError,
    MemoryError,
)


@contextmanager
def in_savepoint(db: Database) -> Iterator[None]:
    """Everything inside happens or, when it raises, nothing of it; the transaction around goes on."""
    db.run("SAVEPOINT part")
    try:
        yield
    except BaseException as error:
        if not is_environment_error(error):
            db.run("ROLLBACK TO SAVEPOINT part")
            db.run("RELEASE SAVEPOINT part")
        raise
    db.run("RELEASE SAVEPOINT part")


def error_chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was made from (peewee wraps the driver's errors)."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def is_caused_by(error: BaseException, *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in error_chain(error))


def sqlstate_of(error: BaseException) -> str:
    for cause in error_chain(error):
        if state := getattr(cause, "sqlstate", None):
            return str(state)
    return ""


def is_environment_error(error: BaseException) -> bool:
    """Whether disk, lock or connection failed, so that no line can be blamed and the transaction is lost."""
    state = sqlstate_of(error)
    if state:
        return state[:2] not in {"22", "23", "42", "P0"}
    if not isinstance(error, Exception):
        return True
    return is_caused_by(error, *ENVIRONMENT_ERRORS, peewee.InterfaceError)


def is_file_damage(error: BaseException) -> bool:
    return is_caused_by(error, apsw.CorruptError, apsw.NotADBError)


def is_busy(error: BaseException) -> bool:
    """Whether others held the database for longer than anybody waits: SQLite's lock, or one collision after another."""
    return is_caused_by(error, *BUSY_ERRORS) or is_collision(error)


def is_collision(error: BaseException) -> bool:
    return sqlstate_of(error) in COLLISION_STATES


def is_server_away(error: BaseException) -> bool:
    """Whether PostgreSQL could not be reached, was cut off, or may not be written to (yet)."""
    if state := sqlstate_of(error):
        return state in AWAY_STATES or state.startswith("08")
    return any(
        type(cause).__module__.startswith("psycopg") and type(cause).__name__ in ("OperationalError", "InterfaceError")
        for cause in error_chain(error)
    )


def is_storage_failure(error: BaseException) -> bool:
    return sqlstate_of(error)[:2] == "53" or is_caused_by(error, apsw.FullError, apsw.IOError)


class Trying(threading.local):
    """Until when this thread tries again (`time.monotonic`); none while it tries nothing."""

    until: float | None = None


_trying = Trying()


def run_with_retries(work: Callable[[], T], may_repeat: Callable[[], bool] = lambda: True) -> T:
    """Do `work`, one transaction or several that may be repeated, and again while it collides with others.

    `may_repeat` is asked before each further try. What is tried inside of another one shares its patience. Raises the
    last collision.
    """
    if _trying.until is not None:
        return try_until(_trying.until, work, may_repeat)
    _trying.until = time.monotonic() + PATIENCE
    try:
        return try_until(_trying.until, work, may_repeat)
    finally:
        _trying.until = None


def try_until(until: float, work: Callable[[], T], may_repeat: Callable[[], bool]) -> T:
    for attempt in count(1):
        try:
            return work()
        except Exception as error:
            if not is_collision(error) or time.monotonic() > until or not may_repeat():
                raise
        time.sleep(random.uniform(0, min(0.02 * 2**attempt, LONGEST_WAIT)))
    raise AssertionError("unreachable")
