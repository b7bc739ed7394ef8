"""Lines of another side into our journal: hashed as bytes first, decoded afterwards, one verdict each for ever.

The whole file goes in with one bulk write. Only when that raises is it done again line by line, so that one poisoned
line costs its own place and holds nothing up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import msgspec

from schema.bulk import is_environment, savepoint, take_ids
from schema.decoding import decoder
from sync import forks
from sync.authority import AuthorityError, check_entry, check_head, check_records, check_sender
from sync.envelope import too_deep
from sync.events import EntriesReceived
from sync.header import Header
from sync.journal import Entry, Journal, Kind, Tail, decode_body
from sync.line import GENESIS, Head, link, moment, read_head, split_line, stamp
from sync.problems import RoadError
from sync.road import Peer

UNREADABLE = "Baris tidak dapat dibaca."
TOO_DEEP = "Baris bersarang terlalu dalam."
WRONG_PLACE = "Nomor atau asal baris tidak cocok dengan tempatnya."
NOT_APPLIED = "Isi baris tidak dapat diterapkan di sini ({what})."
MAX_REASON = 300
log = logging.getLogger("loket.road")
CLOCKS = {"ok", "behind", "unsure"}

INSERT = (
    "INSERT INTO journal (id, source, epoch, stream, n, lane, kind, subject, at, clock, head, hash, verdict, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_BODY = "INSERT INTO journal_body (id, body) VALUES (?, ?)"
INSERT_WAITING = "INSERT INTO journal_waiting (id, why) VALUES (?, ?)"


@dataclass(slots=True)
class Line:
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
class Received:
    """What became of a file's lines. `gap`: the file begins beyond our head; `problem`: a fork, or worse."""

    fresh: int = 0
    repeats: int = 0
    waiting: int = 0
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    gap: bool = False
    problem: RoadError | None = None


def receive(journal: Journal, peer: Peer, header: Header, lines: Sequence[bytes], now: datetime) -> Received:
    """Take a file's lines into the open transaction. A fork or a gap is an answer, not an exception."""
    source, epoch, stream = header.source, header.epoch, header.stream
    place = f"{epoch}/{stream}"
    where = (source, epoch, stream)
    chained = chain(header, lines)
    if (chained[-1].hash if chained else bytes.fromhex(header.prev)) != bytes.fromhex(header.head):
        return Received(problem=RoadError("wrong_chain", sender=header.sender))
    if forks.is_stopped(journal.db, where):
        forks.keep_version(journal, where, versions_of(chained, lines))
        return Received(problem=RoadError("stopped", place=place, sender=source))
    tail = journal.tail(source, epoch, stream)
    if header.first > tail.n + 1:
        return Received(gap=True)
    forked = first_difference(journal, header, chained, tail)
    if forked and forks.settled(journal.db, where):
        return Received(problem=RoadError("settled", place=place, sender=source))
    if forked:
        n, ours, theirs = forked
        stop(journal, where, n, ours, theirs, now)
        forks.keep_version(journal, where, versions_of(chained, lines))
        return Received(problem=RoadError("fork", place=f"{place}/{n}", sender=source))
    fresh = chained[tail.n + 1 - header.first :]
    done = Received(fresh=len(fresh), repeats=len(chained) - len(fresh))
    if fresh:
        store(journal, peer, header, fresh, now)
        record_received(journal, peer, header, fresh, now)
        if source == peer.name:  # our own lines that came back were reacted to in their first life
            react(journal, [line.entry for line in fresh if line.entry and not line.fault], now)
        done.set_aside = [(line.n, line.fault) for line in fresh if line.fault]
        done.waiting = sum(1 for line in fresh if line.waiting and not line.fault)
    return done


def chain(header: Header, lines: Sequence[bytes]) -> list[Line]:
    """Split and hash the received bytes, before anything looks inside them."""
    previous, chained = bytes.fromhex(header.prev), []
    for n, raw in enumerate(lines, header.first):
        head, body = split_line(raw)
        previous = link(previous, head, body)
        chained.append(Line(n, head, None if head is raw else body, previous))
    return chained


