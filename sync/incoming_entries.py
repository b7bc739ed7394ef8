"""Lines of another side into our journal: hashed as bytes first, decoded afterwards, one verdict each for ever.

The whole file goes in with one bulk write. Only when that raises is it done again line by line, so that one poisoned
line costs its own place and holds nothing up.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby

import msgspec

from schema.database_errors import in_savepoint, is_environment_error
from sync import forks
from sync.entries import (
    GENESIS,
    AuthorityError,
    Entry,
    Head,
    check_entry,
    check_head,
    check_records,
    check_sender,
    decode_body,
    link_hash,
    parse_utc_text,
    read_head,
    split_line,
    to_utc_text,
)
from sync.events import EntriesCaughtUp, EntriesReceived
from sync.file_format import Header, is_nested_too_deep
from sync.journal import Journal, Tail
from sync.nodes import Peer
from sync.problems import SyncError

UNREADABLE = "Baris tidak dapat dibaca."
TOO_DEEP = "Baris bersarang terlalu dalam."
WRONG_PLACE = "Nomor atau asal baris tidak cocok dengan tempatnya."
NOT_APPLIED = "Isi baris tidak dapat diterapkan di sini ({what})."
MAX_REASON = 300
log = logging.getLogger("loket.sync")
CLOCKS = {"ok", "behind", "unsure"}

INSERT = (
    "INSERT INTO journal (id, source, epoch, stream, n, lane, kind, subject, at, clock, head, hash, verdict, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_BODY = "INSERT INTO journal_body (id, body) VALUES (?, ?)"
INSERT_WAITING = "INSERT INTO journal_waiting (id, why) VALUES (?, ?)"


@dataclass(slots=True)
class IncomingLine:
    """One received line on its way into the journal; `fault` is the reason for setting it aside."""

    n: int
    head: bytes
    body: bytes | None
    hash: bytes
    parts: Head | None = None
    entry: Entry | None = None
    waiting: str = ""
    fault: str = ""
    id: int = 0


@dataclass(slots=True)
class ReceivedLines:
    """What became of a file's lines. `gap`: the file begins beyond our head; `problem`: a fork, or worse."""

    fresh: int = 0
    repeats: int = 0
    waiting: int = 0
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    gap: bool = False
    problem: SyncError | None = None


def receive_lines(journal: Journal, peer: Peer, header: Header, lines: Sequence[bytes], now: datetime) -> ReceivedLines:
    """Take a file's lines into the open transaction. A fork or a gap is an answer, not an exception."""
    source = header.source
    epoch = header.epoch
    stream = header.stream
    place = f"{epoch}/{stream}"
    where = (source, epoch, stream)
    chained = chain_lines(header, lines)
    if last_hash(header, chained) != bytes.fromhex(header.head):
        return ReceivedLines(problem=SyncError("wrong_chain", sender=header.sender))
    if forks.is_stopped(journal.db, where):
        forks.keep_version(journal, where, versions_of(chained, lines))
        return ReceivedLines(problem=SyncError("stopped", place=place, sender=source))
    tail = journal.tail(source, epoch, stream)
    if header.first > tail.n + 1:
        return ReceivedLines(gap=True)
    forked = first_difference(journal, header, chained, tail)
    if forked and forks.find_settlement(journal.db, where):
        return ReceivedLines(problem=SyncError("settled", place=place, sender=source))
    if forked:
        n, held, other = forked
        stop_stream(journal, where, n, held, other, now)
        forks.keep_version(journal, where, versions_of(chained, lines))
        return ReceivedLines(problem=SyncError("fork", place=f"{place}/{n}", sender=source))
    fresh = chained[tail.n + 1 - header.first :]
    done = ReceivedLines(fresh=len(fresh), repeats=len(chained) - len(fresh))
    if fresh:
        store_lines(journal, peer, header, fresh, now)
        record_received(journal, peer, header, fresh, now)
        if source == peer.name:  # our own lines that came back were reacted to in their first life
            run_handlers(journal, [line.entry for line in fresh if line.entry and not line.fault], now)
        done.set_aside = [(line.n, line.fault) for line in fresh if line.fault]
        done.waiting = sum(1 for line in fresh if line.waiting and not line.fault)
    return done


def chain_lines(header: Header, lines: Sequence[bytes]) -> list[IncomingLine]:
    """Split and hash the received bytes, before anything looks inside them."""
    previous = bytes.fromhex(header.prev)
    chained = []
    for n, raw in enumerate(lines, header.first):
        head, body = split_line(raw)
        previous = link_hash(previous, head, body)
        content = None if head is raw else body
        chained.append(IncomingLine(n, head, content, previous))
    return chained


