"""The database as it was before a new version of the program changed it: the way back to the program of before.

The copy lies beside the database, encrypted as it is, under the number of the newest step of the program that changes
it: `kantor.sebelum-0130.sqlite3`. One is kept; it goes when the next version makes its own, after KEPT_DAYS, and when
people are destroyed, because they would stay in it.
"""

import shutil
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from schema import cipher
from schema.data_folder import MEGABYTE, fsync_file, fsync_folder
from schema.database import Database, SqliteDatabase
from schema.database_errors import SqliteError

KEPT_DAYS = 30
SPARE = 32 << 20
"""Bytes that stay free beside a copy, for the migration itself."""
BEFORE = "sebelum"
UNFINISHED = ".baru"


class NoRoomError(Exception):
    """The disk has no room for the copy."""


def keep_earlier_copy(db: SqliteDatabase, newest_step: str, applied: int) -> None:
    """Copy the database before its first new step. Raises NoRoomError, SqliteError, OSError.

    `applied`: how many steps the database has. A copy that has fewer was made before an update that ended half-way:
    that one is the state of before and stays.
    """
    path = Path(db.database)
    copy = path.with_name(f"{path.stem}.{BEFORE}-{newest_step}{path.suffix}")
    if copy.exists() and count_steps(copy) < applied:
        return
    check_room(path, copy)
    unfinished = copy.with_name(copy.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with closing(cipher.connect(path)) as own:
        cipher.vacuum_into(own, unfinished, cipher.key_of(path))
    fsync_file(unfinished)
    unfinished.replace(copy)
    fsync_folder(copy.parent)
    for earlier in earlier_copies(path):
        if earlier != copy:
            earlier.unlink(missing_ok=True)


def earlier_copies(path: Path) -> list[Path]:
    """The copies beside a database, the finished and the unfinished."""
    return [file for file in path.parent.glob(f"{path.stem}.{BEFORE}-*") if file.is_file()]


def newest_copy(path: Path) -> Path | None:
    """The finished copy of the newest update."""
    return max((copy for copy in earlier_copies(path) if copy.suffix == path.suffix), default=None)


def entries_since(path: Path, copy: Path) -> int:
    """How many entries of the journal would be lost with the copy: none where both end with the same one. A database
    that was restored since has another history, however short it is. Raises SqliteError."""
    if newest_entry(path) == newest_entry(copy):
        return 0
    return max(1, count_rows(path, "journal") - count_rows(copy, "journal"))


def newest_entry(path: Path) -> object:
    with closing(cipher.connect(path)) as own:
        return own.execute("SELECT hash FROM journal ORDER BY id DESC LIMIT 1").get


def count_rows(path: Path, table: str) -> int:
    with closing(cipher.connect(path)) as own:
        return int(own.execute(f"SELECT count(*) FROM {table}").get or 0)


def count_steps(copy: Path) -> int:
    """How many steps a copy has; more than any database where it cannot be read."""
    try:
        return count_rows(copy, "migration")
    except SqliteError:
        return 1 << 30


def put_back(path: Path, copy: Path) -> None:
    """Let the copy be the database again. Nobody else has it open. Raises SqliteError, OSError."""
    with closing(cipher.connect(path)) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # A log of the newer state would be read into the older file.
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    copy.replace(path)
    fsync_folder(path.parent)


def check_room(path: Path, copy: Path) -> None:
    needed = sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists()) + SPARE
    gained = 0
    if copy.exists():
        gained = copy.stat().st_size
    free = shutil.disk_usage(path.parent).free + gained
    if free < needed:
        raise NoRoomError(
            f"Basis data belum dimutakhirkan: salinan keadaan sebelumnya memerlukan {needed // MEGABYTE} MB, "
            f"yang kosong {free // MEGABYTE} MB. Kosongkan ruang di cakram {path.parent}, lalu jalankan lagi."
        )


def remove_earlier_copies(db: Database, now: datetime | None = None) -> None:
    """Remove the copies beside a database: all of them, or with `now` those that are older than KEPT_DAYS.

    A file that somebody holds open (Windows) stays until the next time.
    """
    if not isinstance(db, SqliteDatabase) or not db.is_file:
        return
    for copy in earlier_copies(Path(db.database)):
        with suppress(OSError):
            age = None
            if now:
                age = now.timestamp() - copy.stat().st_mtime
            if age is None or age > timedelta(days=KEPT_DAYS).total_seconds():
                copy.unlink()
