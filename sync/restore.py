"""Restore: a backup becomes the database of this PC, and at every moment one whole database lies in place.

Everything that may fail happens in the private working folder first. Then the old database is kept beside its place
under a name with date and time, and one rename puts the restored one there.
"""

import hashlib
import hmac
import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyrage

from schema import database_errors
from schema.covered_copy import copy_beside
from schema.data_folder import fsync_file, fsync_folder
from schema.database import Database, SqliteDatabase, open_office, open_sqlite_file
from schema.migrations import MigrationError, Side, migrate_database
from schema.struct_rows import select_structs
from sync.backup import WORK, BackupError, open_stream, working_folder
from sync.chains import ProofResult
from sync.entries import to_utc_text
from sync.evidence import begin_after_restore
from sync.journal import Journal
from sync.problems import SyncError
from sync.progress import Progress, unheard
from sync.verification import verify_side

NO_DATABASE = "Dokumen ini terbuka, tetapi isinya bukan basis data Loket. Pakai dokumen cadangan yang lain."
OTHER_SIDE = {
    "office": "Cadangan ini milik kantor kecamatan, bukan pusat. Hilangkan --side centre.",
    "centre": "Cadangan ini milik pusat. Tambahkan --side centre.",
}
NEWER = "Cadangan ini dibuat oleh Loket yang lebih baru daripada program ini. Pasang Loket versi terbaru, lalu ulangi."
DAMAGED = "Isi cadangan rusak. Pakai cadangan lain."
RUNNING = "Loket masih berjalan di folder data ini. Hentikan dulu, lalu ulangi."