def last_hash(header: Header, chained: Sequence[IncomingLine]) -> bytes:
    """Of the last line that came; without a line, of the one before the file."""
    if chained:
        return chained[-1].hash
    return bytes.fromhex(header.prev)


def first_difference(
    journal: Journal, header: Header, chained: Sequence[IncomingLine], tail: Tail
) -> tuple[int, bytes, bytes] | None:
    """(n, our hash, their hash) of the first line that both have and that differs."""
    before = header.first - 1
    known = {0: GENESIS}
    rows = journal.db.run(
        "SELECT n, hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n >= ? AND n <= ? ORDER BY n",
        (header.source, header.epoch, header.stream, before, min(header.last, tail.n)),
    )
    known.update((n, bytes(digest)) for n, digest in rows)
    if known[before] != bytes.fromhex(header.prev):
        return before, known[before], bytes.fromhex(header.prev)
    for line in chained[: max(0, tail.n - before)]:
        if known[line.n] != line.hash:
            return line.n, known[line.n], line.hash
    return None


def versions_of(chained: Sequence[IncomingLine], lines: Sequence[bytes]) -> list[tuple[int, bytes, bytes]]:
    return [(line.n, line.hash, raw) for line, raw in zip(chained, lines, strict=True)]


def stop_stream(
    journal: Journal, where: tuple[str, int, str], n: int, held: bytes, other: bytes, now: datetime
) -> None:
    """Stop a stream at a fork; both hashes are kept so that a person can see what differs."""
    journal.db.run(
        "INSERT INTO road_stop (source, epoch, stream, n, ours, theirs, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n) DO UPDATE SET theirs = excluded.theirs, settled_at = NULL",
        (*where, n, held.hex(), other.hex(), to_utc_text(now)),
    )


def store_lines(journal: Journal, peer: Peer, header: Header, lines: Sequence[IncomingLine], now: datetime) -> None:
    """Insert and apply: all in one go, or line by line when that raises."""
    for line, number in zip(lines, journal.db.take_ids("journal", len(lines)), strict=True):
        line.id = number
        read_line(journal, peer, header, line)
    try:
        with in_savepoint(journal.db):
            insert_lines(journal, peer, header, lines, now)
    except Exception as error:
        if is_environment_error(error):
            raise
        for line in lines:
            store_single_line(journal, peer, header, line, now)


def store_single_line(journal: Journal, peer: Peer, header: Header, line: IncomingLine, now: datetime) -> None:
    if not line.fault:
        try:
            with in_savepoint(journal.db):
                insert_lines(journal, peer, header, [line], now)
            return
        except Exception as error:
            if is_environment_error(error):
                raise
            line.fault = set_aside_reason(error)
    insert_lines(journal, peer, header, [line], now)


def insert_lines(journal: Journal, peer: Peer, header: Header, lines: Sequence[IncomingLine], now: datetime) -> None:
    """Bulk write of lines, their bodies and what waits; then apply those that have no fault."""
    db = journal.db
    rows = []
    bodies = []
    where = (header.source, header.epoch, header.stream)
    for line in lines:
        parts = line.parts
        verdict = "stored"
        if line.fault:
            verdict = "set_aside"
        if parts:
            kind = parts.type
            subject = parts.subject
            at = parts.time
            clock = parts.clock
        else:
            kind = "?"
            subject = ""
            at = to_utc_text(now)
            clock = "unsure"
        if clock not in CLOCKS:
            clock = "unsure"
        place = (line.id, *where, line.n, peer.lane)
        rows.append((*place, kind, subject, at, clock, line.head, line.hash, verdict, line.fault or None))
        if line.body is not None:
            bodies.append((line.id, line.body))
    waiting = [(line.id, line.waiting) for line in lines if line.waiting and not line.fault]
    with db.applying():
        db.many(INSERT, rows)
        db.many(INSERT_BODY, bodies)
        if waiting:
            db.many(INSERT_WAITING, waiting)
        entries = [line.entry for line in lines if line.entry and not line.fault]
        journal.apply(entries, check_records)


def run_handlers(journal: Journal, entries: Sequence[Entry], now: datetime) -> None:
    for entry in entries:
        handler = journal.handlers.get(entry.kind)
        if handler is None:
            continue
        try:
            with in_savepoint(journal.db):
                handler(journal, entry, now)
        except Exception as error:
            if is_environment_error(error):
                raise
            log.warning("no reaction to %s %s: %s", entry.kind, entry.line_id, type(error).__name__)


def read_line(journal: Journal, peer: Peer, header: Header, line: IncomingLine) -> None:
    """Decode and judge one line. A fault stays with its line; an unknown kind or version waits for the update."""
    if line.body is None:
        line.fault = UNREADABLE
    elif is_nested_too_deep(line.head + line.body):
        line.fault = TOO_DEEP
    else:
        try:
            decode_line(journal, peer, header, line, line.body)
        except (
            ValueError,
            TypeError,
            LookupError,
            ArithmeticError,
            RecursionError,
            msgspec.MsgspecError,
        ) as error:
            readable = line.parts is not None or isinstance(error, AuthorityError)
            if readable:
                line.fault = set_aside_reason(error)
            else:
                line.fault = UNREADABLE


