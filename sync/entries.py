"""A journal line: one CloudEvents 1.0 event in JSON with `data` last, split and hashed as bytes.

sync.md section 1. Head = the bytes before the first `,"data":`; body = the rest without the last `}`.
The mark cannot occur inside a JSON string, because a quote inside a string is escaped.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from schema.database import Database, cached_until_next_entry, first_value
from schema.person_fields import has_person
from schema.structs import Sender, Travel, check_fields, convert_values, decode_json, is_moment, text_like, text_up_to

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


def link_entries(previous: bytes, heads: Sequence[Head], bodies: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Heads as bytes, each with the hash of its entry behind the one before."""
    linked = []
    for head, body in zip(heads, bodies, strict=True):
        text = head_bytes(head)
        previous = link_hash(previous, text, body)
        linked.append((text, previous))
    return linked


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
"""Compares a received entry with the records it names; raises AuthorityError."""
Proof = Callable[[Database, Entry], str]
Holds = Literal["", "nobody"]
NOBODY: Holds = "nobody"


class Also(NamedTuple):
    """What a room does to its own tables because of a kind of a lower room, after the kind's own apply; of `service`
    alone, where the body names one."""

    apply: Apply
    service: str = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind of entry. `raise_from[v]` turns a body of version v into one of v + 1; kept for ever.

    Whom a body holds is declared at its fields (`schema/person_fields.py`); a kind whose fields name no person and no
    official says `NOBODY`.

    A kind travels only when its body declares `TRAVEL`; `check` looks at the records that a received one names.
    `proved_by` compares what an entry of our own testifies with what this side holds, when the journal is proved: a
    sentence that names what differs by its place, or nothing. `gone_from` names the table whose row with the body's
    `id` says in `gone_at` that the person was taken out of it: then nothing rests on the body any more. `told_in` is
    the table that only tells of the entry: its words go with a body that is destroyed alone. `also` is put together by
    the composition root.
    """

    name: str
    version: int
    body: type[msgspec.Struct]
    apply: Apply
    holds: Holds = ""
    raise_from: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = msgspec.field(default_factory=dict)
    apply_many: ApplyMany | None = None
    check: Check | None = None
    proved_by: Proof | None = None
    gone_from: str = ""
    told_in: str = ""
    also: Sequence[Also] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where a body of some earlier version could not be read."""
        if self.version < 1 or set(self.raise_from) != set(range(1, self.version)):
            raise ValueError(f"{self.name} version {self.version} is not reached from every one before")

    @property
    def personal(self) -> bool:
        """Whether a body holds a person who can be taken out of it."""
        return has_person(self.body)

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


def last_number(db: Database, key: StreamKey) -> int:
    """The number of the last entry of a stream that this side holds; 0 for none."""
    return int(first_value(db, "SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?", key) or 0)


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
    Kind("epoch.opened", 1, EpochOpened, apply_opened, NOBODY, proved_by=parents_fault),
    Kind("clock.settled", 1, ClockSettled, apply_nothing, NOBODY),
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

NOT_SENT = "Catatan {kind} tidak boleh datang dari {sender}; isinya tidak dipakai."
WRONG_SUBJECT = "Pokok catatan {kind} tidak cocok dengan isinya."
WRONG_HEAD = "Kepala baris di luar batas yang boleh."
NO_LINE = "Catatan ini tentang baris yang tidak ada di sini; nomor dan kuncinya perlu dicocokkan di kedua sisi."
OTHER_LINE = "Catatan ini tentang baris lain dengan nomor urut yang sama; tidak dipakai, cocokkan di kedua sisi."

NOT_SENT_TO = (
    "Catatan ini tentang jalur {stream}, yang tidak pernah dikirim ke {sender}; hanya penerimanya yang boleh menjawab."
)
NO_HASH = (
    "Catatan ini tidak menyebut kode pengaman baris yang dijawabnya; tidak dipakai. Minta pengirimnya memperbarui "
    "Loket, lalu menjawab lagi."
)

SENDERS: dict[Sender, str] = {"office": "kecamatan", "centre": "pusat"}
known_type = text_like("[a-z_]{1,40}([.][a-z_]{1,40})?").holds
known_subject = text_up_to(200).holds
known_actor = text_up_to(100).holds


