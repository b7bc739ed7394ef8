"""Proof of the journal: every chain is hashed again, and a replay into a scratch database must give the same tables.

Nothing is changed on this side. What is found is told by place, never with the data in it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from schema.bulk import is_environment
from schema.database import CentrePostgres, Database, open_office
from schema.migrate import Side, migrate
from sync.events import EntriesCaughtUp, EntriesReceived
from sync.history import history_faults
from sync.journal import OWN_KINDS, Entry, Journal, JournalError
from sync.line import GENESIS, link

TOGETHER = 2000
"""Entries that are applied in one go, so that kinds with `apply_many` keep their speed."""

Progress = Callable[[int, int], None]


@dataclass
class Verdict:
    """What the proof found. `digest` is over all official tables; `faults` are Indonesian sentences."""

    entries: int = 0
    streams: int = 0
    digest: str = ""
    faults: list[str] = field(default_factory=list)


def verify(
    journal: Journal, side: Side, scratch: Path, progress: Progress = lambda _done, _all: None
) -> Verdict:
    """Prove a side's journal. `scratch` names a database file that does not exist yet; the caller removes it."""
    verdict = Verdict()
    empty = open_office(scratch)
    migrate(empty, side)
    empty.run("PRAGMA synchronous=OFF")  # it is thrown away: a power cut costs nothing here
    copy = Journal(empty, (kind for kind in journal.kinds.values() if kind not in OWN_KINDS))
    try:
        with snapshot(journal.db):
            check_chains(journal.db, verdict)
            verdict.faults += history_faults(journal)
            if replay(journal, copy, verdict, progress):
                compare(journal.db, empty, verdict)
            verdict.digest = digest(journal.db)
    finally:
        empty.close()
    return verdict


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """One moment of the database for all reads inside, however much is written meanwhile."""
    db.run("BEGIN ISOLATION LEVEL REPEATABLE READ" if isinstance(db, CentrePostgres) else "BEGIN")
    try:
        yield
    finally:
        db.run("ROLLBACK")


# -- chains ---------------------------------------------------------------------------------------------------


def check_chains(db: Database, verdict: Verdict) -> None:
    """Hash every stream again. A destroyed body cannot be hashed: there the stored hash counts."""
    rows = db.run(
        "SELECT j.source, j.epoch, j.stream, j.n, j.head, b.body, j.hash, r.id IS NOT NULL FROM journal j"
        " LEFT JOIN journal_body b ON b.id = j.id LEFT JOIN journal_redaction r ON r.id = j.id"
        " ORDER BY j.source, j.epoch, j.stream, j.n"
    )
    stream: tuple[Any, ...] = ()
    number, previous, broken = 0, GENESIS, False
    for source, epoch, name, n, head, body, stored, destroyed in rows:
        if (source, epoch, name) != stream:
            stream, number, previous, broken = (source, epoch, name), 0, GENESIS, False
            verdict.streams += 1
        verdict.entries += 1
        number += 1
        told = bytes(stored) if destroyed else link(previous, bytes(head), bytes(body or b""))
        if not broken and (n != number or told != bytes(stored)):
            broken = True  # one sentence for each stream: what follows a break proves nothing more
            what = "nomor barisnya meloncat" if n != number else "isinya tidak cocok dengan sidiknya"
            verdict.faults.append(f"Rantai jurnal {source} {epoch}/{name} putus pada baris {number}: {what}.")
        previous = bytes(stored)


# -- replay ---------------------------------------------------------------------------------------------------


def replay(journal: Journal, copy: Journal, verdict: Verdict, progress: Progress) -> bool:
    """Apply everything to the scratch database in the order in which this side applied it; whether it went through."""
    entries, done = in_order(journal), 0
    try:
        while batch := list(islice(entries, TOGETHER)):
            if not apply(copy, batch, verdict):
                return False
            done += len(batch)
            progress(done, verdict.entries)
    except (JournalError, ValueError) as error:
        verdict.faults.append(f"Jurnal tidak dapat dibaca setelah {done} baris: {type(error).__name__}.")
        return False
    return True


@contextmanager
def as_it_stood(journal: Journal, side: Side, scratch: Path, before: int) -> Iterator[Database]:
    """The tables as the journal made them up to an entry of our own (its `id` in the journal, left out itself).

    `scratch` names a database file that does not exist yet; the caller removes it. Raises JournalError when an entry
    cannot be applied again.
    """
    empty = open_office(scratch)
    migrate(empty, side)
    empty.run("PRAGMA synchronous=OFF")
    copy, verdict = Journal(empty, (one for one in journal.kinds.values() if one not in OWN_KINDS)), Verdict()
    try:
        entries = in_order(journal, before)
        while batch := list(islice(entries, TOGETHER)):
            if not apply(copy, batch, verdict):
                raise JournalError(verdict.faults[0])
        yield empty
    finally:
        empty.close()


def in_order(journal: Journal, before: int = sys.maxsize) -> Iterator[Entry]:
    """All applied entries: our own by `seq`, received ones at the place where our own entry says they came in."""
    for (number,) in journal.db.run(
        "SELECT id FROM journal WHERE seq IS NOT NULL AND id < ? ORDER BY id", (before,)
    ):
        entry = read(journal, "j.id = ?", (number,))
        for place in received(entry):
            yield read(journal, "j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?", place)
        yield entry


