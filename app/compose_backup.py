"""Backups as the office's pages make them: composition of `sync.backup` with the data folder and the sticks."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.dates import number
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.office.backup_desk import BackupTold
from app.people.access_log import log_access
from sync.carriers.drives import drives
from sync.journal import Journal

if TYPE_CHECKING:
    from sync.backup import Backup

FOLDER = "cadangan"
SCRATCH = "cadangan-halaman"
"""A folder of the page's own for plain copies: the daily command clears its own and must not meet these."""


class OfficeBackup:
    """One backup at a time, into the data folder or onto a stick."""

    def __init__(self, journal: Journal, data: Path) -> None:
        self.journal, self.data, self.busy = journal, data, threading.Lock()

    def places(self) -> list[tuple[str, str]]:
        """This PC, then removable drives."""
        return [
            ("", "Komputer ini, folder cadangan"),
            *((str(path), f"Stik {label}") for path, label in drives()),
        ]

    def make(self, actor: Actor, place: str, now: datetime) -> BackupTold:
        """Make a backup; the recovery key comes with the first one that succeeds."""
        require(actor, "office.settings")
        if place not in dict(self.places()):
            raise Problem.of("invalid", {"folder": "Stik itu sudah tidak terpasang. Pilih tempat lain."})
        if not self.busy.acquire(blocking=False):
            return BackupTold(
                False, ["Cadangan lain sedang dibuat. Tunggu sampai selesai, lalu lihat keadaannya."]
            )
        try:
            return self._made(actor, Path(place) if place else self.data / FOLDER, now)
        finally:
            self.busy.release()

    def _made(self, actor: Actor, folder: Path, now: datetime) -> BackupTold:
        from sync.backup import RECIPIENT_FILE, BackupError, make_backup, recovery_key  # not at every start

        recipient, secret = recovery_key(self.data / "keys")
        scratch = self.data / SCRATCH
        try:
            scratch.mkdir(mode=0o700, exist_ok=True)
            made = make_backup(self.journal, "office", folder, recipient, now, scratch)
        except (BackupError, OSError) as error:
            if secret:  # nobody has seen this key: the next try makes another one and shows it
                (self.data / "keys" / RECIPIENT_FILE).unlink()
            return BackupTold(False, [sentence(error)])
        log_access(self.journal.db, at=now, person_id=actor.person_id, action="backup.made", subject="",
                   detail=made.path.name)  # fmt: skip
        return BackupTold(not made.alarm, sentences(made), secret)


def sentences(made: Backup) -> list[str]:
    """What was made, in words."""
    size, entries = number(made.size), number(made.entries)
    told = [
        f"Cadangan {made.path.name} dibuat, dibuka ulang dan cocok: {size} bita, {entries} catatan.",
        f"Tempatnya: {made.path.parent}.",
    ]
    return [*told, made.alarm] if made.alarm else told


def sentence(error: Exception) -> str:
    """What went wrong, for an officer."""
    if isinstance(error, OSError):
        return f"Tempat tujuan tidak dapat ditulis ({error.strerror}). Periksa stik dan ruang kosong, lalu ulangi."
    return str(error)
