"""The journal: an official change is one entry, appended and applied in the same transaction (sync.md section 1).

A :class:`Kind` names an entry, the struct of its body and the function that applies it. `apply` sees only the entry
and the tables. :meth:`Journal.record` needs an open :meth:`Journal.transaction`, so that rules, entry and tables
commit together or not at all.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from schema.bulk import take_ids
from schema.database import Database
from sync.clock import Standing, standing
from sync.kinds import OWN_KINDS, ClockSettled, Entry, EpochOpened, JournalError, Kind, decode_body, nothing
from sync.line import GENESIS, Clock, Head, head_bytes, line_bytes, link, moment, read_head, stamp

LOCAL = "office"
__all__ = ["LOCAL", "OWN_KINDS", "Entry", "Handler", "Journal", "JournalError", "Kind", "Tail", "decode_body",
           "nothing"]  # fmt: skip

ID_ROOM = 10_000_000
"""Ids of epoch e start at (e - 1) * ID_ROOM + 1, so that a restored PC never gives an id again."""

SALT = 8
"""Random bytes in a personal body, so that its hash tells nothing once it is destroyed."""

Handler = Callable[["Journal", Entry, datetime], None]
Check = Callable[[Kind, Database, Sequence[Entry]], None]


class Tail(msgspec.Struct, frozen=True):
    """Where a stream stands: last number (0 for none) and hash."""

    n: int
    hash: bytes


class Journal:
    """Append, apply and read the journal of one database."""

    def __init__(
        self, db: Database, kinds: Iterable[Kind], handlers: Mapping[str, Handler] | None = None
    ) -> None:
        """`handlers` act on received entries by kind, after they were applied and in the receiving transaction."""
        self.db = db
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self.kinds: dict[str, Kind] = {}
        self._by_body: dict[type, Kind] = {}
        self._encode = msgspec.json.Encoder().encode
        for kind in [*OWN_KINDS, *kinds]:
            if kind.name in self.kinds or kind.body in self._by_body:
                raise JournalError(f"kind {kind.name} or its body is registered twice")
            self.kinds[kind.name] = kind
            self._by_body[kind.body] = kind
        self._source = ""

    # -- identity ---------------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """Code of this side, such as `350807` or `dukcapil-3508`."""
        return self._source or self.identity()[0]

    @property
    def epoch(self) -> int:
        """The epoch in which this side writes."""
        return self.identity()[1]

    def identity(self) -> tuple[str, int]:
        """(source, epoch). The epoch is read each time: another process may have opened the next one.

        Raises JournalError before :meth:`found`.
        """
        rows = dict(self.db.run("SELECT key, value FROM identity WHERE key IN ('source', 'epoch')"))
        if "source" not in rows:
            raise JournalError("the journal has no identity yet")
        self._source = rows["source"]
        return self._source, int(rows["epoch"])

    @property
    def founded(self) -> bool:
        """Whether this database knows who it is."""
        return bool(self._source) or self.db.one("SELECT 1 FROM identity WHERE key = 'source'") is not None

    def found(
        self, source: str, at: datetime, epoch: int = 1, actor: str = "system", cause: str = ""
    ) -> None:
        """Give the journal its source and open an epoch, naming the parents of all own streams.

        `cause`: why this side came back (a word of `sync.marker`); a person confirms it later.
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
            self.db.run(
                "INSERT INTO identity (key, value) VALUES ('source', ?), ('epoch', ?)", (source, str(epoch))
            )
            body = EpochOpened(source, epoch, parents, cause)
            self.record(body, subject=f"epoch/{source}/{epoch}", actor=actor, at=at)

    def forget(self) -> None:
        """Read the source again: a transaction that set it was rolled back, or a restore replaced it."""
        self._source = ""

    # -- writing ----------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; inside an open transaction it takes part in that one."""
        with self.db.writing():
            yield

    def tail(self, source: str, epoch: int, stream: str) -> Tail:
        """Last entry of a stream that this side holds."""
        row = self.db.one(
            "SELECT n, hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? ORDER BY n DESC LIMIT 1",
            (source, epoch, stream),
        )
        return Tail(row[0], bytes(row[1])) if row else Tail(0, GENESIS)

    def next_seq(self, lane: str) -> int:
        """The next place in this side's own order of applying."""
        row = self.db.one("SELECT max(seq) FROM journal WHERE lane = ? AND seq IS NOT NULL", (lane,))
        return (row[0] or 0) + 1 if row else 1

    def next_id(self, table: str, column: str = "id") -> int:
        """A fresh integer id for an official table, never given in an earlier epoch."""
        base = (self.epoch - 1) * ID_ROOM
        row = self.db.one(f"SELECT max({column}) FROM {table} WHERE {column} > ? AND {column} <= ?",
                          (base, base + ID_ROOM))  # fmt: skip
        return (row[0] or base) + 1 if row else base + 1

    def clock_at(self, at: datetime) -> Clock:
        """Judge this PC's clock against the last entry whose time was trusted and the centre's signed time."""
        return self.clock_standing(at).verdict

    def clock_standing(self, at: datetime) -> Standing:
        """The same verdict with what it rests on."""
        return standing(self.db, at)

    def record(self, body: msgspec.Struct, *, subject: str, actor: str, at: datetime,
               stream: str = LOCAL, lane: str = "") -> Entry:  # fmt: skip
        """Append an entry and apply it. Raises JournalError outside a transaction or for an unknown body."""
        return self.record_many([(body, subject)], actor=actor, at=at, stream=stream, lane=lane)[0]

    def record_many(self, bodies: Sequence[tuple[msgspec.Struct, str]], *, actor: str, at: datetime,
                    stream: str = LOCAL, lane: str = "") -> list[Entry]:  # fmt: skip
        """Append several (body, subject) of one stream in their order; same rules as :meth:`record`.

        Bodies of a kind with `apply_many` are applied together, which saves most of the time in an import.
        """
        if not self.db.in_transaction():
            raise JournalError("record needs an open transaction")
        source, epoch = self.identity()
        self.db.hold(f"lane/{lane}")
        tail, seq = self.tail(source, epoch, stream), self.next_seq(lane)
        clock = "ok" if bodies and isinstance(bodies[0][0], ClockSettled) else self.clock_at(at)
        time, rows, texts, entries = stamp(at), [], [], []
        moment_of, salts = moment(time), os.urandom(SALT * len(bodies))
        n, previous = tail.n, tail.hash
        for start, (body, subject) in zip(range(0, len(salts), SALT), bodies, strict=True):
            kind = self._by_body.get(type(body))
            if kind is None:
                raise JournalError(f"no kind for {type(body).__name__}")
            n += 1
            head = head_bytes(Head("1.0", f"{epoch}/{stream}/{n}", source, kind.name, subject, time,
                                   str(kind.version), seq, actor, clock, lane))  # fmt: skip
            text = self._body_text(kind, body, salts[start : start + SALT])
            previous = link(previous, head, text)
            rows.append(
                (source, epoch, stream, n, lane, seq, kind.name, subject, time, clock, head, previous)
            )
            texts.append(text)
            entries.append(Entry(source, epoch, stream, n, seq, kind.name, subject, moment_of, actor, body))
            seq += 1
        self._store(rows, texts)
        with self.db.applying():
            self.apply(entries)
        return entries

    def _body_text(self, kind: Kind, body: msgspec.Struct, random: bytes) -> bytes:
        text = self._encode(body)
        if not kind.personal:
            return text
        salt = b'{"salt":"' + b64encode(random) + b'"'
        return salt + (b"}" if text == b"{}" else b"," + text[1:])

    def _store(self, rows: Sequence[tuple[Any, ...]], texts: Sequence[bytes]) -> None:
        ids = take_ids(self.db, "journal", len(rows))
        self.db.many(
            "INSERT INTO journal (id, source, epoch, stream, n, lane, seq, kind, subject, at, clock, head, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *row) for number, row in zip(ids, rows, strict=True)],
        )
        self.db.many("INSERT INTO journal_body (id, body) VALUES (?, ?)", list(zip(ids, texts, strict=True)))

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
                kind.apply(self.db, entries[start])
            start = end

    # -- reading ----------------------------------------------------------------------------------------------

    def decode(self, head: bytes, body: bytes) -> Entry:
        """Make an Entry of stored bytes; raises JournalError for an unknown kind or a newer version."""
        parts = read_head(head)
        kind, version = self.kinds.get(parts.type), int(parts.dataschema)
        if kind is None or version > kind.version:
            raise JournalError(f"unknown entry {parts.type}/{parts.dataschema}")
        epoch, stream, n = parts.place
        return Entry(parts.source, epoch, stream, n, parts.seq or None, parts.type, parts.subject,
                     moment(parts.time), parts.actor, decode_body(kind, version, body))  # fmt: skip

    def lines(self, source: str, epoch: int, stream: str, after: int, limit: int) -> list[bytes]:
        """Stored lines with n > after, in order, as they travel."""
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
