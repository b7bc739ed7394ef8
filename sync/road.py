"""The road as one side has it: its journal, its keys, and the peers that it was enrolled with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from schema.database import Database, Row
from sync.header import Header
from sync.journal import LOCAL, Journal
from sync.keys import NodeKeys, PublicKeys
from sync.line import stamp
from sync.problems import EnvelopeError
from sync.succession import Step, follow


class Road(msgspec.Struct, frozen=True):
    """`label` names this side in file names and sentences, such as `Yosowilangun`."""

    journal: Journal
    keys: NodeKeys
    label: str

    @property
    def db(self) -> Database:
        """The database of the journal."""
        return self.journal.db

    @property
    def name(self) -> str:
        """This side's code."""
        return self.journal.source


RoadSource = Road | Callable[[], Road]
"""A road, or where to find the present one: keys may change while a program runs."""


def finder(road: RoadSource) -> Callable[[], Road]:
    """How to find the road at each use."""
    return (lambda: road) if isinstance(road, Road) else road


class Peer(msgspec.Struct, frozen=True):
    """The other side. `stream_out` is our stream for it, `stream_in` its stream for us, `lane` our order with it."""

    name: str
    label: str
    address: str
    lane: str
    stream_out: str
    stream_in: str
    epoch: int
    keys: PublicKeys

    @property
    def local_stream(self) -> str:
        """Where entries about this peer stay: the centre keeps one stream per office."""
        return f"{LOCAL}/{self.lane}" if self.lane else LOCAL

    def owns(self, source: str, stream: str, me: str) -> bool:
        """Whether the two sides share this stream."""
        return (source, stream) in ((me, self.stream_out), (self.name, self.stream_in))


class PeerKey(msgspec.Struct, frozen=True):
    """A signing key that a peer has or had; a fenced one only explains why it is refused.

    `retired_at`: the key announced its own successor, since when by the peer's clock; `steps`: the announcement that
    leads here from the key in force, to be taken over with the file that this key signed.
    """

    keys: PublicKeys
    epoch: int
    fenced_at: str | None
    retired_at: str | None = None
    steps: tuple[Step, ...] = ()


SELECT_PEER = (
    "SELECT p.name, p.label, p.address, p.lane, p.stream_out, p.stream_in, p.epoch, k.signing, k.recipient"
    " FROM road_peer p JOIN road_key k ON k.peer = p.name AND k.fenced_at IS NULL"
)


def peer_of_row(row: Row) -> Peer:
    """A row of SELECT_PEER as a Peer."""
    name, label, address, lane, stream_out, stream_in, epoch, signing, recipient = row
    return Peer(
        name, label, address, lane, stream_out, stream_in, epoch, PublicKeys(name, signing, recipient)
    )


def peers(db: Database) -> list[Peer]:
    """Every enrolled peer, by name: one for an office, all offices for the centre."""
    return [peer_of_row(row) for row in db.run(SELECT_PEER + " ORDER BY p.name")]


def peer_named(db: Database, name: str) -> Peer | None:
    """One peer with its current keys."""
    row = db.one(SELECT_PEER + " WHERE p.name = ?", (name,))
    return peer_of_row(row) if row else None


def peer_keys(db: Database, name: str) -> list[PeerKey]:
    """Current key first, then the fenced ones, newest first."""
    rows = db.run(
        "SELECT signing, recipient, epoch, fenced_at, retired_at FROM road_key WHERE peer = ?"
        " ORDER BY fenced_at IS NOT NULL, epoch DESC",
        (name,),
    )
    return [PeerKey(PublicKeys(name, row[0], row[1]), row[2], row[3], row[4]) for row in rows]


def sender_key(db: Database, header: Header) -> PeerKey:
    """The key that a file says it is signed with, fenced or not. Raises EnvelopeError for strangers."""
    known = peer_keys(db, header.sender)
    if not known:
        raise EnvelopeError("unknown_sender", sender=header.sender[:40])
    for key in known:
        if key.keys.signer == header.signer:
            return key
    return announced_key(db, known, header)


def announced_key(db: Database, known: list[PeerKey], header: Header) -> PeerKey:
    """The key that the file announces under the one that we hold. Raises EnvelopeError("unknown_key").

    Only the centre announces keys (its lane is empty); an office gets new ones with the administrator's code, or a
    clone could put itself in the place of the real one.
    """
    current, peer = known[0], peer_named(db, header.sender)
    steps = (
        follow(current.keys, header.successions) if peer and not peer.lane and not current.fenced_at else []
    )
    fenced = {key.keys.signer for key in known}
    for number, step in enumerate(steps, start=1):
        if step.keys.signer in fenced:
            break
        if step.keys.signer == header.signer:
            return PeerKey(step.keys, current.epoch, None, steps=tuple(steps[:number]))
    raise EnvelopeError("unknown_key", sender=header.sender[:40])


def touch(db: Database, peer: Peer, now: datetime, sealed_to: str = "") -> None:
    """Note the contact and hold the peer's row: two workers never receive from one office at the same time.

    `sealed_to`: which of our age keys the peer's file was sealed for.
    """
    db.run(
        "UPDATE road_peer SET touched = touched + 1, last_contact_at = ?, seals_to = coalesce(?, seals_to)"
        " WHERE name = ?",
        (stamp(now), sealed_to or None, peer.name),
    )


def take_over(road: Road, peer: Peer, steps: tuple[Step, ...], now: datetime) -> str:
    """In the open transaction: the peer's announced keys take the place of the one that we hold.

    Returns the fingerprint of the key that went, or an empty text when somebody else was faster.
    """
    current = peer_keys(road.db, peer.name)[0]
    if current.keys.signer in {step.keys.signer for step in steps}:
        return ""
    for step in steps:
        road.db.run(
            "UPDATE road_key SET fenced_at = ?, retired_at = ? WHERE peer = ? AND fenced_at IS NULL",
            (stamp(now), step.since, peer.name),
        )
        road.db.run(
            "INSERT INTO road_key (peer, signer, signing, recipient, epoch, since) VALUES (?, ?, ?, ?, ?, ?)",
            (peer.name, step.keys.signer, step.keys.signing, step.keys.recipient, current.epoch, stamp(now)),
        )
    return current.keys.signer
