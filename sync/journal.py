"""The journal: an official change is one entry, appended and applied in the same transaction (sync.md section 1).

A :class:`Kind` names an entry, the struct of its body and the function that applies it. `apply` sees only the entry
and the tables. :meth:`Journal.record` needs an open :meth:`Journal.transaction`, so that rules, entry and tables
commit together or not at all.

This PC's clock is judged against the last entry whose time was trusted and the time the centre signed. A clock that
jumped is flagged on each entry and told on every page, never corrected and never refused; a person settles it. The
centre's time comes in two strengths: an answer to our own question is the time of now; a file that travelled only says
that it is not earlier than this.
"""

import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import msgspec

from schema.database import Database, cached_until_next_entry, first_value
from schema.structs import decode_json
from sync.entries import (
    GENESIS,
    OWN_KINDS,
    Clock,
    ClockSettled,
    Entry,
    EpochOpened,
    Head,
    JournalError,
    Kind,
    decode_body,
    keep_fact,
    line_bytes,
    link_entries,
    parse_utc_text,
    read_fact,
    read_head,
    to_utc_text,
)

BEHIND = timedelta(minutes=5)
UNSURE = timedelta(days=7)
WRONG = timedelta(minutes=10)
"""How far this PC may be from the centre's time: an answer takes seconds, a cheap clock drifts a minute a week."""
CENTRE_TIME_KEY = "clock.heard"


