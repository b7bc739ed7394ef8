"""A journal line: one CloudEvents 1.0 event in JSON with `data` last, split and hashed as bytes.

sync.md section 1. Head = the bytes before the first `,"data":`; body = the rest without the last `}`.
The mark cannot occur inside a JSON string, because a quote inside a string is escaped.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from schema.database import Database
from schema.structs import Travel, convert_values, decode_json

BODY_MARK = b',"data":'
GENESIS = bytes(32)
Clock = Literal["ok", "behind", "unsure"]


StreamKey = tuple[str, int, str]
"""(source, epoch, stream)."""


def parse_line_id(line: str) -> tuple[int, str, int]:
    """(epoch, stream, n) of `epoch/stream/n`. Raises ValueError."""
    epoch, rest = line.split("/", 1)
    stream, n = rest.rsplit("/", 1)
    return int(epoch), stream, int(n)


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    seq: int = 0
    actor: str = ""
    clock: str = "ok"
    lane: str = ""

    @property
    def place(self) -> tuple[int, str, int]:
        """(epoch, stream, n). Raises ValueError when the id has another shape."""
        return parse_line_id(self.id)


_heads = msgspec.json.Decoder(Head)
_encoder = msgspec.json.Encoder()


def head_bytes(head: Head) -> bytes:
    return _encoder.encode(head)[:-1]


def read_head(head: bytes) -> Head:
    """Decode head bytes. Raises msgspec.DecodeError or ValidationError (both ValueError)."""
    return _heads.decode(head + b"}")


def line_bytes(head: bytes, body: bytes) -> bytes:
    return head + BODY_MARK + body + b"}"


def split_line(line: bytes) -> tuple[bytes, bytes]:
    head, mark, rest = line.partition(BODY_MARK)
    if not mark or not rest.endswith(b"}"):
        return line, b""
    return head, rest[:-1]


def link_hash(previous: bytes, head: bytes, body: bytes) -> bytes:
    return link_body_digest(previous, head, hashlib.sha256(body).digest())


def link_body_digest(previous: bytes, head: bytes, body_digest: bytes) -> bytes:
    sha = hashlib.sha256
    return sha(b"loket-entry-1" + previous + sha(head).digest() + body_digest).digest()


@lru_cache(maxsize=256)
def to_utc_text(at: datetime) -> str:
    """An aware moment as it is stored: UTC, whole seconds, `2026-03-02T01:14:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc_text(text: str) -> datetime:
    """The reverse of :func:`stamp`. Raises ValueError."""
    return datetime.fromisoformat(text)


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
    note: str


def apply_nothing(_db: Database, _entry: Entry) -> None:
    """Apply of entries that only testify."""


def stored_hash(db: Database, key: StreamKey, n: int) -> bytes:
    """Hash of an entry that this side holds: GENESIS for number 0, nothing where it is missing."""
    if n == 0:
        return GENESIS
    row = db.one("SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", (*key, n))
    return bytes(row[0]) if row else b""


def parents_fault(db: Database, entry: Entry) -> str:
    for stream, (epoch, n, digest) in entry.body.parents.items():
        if n and stored_hash(db, (entry.body.source, epoch, stream), n).hex() != digest:
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
    Kind("epoch.opened", 1, EpochOpened, apply_opened, proved_by=parents_fault),
    Kind("clock.settled", 1, ClockSettled, apply_nothing),
]


def decode_body(kind: Kind, version: int, body: bytes) -> Any:
    """Decode body bytes, raising old versions step by step. Raises msgspec.ValidationError."""
    if version == kind.version:
        return decode_json(body, kind.body)
    raw = msgspec.json.decode(body)
    while version < kind.version:
        raw = kind.raise_from[version](raw)
        version += 1
    return convert_values(raw, kind.body)


BIGGEST = 2**53 - 1
LAST_EPOCH = 99_999_999

Number = Annotated[int, Meta(ge=0, le=BIGGEST)]
Epoch = Annotated[int, Meta(ge=1, le=LAST_EPOCH)]
Code = Annotated[str, Meta(pattern=r"\A[0-9a-z][0-9a-z-]{0,39}\Z")]
Stream = Annotated[str, Meta(pattern=r"\A[0-9a-z][0-9a-z/-]{0,79}\Z")]
Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Fingerprint = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Signature = Annotated[str, Meta(pattern=r"\A[0-9A-Za-z_-]{86}\Z")]
Recipient = Annotated[str, Meta(pattern=r"\Aage1[0-9a-z]{10,80}\Z")]
Moment = Annotated[
    str, Meta(pattern=r"\A(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
]
CONTROLS = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"
Sentence = Annotated[str, Meta(max_length=600, pattern=rf"\A[^{CONTROLS}]*\Z")]
Label = Annotated[str, Meta(max_length=100, pattern=rf"\A[^{CONTROLS}]*\Z")]

WIB = timezone(timedelta(hours=7))
