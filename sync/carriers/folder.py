"""A folder that travels: a USB stick or a shared directory. One clearly named file per batch.

FAT32 and exFAT know no owners and no links, so a file is written as `.tmp`, fsynced and renamed. Files of the other
side are read in the order of their names and never changed or deleted here.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path

from sync.envelope import MAX_SEALED
from sync.files import TEMPORARY, write_whole
from sync.problems import CarrierError

ENDING = ".loket"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


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


class FolderCarrier:
    """`own` begins the names of all our files, which are never read back; `to` names the peer where there are many.

    `number` is the first to use: `yosowilangun-013.loket`, or `dukcapil-lumajang-yosowilangun-002.loket`.
    """

    def __init__(self, folder: Path, own: str, number: int = 1, to: str = "") -> None:
        self.folder, self.number, self.own = folder, number, file_label(own)
        self.label = file_label(f"{own} {to}")
        self.written: list[Path] = []
        self.current = ""
        self._seen: set[str] = set()

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
        """Files of others on the stick that this carrier has not given yet. Raises CarrierError."""
        try:
            found = sorted(self.folder.iterdir())
        except OSError as error:
            raise stick_problem(error, self.folder) from error
        return [
            path for path in found
            if path.name.lower().endswith(ENDING) and not path.name.endswith(TEMPORARY)
            and not path.name.startswith(f"{self.own}-") and path.name not in self._seen
        ]  # fmt: skip

    def fetch(self, after: str) -> bytes:
        """The next file on the stick, whatever it holds; `after` is for carriers that can ask. Raises CarrierError."""
        for path in self.waiting():
            self._seen.add(path.name)
            self.current = path.name
            try:
                with path.open("rb") as file:
                    data = file.read(MAX_SEALED + 1)
            except OSError as error:
                raise stick_problem(error, self.folder) from error
            return data or b"\0"  # an empty file is a bad file, not the end of the stick
        self.current = ""
        return b""

    def state(self) -> bytes:
        """A stick cannot be asked."""
        return b""