def read(journal: Journal, where: str, params: Sequence[Any]) -> Entry:
    """One stored entry, decoded; a destroyed body in its redacted form. Raises JournalError when it is missing."""
    row = journal.db.one(
        "SELECT j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
        f" LEFT JOIN journal_redaction r ON r.id = j.id WHERE {where}",
        params,
    )
    if row is None or row[1] is None:
        raise JournalError(f"no body at {params}")
    return journal.decode(bytes(row[0]), bytes(row[1]))


def received(entry: Entry) -> Iterator[tuple[str, int, str, int]]:
    """(source, epoch, stream, n) of the lines that were applied just before one of our own entries."""
    body = entry.body
    if isinstance(body, EntriesReceived):
        left_out = {*body.set_aside, *body.waiting}
        numbers = (n for n in range(body.first, body.last + 1) if n not in left_out)
        yield from ((body.origin, body.epoch, body.stream, n) for n in numbers)
    elif isinstance(body, EntriesCaughtUp):
        for line in body.lines:
            epoch, rest = line.split("/", 1)
            stream, n = rest.rsplit("/", 1)
            yield body.origin, int(epoch), stream, int(n)


def apply(copy: Journal, entries: Sequence[Entry], verdict: Verdict) -> bool:
    """Apply a batch; when it fails, name the entry at which it does."""
    try:
        with copy.transaction(), copy.db.applying():
            copy.apply(entries)
        return True
    except Exception as error:
        if is_environment(error):
            raise
        if len(entries) > 1:
            return all(apply(copy, [entry], verdict) for entry in entries)
        place = f"{entries[0].source} {entries[0].line_id} ({entries[0].kind})"
        verdict.faults.append(f"Baris {place} tidak dapat diterapkan lagi: {type(error).__name__}.")
        return False


# -- comparison -----------------------------------------------------------------------------------------------


def compare(live: Database, copy: Database, verdict: Verdict) -> None:
    """Name the first difference of each table: its row by number in the order of all columns, and the columns."""
    for table in official_tables(live):
        columns = columns_of(live, table)
        here, there = rows_of(live, table, columns), rows_of(copy, table, columns)
        for number, (mine, replayed) in enumerate(pairs(here, there), start=1):
            if mine != replayed:
                what = difference(columns, mine, replayed)
                verdict.faults.append(f"Tabel {table} berbeda dari jurnal mulai baris {number}: {what}.")
                break


def difference(columns: Sequence[str], mine: tuple[str, ...] | None, replayed: tuple[str, ...] | None) -> str:
    """What differs, by column names only: values may be a person's data."""
    if mine is None:
        return "barisnya hilang"
    if replayed is None:
        return "baris ini tidak berasal dari jurnal"
    unlike = [name for name, one, other in zip(columns, mine, replayed, strict=True) if one != other]
    return "kolom " + ", ".join(unlike)


def pairs(
    here: Iterator[tuple[str, ...]], there: Iterator[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...] | None, tuple[str, ...] | None]]:
    """Rows side by side; None where one table has ended."""
    while True:
        mine, replayed = next(here, None), next(there, None)
        if mine is None and replayed is None:
            return
        yield mine, replayed


def official_tables(db: Database) -> list[str]:
    """Names of the tables that stand under the journal, in order: all but those that `beside` lists."""
    listed = [str(row[0]) for row in db.run("SELECT name FROM beside")]
    beside = {name for name in listed if not name.endswith("%")}
    prefixes = ("sqlite_", *(name[:-1] for name in listed if name.endswith("%")))
    if isinstance(db, CentrePostgres):
        names = db.run("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    else:
        names = db.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in names if name not in beside and not name.startswith(prefixes))


def columns_of(db: Database, table: str) -> list[str]:
    """Column names of a table, in alphabetical order, so that both engines agree."""
    if isinstance(db, CentrePostgres):
        rows = db.run("SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,))
    else:
        rows = db.run("SELECT name FROM pragma_table_info(?)", (table,))
    return sorted(str(row[0]) for row in rows)


def rows_of(db: Database, table: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Rows as texts in an order that both engines share (by bytes, not by the language of a server)."""
    collate = ' COLLATE "C"' if isinstance(db, CentrePostgres) else ""
    texts = [f"coalesce('=' || {as_text(db, name)}, '')" for name in columns]
    order = ", ".join(text + collate for text in texts)
    for row in db.run(f"SELECT {', '.join(texts)} FROM {table} ORDER BY {order}"):
        yield tuple(row)


def as_text(db: Database, column: str) -> str:
    """The SQL of a column's value as text; bytes (a scan) in hex, for most bytes are no text in SQLite."""
    cast = f"CAST({column} AS TEXT)"
    if isinstance(db, CentrePostgres):
        return cast
    return f"CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE {cast} END"


def digest(db: Database) -> str:
    """SHA-256 over all official tables: equal for equal content on either engine."""
    sha = hashlib.sha256()
    for table in official_tables(db):
        columns = columns_of(db, table)
        sha.update(repr((table, columns)).encode())
        for row in rows_of(db, table, columns):
            sha.update(repr(row).encode())
    return sha.hexdigest()
