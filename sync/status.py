"""How the road stands: what waits, how old it is, when the other side was last heard."""

from datetime import datetime

import msgspec

from schema.database import Database, first_value
from schema.tables import select_structs
from sync.entries import parse_utc_text
from sync.forks import find_settlement, is_closed
from sync.identity import own_identity
from sync.journal import known_epochs
from sync.nodes import Peer, read_peers


class SyncStatus(msgspec.Struct, frozen=True):
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


class WaitingEntries(msgspec.Struct, frozen=True):
    source: str
    count: int
    since: datetime


class KeptFile(msgspec.Struct, frozen=True):
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
    source: str
    epoch: int
    stream: str
    n: int
    ours: str
    theirs: str
    found_at: datetime


SENT_AND_ACKNOWLEDGED = """SELECT
  coalesce((SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?), 0),
  coalesce((SELECT n FROM road_ack WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?), 0)"""
STANDING = """SELECT p.last_contact_at, p.enrolled_at, r.failures, r.sentence,
  (SELECT count(*) FROM set_aside_line WHERE settled_at IS NULL),
  (SELECT count(*) FROM road_stop WHERE settled_at IS NULL),
  (SELECT count(*) FROM road_aside WHERE settled_at IS NULL)
FROM road_peer p LEFT JOIN road_run r ON r.peer = p.name WHERE p.name = ?"""


def sync_status(db: Database) -> SyncStatus:
    """The road of this side; with several peers the numbers are added up and the oldest age is given."""
    found = peer_statuses(db)
    if not found:
        return SyncStatus(enrolled=False)
    if len(found) == 1:
        return found[0]
    first = found[0]
    return SyncStatus(
        True,
        sum(one.unsent for one in found),
        earliest_time([one.oldest_at for one in found]),
        earliest_time([one.last_contact_at for one in found]),
        earliest_time([one.offline_since for one in found]),
        first.set_aside,
        first.stopped,
        first.kept,
    )


def peer_statuses(db: Database) -> list[SyncStatus]:
    source, epoch = own_identity(db)
    return [peer_status(db, peer, source, epoch) for peer in read_peers(db)]


STANDING = (
    "SELECT p.last_contact_at, p.enrolled_at, r.failures, r.sentence,"
    " (SELECT count(*) FROM set_aside_line WHERE settled_at IS NULL),"
    " (SELECT count(*) FROM road_stop WHERE settled_at IS NULL),"
    " (SELECT count(*) FROM road_aside WHERE settled_at IS NULL)"
    " FROM road_peer p LEFT JOIN road_run r ON r.peer = p.name WHERE p.name = ?"
)


def peer_status(db: Database, peer: Peer, source: str, epoch: int) -> SyncStatus:
    unsent, oldest = unsent_lines(db, peer, source, epoch)
    row = db.one(STANDING, (peer.name,)) or (None, None, None, None, 0, 0, 0)
    contact, enrolled, failures, sentence, set_aside, stopped, kept = row
    # A connection that never worked is down since it was set up.
    known = parse_utc_text(contact or enrolled) if contact or enrolled else None
    return SyncStatus(
        True,
        unsent,
        oldest,
        parse_utc_text(contact) if contact else None,
        known if failures else None,
        set_aside,
        stopped,
        kept,
        sentence or "",
        peer.name,
        peer.label,
        missing_line_count(db, peer),
    )


def unsent_lines(db: Database, peer: Peer, source: str, epoch: int) -> tuple[int, datetime | None]:
    unsent, oldest = 0, None
    closed = closed_streams(db, source, peer.stream_out)
    for one in sorted({*known_epochs(db, source), epoch}):
        where = (source, one, peer.stream_out)
        if one in closed:
            continue
        last, acked = next(iter(db.run(SENT_AND_ACKNOWLEDGED, (*where, peer.name, *where))))
        if last > acked:
            unsent += last - acked
            sql = "SELECT at FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
            row = db.one(sql, (*where, acked + 1))
            oldest = oldest or (parse_utc_text(row[0]) if row else None)
    return unsent, oldest


def closed_streams(db: Database, source: str, stream: str) -> set[int]:
    rows = db.run("SELECT epoch FROM fork_settled WHERE source = ? AND stream = ?", (source, stream))
    return {epoch for (epoch,) in list(rows) if is_closed(db, (source, epoch, stream))}


def missing_line_count(db: Database, peer: Peer) -> int:
    rows = db.run("SELECT epoch, stream, n FROM road_ack WHERE peer = ? AND origin = ?", (peer.name, peer.name))
    held = "SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?"
    return sum(
        max(0, n - read_number(db, held, (peer.name, epoch, stream)))
        for epoch, stream, n in list(rows)
        if find_settlement(db, (peer.name, epoch, stream)) is None  # what two PCs said of it is no longer one number
    )


def waiting_entries(db: Database) -> list[WaitingEntries]:
    rows = db.run(
        "SELECT (SELECT source FROM journal WHERE id = w.id), (SELECT at FROM journal WHERE id = w.id)"
        " FROM journal_waiting w"
    )
    times: dict[str, list[str]] = {}
    for source, at in rows:
        times.setdefault(source, []).append(at)
    return [WaitingEntries(source, len(found), parse_utc_text(min(found))) for source, found in sorted(times.items())]


def kept_files(db: Database) -> list[KeptFile]:
    return select_structs(KeptFile, db, "FROM road_aside WHERE settled_at IS NULL ORDER BY kept_at, name")


def open_forks(db: Database) -> list[Fork]:
    return select_structs(Fork, db, "FROM road_stop WHERE settled_at IS NULL ORDER BY found_at")


def read_number(db: Database, sql: str, params: tuple[object, ...] = ()) -> int:
    return int(first_value(db, sql, params) or 0)


def earliest_time(times: list[datetime | None]) -> datetime | None:
    return min((at for at in times if at), default=None)
