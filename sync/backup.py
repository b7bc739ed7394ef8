"""Backups: a whole copy of the database without keys, sessions and drafts, proved, then sealed with age.

Whoever holds the printed recovery key can open it: `age -d -i kunci.txt FILE | gunzip > kantor.sqlite3`.
A backup counts only when it was opened again: every sealed file is decrypted with a short-lived key and compared.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyrage

from schema.copying import copy_database
from schema.database import SqliteDatabase, open_office
from schema.migrate import Side, migrate
from sync.files import write_whole
from sync.journal import Journal
from sync.marker import begin_after_restore
from sync.verifying import Verdict, verify

ENDING = ".loket-cadangan"
RECIPIENT_FILE = "cadangan.pub"
LEFT_OUT = ("draft", "sign_in_session", "sign_in_attempt")
"""Unfinished forms and sign-in sessions are no records; a restored PC starts without them."""

SHRUNK = 0.5
"""A backup smaller than this share of the one before raises an alarm."""


class BackupError(Exception):
    """A backup or restore that did not end well; `str` is a sentence for the officer."""


@dataclass(frozen=True)
class Backup:
    """A proved backup: file, size in bytes, entries in its journal, digest of its tables, and an alarm or nothing."""

    path: Path
    size: int
    entries: int
    digest: str
    alarm: str = ""


def recovery_key(keys: Path) -> tuple[str, str]:
    """(recipient, new secret): the secret only the first time, to be printed and locked away; else an empty text."""
    path = keys / RECIPIENT_FILE
    if path.exists():
        return path.read_text(encoding="ascii").strip(), ""
    identity = pyrage.x25519.Identity.generate()
    keys.mkdir(parents=True, exist_ok=True)
    write_whole(path, f"{identity.to_public()}\n".encode("ascii"))
    return str(identity.to_public()), str(identity)


def make_backup(
    journal: Journal, side: Side, folder: Path, recipient: str, now: datetime, scratch: Path
) -> Backup:
    """Copy, prove and seal. `scratch` is a folder on the PC's own disk for the copy. Raises BackupError, OSError."""
    copy = scratch / "cadangan.sqlite3"
    clear(scratch)
    try:
        copy_database(journal.db, copy, LEFT_OUT)  # type: ignore[arg-type]
        verdict = prove(journal, side, copy, scratch / "cadangan-ulang.sqlite3")
        plain = gzip.compress(copy.read_bytes(), 6, mtime=0)
        sealed = seal_and_open(plain, recipient)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{journal.source}-{now:%Y%m%d-%H%M%S}{ENDING}"
        before = newest(folder)
        write_whole(path, sealed, 0o600)
    finally:
        clear(scratch)
    shrunk = before is not None and len(sealed) < before.stat().st_size * SHRUNK
    alarm = (
        "Cadangan ini jauh lebih kecil daripada sebelumnya. Jangan hapus yang lama; periksa dulu."
        if shrunk
        else ""
    )
    return Backup(path, len(sealed), verdict.entries, verdict.digest, alarm)


def clear(scratch: Path) -> None:
    """Remove the plain copies, also those of a run that the power cut ended; a folder of backups stays."""
    for leftover in scratch.glob("cadangan*.sqlite3*"):
        leftover.unlink()


def newest(folder: Path) -> Path | None:
    """The newest backup in a folder."""
    return max(folder.glob(f"*{ENDING}"), default=None, key=lambda path: path.stat().st_mtime)


def prove(journal: Journal, side: Side, copy: Path, scratch: Path) -> Verdict:
    """The copy's own pages, chain and replay must be in order. Raises BackupError."""
    db = open_office(copy)
    try:
        row = db.one("PRAGMA integrity_check(1)")
        if row is None or row[0] != "ok":
            raise BackupError("Salinan basis data rusak, cadangan tidak dibuat. Periksa disk komputer ini.")
        verdict = verify(Journal(db, journal_kinds(journal)), side, scratch)
    finally:
        db.close()
    if verdict.faults:
        raise BackupError("Salinan tidak lulus pemeriksaan, cadangan tidak dibuat: " + verdict.faults[0])
    return verdict


