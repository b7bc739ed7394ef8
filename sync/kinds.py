"""What an entry is and what a room says of its kinds; the journal's own two kinds.

`apply` sees only the entry and the tables: no clock, calendar, setting, definition or random (sync.md section 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from schema.database import Database
from schema.decoding import convert, decode
from schema.travel import Travel


class JournalError(Exception):
    """The journal was used against its rules, or its content does not hold together."""


class Entry(msgspec.Struct, frozen=True):
    """One entry as `apply` sees it. `at` is aware UTC, `body` the struct of its kind.

    A struct, because a frozen dataclass takes eight times as long to make and a batch makes hundreds.
    """

    source: str
    epoch: int
    stream: str
    n: int
    seq: int | None
    kind: str
    subject: str
    at: datetime
    actor: str
    body: Any

    @property
    def line_id(self) -> str:
        """`epoch/stream/n`, unique for its source for ever."""
        return f"{self.epoch}/{self.stream}/{self.n}"


Apply = Callable[[Database, Entry], None]
ApplyMany = Callable[[Database, Sequence[Entry]], None]
Check = Callable[[Database, Entry], None]
"""Compares a received entry with the records it names; raises AuthorityError (sync/authority.py)."""
Proof = Callable[[Database, Entry], str]
Redact = Callable[[Any], Any]


class Kind(msgspec.Struct, frozen=True):
    """A kind of entry. `raise_from[v]` turns a body of version v into one of v + 1; kept for ever.

    A kind travels only when its body declares `TRAVEL`; `check` looks at the records that a received one names.
    `proved_by` compares what an entry of our own testifies with what this side holds, when the journal is proved: a
    sentence that names what differs by its place, or nothing. `redact` turns a personal body into one without the
    person, which must still apply; a kind without it is never destroyed.
    """

    name: str
    version: int
    body: type[msgspec.Struct]
    apply: Apply
    personal: bool = False
    raise_from: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = msgspec.field(default_factory=dict)
    apply_many: ApplyMany | None = None
    check: Check | None = None
    proved_by: Proof | None = None
    redact: Redact | None = None

    @property
    def travel(self) -> Travel | None:
        """Who may send it and about what, as the message itself declares; None: nobody may."""
        return getattr(self.body, "TRAVEL", None)


class EpochOpened(msgspec.Struct, frozen=True):
    """First entry of an epoch: the parent (epoch, n, hash in hex) of every stream that went before.

    `cause` is empty in the first epoch and in one that the centre granted; else why this side came back.
    """

    source: str
    epoch: int
    parents: dict[str, tuple[int, int, str]]
    cause: str = ""


class ClockSettled(msgspec.Struct, frozen=True):
    """A person confirmed the PC's clock after it had jumped."""

    note: str


def nothing(_db: Database, _entry: Entry) -> None:
    """Apply of entries that only testify."""


def hash_at(db: Database, source: str, epoch: int, stream: str, n: int) -> str:
    """Hash (hex) of an entry that this side holds, or an empty text."""
    sql = "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
    row = db.one(sql, (source, epoch, stream, n))
    return bytes(row[0]).hex() if row else ""


def check_parents(db: Database, entry: Entry) -> str:
    """Whether the streams before an epoch still stand as they did when it was opened."""
    for stream, (epoch, n, digest) in entry.body.parents.items():
        if n and hash_at(db, entry.body.source, epoch, stream, n) != digest:
            return f"Baris {entry.body.source} {epoch}/{stream}/{n} tidak sama dengan yang ditulis saat epos dibuka."
    return ""


def apply_opened(db: Database, entry: Entry) -> None:
    """Keep what a person should hear of: this side came back. Only our own entries (with `seq`) say that."""
    body: EpochOpened = entry.body
    if body.cause and entry.seq:
        before = max((parent[0] for parent in body.parents.values()), default=0)
        db.run(
            "INSERT INTO side_return (epoch, cause, before, at) VALUES (?, ?, ?, ?)",
            (body.epoch, body.cause, before, entry.at),
        )


OWN_KINDS = [
    Kind("epoch.opened", 1, EpochOpened, apply_opened, proved_by=check_parents),
    Kind("clock.settled", 1, ClockSettled, nothing),
]


def decode_body(kind: Kind, version: int, body: bytes) -> Any:
    """Decode body bytes, raising old versions step by step. Raises msgspec.ValidationError."""
    if version == kind.version:
        return decode(body, kind.body)
    raw = msgspec.json.decode(body)
    while version < kind.version:
        raw = kind.raise_from[version](raw)
        version += 1
    return convert(raw, kind.body)
