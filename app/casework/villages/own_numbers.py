"""What a village's computer counts: its epoch, the numbers that it gives, the files that it writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from app.casework.villages.events import GivenNumber
from app.casework.villages.files import ListHead, NumberBlock
from schema.data_folder import LOCK_HELD_ERROR, lock_file, write_whole
from schema.structs import decode_json
from sync.entries import Epoch, Fingerprint, Number
from sync.problems import SyncError

NUMBERS = "nomor.json"
NUMBERS_LOCK = "nomor.kunci"
BUSY = "Perintah lain sedang memakai folder desa ini. Coba sekali lagi."
LONGEST_TURN = 5.0
"""Seconds for which a command waits until another one of the same folder has counted."""


class Counted(msgspec.Struct, frozen=True):
    """`signer`: the key for which all this counts; `last` the number given last, `files` how many files with news were
    written; `doubled`: the kecamatan saw two computers with this key."""

    signer: Fingerprint
    epoch: Epoch = 1
    blocks: list[NumberBlock] = []
    last: GivenNumber | None = None
    files: Number = 0
    doubled: bool = False

    def next_number(self) -> GivenNumber | None:
        """The first number behind the last one that a block holds; none where all are given."""
        for block in sorted(self.blocks):
            if self.last is None or self.last < block.first:
                return block.first
            if self.last < block.last:
                return GivenNumber(block.series, self.last.n + 1)
        return None


class OwnNumbers:
    """The counting of one village's folder. What was counted for another key is not this computer's: a copy of the
    folder that was given keys of its own begins anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turn = threading.Lock()

    def read(self, signer: str) -> Counted:
        try:
            known = decode_json((self.folder / NUMBERS).read_bytes(), Counted)
        except (OSError, msgspec.MsgspecError):
            return Counted(signer)
        if known.signer == signer:
            return known
        return Counted(signer)

    def begin(self, signer: str, epoch: int) -> None:
        """The kecamatan said which epoch begins with this key."""
        with self._alone():
            self._write(replace(self.read(signer), epoch=epoch))

    def learn(self, signer: str, head: ListHead) -> None:
        """What a list tells of epoch and numbers; blocks that are used up are forgotten. A list of an earlier key of
        this computer, which it still opens, tells nothing of this one."""
        if head.signer not in ("", signer):
            return
        with self._alone():
            known = self.read(signer)
            held = {*known.blocks, *head.blocks}
            blocks = sorted(block for block in held if known.last is None or known.last < block.last)
            epoch = head.epoch or known.epoch
            self._write(replace(known, epoch=epoch, blocks=blocks, doubled=head.doubled))

    def give(self, signer: str) -> GivenNumber | None:
        """The next number, which is nobody else's from now on; none where the kecamatan granted no more."""
        with self._alone():
            known = self.read(signer)
            given = known.next_number()
            if given is not None:
                self._write(replace(known, last=given))
            return given

    def count_file(self, signer: str) -> Counted:
        """One file more, before it is written: a count is never used twice, also where the writing fails."""
        with self._alone():
            known = self.read(signer)
            counted = replace(known, files=known.files + 1)
            self._write(counted)
            return counted

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Pages, clock and commands of one folder count one after the other. Raises SyncError("busy")."""
        with self.turn, (self.folder / NUMBERS_LOCK).open("ab") as file:
            until = time.monotonic() + LONGEST_TURN
            while not is_locked(file):
                if time.monotonic() > until:
                    raise SyncError("busy", BUSY)
                time.sleep(0.02)
            yield

    def _write(self, counted: Counted) -> None:
        write_whole(self.folder / NUMBERS, msgspec.json.encode(counted), 0o600)


def is_locked(file: BinaryIO) -> bool:
    """Whether the lock is ours now."""
    try:
        lock_file(file)
    except LOCK_HELD_ERROR:
        return False
    return True
