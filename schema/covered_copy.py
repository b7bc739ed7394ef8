"""Copies of a whole database on their way into a backup and out of one.

A backup holds the plain database, so that its recovery key alone opens it with common tools. In an encrypted folder
these plain bytes may never reach the disk: SQLite writes and reads them through `CoveredFiles`, which keeps them as
pieces in an encrypted file (`CoveredCopy`). In a plain folder a copy is a plain file (`PlainCopy`).
"""

import io
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import apsw

from schema import cipher
from schema.database import SqliteDatabase, wait_by_asking

PIECE = 4096
COPY = "/salinan"
"""How SQLite calls the one database of a `CoveredFiles`."""


def copy_database(db: SqliteDatabase, target: "PlainCopy", left_out: Sequence[str]) -> None:
    """Copy what is in use while the office works, and empty the tables `left_out` without a trace of their rows.

    One state of the database, no larger than the database itself, in bounded memory. Raises apsw.Error for a damaged
    or full one.
    """
    with closing(cipher.connect(Path(db.database))) as own:
        own.set_busy_timeout(10_000)
        wait_by_asking(own)
        target.fill_from(own)
    with closing(target.connect()) as to:
        for pragma in ("journal_mode=MEMORY", "secure_delete=ON", "temp_store=MEMORY"):
            to.execute("PRAGMA " + pragma)
        for table in left_out:
            if list(to.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))):
                to.execute(f"DELETE FROM {table}")


@contextmanager
def copy_beside(path: Path) -> Iterator["PlainCopy"]:
    """The copy that may lie at a path, gone with the block. Raises LockedFolderError."""
    if cipher.key_of(path) is None:
        made = PlainCopy(path)
    else:
        made = CoveredCopy(path)
    try:
        yield made
    finally:
        made.remove()


class PlainCopy:
    """A database file for its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill_from(self, source: apsw.Connection) -> None:
        """Take what is in use in a database. The copy does not exist yet. Raises apsw.Error, OSError."""
        self.path.touch(mode=0o600, exist_ok=False)
        cipher.vacuum_into(source, self.path, None)

    def connect(self) -> apsw.Connection:
        return cipher.connect(self.path)

    @property
    def size(self) -> int:
        """Bytes of the plain database."""
        return self.path.stat().st_size

    def as_database(self) -> SqliteDatabase:
        return SqliteDatabase(self.path)

    def reader(self) -> BinaryIO:
        return self.path.open("rb")

    def writer(self) -> BinaryIO:
        """A new file. Raises OSError when it is there already."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.path, flags, 0o600), "wb")

    def become(self, database: Path) -> None:
        """Let what was written be a database of its folder. Raises apsw.Error, OSError."""
        self.path.replace(database)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


