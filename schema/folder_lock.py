"""One program writes in a data folder: a lock that the system takes back when the program ends, however it ends.

Two offices on one folder would share keys and stick files, and a database must not be replaced under a running
office. Commands that only read (`verify`, `recap`), the backup, and short deeds beside a running program (`sync`,
`network`, `reset-admin`) take no lock: each of their changes is one transaction of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from schema.file_lock import take
from schema.scratch import program_scratch

LOCK_FILE = "dipakai"


class FolderHeld(Exception):
    """Another program works in this data folder. `sentence` says which and since when."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@contextmanager
def hold_folder(data: Path, what: str) -> Iterator[None]:
    """Hold a data folder (made when it is missing) for one program, `what` in the words of an administrator.

    Raises FolderHeld when somebody else holds it, also within this process.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            take(file)
        except (BlockingIOError, PermissionError) as error:
            raise FolderHeld(holder_sentence(data, holder(file))) from error
        introduce(file, what)
        close_to_others(data)
        with program_scratch(data):
            yield
        with suppress(OSError):  # the words go with the program; a crash leaves them, the lock it does not
            file.truncate(0)


def close_to_others(data: Path) -> None:
    """Take the rights of others from the data folder and from databases that an earlier version left open to them."""
    for path in (data, *data.glob("*.sqlite3*")):
        with suppress(OSError):  # somebody else's, or a disk without modes
            path.chmod(path.stat().st_mode & 0o700)


def introduce(file: BinaryIO, what: str) -> None:
    """Write who holds the folder. On a full disk the lock holds without the words."""
    words = {
        "what": what,
        "pid": os.getpid(),
        "since": datetime.now().astimezone().strftime("%d-%m-%Y %H.%M"),
    }
    with suppress(OSError):
        file.truncate(0)
        file.seek(0)
        file.write(json.dumps(words).encode())
        file.flush()


def holder(file: BinaryIO) -> dict[str, object]:
    """What the holder said of itself, as far as it can be read."""
    try:
        file.seek(0)
        words = json.loads(file.read(1000))
    except (OSError, ValueError):
        return {}
    return words if isinstance(words, dict) else {}


def holder_sentence(data: Path, words: dict[str, object]) -> str:
    """The refusal: who holds the folder, and what to do."""
    known = (
        f"{words.get('what')}, proses {words.get('pid')}, sejak {words.get('since')}"
        if words
        else "program lain"
    )
    return (
        f"Folder {data} sedang dipakai Loket yang lain ({known}). Tutup program itu dulu, lalu ulangi; dua program "
        "tidak boleh bekerja di satu folder data."
    )
