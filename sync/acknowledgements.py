"""Who holds what: the acknowledgements that every file carries both ways, and the receipts beside them.

Sent means n <= the newest signed ack of the other side. An answer to our own file is always the newest. Of files that
came by themselves (a stick) no clock says which is newer: within one epoch of its writer what it holds only grows, and
a writer that came back speaks in a later epoch. A peer that speaks of more than we hold ourselves shows that *we* came
back from an older state.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from schema.database import Database, first_value
from schema.tables import select_struct, select_structs
from sync.entries import GENESIS, keep_fact, own_identity, parse_utc_text, read_fact, stored_hash
from sync.events import LineSetAside
from sync.evidence import keep_checkpoint
from sync.file_format import Ack, Header, LineVerdict
from sync.forks import find_settlement, is_closed, is_stopped, settle_fork_alone
from sync.incoming_entries import stop_stream
from sync.journal import JUMP, MAX_EPOCH, Tail, known_epochs, open_provisional
from sync.nodes import Node, Peer, read_peers
from sync.problems import SyncError

MAX_VERDICTS = 400
MAX_NOTED = 4000
"""Lines of ours that one file may name as set aside: more than an honest header of 256 KiB holds."""
MAX_STREAMS = 200
"""Streams of which one file may say how far it goes: an epoch each, and years of restores."""
REWOUND = "rewound"


class KnownAck(msgspec.Struct, frozen=True):
    """The newest that a peer said of one stream: last number held, its hash, and how far it read our verdicts."""

    n: int
    head: str
    told: int
    said_in: int


def known_ack(road: Node, peer: Peer, origin: str, epoch: int, stream: str) -> KnownAck | None:
    rest = "FROM road_ack WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?"
    return select_struct(KnownAck, road.db, rest, (peer.name, origin, epoch, stream))


def shared_streams(road: Node, peer: Peer) -> list[tuple[str, int, str]]:
    """(source, epoch, stream) of everything that the two sides share, our own first, old epochs first; what a decided
    fork closed for us is shared no longer."""
    spoken: dict[str, set[int]] = {road.name: {road.journal.epoch}, peer.name: {peer.epoch}}
    for origin, epoch in road.db.run("SELECT origin, epoch FROM road_ack WHERE peer = ?", (peer.name,)):
        spoken.setdefault(origin, set()).add(epoch)
    return [
        (source, epoch, stream)
        for source, stream in ((road.name, peer.stream_out), (peer.name, peer.stream_in))
        for epoch in sorted(spoken[source].union(known_epochs(road.db, source)))
        if not is_closed(road.db, (source, epoch, stream))
    ]


def own_acks(road: Node, peer: Peer) -> list[Ack]:
    acks = []
    for source, epoch, stream in shared_streams(road, peer):
        tail, told = road.journal.tail(source, epoch, stream), 0
        known = known_ack(road, peer, source, epoch, stream)
        if source == road.name:
            told = min(known.n, tail.n) if known else 0
        else:
            tail = acknowledged_tail(road, peer, tail, known.told if known else 0, (source, epoch, stream))
        acks.append(Ack(source, epoch, stream, tail.n, tail.hash.hex(), told))
    return acks


def acknowledged_tail(road: Node, peer: Peer, tail: Tail, told: int, where: tuple[str, int, str]) -> Tail:
    aside = set_aside_after(road, where, told, MAX_VERDICTS + 1)
    if len(aside) <= MAX_VERDICTS:
        return tail
    n = aside[MAX_VERDICTS][0] - 1
    return Tail(n, stored_hash(road.db, where, n) or GENESIS)


def set_aside_after(road: Node, where: tuple[str, int, str], n: int, limit: int) -> list[tuple[int, str]]:
    """(n, reason) of lines of a stream that we set aside, after n."""
    sql = (
        "SELECT n, reason FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n > ?"
        " AND verdict = 'set_aside' ORDER BY n LIMIT ?"
    )
    return list(road.db.run(sql, (*where, n, limit)))


def own_verdicts(road: Node, peer: Peer) -> list[LineVerdict]:
    said: list[LineVerdict] = []
    for source, epoch, stream in shared_streams(road, peer):
        if source == road.name:
            continue
        known = known_ack(road, peer, source, epoch, stream)
        for n, why in set_aside_after(road, (source, epoch, stream), known.told if known else 0, MAX_VERDICTS):
            said.append(LineVerdict(source, epoch, stream, n, n, "set_aside", why))
    return said


def claimed_acks(header: Header) -> list[Ack]:
    """What a file says of each stream, the last word of it; of no more streams than two honest sides ever share."""
    return list({(ack.origin, ack.epoch, ack.stream): ack for ack in header.ack}.values())[:MAX_STREAMS]


def note_acks(road: Node, peer: Peer, header: Header, bound: bool, now: datetime) -> list[SyncError]:
    """Keep what a verified file says its writer holds. `bound`: the file answers one of ours. Returns forks found."""
    problems, said_in = [], writer_epoch(header)
    note_rewound(road, peer, header, now)
    forget_shown(road, peer, said_in)
    for ack in claimed_acks(header):
        if not peer.owns(ack.origin, ack.stream, road.name) or ack.n < 0 or not 0 < ack.epoch <= MAX_EPOCH:
            continue
        where = (ack.origin, ack.epoch, ack.stream)
        ours = stored_hash(road.db, where, ack.n) if ack.n else b""
        if ours and ours.hex() != ack.head:
            if problem := note_fork(road, where, ack, ours, now):
                problems.append(problem)
            continue
        if ours:
            keep_checkpoint(road.db, peer.name, where, ack.n, ours, now)
        known = known_ack(road, peer, *where)
        agrees = bool(ours) or not ack.n
        if agrees and is_fork_gone(road, peer, where, said_in > (known.said_in if known else 0)):
            settle_fork_alone(road.journal, where, now)
        if known is None or bound or (said_in, ack.n) >= (known.said_in, known.n):
            keep_ack(road, peer, ack, said_in, header.created)
    if header.ack:
        forget_unnamed(road, peer, header.ack, said_in, now)
    return problems


def forget_shown(road: Node, peer: Peer, said_in: int) -> None:
    row = road.db.one("SELECT max(said_in) FROM road_ack WHERE peer = ?", (peer.name,))
    if row and (row[0] or 0) < said_in:
        road.db.run(
            "UPDATE road_stop SET shown = 0 WHERE settled_at IS NULL AND stream IN (?, ?)",
            (peer.stream_out, peer.stream_in),
        )


def is_fork_gone(road: Node, peer: Peer, where: tuple[str, int, str], later: bool) -> bool:
    """Whether a stream of ours stopped at lines that the centre holds no more: it came back, speaks in a `later` epoch,
    and what it holds now is the beginning of ours."""
    return later and where[0] == road.name and not peer.lane and is_stopped(road.db, where)


def forget_unnamed(road: Node, peer: Peer, acks: Sequence[Ack], said_in: int, now: datetime) -> None:
    """A writer names every stream that it knows of. One that it knew in an earlier epoch and names no more is lost to
    it: it holds nothing of that stream, whether it is ours or its own."""
    named = {(ack.origin, ack.epoch, ack.stream) for ack in acks}
    rows = road.db.run(
        "SELECT origin, epoch, stream FROM road_ack WHERE peer = ? AND said_in < ?", (peer.name, said_in)
    )
    for where in [tuple(row) for row in rows]:
        if where not in named:
            road.db.run(
                "UPDATE road_ack SET n = 0, head = ?, told = 0, said_in = ?"
                " WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?",
                (GENESIS.hex(), said_in, peer.name, *where),
            )
            if is_fork_gone(road, peer, where, later=True):
                settle_fork_alone(road.journal, where, now)


def writer_epoch(header: Header) -> int:
    """The epoch in which the writer of a file stood when it wrote: the last one of its own that it names."""
    return max((ack.epoch for ack in header.ack if ack.origin == header.sender), default=header.epoch)


def note_rewound(road: Node, peer: Peer, header: Header, now: datetime) -> None:
    """Open an epoch when the file speaks of lines that this side must have held once and lacks now.

    That is: lines of ours beyond our running epoch's end, or lines of the peer that we acknowledged in it (`told`). A
    peer is believed once until a person has confirmed what came of it, so that lies cost a number and no more.
    """
    here, lost = road.journal.epoch, 0
    knows = any((ack.origin, ack.epoch) == (road.name, here) for ack in header.ack)
    for ack in claimed_acks(header):
        if not peer.owns(ack.origin, ack.stream, road.name) or not 0 < ack.epoch <= MAX_EPOCH - 100 * JUMP:
            continue
        held = road.journal.tail(ack.origin, ack.epoch, ack.stream).n
        mine = ack.origin == road.name
        if mine and ack.n > held and ack.epoch >= here:
            lost = max(lost, ack.epoch)
        elif not mine and knows and ack.told > held:
            lost = max(lost, here)
    key = f"rewound.{peer.name}"
    last = int(read_fact(road.db, key) or 0)
    unread = road.db.one("SELECT 1 FROM side_return WHERE epoch = ? AND confirmed_at = ''", (last,))
    if lost and not unread:
        keep_fact(road.db, key, str(open_provisional(road.journal, REWOUND, now, above=lost)))


def note_fork(road: Node, where: tuple[str, int, str], ack: Ack, ours: bytes, now: datetime) -> SyncError | None:
    """A fork: the peer holds another entry than we under one number. The stream stops, unless a person has decided."""
    if find_settlement(road.db, where):
        return None
    known = is_stopped(road.db, where)
    stop_stream(road.journal, where, ack.n, ours, bytes.fromhex(ack.head), now)
    return None if known else SyncError("fork", place=f"{ack.epoch}/{ack.stream}/{ack.n}", sender=ack.origin)


def keep_ack(road: Node, peer: Peer, ack: Ack, said_in: int, created: str) -> None:
    road.db.run(
        "INSERT INTO road_ack (peer, origin, epoch, stream, n, head, told, written_at, said_in)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, origin, epoch, stream) DO UPDATE SET n = excluded.n, head = excluded.head,"
        " told = excluded.told, written_at = excluded.written_at, said_in = excluded.said_in",
        (peer.name, ack.origin, ack.epoch, ack.stream, ack.n, ack.head, ack.told, created, said_in),
    )


def missing_streams(road: Node, peer: Peer, origin: str) -> list[tuple[int, str, int]]:
    """(epoch, stream, last number here) of streams of which the peer says it has more than we hold."""
    rows = road.db.run(
        "SELECT epoch, stream, n FROM road_ack WHERE peer = ? AND origin = ? ORDER BY epoch, stream",
        (peer.name, origin),
    )
    held = ((epoch, stream, n, road.journal.tail(origin, epoch, stream).n) for epoch, stream, n in list(rows))
    return [
        (epoch, stream, last)
        for epoch, stream, n, last in held
        if n > last and not is_stream_halted(road.db, (origin, epoch, stream))
    ]


def is_stream_halted(db: Database, where: tuple[str, int, str]) -> bool:
    return is_stopped(db, where) or is_closed(db, where)


def note_heard(road: Node, peer: Peer, header: Header) -> None:
    """Note that a peer which knows our present epoch has given back everything that it says it holds of ours.

    Not while a fork of ours waits for a decision: what the peer holds beyond it is still unknown here.
    """
    here = road.journal.epoch
    own = [ack for ack in header.ack if ack.origin == road.name]
    unsettled = any(is_stopped(road.db, (road.name, ack.epoch, ack.stream)) for ack in own)
    if any(ack.epoch == here for ack in own) and not unsettled and not missing_streams(road, peer, road.name):
        road.db.run("UPDATE road_peer SET heard_in = ? WHERE name = ? AND heard_in < ?", (here, peer.name, here))


def note_verdicts(road: Node, peer: Peer, header: Header, now: datetime) -> int:
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
    new = [body for epoch, reasons in named.items() for body in new_set_aside(road, peer, epoch, reasons)]
    if new:
        road.journal.record_many(new, actor="road", at=now, stream=peer.local_stream, lane=peer.lane)
    return len(new)


def new_set_aside(road: Node, peer: Peer, epoch: int, reasons: dict[int, str]) -> list[tuple[LineSetAside, str]]:
    """(body, subject) for each named line of one of our epochs that exists and was not known to be set aside."""
    rows = road.db.run(
        "SELECT j.n, j.kind, j.subject FROM journal j WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ?"
        " AND j.n <= ? AND NOT EXISTS (SELECT 1 FROM set_aside_line a WHERE a.source = j.source AND a.epoch = j.epoch"
        " AND a.stream = j.stream AND a.n = j.n) ORDER BY j.n",
        (road.name, epoch, peer.stream_out, min(reasons), max(reasons)),
    )
    return [
        (LineSetAside(epoch, peer.stream_out, n, kind, reasons[n], peer.name), subject)
        for n, kind, subject in list(rows)
        if n in reasons
    ]


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
