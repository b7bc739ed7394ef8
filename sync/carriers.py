"""Carriers bring bytes to the other side and back; they need no trust and know nothing of what they carry.

One contract for the network, the stick and tests. A carrier raises CarrierError with a sentence; what it returns has
still to be opened and verified, so a cut or foreign answer never counts.
"""

import errno
import os
import re
import stat
import string
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from schema.data_folder import names_in, write_whole
from sync.file_format import MAX_SEALED
from sync.problems import CarrierError


class Carrier(Protocol):
    """`b""` means: nothing there (or, on a stick, nothing yet). `resumes`: what was cut goes on where it ended."""

    resumes: bool

    def send(self, data: bytes, again: bool = False) -> bytes:
        """Bring one sealed file across; the other side's sealed answer. `again`: it may hold a part of these bytes."""

    def fetch(self, after: str) -> bytes:
        """The other side's next sealed file, with lines after `epoch/stream/n`."""

    def state(self) -> bytes:
        """The other side's small signed state, verified, as JSON."""


CONNECT_SECONDS = 5.0


def base_address(address: str) -> str:
    """`pusat.example:8135` as a base address; files are sealed and answers signed, so http is enough."""
    if "://" not in address:
        address = f"http://{address}"
    return address.rstrip("/")


MOUNTS = ("/media", "/run/media")
REMOVABLE = 2
"""GetDriveType's number for a removable drive."""
FAIL_CRITICAL_ERRORS = 1
"""SetErrorMode: a drive without a card is an answer, not a window in front of everything."""
NOT_READY = 21
"""Windows' number for a drive with nothing in it; Python makes the same EACCES of it as of a write-protected one."""


def removable_drives() -> list[tuple[Path, str]]:
    """(folder, its label) of each stick that is plugged in."""
    if sys.platform == "win32":
        windows: Any = import_module("ctypes").windll.kernel32
        windows.SetErrorMode(FAIL_CRITICAL_ERRORS)
        letters = (f"{letter}:\\" for letter in string.ascii_uppercase)
        return [(Path(letter), letter) for letter in letters if is_filled_drive(windows, letter)]
    places = [path for top in MOUNTS for depth in ("*", "*/*") for path in Path(top).glob(depth)]
    drives = [(path, path.name) for path in places if path.is_mount()]
    return sorted(drives, key=lambda drive: drive[1])


def is_filled_drive(windows: Any, letter: str) -> bool:
    """Whether Windows finds a stick or a card at a letter; a card reader has its letter without a card too."""
    if windows.GetDriveTypeW(letter) != REMOVABLE:
        return False
    return bool(windows.GetVolumeInformationW(letter, None, 0, None, None, None, None, 0))


ENDING = ".loket"
REQUEST, REPLY = "-pendaftaran", "-jawaban-pendaftaran"
"""How the names of enrolment files end, before ENDING."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
NO_FILE = {errno.ELOOP, errno.ENXIO, errno.EISDIR}
"""What opening a link, a pipe without a writer or a folder says."""
CAREFULLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Nothing is followed and nothing is waited for: what lies on a stick was put there by anybody."""


def stick_problem(error: OSError, folder: Path) -> CarrierError:
    if error.errno in FULL:
        return CarrierError("stick_full")
    if error.errno in READ_ONLY and getattr(error, "winerror", None) != NOT_READY:
        return CarrierError("stick_readonly")
    if not folder.is_dir():
        return CarrierError("stick_missing", folder=folder.name or str(folder))
    return CarrierError("stick_pulled")


def file_label(name: str) -> str:
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


def reading_order(path: Path) -> tuple[int, str]:
    """Answers to an enrolment are read first, requests last: they change whose key counts for the files between."""
    stem = path.stem.lower()
    if stem.endswith(REPLY):
        return 0, path.name
    if stem.endswith(REQUEST):
        return 2, path.name
    return 1, path.name


class FolderCarrier:
    """A stick is filled and emptied by anybody: each entry that is no file costs a sentence in `problems`, no more.

    `own` begins the names of all our files; `to` names the peer where there are many. `number` is the first to use:
    `yosowilangun-013.loket`, or `dispenduk-capil-lumajang-yosowilangun-002.loket`.
    """

    def __init__(self, folder: Path, own: str, number: int = 1, to: str = "") -> None:
        self.folder = folder
        self.number = number
        self.own = file_label(own)
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
            files = [self.folder / name for name in names_in(self.folder) if name.lower().endswith(ENDING)]
            return sorted(files, key=reading_order)
        except OSError as error:
            raise stick_problem(error, self.folder) from error

    def fetch(self, after: str) -> bytes:
        """The next file on the stick, whatever it holds; `after` is for carriers that can ask. Raises CarrierError."""
        if self._left is None:
            self._left = self.waiting()
        while self._left:
            path = self._left.pop(0)
            self.current = os.fsencode(path.name).decode("utf-8", "replace")
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
        return b""


@dataclass
class MemoryCarrier:
    on_send: Callable[[bytes], bytes]
    on_fetch: Callable[[str], bytes]
    on_state: Callable[[], bytes]
    resumes: bool = False

    def send(self, data: bytes, again: bool = False) -> bytes:
        return self.on_send(data)

    def fetch(self, after: str) -> bytes:
        return self.on_fetch(after)

    def state(self) -> bytes:
        return self.on_state()
