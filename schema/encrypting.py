"""Encrypting the files of a data folder where they lie, and making them plain again.

Each file is whole at every moment, either as it was or as it will be: its copy is made beside it and takes its place by
one rename. A killed command leaves UNFINISHED_FILE; then nothing opens the folder until the same command has gone on.
The caller holds the folder: no other program has a file of it open.
"""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from schema import cipher
from schema.cipher import KEY_FILE, UNFINISHED_FILE, changing_folder, connect, is_plain_file, vacuum_into
from schema.data_folder import fsync_folder, keep_aside, shred
from schema.database import SqliteFile
from schema.database_errors import DAMAGED_FILE_ERRORS

NEW = ".baru"
OLD = ".dibuang"
PLACES = ("*.sqlite3", "*.sqlite3.lama-*", "sebelum-*/*.sqlite3", "sebelum-*/*.sqlite3.lama-*")
"""Databases of a data folder: in use, of before a restore, of before a new beginning."""
BESIDE = ("-wal", "-shm", "-journal", NEW, OLD)


class DamagedFileError(Exception):
    """A database whose pages are not in order; `name` is its file."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def database_files(folder: Path) -> list[Path]:
    found = {path for place in PLACES for path in folder.glob(place) if path.stat().st_size}
    databases = [path for path in found if not path.name.endswith(BESIDE)]
    return sorted(databases)


def encrypt_files(folder: Path, key: bytes, write_key_file: Callable[[], None]) -> list[str]:
    """Encrypt what lies plain in a folder; the names. Where nothing could be encrypted, all is as it was.

    Raises DamagedFileError, apsw.Error, OSError.
    """
    new = not cipher.is_encrypted(folder)
    (folder / UNFINISHED_FILE).touch(mode=0o600)
    write_key_file()
    cipher.hold_key(folder, key)
    try:
        changed = change_files(folder, key)
    except BaseException:
        if new and all(is_plain_file(path) for path in database_files(folder)):
            make_plain(folder)
        raise
    (folder / UNFINISHED_FILE).unlink()
    fsync_folder(folder)
    return changed


def decrypt_files(folder: Path) -> list[str]:
    """Make the files of an encrypted folder plain; the names. Raises as `encrypt_files`."""
    (folder / UNFINISHED_FILE).touch(mode=0o600)
    changed = change_files(folder, None)
    make_plain(folder)
    return changed


def make_plain(folder: Path) -> None:
    (folder / KEY_FILE).unlink(missing_ok=True)
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)
    fsync_folder(folder)
    cipher.forget_key(folder)


def change_files(folder: Path, key: bytes | None) -> list[str]:
    fsync_folder(folder)
    with changing_folder(folder):
        clear_leftovers(folder)
        changed = [path for path in database_files(folder) if is_plain_file(path) == (key is not None)]
        for path in changed:
            change_file(path, key)
        for path in database_files(folder):
            with closing(connect(path)) as connection:
                check_pages(connection, path)
    return [path.name for path in changed]


def change_file(path: Path, key: bytes | None) -> None:
    """Put a copy in the place of a file, encrypted with `key` or plain, and overwrite what was there before."""
    log, new, old = (path.with_name(path.name + ending) for ending in ("-wal", NEW, OLD))
    old_log = log.with_name(log.name + OLD)
    with suppress(OSError):  # no log, or a disk without second names: then its bytes stay unused on the disk
        old_log.hardlink_to(log)
    with closing(connect(path)) as source:
        check_pages(source, path)
        source.execute("PRAGMA journal_mode=DELETE")
        new.touch(mode=0o600)
        try:
            vacuum_into(source, new, key)
        except BaseException:
            new.unlink()
            raise
    with new.open("r+b") as file:
        os.fsync(file.fileno())
    keep_aside(path, old)
    new.replace(path)
    fsync_folder(path.parent)
    for left in (old, old_log):
        if left.exists():
            shred(left)


def check_pages(connection: SqliteFile, path: Path) -> None:
    """Raises DamagedFileError for a file that does not open with its key, or whose pages are not in order."""
    try:
        sound = connection.execute("PRAGMA integrity_check(1)").get == "ok"
    except DAMAGED_FILE_ERRORS as error:
        raise DamagedFileError(path.name) from error
    if not sound:
        raise DamagedFileError(path.name)


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed command left. A second name of a file in use only loses that name."""
    for place in PLACES:
        for path in folder.glob(f"{place}{NEW}"):
            path.unlink()
        for old in [*folder.glob(f"{place}{OLD}"), *folder.glob(f"{place}-wal{OLD}")]:
            path = old.with_name(old.name.removesuffix(OLD))
            if not path.exists() and not path.name.endswith("-wal"):
                old.replace(path)
            elif path.exists() and path.samefile(old):
                old.unlink()
            else:
                shred(old)
