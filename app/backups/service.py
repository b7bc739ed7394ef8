"""Backups of one side as pages, commands and the nightly thread make them, into the data folder and onto sticks."""

import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from app.backups.recovery import BACKUP_FOLDER
from app.core.dates import format_number
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.people.access_log import log_access
from schema.database import CentrePostgres
from schema.migrations import Side
from sync import backup_records as records
from sync.backup import (
    ENDING,
    WORK,
    Backup,
    BackupError,
    backup_moment,
    choose_kept,
    is_backup_due,
    is_due_at_closing,
    make_backup,
)
from sync.backup_records import adopt_file
from sync.carriers import removable_drives
from sync.files import TEMPORARY, fsync_folder
from sync.journal import Journal

STICK_BACKUP_FOLDER = "cadangan-loket"
"""The folder on a stick in which copies are kept by the same schedule."""
NO_KEY = "Belum ada kunci pemulihan yang dipastikan. Buat dulu kuncinya di halaman Cadangan."
WRONG_GROUP = "Tidak sama dengan kunci yang ditampilkan. Periksa kertasnya, atau buat kunci lain."


class BackupResult(msgspec.Struct, frozen=True):
    """What a backup came to; `key` is a new recovery key in groups, told this once and else empty."""

    ok: bool
    sentences: Sequence[str]
    key: str = ""