def restore_backup(
    sealed: Path,
    secret: str,
    database: Path,
    keys: Path,
    side: Side,
    open_journal: Callable[[SqliteDatabase], Journal],
    now: datetime,
    agree: Callable[[Path], None] = lambda _fresh: None,
    go_on: Callable[[SqliteDatabase, Journal], None] = lambda _db, _journal: None,
    progress: Progress = unheard,
) -> ProofResult:
    """Open a backup, prove it, open its next epoch, put it in the place of `database` and make new keys.

    A database that was there is kept beside it as `NAME.lama-DATE-TIME`. The restored PC works at once; it may send
    only after the centre's administrator has issued a code for it (sync.md section 4). `agree` is given the opened
    backup and raises BackupError when it shall not replace what is here; `go_on` adds what
    was written after it. Raises BackupError with a sentence, OSError
    when the disk takes no more; the old database is then in place as before.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    work = database.parent / WORK
    with working_folder(work):
        close_old(database)
        fresh = work / "dipulihkan.sqlite3"
        unseal_backup(sealed, secret, fresh)
        check_own_database(fresh, side)
        agree(fresh)
        verdict = begin_again(fresh, work / "uji.sqlite3", side, open_journal, now, keys, secret, go_on, progress)
        close_old(database)
        put_in_place(fresh, database, now)
    return verdict


def unseal_backup(path: Path, secret: str, fresh: Path) -> None:
    """Let the database that a backup holds be `fresh`, owner only, encrypted where its folder is.

    Raises BackupError with what to do, OSError.
    """
    try:
        identity = pyrage.x25519.Identity.from_str(normalise_secret(secret))
    except pyrage.IdentityError as error:
        raise BackupError("Kunci pemulihan salah ketik. Salin persis dari kertas, mulai AGE-SECRET-KEY.") from error
    try:
        with (
            path.open("rb") as sealed,
            copy_beside(fresh.with_name("terbuka.sqlite3")) as copy,
        ):
            with copy.writer() as file:
                open_stream(sealed, file, identity)
            copy.become(fresh)
        fsync_file(fresh)
    except pyrage.DecryptError as error:
        raise BackupError(
            "Cadangan ini tidak dapat dibuka dengan kunci itu, atau dokumen ini bukan cadangan. Pakai kunci dan "
            "cadangan dari kantor yang sama."
        ) from error
    except EOFError as error:
        raise BackupError(f"Dokumen {path.name} rusak atau terpotong. Salin ulang dari flashdisk lain.") from error
    except database_errors.NO_DATABASE_ERROR as error:
        raise BackupError(NO_DATABASE) from error
    except database_errors.DISK_FULL_ERROR as error:
        raise OSError(28, "disk penuh") from error
    except database_errors.SqliteError as error:
        raise BackupError(DAMAGED) from error


def begin_again(
    fresh: Path,
    scratch: Path,
    side: Side,
    open_journal: Callable[[SqliteDatabase], Journal],
    now: datetime,
    keys: Path,
    secret: str = "",
    go_on: Callable[[SqliteDatabase, Journal], None] = lambda _db, _journal: None,
    progress: Progress = unheard,
) -> ProofResult:
    """Bring the restored database up to date, let `go_on` add to it, prove it, open its next epoch. Raises BackupError.

    `secret`, where there is one, opened the backup: whoever has it holds the key for the backups to come.
    """
    db = open_office(fresh)
    try:
        migrate_database(db, side, keep_copy=False)  # the backup is the copy
        journal = open_journal(db)
        go_on(db, journal)
        verdict = verify_side(journal, side, scratch, progress)
        if verdict.faults:
            raise BackupError("Isi cadangan tidak lulus pemeriksaan: " + verdict.faults[0])
        if secret:
            keep_used(db, secret, now)
        begin_after_restore(journal, keys, now)
        db.run("PRAGMA journal_mode=DELETE")
        return verdict
    except SyncError as error:
        raise BackupError(error.sentence) from error
    except MigrationError as error:
        if "lebih baru" in str(error):
            code = NEWER
        else:
            code = DAMAGED
        raise BackupError(code) from error
    except database_errors.SqliteError as error:
        raise BackupError(DAMAGED) from error
    finally:
        db.close()


def check_own_database(fresh: Path, side: Side) -> None:
    """Whether a file is a database of this side, with whole pages and an identity. Raises BackupError."""
    connection = open_sqlite_file(fresh)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not {"migration", "identity", "journal"} <= tables:
            raise BackupError(NO_DATABASE)
        sides = {name.partition("/")[0] for (name,) in connection.execute("SELECT name FROM migration")}
        other: Side = "centre" if side == "office" else "office"
        if other in sides:
            raise BackupError(OTHER_SIDE[other])
        if list(connection.execute("PRAGMA integrity_check(1)")) != [("ok",)]:
            raise BackupError(DAMAGED)
        if not list(connection.execute("SELECT 1 FROM identity WHERE key = 'source'")):
            raise BackupError(NO_DATABASE)
    except database_errors.NO_DATABASE_ERROR as error:
        raise BackupError(NO_DATABASE) from error
    except database_errors.SqliteError as error:
        raise BackupError(DAMAGED) from error
    finally:
        connection.close()


# -- in place --------------------------------------------------------------------------------------------------


def holds_identity(database: Path) -> bool:
    """Whether a file holds the data of a side that was set up, or cannot be read; an empty one holds nothing."""
    if not database.exists() or not database.stat().st_size:
        return False
    try:
        with closing(open_sqlite_file(database)) as connection:
            return bool(list(connection.execute("SELECT 1 FROM identity WHERE key = 'source'")))
    except database_errors.NO_TABLE_ERROR:
        return False
    except database_errors.SqliteError:
        return True


def close_old(database: Path) -> None:
    """Fold the write-ahead log of the old database into it. A damaged one stays as it is.

    Raises BackupError when a program still has it open.
    """
    if not database.exists():
        return
    try:
        with closing(open_sqlite_file(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except database_errors.BUSY_ERRORS as error:
        raise BackupError(RUNNING) from error
    except database_errors.SqliteError:
        return


def put_in_place(fresh: Path, database: Path, now: datetime) -> None:
    """Put the restored file where the database lies; an old one is kept under a name of its own.

    One rename makes the change: before it the old database is in place, after it the new one.
    """
    if database.exists():
        keep_old(database, free_name(database, now))
    fresh.replace(database)
    fsync_folder(database.parent)


def free_name(database: Path, now: datetime) -> Path:
    stem = f"{database.name}.lama-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    number = 1
    path = database.with_name(stem)
    while path.exists():
        number += 1
        path = database.with_name(f"{stem}-{number}")
    return path


def keep_old(database: Path, kept: Path) -> None:
    """Give the old files a second name, then take away the log that must not meet the restored database."""
    logs = [path for suffix in ("-wal", "-shm") if (path := database.with_name(database.name + suffix)).exists()]
    for path in (database, *logs):
        second_name(path, kept.with_name(kept.name + path.name.removeprefix(database.name)))
    fsync_folder(database.parent)
    for path in logs:
        path.unlink()
    fsync_folder(database.parent)


def second_name(path: Path, other: Path) -> None:
    """A second name for a file, or a copy where the disk knows no second names (FAT)."""
    with suppress(OSError):
        os.link(path, other)
        return
    shutil.copy2(path, other)
    fsync_file(other)


# -- recovery keys ---------------------------------------------------------------------------------------------

RECIPIENT_FILE = "cadangan.pub"
"""Where programs before migration 15 kept the public half, confirmed by nobody."""
PREFIX = "AGE-SECRET-KEY-"
GROUP = 6
"""Letters of a group on paper. The last one is the key's own checksum (bech32)."""


