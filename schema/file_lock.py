"""A lock on an open file that the system takes back when its program ends, however it ends."""

from __future__ import annotations

import os
from typing import BinaryIO

FAR = 1 << 20
"""On Windows a locked byte cannot be read: the lock lies far behind what stands in the file."""


def take(file: BinaryIO) -> None:
    """Lock the file without waiting. Raises BlockingIOError or PermissionError when it is locked already."""
    if os.name == "nt":
        import msvcrt

        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