class CentreTime(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's signed time `told` when this PC's clock said `here`; `after` is the last entry of the journal then.

    `fresh`: it answered our own question, so both were the same moment.
    """

    told: str
    here: str
    after: int
    fresh: bool = False

    @property
    def off(self) -> timedelta:
        if self.fresh:
            return parse_utc_text(self.here) - parse_utc_text(self.told)
        return timedelta()

    @property
    def wrong(self) -> bool:
        return abs(self.off) > WRONG


class Trusted(msgspec.Struct, frozen=True):
    at: datetime | None = None
    id: int = 0


TRUSTED = "FROM journal WHERE seq IS NOT NULL AND clock = 'ok' ORDER BY id DESC LIMIT 1"


@cached_until_next_entry
def last_trusted(db: Database) -> Trusted:
    row = db.one(f"SELECT at, id {TRUSTED}")
    if row:
        return Trusted(datetime.fromisoformat(row[0]), row[1])
    return Trusted()


def centre_time_in_force(db: Database) -> CentreTime | None:
    """The centre's time as it was last heard, unless a trusted entry came after it."""
    known = last_centre_time(db)
    if known and known.after >= last_trusted(db).id:
        return known
    return None


def last_centre_time(db: Database) -> CentreTime | None:
    text = read_fact(db, CENTRE_TIME_KEY)
    if not text:
        return None
    return decode_json(text, CentreTime)


class ClockJudgement(msgspec.Struct, frozen=True):
    """The verdict on a moment, and what it rests on: the last trusted time, and what the centre signed.

    `differs`: the centre's answer shows that this clock is wrong.
    """

    verdict: Clock
    last: datetime | None
    heard: CentreTime | None = None
    differs: bool = False

    @property
    def told(self) -> datetime | None:
        if self.heard and self.differs:
            return parse_utc_text(self.heard.told)
        return None

    @property
    def here(self) -> datetime | None:
        if self.heard and self.differs:
            return parse_utc_text(self.heard.here)
        return None


def judge_clock(db: Database, at: datetime) -> ClockJudgement:
    """The verdict on a moment as the database stands now."""
    return judge_moment(at, last_trusted(db).at, centre_time_in_force(db))


def judge_moment(at: datetime, last: datetime | None, known: CentreTime | None) -> ClockJudgement:
    """The verdict on a moment: `last` is the last trusted time, `known` the centre's time in force."""
    if known:
        own = parse_utc_text(known.here)
        signed = parse_utc_text(known.told)
        earliest = own if known.fresh and not known.wrong else signed  # a forgiven difference is forgiven here too
        if last:
            last = max(last, earliest)
        else:
            last = earliest
        if known.wrong and own <= at <= own + UNSURE:  # it runs on as it was found
            moved: Clock = "unsure" if known.off > timedelta() else "behind"
            return ClockJudgement(moved, last, known, differs=True)
    verdict: Clock = "ok"
    if last and at < last - BEHIND:
        verdict = "behind"
    elif last and at > last + UNSURE:
        verdict = "unsure"
    return ClockJudgement(verdict, last, known)


def is_same_error(known: CentreTime, heard: CentreTime) -> bool:
    """Whether the clock is wrong both times, by about as much."""
    return known.wrong and heard.wrong and abs(known.off - heard.off) <= WRONG


def differs_anew(db: Database, signed: datetime, now: datetime) -> bool:
    """Whether the centre's answer to our own question shows a wrong clock that was not known before."""
    known = last_centre_time(db)
    heard = CentreTime(to_utc_text(signed), to_utc_text(now), 0, fresh=True)
    return heard.wrong and not (known and is_same_error(known, heard))


def keep_centre_time(db: Database, signed: datetime, now: datetime, *, fresh: bool) -> bool:
    """In the open transaction: keep the centre's time; whether it shows a wrong clock that was not known before.

    What a person settled stays settled as long as the two clocks differ by as much as they did then.
    """
    known = last_centre_time(db)
    newest = first_value(db, "SELECT max(id) FROM journal") or 0
    heard = CentreTime(to_utc_text(signed), to_utc_text(now), newest, fresh)
    is_older = known is not None and heard.told <= known.told
    if not fresh and (signed <= now + BEHIND or is_older):
        return False
    again = bool(known and is_same_error(known, heard))
    if again and known:
        heard = msgspec.structs.replace(heard, after=known.after)
    keep_fact(db, CENTRE_TIME_KEY, msgspec.json.encode(heard).decode())
    return heard.wrong and not again


LOCAL = "office"
NO_IDENTITY = "the journal has no identity yet"

ID_ROOM = 10_000_000
"""Ids of epoch e start at (e - 1) * ID_ROOM + 1, so that a restored PC never gives an id again."""

SALT = 8
"""Random bytes in a personal body, so that its hash tells nothing once it is destroyed."""


Handler = Callable[["Journal", Entry, datetime], None]
Acknowledged = Callable[["Journal", datetime, datetime], None]
"""Called with the moment at which the partner wrote its file, and now."""
Check = Callable[[Kind, Database, Sequence[Entry]], None]


class Tail(msgspec.Struct, frozen=True):
    n: int
    hash: bytes


END = f"""
    SELECT s.value, e.value, heard.value,
        (SELECT at {TRUSTED}),
        (SELECT id {TRUSTED}),
        (SELECT max(seq) FROM journal WHERE lane = ? AND seq IS NOT NULL),
        (SELECT max(n) FROM journal WHERE source = s.value AND epoch = CAST(e.value AS INTEGER) AND stream = ?),
        (SELECT hash FROM journal WHERE source = s.value AND epoch = CAST(e.value AS INTEGER) AND stream = ?
            ORDER BY n DESC LIMIT 1)
    FROM identity s JOIN identity e ON e.key = 'epoch' LEFT JOIN identity heard ON heard.key = '{CENTRE_TIME_KEY}'
    WHERE s.key = 'source'"""


INSERT = (
    "INSERT INTO journal (id, source, epoch, stream, n, lane, seq, kind, subject, at, clock, head, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class End(NamedTuple):
    """Where an own stream and its lane end, and what a moment is judged by: all that the next entry rests on."""

    source: str
    epoch: int
    seq: int
    n: int
    hash: bytes
    last: datetime | None
    heard: CentreTime | None


class Journal:
    """Append, apply and read the journal of one database."""

    def __init__(
        self,
        db: Database,
        kinds: Iterable[Kind] | Callable[[], Iterable[Kind]],
        handlers: Mapping[str, Handler] | None = None,
        acknowledged: Iterable[Acknowledged] = (),
    ) -> None:
        """`handlers` act on received entries by kind, after they were applied and in the receiving transaction;
        `acknowledged` on what a partner's signed file says to hold, after its entries were received.

        Kinds that are asked for by a call are known when the first entry is written or read: until then a side has
        loaded none of its rooms.
        """
        self.db = db
        self.transaction: Callable[[], AbstractContextManager[None]] = db.writing
        """BEGIN IMMEDIATE … COMMIT; inside an open transaction it takes part in that one."""
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self.acknowledged = tuple(acknowledged)
        self._encode = msgspec.json.Encoder().encode
        self._source = ""
        if callable(kinds):
            self._ask_kinds = kinds
        else:
            self._ask_kinds = lambda: kinds
        if not callable(kinds):
            self.kinds.keys()

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        known: dict[str, Kind] = {}
        bodies = set[type]()
        for kind in [*OWN_KINDS, *self._ask_kinds()]:
            if kind.name in known or kind.body in bodies:
                raise JournalError(f"kind {kind.name} or its body is registered twice")
            known[kind.name] = kind
            bodies.add(kind.body)
        return known

    @cached_property
    def _by_body(self) -> dict[type, Kind]:
        return {kind.body: kind for kind in self.kinds.values()}

    @cached_property
    def _personal(self) -> frozenset[str]:
        return frozenset(kind.name for kind in self.kinds.values() if kind.personal)

    # -- identity ---------------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        return self._source or self.identity()[0]

    @property
    def epoch(self) -> int:
        return self.identity()[1]

    def identity(self) -> tuple[str, int]:
        """(source, epoch). The epoch is read each time: another process may have opened the next one.

        Raises JournalError before :meth:`found`.
        """
        rows = dict(self.db.run("SELECT key, value FROM identity WHERE key IN ('source', 'epoch')"))
        if "source" not in rows:
            raise JournalError(NO_IDENTITY)
        self._source = rows["source"]
        return self._source, int(rows["epoch"])

    @property
    def has_identity(self) -> bool:
        self._source = self._source or first_value(self.db, "SELECT value FROM identity WHERE key = 'source'") or ""
        return bool(self._source)

    def open_epoch(self, source: str, at: datetime, epoch: int = 1, actor: str = "system", cause: str = "") -> None:
        """Give the journal its source and open an epoch, naming the parents of all own streams.

        `cause`: why this side came back (a word of `sync.evidence`); a person confirms it later.
        """
        with self.transaction():
            parents = {
                stream: (old, tail.n, tail.hash.hex())
                for stream, old in self.db.run(
                    "SELECT stream, max(epoch) FROM journal WHERE source = ? GROUP BY stream", (source,)
                )
                for tail in [self.tail(source, old, stream)]
            }
            self.db.run("DELETE FROM identity WHERE key IN ('source', 'epoch')")
            self.db.run("INSERT INTO identity (key, value) VALUES ('source', ?), ('epoch', ?)", (source, str(epoch)))
            body = EpochOpened(source, epoch, parents, cause)
            self.record(body, subject=f"epoch/{source}/{epoch}", actor=actor, at=at)

    def forget(self) -> None:
        """Read the source again: a transaction that set it was rolled back, or a restore replaced it."""
        self._source = ""

    # -- writing ----------------------------------------------------------------------------------------------

    def tail(self, source: str, epoch: int, stream: str) -> Tail:
        row = self.db.one(
            "SELECT n, hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? ORDER BY n DESC LIMIT 1",
            (source, epoch, stream),
        )
        if row:
            return Tail(row[0], bytes(row[1]))
        return Tail(0, GENESIS)

    def end(self, stream: str, lane: str) -> End:
        """Read at once what the next entry of a stream rests on. Raises JournalError before an epoch was opened."""
        row = self.db.one(END, (lane, stream, stream))
        if row is None:
            raise JournalError(NO_IDENTITY)
        source, epoch, heard, at, newest, seq, n, tail = row
        known = None
        if heard:
            known = decode_json(heard, CentreTime)
        in_force = None
        if known and known.after >= (newest or 0):
            in_force = known
        last = None
        if at:
            last = datetime.fromisoformat(at)
        head = bytes(tail) if n else GENESIS
        return End(source, int(epoch), seq or 0, n or 0, head, last, in_force)

    def next_id(self, table: str, column: str = "id") -> int:
        """A fresh integer id for an official table, never given in an earlier epoch."""
        given = f"SELECT max({column}) FROM {table} WHERE {column} > own.base AND {column} <= own.base + {ID_ROOM}"
        base = f"SELECT (CAST(value AS INTEGER) - 1) * {ID_ROOM} AS base FROM identity WHERE key = 'epoch'"
        newest = first_value(self.db, f"SELECT coalesce(({given}), own.base) FROM ({base}) own")
        if newest is None:
            raise JournalError(NO_IDENTITY)
        return int(newest) + 1

    def clock_at(self, at: datetime) -> Clock:
        """Judge this PC's clock against the last entry whose time was trusted and the centre's signed time."""
        return self.judge_clock(at).verdict

    def judge_clock(self, at: datetime) -> ClockJudgement:
        return judge_clock(self.db, at)

    def record(
        self, body: msgspec.Struct, *, subject: str, actor: str, at: datetime, stream: str = LOCAL, lane: str = ""
    ) -> Entry:
        """Append an entry and apply it. Raises JournalError outside a transaction or for an unknown body."""
        return self.record_many([(body, subject)], actor=actor, at=at, stream=stream, lane=lane)[0]

    def record_many(
        self,
        bodies: Sequence[tuple[msgspec.Struct, str]],
        *,
        actor: str,
        at: datetime,
        stream: str = LOCAL,
        lane: str = "",
    ) -> list[Entry]:
        """Append several (body, subject) of one stream in their order; same rules as :meth:`record`.

        Bodies of a kind with `apply_many` are applied together, which saves most of the time in an import.
        """
        if not self.db.in_transaction():
            raise JournalError("record needs an open transaction")
        self.db.hold(f"lane/{lane}")
        ids = self.db.take_ids("journal", len(bodies))
        source, epoch, seq, n, previous, last, heard = self.end(stream, lane)
        settled = bool(bodies) and isinstance(bodies[0][0], ClockSettled)
        if settled:
            clock = "ok"
        else:
            clock = judge_moment(at, last, heard).verdict
        time, heads, texts, entries, rows = to_utc_text(at), [], [], [], []
        moment_of = at.astimezone(UTC).replace(microsecond=0)
        salts = os.urandom(SALT * len(bodies))
        for start, (body, subject) in zip(range(0, len(salts), SALT), bodies, strict=True):
            kind = self._by_body.get(type(body))
            if kind is None:
                raise JournalError(f"no kind for {type(body).__name__}")
            n = n + 1
            seq = seq + 1
            place = f"{epoch}/{stream}/{n}"
            version = str(kind.version)
            heads.append(Head("1.0", place, source, kind.name, subject, time, version, seq, actor, clock, lane))
            texts.append(self._body_text(kind, body, salts[start : start + SALT]))
            entries.append(Entry(source, epoch, stream, n, seq, kind.name, subject, moment_of, actor, body))
        for number, own, (head, link) in zip(ids, entries, link_entries(previous, heads, texts), strict=True):
            at_stream = (source, epoch, stream, own.n, lane, own.seq)
            rows.append((number, *at_stream, own.kind, own.subject, time, clock, head, link))
        self.db.many(INSERT, rows)
        self.db.many("INSERT INTO journal_body (id, body) VALUES (?, ?)", list(zip(ids, texts, strict=True)))
        with self.db.applying():
            self.apply(entries)
        return entries

    def _body_text(self, kind: Kind, body: msgspec.Struct, random: bytes) -> bytes:
        text = self._encode(body)
        if kind.name not in self._personal:
            return text
        salt = b'{"salt":"' + b64encode(random) + b'"'
        if text == b"{}":
            return salt + b"}"
        return salt + b"," + text[1:]

    def apply(self, entries: Sequence[Entry], check: Check | None = None) -> None:
        """Apply entries in order; runs of one kind with `apply_many` go in one call, after `check` has seen them."""
        start = 0
        while start < len(entries):
            kind = self.kinds[entries[start].kind]
            end = start + 1
            while kind.apply_many and end < len(entries) and entries[end].kind == kind.name:
                end += 1
            if check:
                check(kind, self.db, entries[start:end])
            if kind.apply_many and end - start > 1:
                kind.apply_many(self.db, entries[start:end])
            else:
                self._apply_one(kind, entries[start])
            start = end

    def _apply_one(self, kind: Kind, entry: Entry) -> None:
        kind.apply(self.db, entry)
        for also in kind.also:
            if also.service in ("", getattr(entry.body, "service", also.service)):
                also.apply(self.db, entry)

    # -- reading ----------------------------------------------------------------------------------------------

    def decode(self, head: bytes, body: bytes) -> Entry:
        parts = read_head(head)
        kind = self.kinds.get(parts.type)
        version = int(parts.dataschema)
        if kind is None or version > kind.version:
            raise JournalError(f"unknown entry {parts.type}/{parts.dataschema}")
        epoch, stream, n = parts.place
        return Entry(
            parts.source,
            epoch,
            stream,
            n,
            parts.seq or None,
            parts.type,
            parts.subject,
            parse_utc_text(parts.time),
            parts.actor,
            decode_body(kind, version, body),
        )

    def lines(self, source: str, epoch: int, stream: str, after: int, limit: int) -> list[bytes]:
        rows = self.db.run(
            "SELECT j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
            " LEFT JOIN journal_redaction r ON r.id = j.id"
            " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n > ? ORDER BY j.n LIMIT ?",
            (source, epoch, stream, after, limit),
        )
        return [line_bytes(bytes(head), bytes(body)) for head, body in rows]

    def about(self, subject: str) -> list[Entry]:
        """All entries of our own that name a subject, oldest first: what others wrote under it has no place there."""
        rows = self.db.run(
            "SELECT j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
            " LEFT JOIN journal_redaction r ON r.id = j.id"
            " WHERE j.subject = ? AND j.source = ? AND j.verdict = 'stored' ORDER BY j.id",
            (subject, self.source),
        )
        return [self.decode(bytes(head), bytes(body)) for head, body in rows]