class RecoveryKey(msgspec.Struct, frozen=True):
    recipient: str
    tail: str
    made_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str


def draw_key() -> tuple[str, str]:
    """(public half, secret) of a fresh recovery key, in memory only."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def to_groups(secret: str) -> str:
    text = normalise_secret(secret)
    body = text[len(PREFIX) + 1 :]
    rest = len(body) % GROUP
    groups = [body[at : at + GROUP] for at in range(rest, len(body), GROUP)]
    return " ".join([text[: len(PREFIX) + 1] + body[:rest], *groups])


def normalise_secret(typed: str) -> str:
    return "".join(typed.split()).upper()


def secret_tail(recipient: str, last_group: str) -> str:
    return hashlib.sha256(f"{recipient} {normalise_secret(last_group)}".encode()).hexdigest()


def read_keys(db: Database) -> list[RecoveryKey]:
    return select_structs(RecoveryKey, db, "FROM backup_key ORDER BY made_at DESC, recipient")


def key_in_force(db: Database) -> RecoveryKey | None:
    confirmed = [key for key in read_keys(db) if key.confirmed_at]
    return max(confirmed, key=lambda key: (key.confirmed_at, key.made_at), default=None)


def key_to_confirm(db: Database) -> RecoveryKey | None:
    return next((key for key in read_keys(db) if not key.confirmed_at), None)


def keep_unconfirmed(db: Database, recipient: str, secret: str, now: datetime) -> None:
    """Keep the public half of a key whose backup stands. An earlier one that nobody confirmed is given up."""
    tail = secret_tail(recipient, normalise_secret(secret)[-GROUP:])
    with db.writing():
        db.run("DELETE FROM backup_key WHERE confirmed_at IS NULL")
        db.run(
            "INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, ?, ?)",
            (recipient, tail, to_utc_text(now)),
        )


def confirm_key(db: Database, typed: str, by: str, now: datetime) -> bool:
    """Put the waiting key in force when `typed` is its last group, or the whole of it; whether it was."""
    waiting = key_to_confirm(db)
    if waiting is None or not is_secret_of(waiting, typed):
        return False
    with db.writing():
        db.run(
            "UPDATE backup_key SET confirmed_at = ?, confirmed_by = ? WHERE recipient = ?",
            (to_utc_text(now), by, waiting.recipient),
        )
    return True


def is_secret_of(key: RecoveryKey, typed: str) -> bool:
    text = normalise_secret(typed)
    if not text.startswith(PREFIX):
        return hmac.compare_digest(secret_tail(key.recipient, text), key.tail)
    try:
        return str(pyrage.x25519.Identity.from_str(text).to_public()) == key.recipient
    except pyrage.IdentityError:
        return False


def keep_used(db: Database, secret: str, now: datetime) -> None:
    """Whoever restored a backup holds its key: it stays in force on the restored side, and no other does."""
    text = normalise_secret(secret)
    recipient = str(pyrage.x25519.Identity.from_str(text).to_public())
    with db.writing():
        db.run("DELETE FROM backup_key")
        db.run(
            "INSERT INTO backup_key (recipient, tail, made_at, confirmed_at, confirmed_by) VALUES (?, ?, ?, ?, ?)",
            (recipient, secret_tail(recipient, text[-GROUP:]), to_utc_text(now), to_utc_text(now), "restore"),
        )


def adopt_file(db: Database, keys: Path, now: datetime) -> None:
    """Take over the public half that an earlier program kept in a file; a person has yet to confirm it."""
    path = keys / RECIPIENT_FILE
    if not path.is_file():
        return
    if not read_keys(db):
        with db.writing():
            db.run(
                "INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, '', ?)",
                (path.read_text(encoding="ascii").strip(), to_utc_text(now)),
            )
    path.unlink()
