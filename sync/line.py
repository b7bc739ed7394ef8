"""A journal line: one CloudEvents 1.0 event in JSON with `data` last, split and hashed as bytes.

sync.md section 1. Head = the bytes before the first `,"data":`; body = the rest without the last `}`.
The mark cannot occur inside a JSON string, because a quote inside a string is escaped.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

import msgspec

MARK = b',"data":'
GENESIS = bytes(32)
Clock = Literal["ok", "behind", "unsure"]


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything of a line but its body. `id` is `epoch/stream/n`, `time` UTC with a Z."""

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
        epoch, rest = self.id.split("/", 1)
        stream, n = rest.rsplit("/", 1)
        return int(epoch), stream, int(n)


_heads = msgspec.json.Decoder(Head)
_encoder = msgspec.json.Encoder()


def head_bytes(head: Head) -> bytes:
    """The head as it stands in the line: an object without its closing brace."""
    return _encoder.encode(head)[:-1]


def read_head(head: bytes) -> Head:
    """Decode head bytes. Raises msgspec.DecodeError or ValidationError (both ValueError)."""
    return _heads.decode(head + b"}")


def line_bytes(head: bytes, body: bytes) -> bytes:
    """Put a line together from its parts, without the newline."""
    return head + MARK + body + b"}"


def split_line(line: bytes) -> tuple[bytes, bytes]:
    """(head, body) of a line as received; a line that will not split is all head."""
    head, mark, rest = line.partition(MARK)
    if not mark or not rest.endswith(b"}"):
        return line, b""
    return head, rest[:-1]


def link(previous: bytes, head: bytes, body: bytes) -> bytes:
    """Hash of an entry from the hash of its predecessor in the same epoch and stream (32 bytes)."""
    return link_digest(previous, head, hashlib.sha256(body).digest())


def link_digest(previous: bytes, head: bytes, body_digest: bytes) -> bytes:
    """The same from the SHA-256 of the body, which is all that is left of one that was destroyed."""
    sha = hashlib.sha256
    return sha(b"loket-entry-1" + previous + sha(head).digest() + body_digest).digest()


@lru_cache(maxsize=256)
def stamp(at: datetime) -> str:
    """An aware moment as it is stored: UTC, whole seconds, `2026-03-02T01:14:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The reverse of :func:`stamp`. Raises ValueError."""
    return datetime.fromisoformat(text)
