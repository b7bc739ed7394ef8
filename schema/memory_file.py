"""A small SQLite database in memory, made and read as bytes: nothing of it is ever on a disk."""

from collections.abc import Sequence
from typing import Any, Self

import apsw

Rows = list[tuple[Any, ...]]


class MemoryFile:
    """Tables without types or keys, as they are written; the names of tables and columns are ours."""

    def __init__(self) -> None:
        self._connection = apsw.Connection(":memory:")

    @classmethod
    def of(cls, content: bytes) -> Self:
        """What bytes hold. Raises apsw.Error where they are no database."""
        made = cls()
        made._connection.deserialize("main", content)
        made.tables()
        return made

    def add_table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        with self._connection:
            self._connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)

    def tables(self) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def table(self, name: str) -> tuple[list[str], Rows]:
        """Columns and rows of a table."""
        columns = [row[1] for row in self._connection.execute(f"PRAGMA table_info({name})")]
        return columns, [tuple(row) for row in self._connection.execute(f"SELECT * FROM {name}")]

    def content(self) -> bytes:
        return self._connection.serialize("main")

    def close(self) -> None:
        self._connection.close()
