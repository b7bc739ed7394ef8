"""How it stands with the backups of this PC: by what was proved when they were made, not by files that lie there."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.core.dates import format_number, long_moment
from app.core.problems import SENTENCES
from schema.database import CentrePostgres, Database
from sync.backup_records import MadeBackup, failure_of, key_in_force, key_to_confirm, last_copied, last_made

OLD_BACKUP = timedelta(days=3)
"""From this age on a backup is called old: two nights in a row were missed."""
OLD_COPY = timedelta(days=8)
"""A copy outside of this PC is asked for once a week."""
NO_KEY = "Buat kunci pemulihan di halaman Cadangan (Sekretaris atau administrator)."
CONFIRM_KEY = "Pastikan kunci pemulihan di halaman Cadangan: ketik kelompok terakhirnya dari kertas."


class BackupLine(msgspec.Struct, frozen=True):
    """One line: `kind` as in the stylesheet (good, warn, idle)."""

    name: str
    kind: str
    word: str
    detail: str
    todo: str = ""


def has_key(db: Database) -> bool:
    return key_in_force(db) is not None


def is_key_waiting(db: Database) -> bool:
    return key_to_confirm(db) is not None


def key_line(db: Database) -> BackupLine:
    used, waiting = key_in_force(db), key_to_confirm(db)
    if waiting is not None:
        detail = f"Dibuat {long_moment(waiting.made_at)}; cadangannya belum dihitung"
        return BackupLine("Kunci pemulihan", "warn", "Belum dipastikan", detail, CONFIRM_KEY)
    if used is None or used.confirmed_at is None:
        return BackupLine("Kunci pemulihan", "warn", "Belum ada", "Tanpa kunci tidak ada cadangan", NO_KEY)
    return BackupLine("Kunci pemulihan", "good", "Dipastikan", f"Dipastikan {long_moment(used.confirmed_at)}")


def backup_line(db: Database, now: datetime) -> BackupLine:
    """The newest backup that counts, how old its proof is, and why the last try failed."""
    if isinstance(db, CentrePostgres):
        return BackupLine("Cadangan", "idle", "Dengan pg_dump", "Basis datanya PostgreSQL: lihat panduan administrator")
    made = last_made(db)
    if made is None:
        if key_in_force(db) is None:
            return BackupLine("Cadangan", "idle", "Belum ada", "Menunggu kunci pemulihan")
        return BackupLine("Cadangan", "warn", "Belum ada", failure_words(db), "Buat cadangan di halaman Cadangan.")
    proof = f"dipulihkan ke folder uji dan cocok, {format_number(made.entries)} catatan"
    detail = f"{made.name}, {age_words(made.made_at, now)}: {proof}"
    if made.alarm:
        return BackupLine("Cadangan", "warn", "Mengecil", detail, made.alarm)
    if is_gone(made):
        return BackupLine("Cadangan", "warn", "Berkasnya hilang", detail, SENTENCES["back_up_today"])
    if timedelta(0) <= now - made.made_at < OLD_BACKUP:
        return BackupLine("Cadangan", "good", "Baru", detail)
    todo = failure_words(db) or SENTENCES["back_up_today"]
    return BackupLine("Cadangan", "warn", "Sudah lama", detail, todo)


def copy_line(db: Database, now: datetime) -> BackupLine:
    if last_made(db) is None:
        return BackupLine("Salinan di stik", "idle", "Belum ada", "Menunggu cadangan pertama")
    made = last_copied(db)
    failure = failure_of(db, "copy")
    todo = failure.sentence if failure else "Pasang stik USB: cadangan berikutnya disalin ke sana sendiri."
    if made is None or made.copied_at is None:
        return BackupLine("Salinan di stik", "warn", "Belum ada", "Disk yang rusak membawa serta cadangannya", todo)
    detail = f"{made.name}, {age_words(made.copied_at, now)}, dibaca ulang dan sama, di {made.copied_to}"
    if timedelta(0) <= now - made.copied_at < OLD_COPY:
        return BackupLine("Salinan di stik", "good", "Ada", detail)
    return BackupLine("Salinan di stik", "warn", "Sudah lama", detail, todo)


def backup_lines(db: Database, now: datetime) -> list[BackupLine]:
    if isinstance(db, CentrePostgres):
        return [backup_line(db, now)]
    return [key_line(db), backup_line(db, now), copy_line(db, now)]


def is_gone(made: MadeBackup) -> bool:
    """Whether a backup on this PC's own disk was taken away; a stick may be in its drawer."""
    return Path(made.place).name == "cadangan" and not (Path(made.place) / made.name).is_file()


def failure_words(db: Database) -> str:
    failure = failure_of(db, "make")
    return f"Percobaan {long_moment(failure.failed_at)} gagal: {failure.sentence}" if failure else ""


def age_words(at: datetime, now: datetime) -> str:
    days = (now - at).days
    if days < 0:
        return "bertanggal di masa depan"
    return "hari ini" if days == 0 else f"{days} hari lalu"
