"""Backups: a whole copy of the database without keys, sessions and drafts, sealed with age, then opened and proved.

Whoever holds the printed recovery key can open it: `age -d -i kunci.txt FILE | gunzip > kantor.sqlite3`.
A backup counts only when it was opened again from where it lies, gave the same bytes, and their pages and chains are
in order. Memory does not grow with the database; the disk holds one copy beside the result, in an encrypted folder an
encrypted one (docs/decisions/0015-backups.md, 0078-encrypted-at-rest.md).
"""

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyrage

from schema import data_folder
from schema.covered_copy import PlainCopy, copy_beside, copy_database
from schema.data_folder import TEMPORARY, files_named, fsync_folder
from schema.database import Database, SqliteDatabase, Table
from schema.database_errors import DAMAGED_FILE_ERRORS as DAMAGE
from schema.database_errors import DISK_FULL_ERROR, UNOPENED_FILE_ERRORS, SqliteError
from schema.migrations import Side
from schema.struct_rows import select_structs
from schema.zone import IN_USE
from sync.chains import ProofResult, prove_chains
from sync.entries import parse_utc_text
from sync.file_format import GZIP
from sync.journal import Journal
from sync.progress import WHOLE, Progress, part_of, unheard
from sync.verification import scratch_journal, verify_side

LEFT_OUT = (
    "draft",
    "sign_in_session",
    "sign_in_attempt",
    "trusted_browser",
    "authenticator_offer",
    "road_part",
    "continuous_copy",
    "backup_mark",
    "backup_failure",
)
"""Unfinished forms, sessions, remembered browsers, half-sent files and what failed here are no records; a restored PC
starts without them, and writes into no folder that nobody chose there."""
PROVED, SEALED = 75, 90
"""How far a backup is, of 100, when the tables are proved and when it is sealed and opened (48,000 entries)."""
SHRUNK = 0.5
"""A backup smaller than this share of the one before raises an alarm."""
ALARM = "Cadangan ini jauh lebih kecil daripada sebelumnya. Jangan hapus yang lama; periksa dulu."
DAMAGED = "Basis data rusak, cadangan tidak dibuat. Periksa disk komputer ini, lalu pulihkan cadangan terakhir."
NOT_SAME = (
    "Cadangan yang dikunci tidak terbuka kembali seperti aslinya. Ulangi ke tempat lain; jika tetap, periksa "
    "disk dan memori komputer."
)
POSTGRES = "Pusat di PostgreSQL dicadangkan dengan alatnya sendiri: lihat Cadangan dalam panduan administrator."


NOT_NOW = "Basis data sedang tidak dapat disalin, cadangan tidak dibuat. Ulangi beberapa menit lagi."


class BackupError(Exception):
    """A backup or restore that did not end well; `str` is a sentence for the officer."""


class Backup(msgspec.Struct, frozen=True):
    """A proved backup: file, size in bytes, entries of its journal, SHA-256 of the plain database, alarm or nothing."""

    path: Path
    recipient: str
    made_at: datetime
    size: int
    entries: int
    digest: str
    alarm: str = ""

    @property
    def name(self) -> str:
        return self.path.name


def make_backup(
    journal: Journal,
    side: Side,
    folder: Path,
    recipient: str,
    now: datetime,
    work: Path,
    progress: Progress = unheard,
) -> Backup:
    """Prove the tables, copy, seal into `folder`, open again and prove. `work` is the private folder for plain copies.

    Raises BackupError with a sentence, OSError when a disk takes no more. Nothing is left of one that failed.
    """
    db = journal.db
    if not isinstance(db, SqliteDatabase):
        raise BackupError(POSTGRES)
    with sentences_for_damage(), working_folder(work), ExitStack() as kept:
        prove_tables(journal, side, work / "ulang.sqlite3", part_of(progress, 0, PROVED))
        plain, opened = (kept.enter_context(copy_beside(work / name)) for name in ("salinan.sqlite3", "dibuka.sqlite3"))
        copy_database(db, plain, LEFT_OUT)
        folder.mkdir(parents=True, exist_ok=True)
        for cut_short in files_named(folder, f"{journal.source}-*{ENDING}{TEMPORARY}"):
            cut_short.unlink()
        before = newest_backup_size(folder, journal.source)
        with claimed_backup_file(folder, journal.source, now) as (path, sealed):
            digest = seal_and_open(plain, sealed, recipient, opened, part_of(progress, PROVED, SEALED))
            verdict = prove_opened(opened, journal, part_of(progress, SEALED, WHOLE))
            size = sealed.seek(0, os.SEEK_END)
    alarm = ""
    if before is not None and size < before * SHRUNK:
        alarm = ALARM
    return Backup(path, recipient, now, size, verdict.entries, digest, alarm)


