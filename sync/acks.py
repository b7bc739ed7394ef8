"""Who holds what: the acknowledgements that every file carries both ways, and the receipts beside them.

Sent means n <= the newest signed ack of the other side. An answer to our own file is always the newest; a file that
came by itself (a stick) counts when it was written later or says more, so that an old stick never rewinds us.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.events import LineSetAside
from sync.header import Ack, Header, Verdict
from sync.journal import Tail
from sync.line import GENESIS, stamp
from sync.problems import RoadError
from sync.receiving import stop
from sync.road import Peer, Road

MAX_VERDICTS = 400
MAX_NOTED = 4000
"""Lines of ours that one file may name as set aside: more than an honest header of 256 KiB holds."""
MAX_STREAMS = 200
"""Streams of which one file may say how far it goes: an epoch each, and years of restores."""


class Known(msgspec.Struct, frozen=True):
    """The newest that a peer said of one stream: last number held, its hash, and how far it read our verdicts."""

    n: int
    head: str
    told: int
    written_at: str


def known_ack(road: Road, peer: Peer, origin: str, epoch: int, stream: str) -> Known | None:
    """What the peer last said of a stream, or None when it never did."""
    row = road.db.one(
        "SELECT n, head, told, written_at FROM road_ack WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?",
        (peer.name, origin, epoch, stream),
    )
    return Known(*row) if row else None


def shared_streams(road: Road, peer: Peer) -> list[tuple[str, int, str]]:
    """(source, epoch, stream) of everything that the two sides share, our own first, old epochs first."""
    mine = [(road.name, epoch, peer.stream_out) for epoch in range(1, road.journal.epoch + 1)]
    return mine + [(peer.name, epoch, peer.stream_in) for epoch in range(1, peer.epoch + 1)]


def own_acks(road: Road, peer: Peer) -> list[Ack]:
    """What we hold of each shared stream, for the header of the next file."""
    acks = []
    for source, epoch, stream in shared_streams(road, peer):
        tail, told = road.journal.tail(source, epoch, stream), 0
        known = known_ack(road, peer, source, epoch, stream)
        if source == road.name:
            told = min(known.n, tail.n) if known else 0
        else:
            tail = covered(road, peer, tail, known.told if known else 0, (source, epoch, stream))
        acks.append(Ack(source, epoch, stream, tail.n, tail.hash.hex(), told))
    return acks


def covered(road: Road, peer: Peer, tail: Tail, told: int, where: tuple[str, int, str]) -> Tail:
    """How far we may acknowledge: no further than the verdicts that fit in one file."""
    aside = set_aside_after(road, where, told, MAX_VERDICTS + 1)
    if len(aside) <= MAX_VERDICTS:
        return tail
    n = aside[MAX_VERDICTS][0] - 1
    return Tail(n, hash_at(road, *where, n) or GENESIS)


def set_aside_after(road: Road, where: tuple[str, int, str], n: int, limit: int) -> list[tuple[int, str]]:
    """(n, reason) of lines of a stream that we set aside, after n."""
    rows = road.db.run(
        "SELECT n, reason FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n > ?"
        " AND verdict = 'set_aside' ORDER BY n LIMIT ?",
        (*where, n, limit),
    )
    return [(row[0], row[1]) for row in rows]


def own_verdicts(road: Road, peer: Peer) -> list[Verdict]:
    """Every set-aside line of the peer's streams that it has not read of yet (it reads them with our acks)."""
    said: list[Verdict] = []
    for source, epoch, stream in shared_streams(road, peer):
        if source == road.name:
            continue
        known = known_ack(road, peer, source, epoch, stream)
        for n, why in set_aside_after(
            road, (source, epoch, stream), known.told if known else 0, MAX_VERDICTS
        ):
            said.append(Verdict(source, epoch, stream, n, n, "set_aside", why))
    return said


def hash_at(road: Road, source: str, epoch: int, stream: str, n: int) -> bytes | None:
    """Hash of one entry that we hold."""
    if n == 0:
        return GENESIS
    row = road.db.one(
        "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
        (source, epoch, stream, n),
    )
    return bytes(row[0]) if row else None


