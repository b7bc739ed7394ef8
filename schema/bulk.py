"""Bulk writes below peewee: ids in one go, savepoints, and a transaction that is tried again when it must be."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import apsw
import peewee

from schema.database import CentrePostgres, Database

T = TypeVar("T")

SERIALIZATION = {"40001", "40P01"}
"""PostgreSQL and engines that speak its protocol: run the whole transaction again."""

ENVIRONMENT = (
    apsw.FullError, apsw.IOError, apsw.BusyError, apsw.LockedError, apsw.NoMemError, apsw.ReadOnlyError,
    apsw.CorruptError, apsw.CantOpenError, apsw.NotADBError, apsw.InterruptError, apsw.ProtocolError,
    OSError, MemoryError,
)  # fmt: skip


def take_ids(db: Database, table: str, count: int) -> Sequence[int]:
    """`count` fresh ids of a table with an integer key, inside a transaction."""
    if isinstance(db, CentrePostgres):
        asked = "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)"
        return [row[0] for row in db.run(asked, (table, count))]
    row = db.one(f"SELECT max(id) FROM {table}")
    first = (row[0] if row and row[0] else 0) + 1
    return range(first, first + count)


@contextmanager
def savepoint(db: Database) -> Iterator[None]:
    """Everything inside happens or, when it raises, nothing of it; the transaction around goes on."""
    db.run("SAVEPOINT part")
    try:
        yield
    except BaseException as error:
        if not is_environment(error):
            db.run("ROLLBACK TO SAVEPOINT part")
            db.run("RELEASE SAVEPOINT part")
        raise
    db.run("RELEASE SAVEPOINT part")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was made from (peewee wraps the driver's errors)."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of an error, or an empty string."""
    states = (getattr(one, "sqlstate", None) for one in causes(error))
    return next((str(state) for state in states if state), "")


def is_environment(error: BaseException) -> bool:
    """Whether disk, lock or connection failed, so that no line can be blamed and the transaction is lost."""
    state = sqlstate(error)
    if state:
        return state[:2] not in {"22", "23", "42", "P0"}
    if not isinstance(error, Exception):
        return True
    return any(isinstance(one, (*ENVIRONMENT, peewee.InterfaceError)) for one in causes(error))


def is_damage(error: BaseException) -> bool:
    """Whether the database file itself is damaged."""
    return any(isinstance(one, apsw.CorruptError | apsw.NotADBError) for one in causes(error))


def storage_failed(error: BaseException) -> bool:
    """Whether the disk is full or does not take the bytes."""
    return sqlstate(error)[:2] == "53" or any(
        isinstance(one, apsw.FullError | apsw.IOError) for one in causes(error)
    )


def run_again(work: Callable[[], T], attempts: int = 6) -> T:
    """Run a whole transaction; when the engine says it collided with another one, run it again."""
    for attempt in range(1, attempts):
        try:
            return work()
        except Exception as error:
            if sqlstate(error) not in SERIALIZATION:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    return work()