@contextmanager
def sentences_for_damage() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise BackupError(DAMAGED) from error
    except DISK_FULL_ERROR as error:
        raise OSError(28, "disk penuh") from error
    except SqliteError as error:
        raise BackupError(NOT_NOW) from error


def prove_tables(journal: Journal, side: Side, scratch: Path, progress: Progress) -> None:
    """The tables are what the journal says; `scratch` is gone afterwards. Raises BackupError."""
    faults = verify_side(journal, side, scratch, progress).faults
    for leftover in scratch.parent.glob(scratch.name + "*"):
        leftover.unlink()
    if faults:
        raise BackupError("Data tidak lulus pemeriksaan, cadangan tidak dibuat: " + faults[0])


def newest_backup_size(folder: Path, source: str) -> int | None:
    """Bytes of the newest backup of this source in a folder, by the moment in its name."""
    made = [(at, path) for path in files_named(folder, f"*{ENDING}") if (at := backup_moment(path.name, source))]
    if not made:
        return None
    return max(made)[1].stat().st_size


@contextmanager
def claimed_backup_file(folder: Path, source: str, now: datetime) -> Iterator[tuple[Path, BinaryIO]]:
    """A name that no other backup has, and an open file that bears it only after the block ended well.

    Owner only; written beside the name, fsynced, renamed, folder fsynced. Nothing stays of one that failed.
    """
    path, handle = claim_name(folder, f"{source}-{now.astimezone(UTC):%Y%m%d-%H%M%S}")
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield path, file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(folder)


def claim_name(folder: Path, stem: str) -> tuple[Path, int]:
    for number in count(1):
        name = stem
        if number > 1:
            name += f"-{number}"
        path = folder / f"{name}{ENDING}"
        if path.exists():
            continue
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with suppress(FileExistsError):
            return path, os.open(path.with_name(path.name + TEMPORARY), flags, 0o600)
    raise AssertionError("count() has no end")


def seal_and_open(plain: PlainCopy, sealed: BinaryIO, recipient: str, opened: PlainCopy, progress: Progress) -> str:
    """Seal for the recovery key, drop the plain copy, open with a key that is forgotten afterwards; the digest.

    Raises BackupError when other bytes come out than went in.
    """
    witness = pyrage.x25519.Identity.generate()
    size = plain.size
    with plain.reader() as file:
        recipients = [pyrage.x25519.Recipient.from_str(recipient), witness.to_public()]
        digest = seal_stream(file, sealed, recipients, lambda done: progress(done, size))
    sealed.flush()
    os.fsync(sealed.fileno())
    plain.remove()
    sealed.seek(0)
    with opened.writer() as file:
        try:
            same = open_stream(sealed, file, witness) == digest
        except (pyrage.DecryptError, EOFError) as error:
            raise BackupError(NOT_SAME) from error
    if not same:
        raise BackupError(NOT_SAME)
    return digest


def prove_opened(opened: PlainCopy, journal: Journal, progress: Progress = unheard) -> ProofResult:
    """Pages, identity and chains of the database that came out of the backup. Raises BackupError."""
    db = opened.as_database()
    verdict = ProofResult()
    try:
        row = db.one("PRAGMA integrity_check(1)")
        if row is None or row[0] != "ok":
            raise BackupError(DAMAGED)
        if db.one("SELECT value FROM identity WHERE key = 'source'") != (journal.source,):
            raise BackupError(NOT_SAME)
        prove_chains(scratch_journal(journal, db), verdict, progress=progress)
    except UNOPENED_FILE_ERRORS as error:
        raise BackupError(DAMAGED) from error
    finally:
        db.close()
    if verdict.faults:
        raise BackupError("Salinan tidak lulus pemeriksaan, cadangan tidak dibuat: " + verdict.faults[0])
    return verdict


