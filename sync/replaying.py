"""Replay: every entry applied again to an empty database, in the order in which this side applied it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from schema.bulk import is_environment
from schema.database import Database, open_office
from schema.migrate import Side, migrate_only
from sync.events import EntriesCaughtUp, EntriesReceived
from sync.journal import OWN_KINDS, Entry, Journal, JournalError
from sync.verdict import Place, Verdict

TOGETHER = 2000
"""Entries that are read and applied in one go, so that kinds with `apply_many` keep their speed."""

Progress = Callable[[int, int], None]

OWN = (
    "SELECT j.id, j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
    " LEFT JOIN journal_redaction r ON r.id = j.id WHERE j.seq IS NOT NULL AND j.id > ? AND j.id < ?"
    f" ORDER BY j.id LIMIT {TOGETHER}"
)
RECEIVED = (
    "SELECT j.n, j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
    " LEFT JOIN journal_redaction r ON r.id = j.id"
    " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ? AND j.n <= ? ORDER BY j.n"
)


@contextmanager
def scratch_side(scratch: Path, side: Side) -> Iterator[Database]:
    """A freshly migrated database in a file that does not exist yet; the caller removes it."""
    empty = open_office(scratch)
    try:
        for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-65536"):
            empty.run("PRAGMA " + pragma)  # it is thrown away: a power cut costs nothing here
        migrate_only(empty, side)
        yield empty
    finally:
        empty.close()


def copy_of(journal: Journal, empty: Database) -> Journal:
    """A journal over the scratch database that knows the same kinds."""
    return Journal(empty, (kind for kind in journal.kinds.values() if kind not in OWN_KINDS))


def replay(
    journal: Journal,
    copy: Journal,
    verdict: Verdict,
    progress: Progress,
    instead: Mapping[Place, bytes] = MappingProxyType({}),
) -> bool:
    """Apply everything to the scratch database; whether it went through. `instead`: bodies to try instead of ours."""
    entries, done = in_order(journal, instead=instead), 0
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
    with scratch_side(scratch, side) as empty:
        copy, verdict, entries = copy_of(journal, empty), Verdict(), in_order(journal, before)
        while batch := list(islice(entries, TOGETHER)):
            if not apply(copy, batch, verdict):
                raise JournalError(verdict.faults[0])
        yield empty


def in_order(
    journal: Journal, before: int = sys.maxsize, instead: Mapping[Place, bytes] = MappingProxyType({})
) -> Iterator[Entry]:
    """All applied entries: our own by their order, received ones at the place where our own entry says they came in."""
    last = 0
    while rows := list(journal.db.run(OWN, (last, before))):
        for _, head, body in rows:
            entry = decoded(journal, head, body)
            if other := instead.get((entry.source, entry.epoch, entry.stream, entry.n)):
                entry = decoded(journal, head, other)
            yield from received(journal, entry)
            yield entry
        last = rows[-1][0]


def decoded(journal: Journal, head: bytes, body: bytes | None) -> Entry:
    """One stored entry, a destroyed body in its redacted form. Raises JournalError when it is missing."""
    if body is None:
        raise JournalError("an entry has no body")
    return journal.decode(bytes(head), bytes(body))


def received(journal: Journal, entry: Entry) -> Iterator[Entry]:
    """The lines that were applied just before one of our own entries. Raises JournalError when one is missing."""
    body = entry.body
    if isinstance(body, EntriesReceived):
        left_out = {*body.set_aside, *body.waiting}
        place = (body.origin, body.epoch, body.stream)
        wanted = [n for n in range(body.first, body.last + 1) if n not in left_out]
        if wanted:
            rows = {row[0]: row for row in journal.db.run(RECEIVED, (*place, wanted[0], wanted[-1]))}
            yield from (decoded(journal, *stored_row(rows, n)) for n in wanted)
    elif isinstance(body, EntriesCaughtUp):
        for line in body.lines:
            epoch, rest = line.split("/", 1)
            stream, n = rest.rsplit("/", 1)
            row = journal.db.one(RECEIVED, (body.origin, int(epoch), stream, int(n), int(n)))
            yield decoded(journal, *stored_row({int(n): row} if row else {}, int(n)))


def stored_row(rows: dict[int, tuple[int, bytes, bytes | None]], n: int) -> tuple[bytes, bytes | None]:
    """(head, body) of one line. Raises JournalError when it is not there."""
    if n not in rows:
        raise JournalError(f"line {n} is missing")
    return rows[n][1], rows[n][2]


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
