"""Backups of one side as pages, commands and the nightly thread make them, into the data folder and onto sticks."""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from app.core.dates import format_number, long_moment
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.platform.people.access_log import log_access
from schema.cipher import held_key
from schema.data_folder import TEMPORARY, files_named, fsync_folder
from schema.database import Database, Table, first_value
from schema.earlier_copy import remove_earlier_copies
from schema.migrations import Side
from schema.own_files import keep_own_files
from schema.postgres import CentrePostgres
from schema.struct_rows import select_struct
from sync import backup, restore
from sync.backup import (
    ENDING,
    WORK,
    Backup,
    BackupError,
    BackupFailure,
    MadeBackup,
    backup_moment,
    choose_kept,
    is_backup_due,
    is_due_at_closing,
    last_made,
    make_backup,
)
from sync.carriers import removable_drives
from sync.database_key import keep_recovery
from sync.entries import parse_utc_text
from sync.incarnations import commits_wait, is_standby_ignored
from sync.increments import Mark, note_mark, read_mark
from sync.journal import Journal
from sync.keys import AGE_FILE, SIGNING_FILE
from sync.progress import Progress, unheard
from sync.restore import key_in_force, key_to_confirm
from sync.scheduler import MinuteThread

KEY_FOLDER = "keys"
BACKUP_FOLDER = "cadangan"
STICK_BACKUP_FOLDER = "cadangan-loket"
"""The folder on a stick in which copies are kept by the same schedule."""


class Remain(msgspec.Struct, frozen=True):
    """One file that was found: what it is in words, its path below the data folder, when it was written."""

    what: str
    path: str
    at: datetime

    @property
    def words(self) -> str:
        return f"{self.what}: {self.path}, {long_moment(self.at)}"