ENDING = ".loket-cadangan"
BACKUP_NAME = re.compile(r"\A(?P<source>.+)-(?P<at>\d{8}-\d{6})(?:-\d+)?" + re.escape(ENDING))
NIGHT = 18, 30
"""Hour and minute of the side's wall clock of the nightly backup; a PC that is off then makes it at its next start."""
RETRY = timedelta(minutes=30)
JUST_MADE = timedelta(hours=1)
"""Closing the program so soon after a backup makes no second one."""
DAYS = 7
WEEKS = 8
MONTHS = 24


def last_slot(now: datetime) -> datetime:
    slot = now.astimezone(IN_USE.zone).replace(hour=NIGHT[0], minute=NIGHT[1], second=0, microsecond=0)
    if slot <= now:
        return slot
    return slot - timedelta(days=1)


def is_backup_due(made_at: datetime | None, failed_at: datetime | None, now: datetime) -> bool:
    """Whether the nightly backup is to be made now. A moment in the future (the clock was wrong) counts as none."""
    if made_at and last_slot(now) <= made_at <= now:
        return False
    return failed_at is None or failed_at > now or failed_at + RETRY <= now


def is_due_at_closing(made_at: datetime | None, now: datetime) -> bool:
    return made_at is None or made_at > now or made_at + JUST_MADE <= now


