"""A consistent copy of a running SQLite database, without the tables that are no record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw

from schema.database import SqliteDatabase


def copy_database(db: SqliteDatabase, target: Path, left_out: Sequence[str]) -> None:
    """Copy page by page while the office works, empty the tables `left_out`, and leave no trace of them."""
    to = apsw.Connection(str(target))
    try:
        with to.backup("main", db.connection(), "main") as running:
            running.step(-1)
        to.execute("PRAGMA journal_mode=DELETE")
        for table in left_out:
            if list(to.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))):
                to.execute(f"DELETE FROM {table}")
        to.execute("VACUUM")
    finally:
        to.close()
