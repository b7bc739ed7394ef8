"""A disk that takes nothing more, a database that may only be read, a file that is damaged: the real errors."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schema.database import Database


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process can grow: what a full disk or an exhausted quota is to SQLite and to the system."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def only_readable(db: Database) -> Iterator[None]:
    """Every write of this connection meets SQLITE_READONLY."""
    db.run("PRAGMA query_only=ON")
    try:
        yield
    finally:
        db.run("PRAGMA query_only=OFF")


def damage(path: Path, *, first: int = 8192) -> None:
    """Write over the pages from `first` on with bytes that are none of the database's."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(first)
        file.write(b"\xa5\x5a" * ((size - first) // 2))
