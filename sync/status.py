"""How the road stands: what waits, how old it is, when the other side was last heard."""

from __future__ import annotations

from datetime import datetime

import msgspec

from schema.database import Database
from schema.remembered import remembered
from sync.epochs import known_epochs
from sync.forks import is_closed, settled
from sync.line import moment
from sync.road import Peer, peers


class RoadStatus(msgspec.Struct, frozen=True):
    """Where one side stands with a peer (or, added up, with all). Times are aware UTC.

    `unsent`: lines without a signed acknowledgement; `oldest_at`: when the oldest of them was written;
    `offline_since`: last contact or else enrolment, when the attempts since then failed; `set_aside`: our lines that
    wait for a person; `stopped`: forked streams; `kept`: files kept aside; `missing`: lines that the peer said it has
    and we lack.
    """

    enrolled: bool
    unsent: int = 0
    oldest_at: datetime | None = None
    last_contact_at: datetime | None = None
    offline_since: datetime | None = None
    set_aside: int = 0
    stopped: int = 0
    kept: int = 0
    sentence: str = ""
    peer: str = ""
    label: str = ""
    missing: int = 0


class Waiting(msgspec.Struct, frozen=True):
    """Entries of one source that a newer program wrote; they are applied at the first start after the update."""

    source: str
    count: int
    since: datetime


class KeptFile(msgspec.Struct, frozen=True):
    """A file kept aside: whose it says it is, which lines it holds, and why it could not be used."""

    digest: str
    name: str
    sender: str
    stream: str
    first: int
    last: int
    code: str
    sentence: str
    kept_at: datetime


class Fork(msgspec.Struct, frozen=True):
    """Two different lines under one number: both hashes (hex), ours first."""

    source: str
    epoch: int
    stream: str
    n: int
    ours: str
    theirs: str
    found_at: datetime


def status(db: Database) -> RoadStatus:
    """The road of this side; with several peers the numbers are added up and the oldest age is given."""
    found = statuses(db)
    if not found:
        return RoadStatus(enrolled=False)
    if len(found) == 1:
        return found[0]
    first = found[0]
    return RoadStatus(
        True, sum(one.unsent for one in found), earliest([one.oldest_at for one in found]),
        earliest([one.last_contact_at for one in found]), earliest([one.offline_since for one in found]),
        first.set_aside, first.stopped, first.kept,
    )  # fmt: skip


def statuses(db: Database) -> list[RoadStatus]:
    """One status per peer, for the centre's list of offices."""
    source, epoch = identity(db)
    return [peer_status(db, peer, source, epoch) for peer in peers(db)]


@remembered
def identity(db: Database) -> tuple[str, int]:
    """(source, epoch) of this side; ("", 0) before it is founded."""
    known = {
        row[0]: row[1] for row in db.run("SELECT key, value FROM identity WHERE key IN ('source', 'epoch')")
    }
    return known.get("source", ""), int(known.get("epoch", 0))


def peer_status(db: Database, peer: Peer, source: str, epoch: int) -> RoadStatus:
    """Where we stand with one peer."""
    unsent, oldest = waiting(db, peer, source, epoch)
    contact = db.one("SELECT last_contact_at, enrolled_at FROM road_peer WHERE name = ?", (peer.name,))
    run = db.one("SELECT failures, sentence FROM road_run WHERE peer = ?", (peer.name,))
    last = moment(contact[0]) if contact and contact[0] else None
    known = last or (
        moment(contact[1]) if contact else None
    )  # a road that never worked is down since it was laid
    return RoadStatus(
        True, unsent, oldest, last, known if run and run[0] else None,
        number(db, "SELECT count(*) FROM set_aside_line WHERE settled_at IS NULL"),
        number(db, "SELECT count(*) FROM road_stop WHERE settled_at IS NULL"),
        number(db, "SELECT count(*) FROM road_aside WHERE settled_at IS NULL"),
        run[1] if run else "", peer.name, peer.label, lacking(db, peer),
    )  # fmt: skip


def waiting(db: Database, peer: Peer, source: str, epoch: int) -> tuple[int, datetime | None]:
    """(lines without acknowledgement, time of the oldest), over all epochs."""
    unsent, oldest = 0, None
    closed = closed_streams(db, source, peer.stream_out)
    for one in sorted({*known_epochs(db, source), epoch}):
        where = (source, one, peer.stream_out)
        if one in closed:
            continue
        last = number(db, "SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?", where)
        acked = number(db, "SELECT n FROM road_ack WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?",
                       (peer.name, *where))  # fmt: skip
        if last > acked:
            unsent += last - acked
            sql = "SELECT at FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
            row = db.one(sql, (*where, acked + 1))
            oldest = oldest or (moment(row[0]) if row else None)
    return unsent, oldest


def closed_streams(db: Database, source: str, stream: str) -> set[int]:
    """Epochs of a stream that a decided fork closed for this side."""
    rows = db.run("SELECT epoch FROM fork_settled WHERE source = ? AND stream = ?", (source, stream))
    return {epoch for (epoch,) in list(rows) if is_closed(db, (source, epoch, stream))}


def lacking(db: Database, peer: Peer) -> int:
    """How many lines of its own the peer last said it has beyond those that we hold."""
    rows = db.run(
        "SELECT epoch, stream, n FROM road_ack WHERE peer = ? AND origin = ?", (peer.name, peer.name)
    )
    held = "SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?"
    return sum(
        max(0, n - number(db, held, (peer.name, epoch, stream)))
        for epoch, stream, n in list(rows)
        if settled(db, (peer.name, epoch, stream)) is None  # what two PCs said of it is no longer one number
    )


def waiting_entries(db: Database) -> list[Waiting]:
    """Entries that wait for the update of this program, by source."""
    rows = db.run(
        "SELECT (SELECT source FROM journal WHERE id = w.id), (SELECT at FROM journal WHERE id = w.id)"
        " FROM journal_waiting w"
    )
    times: dict[str, list[str]] = {}
    for source, at in rows:
        times.setdefault(source, []).append(at)
    return [Waiting(source, len(found), moment(min(found))) for source, found in sorted(times.items())]


def kept_files(db: Database) -> list[KeptFile]:
    """Files kept aside that no one has dealt with, oldest first."""
    rows = db.run(
        "SELECT digest, name, sender, stream, first, last, code, sentence, kept_at FROM road_aside"
        " WHERE settled_at IS NULL ORDER BY kept_at, name"
    )
    return [
        KeptFile(digest, name, sender, stream, first, last, code, sentence, moment(kept_at))
        for digest, name, sender, stream, first, last, code, sentence, kept_at in rows
    ]


def forks(db: Database) -> list[Fork]:
    """Stopped streams that wait for a person (`forks.settle` records the decision)."""
    rows = db.run(
        "SELECT source, epoch, stream, n, ours, theirs, found_at FROM road_stop"
        " WHERE settled_at IS NULL ORDER BY found_at"
    )
    return [
        Fork(source, epoch, stream, n, ours, theirs, moment(found_at))
        for source, epoch, stream, n, ours, theirs, found_at in rows
    ]


def number(db: Database, sql: str, params: tuple[object, ...] = ()) -> int:
    """A single number, 0 for none."""
    row = db.one(sql, params)
    return int(row[0] or 0) if row else 0


def earliest(times: list[datetime | None]) -> datetime | None:
    """The earliest of the times that are known."""
    return min((at for at in times if at), default=None)
