"""Backups: a whole copy of the database without keys, sessions and drafts, sealed with age, then opened and proved.

Whoever holds the printed recovery key can open it: `age -d -i kunci.txt FILE | gunzip > kantor.sqlite3`.
A backup counts only when it was opened again from where it lies, gave the same bytes, and their pages and chains are
in order. Memory does not grow with the database; the disk holds one plain copy beside the result
(docs/decisions/0015-backups.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pyrage

from schema.copying import copy_database
from schema.database import SqliteDatabase, open_office
from schema.migrate import Side
from schema.sqlite_file import DAMAGED as DAMAGE
from schema.sqlite_file import FULL, SqliteError
from sync.backup_schedule import ENDING, moment_of
from sync.backup_stream import open_sealed, seal
from sync.chains import check_chains
from sync.files import TEMPORARY, fsync_folder
from sync.journal import Journal
from sync.replaying import copy_of
from sync.verdict import Verdict
from sync.verifying import verify
from sync.working_folder import FolderBusyError, working_folder

LEFT_OUT = ("draft", "sign_in_session", "sign_in_attempt")
"""Unfinished forms and sign-in sessions are no records; a restored PC starts without them."""
SHRUNK = 0.5
"""A backup smaller than this share of the one before raises an alarm."""
ALARM = "Cadangan ini jauh lebih kecil daripada sebelumnya. Jangan hapus yang lama; periksa dulu."
DAMAGED = (
    "Basis data rusak, cadangan tidak dibuat. Periksa disk komputer ini, lalu pulihkan cadangan terakhir."
)
NOT_SAME = (
    "Cadangan yang dikunci tidak terbuka kembali seperti aslinya. Ulangi ke tempat lain; kalau tetap, periksa "
    "disk dan memori komputer."
)
POSTGRES = (
    "Pusat di PostgreSQL dicadangkan dengan alatnya sendiri: lihat Cadangan dalam panduan administrator."
)


NOT_NOW = "Basis data sedang tidak dapat disalin, cadangan tidak dibuat. Ulangi beberapa menit lagi."


class BackupError(Exception):
    """A backup or restore that did not end well; `str` is a sentence for the officer."""


@dataclass(frozen=True)
class Backup:
    """A proved backup: file, size in bytes, entries of its journal, SHA-256 of the plain database, alarm or nothing."""

    path: Path
    recipient: str
    made_at: datetime
    size: int
    entries: int
    digest: str
    alarm: str = ""


def make_backup(
    journal: Journal, side: Side, folder: Path, recipient: str, now: datetime, work: Path
) -> Backup:
    """Prove the tables, copy, seal into `folder`, open again and prove. `work` is the private folder for plain copies.

    Raises BackupError with a sentence, OSError when a disk takes no more. Nothing is left of one that failed.
    """
    db = journal.db
    if not isinstance(db, SqliteDatabase):
        raise BackupError(POSTGRES)
    with sentences_for_damage(), held(work):
        prove_tables(journal, side, work / "ulang.sqlite3")
        plain = work / "salinan.sqlite3"
        copy_database(db, plain, LEFT_OUT)
        folder.mkdir(parents=True, exist_ok=True)
        for cut_short in folder.glob(f"{journal.source}-*{ENDING}{TEMPORARY}"):
            cut_short.unlink()
        before = newest(folder, journal.source)
        with claimed(folder, journal.source, now) as (path, sealed):
            digest = seal_and_open(plain, sealed, recipient, work / "dibuka.sqlite3")
            verdict = prove_opened(work / "dibuka.sqlite3", journal)
            size = sealed.seek(0, os.SEEK_END)
    alarm = ALARM if before is not None and size < before * SHRUNK else ""
    return Backup(path, recipient, now, size, verdict.entries, digest, alarm)


@contextmanager
def held(work: Path) -> Iterator[None]:
    """The working folder for this run alone. Raises BackupError."""
    try:
        with working_folder(work):
            yield
    except FolderBusyError as error:
        raise BackupError(str(error)) from error


@contextmanager
def sentences_for_damage() -> Iterator[None]:
    """What SQLite says of a damaged or full database, as BackupError or OSError."""
    try:
        yield
    except DAMAGE as error:
        raise BackupError(DAMAGED) from error
    except FULL as error:
        raise OSError(28, "disk penuh") from error
    except SqliteError as error:
        raise BackupError(NOT_NOW) from error


def prove_tables(journal: Journal, side: Side, scratch: Path) -> None:
    """The tables are what the journal says; `scratch` is gone afterwards. Raises BackupError."""
    faults = verify(journal, side, scratch).faults
    for leftover in scratch.parent.glob(scratch.name + "*"):
        leftover.unlink()
    if faults:
        raise BackupError("Data tidak lulus pemeriksaan, cadangan tidak dibuat: " + faults[0])


def newest(folder: Path, source: str) -> int | None:
    """Bytes of the newest backup of this source in a folder, by the moment in its name."""
    made = [(at, path) for path in folder.glob(f"*{ENDING}") if (at := moment_of(path.name, source))]
    return max(made)[1].stat().st_size if made else None


@contextmanager
def claimed(folder: Path, source: str, now: datetime) -> Iterator[tuple[Path, BinaryIO]]:
    """A name that no other backup has, and an open file that bears it only after the block ended well.

    Owner only; written beside the name, fsynced, renamed, folder fsynced. Nothing stays of one that failed.
    """
    path, handle = claim(folder, f"{source}-{now.astimezone(UTC):%Y%m%d-%H%M%S}")
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield path, file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(folder)


def claim(folder: Path, stem: str) -> tuple[Path, int]:
    """A free name, held by its temporary file, and that file's handle."""
    for number in count(1):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}{ENDING}"
        if path.exists():
            continue
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with suppress(FileExistsError):
            return path, os.open(path.with_name(path.name + TEMPORARY), flags, 0o600)
    raise AssertionError("count() has no end")


def seal_and_open(plain: Path, sealed: BinaryIO, recipient: str, opened: Path) -> str:
    """Seal for the recovery key, drop the plain copy, open with a key that is forgotten afterwards; the digest.

    Raises BackupError when other bytes come out than went in.
    """
    witness = pyrage.x25519.Identity.generate()
    with plain.open("rb") as file:
        digest = seal(file, sealed, [pyrage.x25519.Recipient.from_str(recipient), witness.to_public()])
    sealed.flush()
    os.fsync(sealed.fileno())
    plain.unlink()
    sealed.seek(0)
    with open_private(opened) as file:
        try:
            same = open_sealed(sealed, file, witness) == digest
        except (pyrage.DecryptError, EOFError) as error:
            raise BackupError(NOT_SAME) from error
    if not same:
        raise BackupError(NOT_SAME)
    return digest


def open_private(path: Path) -> BinaryIO:
    """A new file for its owner only. Raises OSError when it is there already."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def prove_opened(opened: Path, journal: Journal) -> Verdict:
    """Pages, identity and chains of the database that came out of the backup. Raises BackupError."""
    db, verdict = open_office(opened), Verdict()
    try:
        row = db.one("PRAGMA integrity_check(1)")
        if row is None or row[0] != "ok":
            raise BackupError(DAMAGED)
        if db.one("SELECT value FROM identity WHERE key = 'source'") != (journal.source,):
            raise BackupError(NOT_SAME)
        check_chains(copy_of(journal, db), verdict)
    finally:
        db.close()
    if verdict.faults:
        raise BackupError("Salinan tidak lulus pemeriksaan, cadangan tidak dibuat: " + verdict.faults[0])
    return verdict