def decode_line(journal: Journal, peer: Peer, header: Header, line: IncomingLine, body: bytes) -> None:
    """Fill `parts` and `entry` (or `waiting`). Raises many kinds of error for a poisoned line."""
    parts = read_head(line.head)
    if len(parts.time) != 20 or parts.time[-1] != "Z" or "\0" in parts.subject + parts.type:
        raise ValueError("time or text")
    at = known_moment(parts.time)
    if parts.source != header.source or parts.id != f"{header.epoch}/{header.stream}/{line.n}":
        line.fault = WRONG_PLACE
        return
    check_head(parts)
    line.parts = parts
    kind = journal.kinds.get(parts.type)
    version = int(parts.dataschema)
    if kind:
        check_sender(kind, peer.lane, header.source != peer.name)
    if kind is None or version > kind.version:
        msgspec.json.decode(body)
        line.waiting = f"{parts.type}/{version}"
        return
    line.entry = Entry(
        parts.source,
        header.epoch,
        header.stream,
        line.n,
        None,
        parts.type,
        parts.subject,
        at,
        parts.actor,
        decode_body(kind, version, body),
    )
    check_entry(kind, line.entry)


known_moment = lru_cache(maxsize=1024)(parse_utc_text)


def set_aside_reason(error: BaseException) -> str:
    """Why a line was set aside, without the data in it: a service's own sentence, or the kind of failure."""
    sentence = getattr(error, "sentence", "")
    if sentence:
        text = str(sentence)
    else:
        text = NOT_APPLIED.format(what=type(error).__name__)
    return text[:MAX_REASON]


def record_received(journal: Journal, peer: Peer, header: Header, lines: Sequence[IncomingLine], now: datetime) -> None:
    body = EntriesReceived(
        header.source,
        header.epoch,
        header.stream,
        lines[0].n,
        lines[-1].n,
        lines[-1].hash.hex(),
        [line.n for line in lines if line.fault],
        [line.n for line in lines if line.waiting and not line.fault],
    )
    journal.record(body, subject=f"road/{peer.name}", actor="road", at=now, stream=peer.local_stream, lane=peer.lane)


WaitingRow = tuple[int, str, str, bytes, bytes]
"""(id, lane, source, head, body)."""


def apply_waiting_entries(journal: Journal, now: datetime) -> int:
    """Apply what this program understands by now; how many lines. Called once after each start.

    A line that still cannot be applied goes on waiting, with the reason; its verdict was given and stays. Whether its
    sender may write it could not be judged when it came, so it is judged now.
    """
    with journal.transaction():
        rows = journal.db.run(
            "SELECT w.id, j.lane, j.source, j.head, b.body FROM journal_waiting w JOIN journal j ON j.id = +w.id"
            " JOIN journal_body b ON b.id = +w.id ORDER BY j.lane, j.source, w.id"
        )
        waiting: list[WaitingRow] = [(*row[:3], bytes(row[3]), bytes(row[4])) for row in rows]
        applied = 0
        for (lane, source), group in groupby(waiting, key=lambda row: (row[1], row[2])):
            applied += apply_waiting_group(journal, lane, source, list(group), now)
        return applied


def apply_waiting_group(journal: Journal, lane: str, source: str, rows: list[WaitingRow], now: datetime) -> int:
    done: list[Entry] = []
    for number, _, _, head, body in rows:
        parts = read_head(head)
        kind = journal.kinds.get(parts.type)
        if kind is None or int(parts.dataschema) > kind.version:
            continue
        try:
            entry = journal.decode(head, body)
            check_head(parts)
            check_sender(kind, lane, entry.source == journal.source)
            check_entry(kind, entry)
            with in_savepoint(journal.db), journal.db.applying():
                journal.apply([entry], check_records)
        except Exception as error:
            if is_environment_error(error):
                raise
            journal.db.run("UPDATE journal_waiting SET why = ? WHERE id = ?", (set_aside_reason(error), number))
            continue
        journal.db.run("DELETE FROM journal_waiting WHERE id = ?", (number,))
        done.append(entry)
    if done:
        stream = "office"
        if lane:
            stream = f"office/{lane}"
        lines = [entry.line_id for entry in done]
        journal.record(
            EntriesCaughtUp(source, lines), subject=f"road/{source}", actor="road", at=now, stream=stream, lane=lane
        )
        if source != journal.source:
            run_handlers(journal, done, now)
    return len(done)
