"""What the centre answers, whichever carrier asks: three functions, no HTTP in them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.acks import own_acks
from sync.barring import check_barred
from sync.export import note, parcel, span_after
from sync.header import Verdict
from sync.line import stamp
from sync.problems import RoadError
from sync.road import Peer, Road, peer_named, touch
from sync.taking import Taken, take, take_kept

STATE_HASH = 16
"""Hex characters of a hash in the state; enough to see a difference, the file itself proves it."""


class StateAck(msgspec.Struct, frozen=True, array_like=True):
    """One stream in the state: origin, epoch, stream, last number, beginning of its hash."""

    origin: str
    epoch: int
    stream: str
    n: int
    head: str


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's small answer to "anything new?": its clock and what it holds of the shared streams.

    `clock` is not `ok` while the centre does not trust its own clock; then nobody should go by `at`.
    """

    at: str
    ack: list[StateAck]
    clock: str = "ok"


def peer_or_refuse(road: Road, name: str) -> Peer:
    """The enrolled peer of that name. Raises RoadError("unknown_sender") or ("barred")."""
    peer = peer_named(road.db, name)
    if peer is None:
        raise RoadError("unknown_sender", sender=name[:40])
    check_barred(road.db, name)
    return peer


def on_batch(road: Road, office: str, sealed: bytes, now: datetime) -> bytes:
    """Take one file of an office and answer with a sealed receipt. Raises RoadError when its lines are not to be had;
    a stream that stands still does not keep the others from flowing."""
    taken = take(road, sealed, now, sender=office)
    if taken.received.problem:
        raise taken.received.problem
    take_kept(road, taken, now)
    return receipt(road, taken, now)


def receipt(road: Road, taken: Taken, now: datetime) -> bytes:
    """Acknowledgements and verdicts, bound to the file that they answer."""
    peer = peer_or_refuse(road, taken.peer.name)
    return note(road, peer, now, "receipt", answers=taken.digest, receipts=verdicts(taken)).sealed


def verdicts(taken: Taken) -> list[Verdict]:
    """Repeats and new lines as two ranges; lines set aside are named one by one beside them."""
    header, received = taken.header, taken.received
    where = (header.source, header.epoch, header.stream)
    middle = header.first + received.repeats
    said = []
    if received.repeats:
        said.append(Verdict(*where, header.first, middle - 1, repeat=True))
    if received.fresh:
        said.append(Verdict(*where, middle, header.last))
    return said


def on_fetch(road: Road, office: str, after: str, now: datetime) -> bytes:
    """Lines after `epoch/stream/n` of a stream shared with the office, sealed to it. Raises RoadError."""
    peer = peer_or_refuse(road, office)
    try:
        epoch, rest = after.split("/", 1)
        stream, n = rest.rsplit("/", 1)
        span = span_after(road, peer, int(epoch), stream, max(0, int(n)))
    except ValueError as error:
        raise RoadError("bad_request", what="after") from error
    return (parcel(road, peer, span, now) if span else note(road, peer, now)).sealed


def on_state(road: Road, office: str, now: datetime) -> bytes:
    """The state as JSON; whoever carries it signs it. Raises RoadError."""
    peer = peer_or_refuse(road, office)
    with road.journal.transaction():
        touch(road.db, peer, now)
    acks = [StateAck(a.origin, a.epoch, a.stream, a.n, a.head[:STATE_HASH]) for a in own_acks(road, peer)]
    return msgspec.json.encode(State(stamp(now), acks, road.journal.clock_at(now)))