class Backups:
    """The backups of one side. Every way of making one comes through here."""

    def __init__(self, journal: Journal, side: Side, data: Path, address: str = "") -> None:
        """`address` is `console` for a command on the PC, as the access log tells it."""
        self.journal, self.db, self.side, self.data = journal, journal.db, side, data
        self.address = address

    # -- as the pages ask -----------------------------------------------------

    def places(self) -> list[tuple[str, str]]:
        return [
            ("", "Komputer ini, folder cadangan"),
            *((str(path), f"Stik {label}") for path, label in removable_drives()),
        ]

    def make(self, actor: Actor, place: str, now: datetime) -> BackupResult:
        require(actor, "backup.make")
        if place not in dict(self.places()):
            raise Problem.of("invalid", {"folder": "Stik itu sudah tidak terpasang. Pilih tempat lain."})
        key = records.key_in_force(self.db)
        if key is None:
            raise Problem.of("conflict", why=NO_KEY)
        return self.tell(
            actor, Path(place) / STICK_BACKUP_FOLDER if place else self.data / BACKUP_FOLDER, key.recipient, now
        )

    def make_key(self, actor: Actor, now: datetime) -> BackupResult:
        require(actor, "backup.make")
        recipient, secret = records.draw_key()
        told = self.tell(actor, self.data / BACKUP_FOLDER, recipient, now)
        if not told.ok:
            return told
        self.keep_key(recipient, secret, actor.person_id, now)
        return BackupResult(True, told.sentences, records.to_groups(secret))

    def confirm_key(self, actor: Actor, typed: str, now: datetime) -> None:
        require(actor, "backup.make")
        self.confirm(typed, actor.username, actor.person_id, now)

    def tell(self, actor: Actor, folder: Path, recipient: str, now: datetime) -> BackupResult:

        try:
            made = self.run(folder, recipient, now, actor.person_id)
        except (BackupError, OSError) as error:
            return BackupResult(False, [backup_error_sentence(error)])
        return BackupResult(not made.alarm, backup_sentences(made))

    # -- what every way shares --------------------------------------------------------------------------------

    def run(self, folder: Path, recipient: str, now: datetime, person_id: int | None) -> Backup:
        """Make a backup, keep that it stands, prune by the schedule. Raises BackupError, OSError."""

        made = make_backup(self.journal, self.side, folder, recipient, now, self.data / WORK)
        records.note_made(self.db, made)
        self.note("backup.made", person_id, now, made.path.name)
        if folder.resolve() != (self.data / BACKUP_FOLDER).resolve():
            records.note_copied(self.db, made, str(folder), now)
        else:
            self.prune(folder, made)
        return made

    def keep_key(self, recipient: str, secret: str, person_id: int | None, now: datetime) -> None:
        records.keep_unconfirmed(self.db, recipient, secret, now)
        self.note("backup.key_made", person_id, now)

    def confirm(self, typed: str, by: str, person_id: int | None, now: datetime) -> None:
        if records.key_to_confirm(self.db) is None:
            raise Problem.of("conflict", why="Tidak ada kunci pemulihan yang menunggu dipastikan. Muat ulang halaman.")
        if not records.confirm_key(self.db, typed, by, now):
            raise Problem.of("invalid", {"typed": WRONG_GROUP})
        self.note("backup.key_confirmed", person_id, now)

    def note(self, action: str, person_id: int | None, now: datetime, detail: str = "") -> None:
        log_access(self.db, at=now, person_id=person_id, action=action, detail=detail, address=self.address)

    def prune(self, folder: Path, made: Backup) -> None:
        """Delete what the schedule does not keep: never the one just made, never one that counts for nothing.

        After one that shrank, or that nobody is known to have the key of, all others stay.
        """
        key = records.key_in_force(self.db)
        if made.alarm or key is None or made.recipient != key.recipient:
            return
        left_alone = records.unopenable_backups(self.db) | {made.path.name}
        known = [
            (at, path.name)
            for path in folder.glob(f"*{ENDING}")
            if path.name not in left_alone and (at := backup_moment(path.name, self.journal.source))
        ]
        keep = choose_kept([*known, (made.made_at, made.path.name)])
        for _, name in known:
            if name not in keep:
                (folder / name).unlink(missing_ok=True)

    # -- by itself --------------------------------------------------------------------------------------------

    def go_if_due(self, now: datetime) -> bool:
        """The nightly backup, when it is due and a person confirmed the key; whether one was tried."""
        made, failed = records.last_made(self.db), records.failure_of(self.db, "make")
        if not is_backup_due(made.made_at if made else None, failed.failed_at if failed else None, now):
            return False
        return self.go(now)

    def go_at_closing(self, now: datetime, say: Callable[[], None]) -> bool:
        """The backup of a program that ends, announced with `say`; whether one was tried."""
        made = records.last_made(self.db)
        if records.key_in_force(self.db) is None or not is_due_at_closing(made.made_at if made else None, now):
            return False
        say()
        return self.go(now)

    def go(self, now: datetime) -> bool:

        key = records.key_in_force(self.db)
        if key is None or not self.journal.founded:
            return False
        try:
            made = self.run(self.data / BACKUP_FOLDER, key.recipient, now, None)
        except (BackupError, OSError) as error:
            records.note_failed(self.db, "make", backup_error_sentence(error), now)
            return True
        for stick, _ in removable_drives():
            self.copy(made, stick / STICK_BACKUP_FOLDER, now)
        return True

    def copy(self, made: Backup, folder: Path, now: datetime) -> None:
        """Copy a backup to a stick and read it back; a full or broken stick is told on the page."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            copy_and_compare(made.path, folder / made.path.name)
            self.prune(folder, made)
        except OSError as error:
            records.note_failed(self.db, "copy", backup_error_sentence(error), now)
            return
        records.note_copied(self.db, made, str(folder), now)


def copy_and_compare(source: Path, target: Path) -> None:
    """Copy a file whole or not at all, and read it back. Raises OSError."""
    temporary = target.with_name(target.name + TEMPORARY)
    try:
        shutil.copyfile(source, temporary)
        temporary.chmod(0o600)
        with source.open("rb") as here, temporary.open("rb+") as there:
            os.fsync(there.fileno())
            if hashlib.file_digest(here, "sha256").digest() != hashlib.file_digest(there, "sha256").digest():
                raise OSError(5, "salinan di stik tidak sama")
        temporary.replace(target)
        fsync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def backup_sentences(made: Backup) -> list[str]:
    size, entries = format_number(made.size), format_number(made.entries)
    told = [
        f"Cadangan {made.path.name} dibuat, dibuka ulang dan cocok: {size} bita, {entries} catatan.",
        f"Tempatnya: {made.path.parent}.",
    ]
    return [*told, made.alarm] if made.alarm else told


def backup_error_sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"Tempat tujuan tidak dapat ditulis ({error.strerror}). Periksa stik dan ruang kosong, lalu ulangi."
    return str(error)


log = logging.getLogger(__name__)
TICK_SECONDS = 60.0
CLOSING = "Membuat cadangan penutup; jangan matikan komputer dulu. (Ctrl+C untuk melewatinya)"


class BackupClock:
    def __init__(self, backups: Backups, clock: Callable[[], datetime]) -> None:
        self.backups, self.clock = backups, clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)

    def start(self) -> None:
        adopt_file(self.backups.db, self.backups.data / "keys", self.clock())
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if not isinstance(self.backups.db, CentrePostgres):
                    self.backups.go_if_due(self.clock())
            except Exception:  # a full disk or a locked file tonight must not end all later nights
                log.exception("the nightly backup could not be tried")
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        """End the thread after the backup that it is making, then make the closing one."""
        self._stopped.set()
        try:
            self._thread.join()
            if not isinstance(self.backups.db, CentrePostgres):
                self.backups.go_at_closing(self.clock(), lambda: click.echo(CLOSING))
        except KeyboardInterrupt:
            click.echo("Cadangan penutup dilewati.", err=True)
        except Exception:
            log.exception("the closing backup could not be tried")