def journal_kinds(journal: Journal) -> list:  # type: ignore[type-arg]
    """The kinds of the rooms, without the journal's own."""
    return [kind for name, kind in journal.kinds.items() if name not in ("epoch.opened", "clock.settled")]


def seal_and_open(plain: bytes, recipient: str) -> bytes:
    """Seal for the recovery key and open once with a key that is forgotten afterwards. Raises BackupError."""
    witness = pyrage.x25519.Identity.generate()
    to = [pyrage.x25519.Recipient.from_str(recipient), witness.to_public()]
    sealed = pyrage.encrypt(plain, to)
    if hashlib.sha256(pyrage.decrypt(sealed, [witness])).digest() != hashlib.sha256(plain).digest():
        raise BackupError(
            "Cadangan yang dikunci tidak dapat dibuka kembali. Ulangi; kalau tetap, periksa memori komputer."
        )
    return sealed


# -- restore ---------------------------------------------------------------------------------------------------


def restore(sealed: Path, secret: str, database: Path, keys: Path, side: Side,
            open_journal: Callable[[SqliteDatabase], Journal], now: datetime) -> Verdict:  # fmt: skip
    """Open a backup into `database`, prove it, open the next epoch and make new keys. Raises BackupError.

    The old database, if there is one, is kept beside it with `.lama`. The restored PC works at once; it may send
    only after the centre's administrator has issued a code for it (sync.md section 4).
    """
    plain = unseal(sealed, secret)
    fresh = database.with_name(database.name + ".dipulihkan")
    database.parent.mkdir(parents=True, exist_ok=True)
    write_whole(fresh, plain, 0o600)
    scratch = database.with_name(database.name + ".uji")
    try:
        verdict = begin_again(fresh, scratch, side, open_journal, now, keys)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    finally:
        for leftover in database.parent.glob(scratch.name + "*"):
            leftover.unlink()
    put_in_place(fresh, database)
    return verdict


def begin_again(fresh: Path, scratch: Path, side: Side, open_journal: Callable[[SqliteDatabase], Journal],
                now: datetime, keys: Path) -> Verdict:  # fmt: skip
    """Bring the restored database up to date, prove it and open its next epoch."""
    db = open_office(fresh)
    try:
        row = db.one("PRAGMA integrity_check(1)")
        if row is None or row[0] != "ok":
            raise BackupError("Isi cadangan rusak. Pakai cadangan lain.")
        migrate(db, side)
        journal = open_journal(db)
        verdict = verify(journal, side, scratch)
        if verdict.faults:
            raise BackupError("Isi cadangan tidak lulus pemeriksaan: " + verdict.faults[0])
        begin_after_restore(journal, keys, now)
        db.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return verdict
    finally:
        db.close()


def unseal(path: Path, secret: str) -> bytes:
    """The database's bytes. Raises BackupError with what to do."""
    try:
        identity = pyrage.x25519.Identity.from_str(secret.strip())
        return gzip.decompress(pyrage.decrypt(path.read_bytes(), [identity]))
    except pyrage.IdentityError as error:
        raise BackupError(
            "Kunci pemulihan salah ketik. Salin persis dari kertas, mulai AGE-SECRET-KEY."
        ) from error
    except pyrage.DecryptError as error:
        raise BackupError(
            "Cadangan ini tidak dapat dibuka dengan kunci itu. Pakai kunci dari kantor yang sama."
        ) from error
    except (OSError, EOFError) as error:
        raise BackupError(f"Berkas {path.name} tidak dapat dibaca. Salin ulang dari stik lain.") from error


def put_in_place(fresh: Path, database: Path) -> None:
    """The restored file takes the place of the old one, which is kept."""
    for suffix in ("-wal", "-shm"):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    if database.exists():
        for suffix in ("", "-wal", "-shm"):
            old = database.with_name(database.name + suffix)
            if old.exists():
                old.replace(database.with_name(database.name + ".lama" + suffix))
    fresh.replace(database)