def find_remains(data: Path) -> list[Remain]:
    """What an earlier office or centre left in a data folder, backups first, the newest first."""
    places = (
        ("Cadangan", data / BACKUP_FOLDER, f"*{ENDING}"),
        ("Basis data sebelumnya", data, "*.sqlite3.lama*"),
        ("Penanda basis data", data, "*.penanda"),
        ("Kunci", data / KEY_FOLDER, SIGNING_FILE),
        ("Kunci", data / KEY_FOLDER, AGE_FILE),
    )
    remains: list[Remain] = []
    for what, folder, pattern in places:
        paths = [path for path in folder.glob(pattern) if not path.name.endswith(("-wal", "-shm"))]
        lines = [
            Remain(what, path.relative_to(data).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
            for path in paths
        ]
        remains += sorted(lines, key=lambda line: line.at, reverse=True)
    return remains


def set_apart(data: Path, now: datetime) -> Path:
    """Move everything that was found, and the empty database, into a folder of its own; nothing is deleted."""
    apart = data / f"sebelum-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    apart.mkdir(mode=0o700)
    for path in [data / KEY_FOLDER, data / BACKUP_FOLDER, *data.glob("*.sqlite3*"), *data.glob("*.penanda")]:
        if path.exists():
            path.rename(apart / path.name)
    return apart


OLD_BACKUP = timedelta(days=3)
"""From this age on a backup is called old: two nights in a row were missed."""
OLD_COPY = timedelta(days=8)
"""A copy outside of this PC is asked for once a week."""
NO_KEY = "Buat kunci pemulihan di halaman Cadangan (Sekretaris atau administrator)."
CONFIRM_KEY = "Pastikan kunci pemulihan di halaman Cadangan: ketik kelompok terakhirnya dari kertas."


class HealthLine(msgspec.Struct, frozen=True):
    """A line about the health of this PC: `kind` as in the stylesheet (good, warn, bad, idle)."""

    name: str
    kind: str
    word: str
    detail: str
    todo: str = ""


def key_line(db: Database) -> HealthLine:
    used, waiting = key_in_force(db), key_to_confirm(db)
    if waiting is not None:
        detail = f"Dibuat {long_moment(waiting.made_at)}; cadangannya belum dihitung"
        return HealthLine("Kunci pemulihan", "warn", "Belum dipastikan", detail, CONFIRM_KEY)
    if used is None or used.confirmed_at is None:
        return HealthLine("Kunci pemulihan", "warn", "Belum ada", "Tanpa kunci tidak ada cadangan", NO_KEY)
    return HealthLine("Kunci pemulihan", "good", "Dipastikan", f"Dipastikan {long_moment(used.confirmed_at)}")


NOT_WAITED = "Bila server utama mati, catatan terakhir yang sudah diakui dapat hilang"
WAIT_FOR_IT = "Isi synchronous_standby_names di server utama: lihat Pusat dengan server cadangan."


def backup_line(db: Database, now: datetime) -> HealthLine:
    """The newest backup that counts, how old its proof is, and why the last try failed."""
    if isinstance(db, CentrePostgres):
        return HealthLine("Cadangan", "idle", "Dengan pg_dump", "Basis datanya PostgreSQL: lihat panduan administrator")
    made = last_made(db)
    if made is None:
        if key_in_force(db) is None:
            return HealthLine("Cadangan", "idle", "Belum ada", "Menunggu kunci pemulihan")
        return HealthLine("Cadangan", "warn", "Belum ada", failure_words(db), "Buat cadangan di halaman Cadangan.")
    proof = f"dipulihkan ke folder uji dan cocok, {format_number(made.entries)} catatan"
    detail = f"{made.name}, {age_words(made.made_at, now)}: {proof}"
    if made.alarm:
        return HealthLine("Cadangan", "warn", "Mengecil", detail, made.alarm)
    if is_gone(made):
        return HealthLine("Cadangan", "warn", "Berkasnya hilang", detail, SENTENCES["back_up_today"])
    if timedelta(0) <= now - made.made_at < OLD_BACKUP:
        return HealthLine("Cadangan", "good", "Baru", detail)
    todo = failure_words(db) or SENTENCES["back_up_today"]
    return HealthLine("Cadangan", "warn", "Sudah lama", detail, todo)


def copy_line(db: Database, now: datetime) -> HealthLine:
    if last_made(db) is None:
        return HealthLine("Salinan di flashdisk", "idle", "Belum ada", "Menunggu cadangan pertama")
    made = last_made(db, copied=True)
    failure = BackupFailure.first(db, job="copy")
    todo = "Pasang flashdisk: cadangan berikutnya disalin ke sana sendiri."
    if failure:
        todo = failure.sentence
    if made is None or made.copied_at is None:
        return HealthLine(
            "Salinan di flashdisk", "warn", "Belum ada", "Disk yang rusak membawa serta cadangannya", todo
        )
    detail = f"{made.name}, {age_words(made.copied_at, now)}, dibaca ulang dan sama, di {made.copied_to}"
    if timedelta(0) <= now - made.copied_at < OLD_COPY:
        return HealthLine("Salinan di flashdisk", "good", "Ada", detail)
    return HealthLine("Salinan di flashdisk", "warn", "Sudah lama", detail, todo)


def standby_line(db: Database) -> HealthLine:
    """Whether a second server of the database follows, and whether a change is told as done before it has it."""
    if is_standby_ignored(db):
        return HealthLine("Server cadangan", "warn", "Tidak ditunggu", NOT_WAITED, WAIT_FOR_IT)
    if commits_wait(db):
        return HealthLine("Server cadangan", "good", "Ditunggu", "Setiap catatan ada di dua server sebelum diakui")
    return HealthLine("Server cadangan", "idle", "Tidak ada", "Basis data hanya ada di satu server")


LATE_COPY = timedelta(minutes=5)
"""From this age on the continuous copy is called late."""
COPY_MISSING = (
    "Folder salinan tidak ditemukan. Pasang lagi flashdisknya atau sambungkan folder bersamanya; salinan jalan sendiri."
)
COPY_LATE = "Foldernya tidak menjawab. Periksa sambungan ke folder itu; bila sudah tersambung, jalankan lagi Loket."


class ContinuousCopy(Table):
    """The one folder and how far its copy is."""


class Standing(msgspec.Struct, frozen=True):
    """How the continuous copy stands. `base`: the backup that its increments continue; `small`: digest of the small
    tables; `whole_at`: when it last held everything."""

    folder: str
    chosen_at: datetime
    base: str
    number: int
    journal: int
    access: int
    files: int
    small: str
    whole_at: datetime | None
    failed_at: datetime | None
    sentence: str

    @property
    def place(self) -> Path:
        return Path(self.folder) / STICK_BACKUP_FOLDER

    @property
    def mark(self) -> Mark:
        return Mark(self.journal, self.access, self.files)


def has_continuous_copy(db: Database) -> bool:
    """Whether this side may have one: an office."""
    return first_value(db, "SELECT 1 FROM beside WHERE name = 'continuous_copy'") is not None


def read_standing(db: Database) -> Standing | None:
    """How the continuous copy stands; None where nobody chose a folder."""
    return select_struct(Standing, db, "FROM continuous_copy WHERE id = 1")


def continuous_line(db: Database, now: datetime) -> HealthLine:
    standing = read_standing(db)
    name = "Salinan tiap menit"
    if standing is None and key_in_force(db) is None:
        return HealthLine(name, "idle", "Tidak dipakai", "Menunggu kunci pemulihan")
    if standing is None:
        detail = "Kerja sejak cadangan terakhir hanya ada di disk komputer ini"
        return HealthLine(name, "idle", "Tidak dipakai", detail, "Pilih foldernya di halaman Cadangan.")
    reached = "Belum pernah utuh"
    if standing.whole_at:
        reached = f"Utuh sampai {long_moment(standing.whole_at)}"
    detail = f"{reached}, di {standing.folder}"
    if standing.sentence:
        return HealthLine(name, "warn", "Terhenti", detail, standing.sentence)
    if not timedelta(0) <= now - (standing.whole_at or standing.chosen_at) < LATE_COPY:
        return HealthLine(name, "warn", "Terlambat", detail, COPY_LATE)
    if standing.whole_at is None:
        return HealthLine(name, "idle", "Dimulai", f"Salinan pertama dibuat dalam beberapa menit, di {standing.folder}")
    return HealthLine(name, "good", "Jalan", detail)


def backup_lines(db: Database, now: datetime) -> list[HealthLine]:
    if isinstance(db, CentrePostgres):
        return [backup_line(db, now), standby_line(db)]
    lines = [key_line(db), backup_line(db, now), copy_line(db, now)]
    return [*lines, continuous_line(db, now)] if has_continuous_copy(db) else lines


def lines_on_their_page(db: Database, now: datetime) -> list[HealthLine]:
    """The same as the page of backups says it, which sends nobody to itself."""
    lines = backup_lines(db, now)
    return [replace(line, todo=line.todo.replace("di halaman Cadangan", "di halaman ini")) for line in lines]


def is_gone(made: MadeBackup) -> bool:
    """Whether a backup on this PC's own disk was taken away; a stick may be in its drawer."""
    return Path(made.place).name == "cadangan" and not (Path(made.place) / made.name).is_file()


def failure_words(db: Database) -> str:
    failure = BackupFailure.first(db, job="make")
    if not failure:
        return ""
    return f"Percobaan {long_moment(parse_utc_text(failure.failed_at))} gagal: {failure.sentence}"


def age_words(at: datetime, now: datetime) -> str:
    days = (now - at).days
    if days < 0:
        return "bertanggal di masa depan"
    return "hari ini" if days == 0 else f"{days} hari lalu"


NOT_CONFIRMED = "Belum ada kunci pemulihan yang dipastikan. Buat dulu kuncinya di halaman Cadangan."
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
            *((str(path), f"Flashdisk {label}") for path, label in removable_drives()),
        ]

    def make(self, actor: Actor, place: str, now: datetime, progress: Progress = unheard) -> BackupResult:
        require(actor, "backup.make")
        if place not in dict(self.places()):
            raise Problem.of("invalid", {"folder": "Flashdisk itu sudah tidak terpasang. Pilih tempat lain."})
        key = restore.key_in_force(self.db)
        if key is None:
            raise Problem.of("conflict", why=NOT_CONFIRMED)
        if place:
            folder = Path(place) / STICK_BACKUP_FOLDER
        else:
            folder = self.data / BACKUP_FOLDER
        return self.try_backup(actor, folder, key.recipient, now, progress)

    def make_key(self, actor: Actor, now: datetime, progress: Progress = unheard) -> BackupResult:
        require(actor, "backup.make")
        recipient, secret = restore.draw_key()
        made = self.try_backup(actor, self.data / BACKUP_FOLDER, recipient, now, progress)
        if made.ok:
            self.keep_key(recipient, secret, actor.person_id, now)
            made = replace(made, key=restore.to_groups(secret))
        return made

    def confirm_key(self, actor: Actor, typed: str, now: datetime) -> None:
        require(actor, "backup.make")
        self.confirm(typed, actor.username, actor.person_id, now)

    def try_backup(self, actor: Actor, folder: Path, recipient: str, now: datetime, progress: Progress) -> BackupResult:
        try:
            made = self.run(folder, recipient, now, actor.person_id, progress)
        except (BackupError, OSError) as error:
            return BackupResult(False, [backup_error_sentence(error)])
        size = format_number(-(-made.size // 1024))
        entries = format_number(made.entries)
        sentences = [
            f"Cadangan {made.path.name} dibuat, dibuka ulang dan cocok: {size} KB, {entries} catatan.",
            f"Tempatnya: {made.path.parent}.",
            made.alarm,
        ]
        return BackupResult(not made.alarm, list(filter(None, sentences)))

    # -- what every way shares --------------------------------------------------------------------------------

    def run(
        self, folder: Path, recipient: str, now: datetime, person_id: int | None, progress: Progress = unheard
    ) -> Backup:
        """Make a backup, keep that it stands, prune by the schedule. Raises BackupError, OSError."""
        if self.side == "office":
            keep_own_files(self.db)
        mark = read_mark(self.db) if self.side == "office" else None
        made = make_backup(self.journal, self.side, folder, recipient, now, self.data / WORK, progress)
        backup.note_made(self.db, made)
        if mark:
            note_mark(self.db, made.path.name, mark, now)
        self.note("backup.made", person_id, now, made.path.name)
        self.keep_recovery()
        if folder.resolve() != (self.data / BACKUP_FOLDER).resolve():
            backup.note_copied(self.db, made, str(folder), now)
        else:
            self.prune(folder, made)
        return made

    def keep_key(self, recipient: str, secret: str, person_id: int | None, now: datetime) -> None:
        restore.keep_unconfirmed(self.db, recipient, secret, now)
        self.note("backup.key_made", person_id, now)

    def confirm(self, typed: str, by: str, person_id: int | None, now: datetime) -> None:
        if restore.key_to_confirm(self.db) is None:
            raise Problem.of("conflict", why="Tidak ada kunci pemulihan yang menunggu dipastikan. Muat ulang halaman.")
        if not restore.confirm_key(self.db, typed, by, now):
            raise Problem.of("invalid", {"typed": WRONG_GROUP})
        self.note("backup.key_confirmed", person_id, now)
        self.keep_recovery()

    def keep_recovery(self) -> None:
        """In an encrypted folder the recovery key in force opens the database too. Raises OSError."""
        key = restore.key_in_force(self.db)
        database_key = held_key(self.data)
        if key is not None and database_key is not None:
            keep_recovery(self.data, database_key, key.recipient)

    def note(self, action: str, person_id: int | None, now: datetime, detail: str = "") -> None:
        log_access(self.db, at=now, person_id=person_id, action=action, detail=detail, address=self.address)

    def prune(self, folder: Path, made: Backup | MadeBackup) -> None:
        """Delete what the schedule does not keep: never the one just made, never one that counts for nothing.

        After one that shrank, or that nobody is known to have the key of, all others stay.
        """
        key = restore.key_in_force(self.db)
        if made.alarm or key is None or made.recipient != key.recipient:
            return
        left_alone = backup.unopenable_backups(self.db) | {made.name}
        known = [
            (at, path.name)
            for path in files_named(folder, f"*{ENDING}")
            if path.name not in left_alone and (at := backup_moment(path.name, self.journal.source))
        ]
        keep = choose_kept([*known, (made.made_at, made.name)])
        for _, name in known:
            if name not in keep:
                (folder / name).unlink(missing_ok=True)

    # -- by itself --------------------------------------------------------------------------------------------

    def go_if_due(self, now: datetime) -> bool:
        """The nightly backup, when it is due and a person confirmed the key; whether one was tried."""
        if not is_backup_due(backup.last_made_at(self.db), backup.last_failed_at(self.db), now):
            return False
        return self.go(now)

    def go_at_closing(self, now: datetime, say: Callable[[], None]) -> bool:
        """The backup of a program that ends, announced with `say`; whether one was tried."""
        if restore.key_in_force(self.db) is None or not is_due_at_closing(backup.last_made_at(self.db), now):
            return False
        say()
        return self.go(now)

    def go(self, now: datetime) -> bool:
        key = restore.key_in_force(self.db)
        if key is None or not self.journal.has_identity:
            return False
        try:
            made = self.run(self.data / BACKUP_FOLDER, key.recipient, now, None)
        except (BackupError, OSError) as error:
            backup.note_failed(self.db, "make", backup_error_sentence(error), now)
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
            backup.note_failed(self.db, "copy", backup_error_sentence(error), now)
            return
        backup.note_copied(self.db, made, str(folder), now)


def copy_and_compare(source: Path, target: Path) -> None:
    """Copy a file whole or not at all, and read it back. Raises OSError."""
    temporary = target.with_name(target.name + TEMPORARY)
    try:
        shutil.copyfile(source, temporary)
        temporary.chmod(0o600)
        with source.open("rb") as original, temporary.open("rb+") as written:
            os.fsync(written.fileno())
            if hashlib.file_digest(original, "sha256").digest() != hashlib.file_digest(written, "sha256").digest():
                raise OSError(5, "salinan di flashdisk tidak sama")
        temporary.replace(target)
        fsync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def backup_error_sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"Tempat tujuan tidak dapat ditulis ({error.strerror}). Periksa flashdisk dan ruang kosong, lalu ulangi."
    return str(error)


log = logging.getLogger(__name__)
CLOSING = "Membuat cadangan penutup; jangan matikan komputer dulu. (Ctrl+C untuk melewatinya)"


class BackupClock(MinuteThread):
    def __init__(self, backups: Backups, clock: Callable[[], datetime]) -> None:
        super().__init__("backup", clock)
        self.backups = backups
        self.makes_backups = not isinstance(backups.db, CentrePostgres)

    def start(self) -> None:
        restore.adopt_file(self.backups.db, self.backups.data / KEY_FOLDER, self.clock())
        super().start()

    def tick(self, now: datetime) -> bool:
        remove_earlier_copies(self.backups.db, now)
        return self.makes_backups and self.backups.go_if_due(now)

    def stop(self) -> None:
        """End the thread after the backup that it is making, then make the closing one."""
        try:
            super().stop()
            if self.makes_backups:
                self.backups.go_at_closing(self.clock(), lambda: click.echo(CLOSING))
        except KeyboardInterrupt:
            click.echo("Cadangan penutup dilewati.", err=True)
        except Exception:
            log.exception("the closing backup could not be tried")
