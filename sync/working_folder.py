"""A private folder for plain copies: one user at a time, owner only, emptied before and after.

It lies inside the data folder, never in the system's folder for temporary files: what a killed run left there is
gone at the next start of the program, and nobody else could read it meanwhile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schema.folder_lock import take

WORK = "cadangan-kerja"
"""The private folder for plain copies of backup and restore, inside the data folder."""
LOCK = ".sedang-dipakai"
BUSY = "Cadangan atau pemulihan lain sedang berjalan di komputer ini. Tunggu sampai selesai, lalu ulangi."


class FolderBusyError(Exception):
    """Another thread or program works in the folder; `str` is a sentence for the officer."""


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """Hold `folder` for this run alone. The system lets go of the lock when the process dies.

    Raises FolderBusyError, OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            take(file)
        except (BlockingIOError, PermissionError) as error:
            raise FolderBusyError(BUSY) from error
        empty(folder)
        try:
            yield folder
        finally:
            empty(folder)


def empty(folder: Path) -> None:
    """Remove everything but the lock."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def sweep(folder: Path) -> None:
    """At the start of the program: remove what a killed run left, unless somebody is at work there."""
    if not folder.is_dir():
        return
    try:
        with working_folder(folder):
            pass
    except FolderBusyError:
        return
