"""A SQLite file looked at from outside: opened plainly, and the names of what can be wrong with it."""

from __future__ import annotations

from pathlib import Path

import apsw

SqliteError = apsw.Error
"""Whatever SQLite refuses."""
DAMAGED = (apsw.CorruptError, apsw.NotADBError)
"""Its pages are broken, or it is no database."""
NO_DATABASE = apsw.NotADBError
FULL = apsw.FullError
BUSY = (apsw.BusyError, apsw.LockedError)
"""Another program has it open."""
NO_TABLE = apsw.SQLError
"""The statement names what is not there."""


def connect(path: Path) -> apsw.Connection:
    """A connection without the office's settings. Raises SqliteError."""
    return apsw.Connection(str(path))