def first_difference(
    journal: Journal, header: Header, chained: Sequence[Line], tail: Tail
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


def versions_of(chained: Sequence[Line], lines: Sequence[bytes]) -> list[tuple[int, bytes, bytes]]:
    """(n, hash, bytes) of a file's lines, as the other version is kept."""
    return [(one.n, one.hash, raw) for one, raw in zip(chained, lines, strict=True)]


def stop(
    journal: Journal, where: tuple[str, int, str], n: int, ours: bytes, theirs: bytes, now: datetime
) -> None:
    """Stop a stream at a fork; both hashes are kept so that a person can see what differs."""
    journal.db.run(
        "INSERT INTO road_stop (source, epoch, stream, n, ours, theirs, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n) DO UPDATE SET theirs = excluded.theirs, settled_at = NULL",
        (*where, n, ours.hex(), theirs.hex(), stamp(now)),
    )


def store(journal: Journal, peer: Peer, header: Header, lines: Sequence[Line], now: datetime) -> None:
    """Insert and apply: all in one go, or line by line when that raises."""
    for line, number in zip(lines, take_ids(journal.db, "journal", len(lines)), strict=True):
        line.id = number
        read_line(journal, peer, header, line)
    try:
        with savepoint(journal.db):
            put(journal, peer, header, lines, now)
    except Exception as error:
        if is_environment(error):
            raise
        for line in lines:
            store_one(journal, peer, header, line, now)


def store_one(journal: Journal, peer: Peer, header: Header, line: Line, now: datetime) -> None:
    """One line of a file in which something failed: what fails here is set aside with its reason."""
    if not line.fault:
        try:
            with savepoint(journal.db):
                put(journal, peer, header, [line], now)
            return
        except Exception as error:
            if is_environment(error):
                raise
            line.fault = reason(error)
    put(journal, peer, header, [line], now)


def put(journal: Journal, peer: Peer, header: Header, lines: Sequence[Line], now: datetime) -> None:
    """Bulk write of lines, their bodies and what waits; then apply those that have no fault."""
    db, rows, bodies = journal.db, [], []
    for line in lines:
        parts, verdict = line.parts, "set_aside" if line.fault else "stored"
        kind, subject = (parts.type, parts.subject) if parts else ("?", "")
        at, clock = (parts.time, parts.clock) if parts else (stamp(now), "unsure")
        clock = clock if clock in CLOCKS else "unsure"
        place = (line.id, header.source, header.epoch, header.stream, line.n, peer.lane)
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


def react(journal: Journal, entries: Sequence[Entry], now: datetime) -> None:
    """Let the rooms act on what was applied. A failing handler costs its own reaction, never the batch."""
    for entry in entries:
        handler = journal.handlers.get(entry.kind)
        if handler is None:
            continue
        try:
            with savepoint(journal.db):
                handler(journal, entry, now)
        except Exception as error:
            if is_environment(error):
                raise
            log.warning("no reaction to %s %s: %s", entry.kind, entry.line_id, type(error).__name__)


def read_line(journal: Journal, peer: Peer, header: Header, line: Line) -> None:
    """Decode and judge one line. A fault stays with its line; an unknown kind or version waits for the update."""
    if line.body is None:
        line.fault = UNREADABLE
    elif too_deep(line.head + line.body):
        line.fault = TOO_DEEP
    else:
        try:
            decode(journal, peer, header, line, line.body)
        except (
            ValueError,
            TypeError,
            LookupError,
            ArithmeticError,
            RecursionError,
            msgspec.MsgspecError,
        ) as error:
            told = line.parts is not None or isinstance(error, AuthorityError)
            line.fault = reason(error) if told else UNREADABLE


def decode(journal: Journal, peer: Peer, header: Header, line: Line, body: bytes) -> None:
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
    kind, version = journal.kinds.get(parts.type), int(parts.dataschema)
    if kind:
        check_sender(kind, peer.lane, header.source != peer.name)
    if kind is None or version > kind.version:
        msgspec.json.decode(body)
        line.waiting = f"{parts.type}/{version}"
        return
    line.entry = Entry(parts.source, header.epoch, header.stream, line.n, None, parts.type, parts.subject, at,
                       parts.actor, body_of(kind, version, body))  # fmt: skip
    check_entry(kind, line.entry)


def body_of(kind: Kind, version: int, body: bytes) -> msgspec.Struct:
    """The body as a struct; the usual version with a kept decoder."""
    if version == kind.version:
        return decoder(kind.body).decode(body)
    return decode_body(kind, version, body)


@lru_cache(maxsize=1024)
def known_moment(text: str) -> datetime:
    """A moment as text; the lines of one batch mostly share theirs."""
    return moment(text)


def reason(error: BaseException) -> str:
    """Why a line was set aside, without the data in it: a service's own sentence, or the kind of failure."""
    sentence = getattr(error, "sentence", "")
    text = str(sentence) if sentence else NOT_APPLIED.format(what=type(error).__name__)
    return text[:MAX_REASON]


def record_received(
    journal: Journal, peer: Peer, header: Header, lines: Sequence[Line], now: datetime
) -> None:
    """Our own entry about the lines, in the same transaction: replay finds their place by it."""
    body = EntriesReceived(
        header.source, header.epoch, header.stream, lines[0].n, lines[-1].n, lines[-1].hash.hex(),
        [line.n for line in lines if line.fault], [line.n for line in lines if line.waiting and not line.fault],
    )  # fmt: skip
    journal.record(body, subject=f"road/{peer.name}", actor="road", at=now, stream=peer.local_stream,
                   lane=peer.lane)  # fmt: skip