class AuthorityError(ValueError):
    """A line speaks about what its sender has no say in. `sentence` may be shown on both sides."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def check_head(parts: Head) -> None:
    """Bounds of what stands before the body, also of a kind that this program does not know. Raises AuthorityError."""
    if not (known_subject(parts.subject) and is_head_sound(parts.type, parts.actor, parts.time, parts.dataschema)):
        raise AuthorityError(WRONG_HEAD)


@lru_cache(maxsize=1024)
def is_head_sound(kind: str, actor: str, time: str, version: str) -> bool:
    named = known_type(kind) and known_actor(actor) and is_moment(time)
    return bool(named and re.fullmatch("[1-9][0-9]{0,3}", version))


def check_sender(kind: Kind, lane: str, own: bool) -> None:
    """Raise AuthorityError unless the side that wrote a line may send this kind at all.

    At the centre each office has a lane, an office has none. `own`: the line is ours and was returned.
    """
    sender: Sender = "office" if own != bool(lane) else "centre"
    if kind.travel is None or kind.travel.sender != sender:
        raise AuthorityError(NOT_SENT.format(kind=kind.name, sender=SENDERS[sender]))


def check_entry(kind: Kind, entry: Entry) -> None:
    """Bounds of the body, and that the line's subject is the one that the message is about. Raises ValueError."""
    check_fields(entry.body)
    travel = kind.travel
    if travel is None or not is_about_subject(travel.subject, entry):
        raise AuthorityError(WRONG_SUBJECT.format(kind=kind.name))


def is_about_subject(pattern: str, entry: Entry) -> bool:
    template, names, numbered = parse_subject(pattern)
    wanted = template.format(entry.stream, *[getattr(entry.body, name) for name in names])
    if not numbered:
        return entry.subject == wanted
    return re.fullmatch(re.escape(wanted) + "[1-9][0-9]{0,15}", entry.subject) is not None


@lru_cache(maxsize=64)
def parse_subject(pattern: str) -> tuple[str, list[str], bool]:
    """`line/{stream}/{line}` as a template of places, the stream first; the body's fields; whether a number follows."""
    names = [name for name in re.findall(r"{(\w+)}", pattern) if name != "stream"]
    template = pattern.removesuffix("*")
    for place, name in enumerate(["stream", *names]):
        template = template.replace(f"{{{name}}}", f"{{{place}}}")
    return template, names, pattern.endswith("*")


def check_records(kind: Kind, db: Database, entries: Sequence[Entry]) -> None:
    """Compare received entries with the records that they name. Raises AuthorityError."""
    if kind.check:
        for entry in entries:
            kind.check(db, entry)


# -- a line is named by its id and its hash ----------------------------------------------------------------------


def held_line_hash(db: Database, source: str, line: str) -> str:
    """Hash (hex) of a source's entry `epoch/stream/n` that this side holds; empty when it does not.

    Where two PCs of an office wrote under one id and a person took over the line that the centre has, the id means that
    line on both sides from then on.
    """
    epoch, stream, n = line.split("/")
    where = (source, int(epoch), stream, int(n))
    taken = "SELECT hash FROM twin_line WHERE source = ? AND epoch = ? AND stream = ? AND n = ? AND held = 1"
    if row := db.one(taken + " AND state = 'taken'", where):
        return str(row[0])
    row = db.one("SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", where)
    return bytes(row[0]).hex() if row else ""


def check_line(db: Database, source: str, line: str, said: str) -> None:
    """That a message speaks of the very line that is held under this id: number, NIK and all. Raises AuthorityError."""
    held = held_line_hash(db, source, line)
    if not held:
        raise AuthorityError(NO_LINE)
    if not said:
        raise AuthorityError(NO_HASH)
    if said != held:
        raise AuthorityError(OTHER_LINE)


def check_answered_line(db: Database, entry: Entry, line: str, said: str) -> None:
    """That whoever wrote an entry answers a line of ours that was sent to him, the very one. Raises AuthorityError."""
    source = own_source(db)
    check_shared_stream(db, entry, source, parse_line_id(line)[1])
    check_line(db, source, line, said)


def check_shared_stream(db: Database, entry: Entry, source: str, stream: str) -> None:
    """That a stream of `source` is one of the two that we share with the writer of an entry: with several partners,
    none of them speaks about what went to another one. Raises AuthorityError."""
    row = db.one("SELECT label, stream_out, stream_in FROM road_peer WHERE name = ?", (entry.source,))
    label, sent, received = row or (entry.source, "", "")
    if (source, stream) not in ((own_source(db), sent), (entry.source, received)):
        raise AuthorityError(NOT_SENT_TO.format(stream=stream[:40], sender=label))


def read_fact(db: Database, key: str) -> str:
    return str(first_value(db, "SELECT value FROM identity WHERE key = ?", (key,)) or "")


def keep_fact(db: Database, key: str, value: str) -> None:
    db.run(
        "INSERT INTO identity (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def drop_fact(db: Database, key: str) -> None:
    db.run("DELETE FROM identity WHERE key = ?", (key,))


def own_source(db: Database) -> str:
    return str(first_value(db, "SELECT value FROM identity WHERE key = 'source'") or "")


@cached_until_next_entry
def own_identity(db: Database) -> tuple[str, int]:
    """(source, epoch) of this side; ("", 0) before it is founded."""
    known = {row[0]: row[1] for row in db.run("SELECT key, value FROM identity WHERE key IN ('source', 'epoch')")}
    return known.get("source", ""), int(known.get("epoch", 0))


def stream_columns(where: StreamKey) -> dict[str, Any]:
    """A stream as the columns that many tables name it by."""
    source, epoch, stream = where
    return {"source": source, "epoch": epoch, "stream": stream}