def backup_moment(name: str, source: str) -> datetime | None:
    """When a backup of this source was made, from its file name (UTC); None for another's file."""
    match = BACKUP_NAME.fullmatch(name)
    if match is None or match["source"] != source:
        return None
    try:
        return datetime.strptime(match["at"], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def choose_kept(made: Iterable[tuple[datetime, str]]) -> set[str]:
    """Names to keep out of (moment, name): of the last 7 days, 8 weeks and 24 months with a backup the newest each."""
    newest_first = sorted(made, reverse=True)
    periods: tuple[tuple[Callable[[datetime], Hashable], int], ...] = (
        (lambda at: at.date(), DAYS),
        (lambda at: at.isocalendar()[:2], WEEKS),
        (lambda at: (at.year, at.month), MONTHS),
    )
    keep: set[str] = set()
    for period, most in periods:
        first: dict[Hashable, str] = {}
        for at, name in newest_first:
            first.setdefault(period(at.astimezone(IN_USE.zone)), name)
        keep.update(list(first.values())[:most])
    return keep


PIECE = 65_536


class Packing:
    """Reads a plain file and gives it gzipped; `digest` is SHA-256 over the plain bytes."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.told = told
        self.done = 0
        self.packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
        self.ready = b""
        self.ended = False
        self.error: OSError | None = None

    def read(self, size: int) -> bytes:
        while not self.ready and not self.ended:
            try:
                plain = self.file.read(PIECE)
            except OSError as error:
                self.error = error
                raise
            self.digest.update(plain)
            self.done += len(plain)
            self.told(self.done)
            self.ended = not plain
            if plain:
                self.ready = self.packer.compress(plain)
            else:
                self.ready = self.packer.flush()
        part = self.ready[:size]
        self.ready = self.ready[size:]
        return part


class Writing:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, part: bytes) -> int:
        try:
            self.file.write(part)
        except OSError as error:
            self.error = error
            raise
        return len(part)

    def flush(self) -> None:
        """The caller flushes and fsyncs once, at the end."""


class Unpacking(Writing):
    """Takes gzipped pieces and writes them plain; `digest` is SHA-256 over the plain bytes."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.digest = hashlib.sha256()
        self.unpacker = zlib.decompressobj(GZIP)

    def write(self, part: bytes) -> int:
        """Unpack one piece; what it swells to is written in bounded pieces too."""
        packed = part
        while packed:
            plain = self.unpacker.decompress(packed, PIECE)
            self.digest.update(plain)
            super().write(plain)
            packed = self.unpacker.unconsumed_tail
        return len(part)


def seal_stream(
    plain: BinaryIO,
    sealed: BinaryIO,
    recipients: list[pyrage.x25519.Recipient],
    told: Callable[[int], None] = lambda _done: None,
) -> str:
    """Pack and seal a whole file; the SHA-256 of the plain bytes in hex. `told` hears of bytes. Raises OSError."""
    source = Packing(plain, told)
    target = Writing(sealed)
    try:
        pyrage.encrypt_io(source, target, recipients)
    except pyrage.EncryptError as error:
        raise (source.error or target.error or OSError(str(error))) from error
    return source.digest.hexdigest()


def open_stream(sealed: BinaryIO, plain: BinaryIO, identity: pyrage.x25519.Identity) -> str:
    """Open and unpack a whole file; the SHA-256 of the plain bytes in hex.

    Raises pyrage.DecryptError for a file that this key does not open, EOFError for one that is damaged or cut, and
    OSError when the disk takes or gives no more.
    """
    target = Unpacking(plain)
    try:
        pyrage.decrypt_io(sealed, target, [identity])
    except OSError as error:
        if target.error is not None:
            raise target.error from error
        if error.errno is not None:
            raise
        raise EOFError("damaged") from error  # pyrage says OSError without a number for a piece that was altered
    except zlib.error as error:
        raise EOFError("not packed") from error
    if not target.unpacker.eof:
        raise EOFError("cut short")
    return target.digest.hexdigest()


WORK = f"{data_folder.SCRATCH_FOLDER}/cadangan"
"""The folder for plain copies of backup and restore, below the data folder."""
BUSY = "Cadangan atau pemulihan lain sedang berjalan di komputer ini. Tunggu sampai selesai, lalu ulangi."


class FolderBusyError(BackupError):
    """Another thread or program works in the folder; `str` is a sentence for the officer."""


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """Hold `folder` for this run alone. The system lets go of the lock when the process dies.

    Raises FolderBusyError, OSError.
    """
    with ExitStack() as kept:
        try:
            kept.enter_context(data_folder.hold_scratch_folder(folder))
        except data_folder.LOCK_HELD_ERROR as error:
            raise FolderBusyError(BUSY) from error
        yield folder


ASKED = "asked"


class MadeBackup(msgspec.Struct, frozen=True):
    """A backup that was opened again and found whole at `made_at`; `place` is its folder, `size` in bytes."""

    name: str
    place: str
    recipient: str
    made_at: datetime
    size: int
    entries: int
    alarm: str
    copied_at: datetime | None
    copied_to: str


# -- what was made ---------------------------------------------------------------------------------------------


class BackupMade(Table):
    """A backup that was opened again and found whole."""


class BackupFailure(Table):
    """Why the last backup (`make`), the last copy of one (`copy`) or the last one that a person asked for (`asked`) did
    not come about."""


def note_made(db: Database, made: Backup) -> None:
    with db.writing():
        BackupFailure.remove(db, job="make")
        BackupFailure.remove(db, job=ASKED)
        BackupMade.add_from(db, made, name=made.path.name, place=str(made.path.parent))


def note_copied(db: Database, made: Backup, folder: str, now: datetime) -> None:
    with db.writing():
        BackupFailure.remove(db, job="copy")
        BackupMade.alter(db, {"name": made.path.name, "digest": made.digest}, copied_at=now, copied_to=folder)


def note_failed(db: Database, job: str, sentence: str, now: datetime) -> None:
    BackupFailure.put(db, job=job, failed_at=now, sentence=sentence)


def last_failed_at(db: Database) -> datetime | None:
    """When the nightly backup last did not come about."""
    failed = BackupFailure.first(db, job="make")
    if failed is None:
        return None
    return parse_utc_text(failed.failed_at)


def backups_where(db: Database, where: str, most: int = 1) -> list[MadeBackup]:
    source = "FROM backup_made m LEFT JOIN backup_key k ON k.recipient = m.recipient"
    rest = f"{source} WHERE {where} ORDER BY m.id DESC LIMIT ?"
    return select_structs(MadeBackup, db, rest, (most,), recipient="m.recipient", made_at="m.made_at")


def last_made(db: Database, *, copied: bool = False) -> MadeBackup | None:
    """The newest backup that counts, because a person holds its key; `copied`: the newest that lies on a stick too."""
    known = "k.confirmed_at IS NOT NULL"
    if copied:
        known += " AND m.copied_at IS NOT NULL"
    return next(iter(backups_where(db, known)), None)


def last_made_at(db: Database) -> datetime | None:
    made = last_made(db)
    if made is None:
        return None
    return made.made_at


def unopenable_backups(db: Database) -> set[str]:
    """Names of backups whose key nobody confirmed: they count for nothing and push nothing out."""
    return {backup.name for backup in backups_where(db, "k.confirmed_at IS NULL", most=1000)}