class CoveredCopy(PlainCopy):
    """The same, with its bytes in pieces in an encrypted file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._made: CoveredFiles | None = None

    @property
    def _files(self) -> "CoveredFiles":
        if self._made is None:
            self._made = CoveredFiles(Pieces(self.path))
        return self._made

    def fill_from(self, source: apsw.Connection) -> None:
        source.execute("VACUUM INTO ?", (f"file:{COPY}?vfs={self._files.name}&key=",))

    def connect(self) -> apsw.Connection:
        return apsw.Connection(COPY, vfs=self._files.name, flags=cipher.FLAGS)

    @property
    def size(self) -> int:
        return self._files.pieces.size

    def as_database(self) -> SqliteDatabase:
        return SqliteDatabase(COPY, vfs=self._files.name)

    def reader(self) -> BinaryIO:
        return io.BufferedReader(PieceStream(self._files.pieces), 16 * PIECE)  # type: ignore[return-value]  # a BinaryIO

    def writer(self) -> BinaryIO:
        return io.BufferedWriter(PieceStream(self._files.pieces), 16 * PIECE)  # type: ignore[return-value]  # a BinaryIO

    def become(self, database: Path) -> None:
        with closing(self.connect()) as plain:
            database.touch(mode=0o600, exist_ok=False)
            cipher.vacuum_into(plain, database, cipher.key_of(database))

    def remove(self) -> None:
        if self._made is not None:
            self._made.unregister()
            self._made.pieces.close()
        self._made = None
        super().remove()


class Pieces:
    """Bytes by their place, in an encrypted SQLite file that is thrown away."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self.size = 0
        self._file = cipher.connect(path)
        for pragma in ("page_size=32768", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
            self._file.execute("PRAGMA " + pragma)
        self._file.execute("CREATE TABLE IF NOT EXISTS piece (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
        self._file.execute("BEGIN")

    def read(self, offset: int, amount: int) -> bytes:
        """At most `amount` bytes, fewer at the end."""
        amount = max(0, min(amount, self.size - offset))
        found = b"".join(self._piece(n) for n in range(offset // PIECE, -(-(offset + amount) // PIECE)))
        return found[offset % PIECE :][:amount]

    def _piece(self, n: int) -> bytes:
        kept: bytes = self._file.execute("SELECT bytes FROM piece WHERE n = ?", (n,)).get or b""
        return kept.ljust(PIECE, b"\0")

    def write(self, offset: int, part: bytes) -> None:
        at = 0
        while at < len(part):
            n, within = divmod(offset + at, PIECE)
            new = part[at : at + PIECE - within]
            if len(new) < PIECE:
                old = self._piece(n)
                whole = old[:within] + new + old[within + len(new) :]
            else:
                whole = new
            self._file.execute("INSERT OR REPLACE INTO piece VALUES (?, ?)", (n, whole))
            at += len(new)
        self.size = max(self.size, offset + len(part))

    def truncate(self, size: int) -> None:
        self._file.execute("DELETE FROM piece WHERE n >= ?", (-(-size // PIECE),))
        if size % PIECE and size < self.size:
            last = size // PIECE
            self._file.execute("INSERT OR REPLACE INTO piece VALUES (?, ?)", (last, self._piece(last)[: size % PIECE]))
        self.size = size

    def close(self) -> None:
        self._file.close()


class InMemory:
    """The journal beside a copy: it holds what stood there before, and before a copy nothing stood."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def size(self) -> int:
        return len(self._bytes)

    def read(self, offset: int, amount: int) -> bytes:
        return bytes(self._bytes[offset : offset + amount])

    def write(self, offset: int, part: bytes) -> None:
        self._bytes.extend(bytes(max(0, offset - self.size)))
        self._bytes[offset : offset + len(part)] = part

    def truncate(self, size: int) -> None:
        del self._bytes[size:]


class PieceStream(io.RawIOBase):
    """The bytes from the first to the last, as a file that is read or written once."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._pieces.read(self._at, len(buffer))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def write(self, part: Any) -> int:
        self._pieces.write(self._at, bytes(part))
        self._at += len(part)
        return len(part)


class CoveredFiles(apsw.VFS):
    """What SQLite takes for the disk: one database in pieces, and beside it only what memory holds."""

    def __init__(self, pieces: Pieces) -> None:
        self.name = "loket-" + secrets.token_hex(6)
        self.pieces = pieces
        super().__init__(self.name, "")

    def xFullPathname(self, name: str) -> str:  # noqa: N802  # SQLite's word
        return name

    def xAccess(self, _name: str, _flags: int) -> bool:  # noqa: N802  # SQLite's word
        return False

    def xDelete(self, _name: str, _sync: bool) -> None:  # noqa: N802  # SQLite's word
        pass

    def xOpen(self, _name: Any, flags: list[int]) -> Any:  # noqa: N802  # SQLite's word
        flags[1] = flags[0]
        is_main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        pieces = self.pieces if is_main else InMemory()
        return CoveredFile(pieces)


class CoveredFile:
    """SQLite's methods of a file, one program and one connection at a time."""

    def __init__(self, pieces: Pieces | InMemory) -> None:
        self.pieces = pieces

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802  # SQLite's word
        return self.pieces.read(offset, amount)

    def xWrite(self, part: bytes, offset: int) -> None:  # noqa: N802  # SQLite's word
        self.pieces.write(offset, part)

    def xTruncate(self, size: int) -> None:  # noqa: N802  # SQLite's word
        self.pieces.truncate(size)

    def xFileSize(self) -> int:  # noqa: N802  # SQLite's word
        return self.pieces.size

    def xSync(self, _flags: int) -> None:  # noqa: N802  # SQLite's word
        pass

    def xLock(self, _level: int) -> None:  # noqa: N802  # SQLite's word
        pass

    def xUnlock(self, _level: int) -> None:  # noqa: N802  # SQLite's word
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802  # SQLite's word
        return False

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802  # SQLite's word
        return False

    def xSectorSize(self) -> int:  # noqa: N802  # SQLite's word
        return PIECE

    def xDeviceCharacteristics(self) -> int:  # noqa: N802  # SQLite's word
        return 0

    def xClose(self) -> None:  # noqa: N802  # SQLite's word
        pass
