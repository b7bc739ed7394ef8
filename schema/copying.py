"""A consistent copy of a running SQLite database, without the tables that are no record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw

from schema.database import SqliteDatabase


def copy_database(db: SqliteDatabase, target: Path, left_out: Sequence[str]) -> None:
    """Copy what is in use while the office works, and empty the tables `left_out` without a trace of their rows.

    One state of the database, no larger than the database itself, in bounded memory. `target` does not exist yet.
    Raises apsw.Error for a damaged or full one.
    """
    target.touch(mode=0o600, exist_ok=False)
    own = apsw.Connection(str(db.database))
    try:
        own.set_busy_timeout(10_000)
        own.execute("VACUUM INTO ?", (str(target),))
    finally:
        own.close()
    to = apsw.Connection(str(target))
    try:
        for pragma in ("journal_mode=DELETE", "secure_delete=ON", "temp_store=MEMORY"):
            to.execute("PRAGMA " + pragma)
        for table in left_out:
            if list(to.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))):
                to.execute(f"DELETE FROM {table}")
    finally:
        to.close()
