"""Sealed files whose way over the network was cut: the next attempt goes on where the last one ended.

Both sides keep one file for each peer and way, for some days: the sender the whole of it (sealing again would give
other bytes), the receiver its beginning. Nothing of a beginning is opened; the whole counts once it has its digest.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from schema.database import Database
from sync.entries import to_utc_text
from sync.problems import EnvelopeError

WHOLE_BELOW = 2048
"""Bytes of a file that is sent in one piece: to ask how much of it came would cost as much as sending it again."""
KEPT_FOR = timedelta(days=7)
FEW_BYTES = 512
MOST_STUCK = 6
"""Attempts that brought fewer bytes than that, one after the other, after which this exchange ends."""
INTERRUPTED = frozenset({"offline", "slow", "cut_answer", "busy"})
"""Codes of problems after which the same file is sent again."""

Way = Literal["in", "out"]


@dataclass(frozen=True)
class Part:
    """A file that is on its way: of one that comes the bytes so far. `size`: bytes of the whole; `taken`: it came whole
    and its bytes were let go."""

    digest: str
    size: int
    about: str
    taken: bool
    content: bytes

    @property
    def held(self) -> int:
        """How many bytes are here, from the first on; all of a file that was taken."""
        if self.taken:
            return self.size
        return len(self.content)


def digest_of(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()


def find_part(db: Database, peer: str, way: Way, *, what: str = "", digest: str = "", now: datetime) -> Part | None:
    """The kept file of a peer if it is the one that is meant, by `what` or `digest`, and not too old."""
    row = db.one(
        "SELECT digest, size, about, taken, content, what FROM road_part"
        " WHERE peer = ? AND way = ? AND at BETWEEN ? AND ?",
        (peer, way, to_utc_text(now - KEPT_FOR), to_utc_text(now + KEPT_FOR)),
    )
    if row is None or (what and row[5] != what) or (digest and row[0] != digest):
        return None
    return Part(row[0], row[1], row[2], bool(row[3]), bytes(row[4]))


def keep_part(
    db: Database,
    peer: str,
    way: Way,
    content: bytes,
    *,
    digest: str,
    size: int,
    now: datetime,
    what: str = "",
    about: str = "",
    taken: bool = False,
) -> None:
    """Keep a file in place of the one before; what is too old goes, whoever's it is. No commit waits for the disk."""
    with db.learning():
        db.run("DELETE FROM road_part WHERE at < ?", (to_utc_text(now - KEPT_FOR),))
        db.run("DELETE FROM road_part WHERE peer = ? AND way = ?", (peer, way))
        db.run(
            "INSERT INTO road_part (peer, way, what, digest, size, about, at, taken, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (peer, way, what, digest, size, about, to_utc_text(now), int(taken), content),
        )


def forget_part(db: Database, peer: str, way: Way) -> None:
    if db.one("SELECT 1 FROM road_part WHERE peer = ? AND way = ?", (peer, way)) is None:
        return
    with db.learning():
        db.run("DELETE FROM road_part WHERE peer = ? AND way = ?", (peer, way))


# -- the receiver of a file that is brought ----------------------------------------------------------------------


class Held(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receiver says of a file that is on its way: bytes that are here; `taken`: it had come whole before."""

    held: int
    taken: bool = False


def held_of(db: Database, peer: str, digest: str, now: datetime) -> Held:
    part = find_part(db, peer, "in", digest=digest, now=now)
    if part:
        return Held(part.held, part.taken)
    return Held(0)


def add_part(db: Database, peer: str, digest: str, size: int, start: int, content: bytes, now: datetime) -> bytes:
    """Add bytes that begin at `start`; the whole file once it is here with its digest, else nothing.

    Bytes that do not follow what is here are passed over. Raises EnvelopeError("damaged") for a whole that has another
    digest; then nothing of it is kept.
    """
    with db.learning():
        db.hold(f"part {peer}")
        part = find_part(db, peer, "in", digest=digest, now=now)
        if part and part.taken:
            return b""
        before = part.content if part else b""
        if start != len(before) or len(before) + len(content) > size:
            return b""
        whole = before + content
        if content and len(whole) < size:
            keep_part(db, peer, "in", whole, digest=digest, size=size, now=now)
        elif len(whole) == size and digest_of(whole) != digest:
            forget_part(db, peer, "in")
    if len(whole) < size:
        return b""
    if digest_of(whole) != digest:
        raise EnvelopeError("damaged")
    return whole


def close_part(db: Database, peer: str, digest: str, size: int, now: datetime) -> None:
    """The whole was taken: let its bytes go, and remember that it was."""
    keep_part(db, peer, "in", b"", digest=digest, size=size, now=now, taken=True)


# -- the side that asks ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unfinished:
    """What the asking side keeps of the files between it and one peer."""

    db: Database
    peer: str
    now: Callable[[], datetime]

    def find(self, way: Way, what: str) -> Part | None:
        return find_part(self.db, self.peer, way, what=what, now=self.now())

    def keep(self, way: Way, what: str, content: bytes, digest: str, size: int, about: str = "") -> None:
        keep_part(self.db, self.peer, way, content, digest=digest, size=size, now=self.now(), what=what, about=about)

    def forget(self, way: Way) -> None:
        forget_part(self.db, self.peer, way)
