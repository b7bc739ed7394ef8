"""Tests of Loket in a hurry: passwords are hashed at no cost, and no commit waits for the disk.

The cost stands in each hash, so signing in works as usual. A killed process loses nothing that it gave to the system;
only a power cut would, and a database with a file system of its own (a proof of power cuts) keeps waiting.
"""

from typing import Any

import apsw

from app.people import hashing
from schema.database import SqliteDatabase

REAL_COST, REAL_HOOKS = hashing.OFFICE_PC, SqliteDatabase._add_conn_hooks
hashing.OFFICE_PC = hashing.Cost(4, 8, 1)
hashing.hash_secret.__defaults__ = (hashing.OFFICE_PC,)


def without_waiting(db: SqliteDatabase, conn: Any) -> None:
    """The settings of a connection, but it does not wait for the system's own disk."""
    REAL_HOOKS(db, conn)
    if conn.open_vfs == apsw.vfs_names()[0]:
        conn.execute("PRAGMA synchronous=OFF")


SqliteDatabase._add_conn_hooks = without_waiting  # type: ignore[method-assign, assignment]
