"""The private folder for the plain copies of backup and restore: one user at a time, empty before and after.

It lies in the only place for temporary files (`schema.scratch`), so that what a killed run left is gone with the next
command that starts, and nobody else could read it meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from schema import scratch

WORK = f"{scratch.FOLDER}/cadangan"
"""The folder for plain copies of backup and restore, below the data folder."""
BUSY = "Cadangan atau pemulihan lain sedang berjalan di komputer ini. Tunggu sampai selesai, lalu ulangi."


class FolderBusyError(Exception):
    """Another thread or program works in the folder; `str` is a sentence for the officer."""


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """Hold `folder` for this run alone. The system lets go of the lock when the process dies.

    Raises FolderBusyError, OSError.
    """
    with ExitStack() as kept:
        try:
            kept.enter_context(scratch.held(folder))
        except scratch.BUSY as error:
            raise FolderBusyError(BUSY) from error
        yield folder