def note_acks(road: Road, peer: Peer, header: Header, bound: bool, now: datetime) -> list[RoadError]:
    """Keep what a verified file says its writer holds. `bound`: the file answers one of ours. Returns forks found."""
    problems = []
    said = {(ack.origin, ack.epoch, ack.stream): ack for ack in header.ack}
    for ack in list(said.values())[:MAX_STREAMS]:
        if not peer.owns(ack.origin, ack.stream, road.name) or ack.n < 0:
            continue
        if ack.origin == road.name and (problem := differs(road, peer, ack, now)):
            problems.append(problem)
            continue
        known = known_ack(road, peer, ack.origin, ack.epoch, ack.stream)
        if known is None or bound or header.created >= known.written_at or ack.n > known.n:
            keep_ack(road, peer, ack, header.created)
    return problems


def differs(road: Road, peer: Peer, ack: Ack, now: datetime) -> RoadError | None:
    """A fork: the peer holds another entry than we under our own number. The stream stops."""
    ours = hash_at(road, road.name, ack.epoch, ack.stream, ack.n)
    if ours is None or ours.hex() == ack.head:
        return None
    where = (road.name, ack.epoch, ack.stream)
    stop(road.journal, where, ack.n, ours, bytes.fromhex(ack.head), now)
    return RoadError("fork", place=f"{ack.epoch}/{ack.stream}/{ack.n}", sender=road.name)


def keep_ack(road: Road, peer: Peer, ack: Ack, created: str) -> None:
    """Store what the peer says of one stream."""
    road.db.run(
        "INSERT INTO road_ack (peer, origin, epoch, stream, n, head, told, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, origin, epoch, stream) DO UPDATE SET n = excluded.n, head = excluded.head,"
        " told = excluded.told, written_at = excluded.written_at",
        (peer.name, ack.origin, ack.epoch, ack.stream, ack.n, ack.head, ack.told, created),
    )


def note_verdicts(road: Road, peer: Peer, header: Header, now: datetime) -> int:
    """Turn verdicts on lines of ours that were set aside into our own entries, each line once; how many are new.

    One file names as many lines as it likes; they are looked up and recorded together, at most MAX_NOTED of them.
    """
    named: dict[int, dict[int, str]] = {}
    left = MAX_NOTED
    for verdict in header.verdicts:
        if (verdict.origin, verdict.stream) != (road.name, peer.stream_out) or verdict.verdict != "set_aside":
            continue
        last = min(verdict.last, verdict.first + left - 1)
        left -= max(0, last - verdict.first + 1)
        for n in range(verdict.first, last + 1):
            named.setdefault(verdict.epoch, {}).setdefault(n, verdict.reason[:300])
    new = [body for epoch, reasons in named.items() for body in set_aside_now(road, peer, epoch, reasons)]
    if new:
        road.journal.record_many(new, actor="road", at=now, stream=peer.local_stream, lane=peer.lane)
    return len(new)


def set_aside_now(
    road: Road, peer: Peer, epoch: int, reasons: dict[int, str]
) -> list[tuple[LineSetAside, str]]:
    """(body, subject) for each named line of one of our epochs that exists and was not known to be set aside."""
    rows = road.db.run(
        "SELECT j.n, j.kind, j.subject FROM journal j WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ?"
        " AND j.n <= ? AND NOT EXISTS (SELECT 1 FROM set_aside_line a WHERE a.source = j.source AND a.epoch = j.epoch"
        " AND a.stream = j.stream AND a.n = j.n) ORDER BY j.n",
        (road.name, epoch, peer.stream_out, min(reasons), max(reasons)),
    )
    return [
        (LineSetAside(epoch, peer.stream_out, n, kind, reasons[n], peer.name), subject)
        for n, kind, subject in list(rows) if n in reasons
    ]  # fmt: skip


def settle_stop(road: Road, source: str, epoch: int, stream: str, now: datetime) -> None:
    """A person has decided about a fork: let the stream go on from what we hold."""
    with road.journal.transaction():
        road.db.run(
            "UPDATE road_stop SET settled_at = ? WHERE source = ? AND epoch = ? AND stream = ? AND settled_at IS NULL",
            (stamp(now), source, epoch, stream),
        )
