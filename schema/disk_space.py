"""Room on the disk of a data folder: how much is left, and a reserve that is given up when there is none.

A full disk must not lock people out. Some megabytes are therefore held in a file of the data folder; when a write
finds no room, or hardly any is left, the file is deleted, and sign-in, reading and finishing go on in its place.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1024 * 1024
LITTLE = 500 * MEGABYTE
"""Free bytes below which every page says so."""
HARDLY_ANY = 4 * MEGABYTE
RESERVE = 16 * MEGABYTE
ROOM_FOR_IT = 4 * RESERVE
"""Free bytes from which on the reserve is made, the first time and again: on a small disk it is needed most."""
RESERVE_FILE = "ruang-cadangan"
LOOKED_EVERY = 10.0
"""Seconds for which an answer holds, so that a page does not ask the disk."""


class Room(NamedTuple):
    """What is left: free bytes, whether that is little, whether the reserve had to be given up."""

    free: int
    little: bool
    given_up: bool


class DiskSpace:
    """The disk of one data folder. Only a running program holds a reserve (:meth:`hold`)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / RESERVE_FILE
        self._lock = threading.Lock()
        self._holds = self._given_up = False
        self._known: Room | None = None
        self._looked = 0.0

    def hold(self) -> None:
        """Keep a reserve from here on, where there is room for one; a disk that is full now gives up an old one."""
        self._holds = True
        self._given_up = not self.file.exists() and self.free() < HARDLY_ANY
        self.look(fresh=True)

    def free(self) -> int:
        """Free bytes now; a folder that cannot be asked counts as roomy, other sentences tell of that."""
        try:
            return shutil.disk_usage(self.folder).free
        except OSError:
            return LITTLE * 2

    def look(self, *, fresh: bool = False) -> Room:
        """The room that is left, asked every few seconds; the reserve is given up or made again as it needs."""
        with self._lock:
            now = time.monotonic()
            if self._known is None or fresh or now - self._looked > LOOKED_EVERY:
                self._looked, free = now, self.free()
                if free < HARDLY_ANY:
                    self._let_go()
                elif self._holds and free > ROOM_FOR_IT:
                    self._make()
                self._known = Room(free, free < LITTLE, self._given_up)
            return self._known

    def give_up(self) -> bool:
        """Delete the reserve because a write found no room; whether there was one to give."""
        with self._lock:
            self._known = None
            return self._let_go()

    def _let_go(self) -> bool:
        try:
            self.file.unlink()
        except OSError:
            return False
        self._given_up = True
        return True

    def _make(self) -> None:
        """Take real blocks, not a file with a hole; what cannot be made whole is no reserve."""
        self._given_up = False
        if self.file.exists():
            return
        try:
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, RESERVE)
                else:
                    for _ in range(RESERVE // MEGABYTE):
                        file.write(os.urandom(MEGABYTE))
        except OSError:
            with suppress(OSError):
                self.file.unlink()
