"""A folder that travels: a USB stick or a shared directory. One clearly named file per batch.

FAT32 and exFAT know no owners and no links, so a file is written as `.tmp`, fsynced and renamed. Files of the other
side are read in the order of their names and never changed or deleted here.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from sync.envelope import MAX_SEALED
from sync.files import write_whole
from sync.problems import CarrierError

ENDING = ".loket"
REQUEST, REPLY = "-pendaftaran", "-jawaban-pendaftaran"
"""How the names of enrolment files end, before ENDING."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
NO_FILE = {errno.ELOOP, errno.ENXIO, errno.EISDIR}
"""What opening a link, a pipe without a writer or a folder says."""
CAREFULLY = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
"""Nothing is followed and nothing is waited for: what lies on a stick was put there by anybody."""


def stick_problem(error: OSError, folder: Path) -> CarrierError:
    """What happened to the stick, in words."""
    if error.errno in FULL:
        return CarrierError("stick_full")
    if error.errno in READ_ONLY:
        return CarrierError("stick_readonly")
    if not folder.is_dir():
        return CarrierError("stick_missing", folder=folder.name or str(folder))
    return CarrierError("stick_pulled")


def file_label(name: str) -> str:
    """A name for files that every file system takes: lower case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "loket"


def read_plain(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a plain file. Raises CarrierError("no_file") for a link, folder or device; OSError."""
    if not hasattr(os, "O_NOFOLLOW") and (path.is_symlink() or not path.is_file()):
        raise CarrierError("no_file")
    try:
        handle = os.open(path, CAREFULLY)
    except OSError as error:
        if error.errno in NO_FILE or path.is_symlink():
            raise CarrierError("no_file") from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CarrierError("no_file")
    with os.fdopen(handle, "rb") as file:
        return file.read(limit)


def turn(path: Path) -> tuple[int, str]:
    """Answers to an enrolment are read first, requests last: they change whose key counts for the files between."""
    stem = path.stem.lower()
    return (0 if stem.endswith(REPLY) else 2 if stem.endswith(REQUEST) else 1), path.name


def printable_name(name: str) -> str:
    """A file's name as it can be stored and printed, whatever bytes the stick holds."""
    return os.fsencode(name).decode("utf-8", "replace")


class FolderCarrier:
    """A stick is filled and emptied by anybody: each entry that is no file costs a sentence in `problems`, no more.

    `own` begins the names of all our files; `to` names the peer where there are many. `number` is the first to use:
    `yosowilangun-013.loket`, or `dukcapil-lumajang-yosowilangun-002.loket`.
    """

    def __init__(self, folder: Path, own: str, number: int = 1, to: str = "") -> None:
        self.folder, self.number, self.own = folder, number, file_label(own)
        self.label = file_label(f"{own} {to}")
        self.written: list[Path] = []
        self.current = ""
        self.problems: list[tuple[str, CarrierError]] = []
        self._left: list[Path] | None = None

    def send(self, data: bytes) -> bytes:
        """Write one file whole; a stick answers later, so the answer is empty. Raises CarrierError."""
        if not self.folder.is_dir():
            raise CarrierError("stick_missing", folder=self.folder.name or str(self.folder))
        try:
            path = self._free_name()
            write_whole(path, data)
        except OSError as error:
            raise stick_problem(error, self.folder) from error
        self.written.append(path)
        return b""

    def _free_name(self) -> Path:
        while True:
            path = self.folder / f"{self.label}-{self.number:03d}{ENDING}"
            self.number += 1
            if not path.exists():
                return path

    def waiting(self) -> list[Path]:
        """Loket files on the stick, in the order of reading, our own among them. Raises CarrierError."""
        try:
            return sorted(
                (path for path in self.folder.iterdir() if path.name.lower().endswith(ENDING)), key=turn
            )
        except OSError as error:
            raise stick_problem(error, self.folder) from error

    def fetch(self, after: str) -> bytes:
        """The next file on the stick, whatever it holds; `after` is for carriers that can ask. Raises CarrierError."""
        self._left = self.waiting() if self._left is None else self._left
        while self._left:
            path = self._left.pop(0)
            self.current = printable_name(path.name)
            try:
                data = read_plain(path, MAX_SEALED + 1)
            except CarrierError as problem:
                self.problems.append((self.current, problem))
                continue
            except OSError as error:
                if error.errno not in READ_ONLY:
                    raise stick_problem(error, self.folder) from error
                self.problems.append((self.current, CarrierError("unreadable")))
                continue
            return data or b"\0"  # an empty file is a bad file, not the end of the stick
        self.current = ""
        return b""

    def state(self) -> bytes:
        """A stick cannot be asked."""
        return b""
