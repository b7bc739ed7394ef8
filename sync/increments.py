"""Increments of a backup: what was written after it, sealed for the same recovery key and applied when it is restored.

An increment is a small SQLite database, gzipped and sealed with age: lines of the journal as they stand, lines of the
access log, bytes of kept files, and whole the small tables that no entry rebuilds. Restoring adds the lines and applies
their entries, so the official tables come from the journal; the proof of the whole then compares them
(docs/decisions/0099-continuous-copy.md). The plain bytes stay in memory.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from schema.data_folder import write_whole
from schema.database import Database, SqliteDatabase, Table, first_column, first_value
from schema.database_errors import SqliteError
from schema.memory_file import MemoryFile
from schema.version import VERSION
from sync import backup
from sync.chains import ProofResult
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import Journal
from sync.restore import normalise_secret
from sync.verification import TOGETHER, apply_batch, columns_of, entries_in_order, names_beside, scratch_journal

ENDING = ".loket-lanjutan"
FORMAT = "loket-lanjutan/1"
NUMBERED = re.compile(r"\.(\d{6})" + re.escape(ENDING) + r"\Z")
KEPT_MARKS = 20
MOST_BYTES = 16 * 1024 * 1024
"""Of kept files in one increment; the next one follows at once."""
LEFT_TO_ENTRIES = frozenset(
    {"beside", "migration", "schema_seal", "journal", "journal_body", "journal_redaction", "access_log", "file_content"}
)
"""Tables that come by their lines, or with the program."""
NOT_KEPT = frozenset(
    {
        *backup.LEFT_OUT,
        *("backup_key", "backup_made"),
        *("road_aside", "road_run", "road_refusal", "proof", "proof_head", "redaction_due", "complaint_masked"),
        *("file_piece", "awaited_piece", "wanted_piece"),
    }
)
"""Tables of this PC, or that are asked for and reckoned anew."""


class BackupMark(Table):
    """How far this PC was just before a backup."""


class Mark(msgspec.Struct, frozen=True):
    """How far a database is: the newest ids of journal, access log and kept files."""

    journal: int = 0
    access: int = 0
    files: int = 0


class Increment(msgspec.Struct, frozen=True):
    """One increment in plain bytes; `mark`: how far it reaches, `small`: digest of the small tables, `more`: kept files
    are left for the next one."""

    plain: bytes
    mark: Mark
    small: str
    more: bool


class DestroyedError(Exception):
    """Bodies were destroyed: tables changed beside the journal, so only a new backup goes on."""


# -- writing -----------------------------------------------------------------------------------------------------


def read_mark(db: Database) -> Mark:
    newest = (
        first_value(db, f"SELECT max(id) FROM {table}") or 0 for table in ("journal", "access_log", "stored_file")
    )
    return Mark(*newest)


def note_mark(db: Database, name: str, mark: Mark, now: datetime) -> None:
    """Keep how far a database was before a backup; only those of the newest ones."""
    newest = "SELECT name FROM backup_mark ORDER BY made_at DESC, name DESC LIMIT ?"
    with db.writing():
        BackupMark.put(db, name=name, made_at=now, journal=mark.journal, access=mark.access, files=mark.files)
        db.run(f"DELETE FROM backup_mark WHERE name NOT IN ({newest})", (KEPT_MARKS,))


def read_increment(
    db: Database, base: str, number: int, since: Mark, small: str, now: datetime, previous: str = ""
) -> Increment | None:
    """What came since a mark, in the snapshot that the caller holds; None where nothing did. Raises DestroyedError.

    `previous`: digest of the increment before it, as it lies sealed; empty for the first.
    """
    mark = read_mark(db)
    tables = small_tables(db)
    digest = hashlib.sha256(repr(tables).encode()).hexdigest()
    if mark == since and digest == small:
        return None
    if first_value(db, "SELECT 1 FROM journal WHERE id > ? AND kind = 'body.destroyed' LIMIT 1", (since.journal,)):
        raise DestroyedError
    newest = mark.files
    files, mark = files_since(db, since, mark)
    about = {
        "format": FORMAT,
        "base": base,
        "number": number,
        "previous": previous,
        "at": to_utc_text(now),
        "program": VERSION,
        "steps": json.dumps(sorted(first_column(db, "SELECT name FROM migration"))),
    }
    with closing(MemoryFile()) as made:
        made.add_table("lanjutan", ["key", "value"], list(about.items()))
        for table, key, after in (("journal", "id", since.journal), ("journal_body", "id", since.journal)):
            put_rows(made, db, table, f"{key} > ?", (after,))
        put_rows(made, db, "access_log", "id > ?", (since.access,))
        made.add_table("file_content", ["digest", "content"], files)
        if digest != small:
            for table, (columns, rows) in tables.items():
                made.add_table(table, columns, rows)
        return Increment(made.content(), mark, digest, mark.files < newest)


def small_tables(db: Database) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Columns and rows of the tables that no entry rebuilds."""
    beside = names_beside(db)
    prefixes = tuple(name[:-1] for name in beside if name.endswith("%"))
    names = sorted(
        name for name in beside - LEFT_TO_ENTRIES - NOT_KEPT if not name.endswith("%") and not name.startswith(prefixes)
    )
    return {name: table_of(db, name) for name in names if columns_of(db, name)}


def table_of(db: Database, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = columns_of(db, name)
    return columns, [
        tuple(row) for row in db.run(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(columns)}")
    ]


def files_since(db: Database, since: Mark, mark: Mark) -> tuple[list[tuple[str, bytes]], Mark]:
    """(digest, bytes) of files kept since then, up to MOST_BYTES, and how far they reach."""
    sql = (
        "SELECT s.id, c.digest, c.content FROM stored_file s JOIN file_content c ON c.digest = s.digest"
        " WHERE s.id > ? AND s.id <= ? ORDER BY s.id"
    )
    taken: dict[str, bytes] = {}
    size = 0
    for number, digest, content in db.run(sql, (since.files, mark.files)):
        if taken and size + len(content) > MOST_BYTES:
            return list(taken.items()), msgspec.structs.replace(mark, files=number - 1)
        taken[digest] = bytes(content)
        size += len(content)
    return list(taken.items()), mark


def put_rows(made: MemoryFile, db: Database, table: str, where: str, values: Sequence[Any]) -> None:
    columns = columns_of(db, table)
    rows = db.run(f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY id", values)
    made.add_table(table, columns, [tuple(row) for row in rows])


def write_increment(folder: Path, base: str, number: int, plain: bytes, recipient: str) -> Path:
    """Seal an increment and let it appear whole beside its backup. Raises OSError."""
    sealed = io.BytesIO()
    backup.seal_stream(io.BytesIO(plain), sealed, [pyrage.x25519.Recipient.from_str(recipient)])
    path = folder / increment_name(base, number)
    write_whole(path, sealed.getvalue(), 0o600)
    return path


def file_digest(path: Path) -> str:
    """Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def increment_name(base: str, number: int) -> str:
    return f"{base.removesuffix(backup.ENDING)}.{number:06d}{ENDING}"


# -- reading -----------------------------------------------------------------------------------------------------


def increments_of(sealed: Path) -> list[tuple[int, Path]]:
    """(number, file) of the increments that lie beside a backup, in order."""
    stem = sealed.name.removesuffix(backup.ENDING)
    found = [
        (int(match[1]), path)
        for path in sealed.parent.iterdir()
        if (match := NUMBERED.search(path.name)) and path.name[: match.start()] == stem
    ]
    return sorted(found)


@dataclass
class Continued:
    """The increments that a restore takes: how many, up to which moment, and why the rest was left."""

    sealed: Path
    secret: str
    applied: int = 0
    reached_at: datetime | None = None
    stopped: str = ""
    skipped: int = 0
    digest: str = ""

    def apply(self, db: SqliteDatabase, journal: Journal) -> None:
        """Apply one after the other to the restored database; the first one that is missing or faulty ends it."""
        files = increments_of(self.sealed)
        for place, (number, path) in enumerate(files):
            try:
                if number != self.applied + 1:
                    raise UnusableError(f"Lanjutan nomor {self.applied + 1} tidak ada")
                self.reached_at = self.apply_one(db, journal, path, number)
            except UnusableError as error:
                self.stopped = str(error)
                self.skipped = len(files) - place
                return
            self.applied = number
            self.digest = file_digest(path)

    def apply_one(self, db: SqliteDatabase, journal: Journal, path: Path, number: int) -> datetime:
        """Apply one increment, whole or not at all; the moment that it reaches. Raises UnusableError, OSError."""
        name = f"Lanjutan nomor {number}"
        with closing(open_increment(path, name, self.secret)) as made:
            about: dict[str, Any] = dict(made.table("lanjutan")[1])
            if (about.get("format"), about.get("base"), about.get("number")) != (FORMAT, self.sealed.name, number):
                raise UnusableError(f"{name} bukan milik cadangan ini")
            if about["previous"] != self.digest:
                raise UnusableError(f"{name} tidak menyambung lanjutan sebelumnya")
            if set(json.loads(about["steps"])) - set(first_column(db, "SELECT name FROM migration")):
                raise UnusableError(f"{name} ditulis Loket {about['program']}, yang lebih baru daripada program ini")
            add_increment(db, journal, made, name)
            return parse_utc_text(about["at"])


class UnusableError(Exception):
    """An increment that cannot be applied; `str` is the beginning of a sentence."""


def add_increment(db: SqliteDatabase, journal: Journal, made: MemoryFile, name: str) -> None:
    """In one transaction. Raises UnusableError."""
    copy = scratch_journal(journal, db)
    verdict = ProofResult()
    try:
        with db.writing(), db.applying():
            db.run("PRAGMA defer_foreign_keys=ON")
            add_lines(db, made, copy, verdict)
            if verdict.faults:
                raise UnusableError(f"{name} tidak dapat diterapkan")
    except SqliteError as error:
        raise UnusableError(f"{name} tidak cocok dengan cadangannya") from error


def open_increment(path: Path, name: str, secret: str) -> MemoryFile:
    """The database of an increment, in memory. Raises UnusableError, OSError."""
    plain = io.BytesIO()
    try:
        with path.open("rb") as file:
            backup.open_stream(file, plain, pyrage.x25519.Identity.from_str(normalise_secret(secret)))
        made = MemoryFile.of(plain.getvalue())
    except (pyrage.DecryptError, EOFError) as error:
        raise UnusableError(f"{name} rusak, terpotong, atau dikunci dengan kunci lain") from error
    except SqliteError as error:
        raise UnusableError(f"{name} tidak terbaca") from error
    if "lanjutan" not in made.tables():
        made.close()
        raise UnusableError(f"{name} tidak terbaca")
    return made


def add_lines(db: SqliteDatabase, made: MemoryFile, copy: Journal, verdict: ProofResult) -> None:
    """In the open transaction: lines and bytes first, then what the entries say, then the small tables."""
    newest = first_value(db, "SELECT max(id) FROM journal WHERE seq IS NOT NULL") or 0
    for table in ("journal", "journal_body", "access_log", "file_content"):
        add_rows(db, made, table, "INSERT OR IGNORE")
    for batch in batches(entries_in_order(copy, after=newest)):
        if not apply_batch(copy, batch, verdict):
            return
    for table in made.tables():
        if table not in LEFT_TO_ENTRIES and table != "lanjutan":
            db.run(f"DELETE FROM {table}")
            add_rows(db, made, table, "INSERT")


def batches(entries: Iterator[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for entry in entries:
        part.append(entry)
        if len(part) == TOGETHER:
            yield part
            part = []
    if part:
        yield part


def add_rows(db: SqliteDatabase, made: MemoryFile, table: str, how: str) -> None:
    columns, rows = made.table(table)
    db.many(f"{how} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
