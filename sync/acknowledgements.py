"""Who holds what: the acknowledgements that every file carries both ways, and the receipts beside them.

Sent means n <= the newest signed ack of the other side. An answer to our own file is always the newest. Of files that
came by themselves (a stick) no clock says which is newer: within one epoch of its writer what it holds only grows, and
a writer that came back speaks in a later epoch. What a peer says of more than we hold ourselves is judged in
`sync/loss_claims.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from schema.database import Database, Table, first_value
from schema.struct_rows import select_structs
from sync.entries import (
    GENESIS,
    StreamKey,
    keep_fact,
    last_number,
    own_identity,
    parse_utc_text,
    read_fact,
    stored_hash,
)
from sync.epochs import MAX_EPOCH, known_epochs
from sync.events import LineSetAside
from sync.evidence import keep_checkpoint
from sync.file_format import Ack, Header, LineVerdict
from sync.forks import find_settlement, has_settlements, is_closed, is_stopped, settle_fork_alone
from sync.incoming_entries import stop_stream
from sync.journal import Tail
from sync.loss_claims import is_unproved, note_rewound
from sync.nodes import Node, Peer, read_peers
from sync.problems import SyncError

MAX_VERDICTS = 400
MAX_NOTED = 4000
"""Lines of ours that one file may name as set aside: more than an honest header of 256 KiB holds."""
MAX_STREAMS = 200
"""Streams of which one file may say how far it goes: an epoch each, and years of restores."""


class KnownAck(Table, table="road_ack"):
    """The newest that a peer said of one stream: last number held, its hash, how far it read our verdicts (`told`)."""


class Said(NamedTuple):
    """What a peer last said of one stream: the last number that it holds, how far it has read our verdicts, and in
    which epoch of its own it said so."""

    n: int
    told: int
    said_in: int


SAID_NOTHING = Said(0, 0, 0)
"""Of a stream that the peer never named."""
Shared = Mapping[StreamKey, Said | None]
"""The streams that two sides share, and what the other one last said of each."""
SAID = "SELECT n, told, said_in FROM road_ack WHERE peer = ? AND origin = ? AND epoch = ? AND stream = ?"


def known_ack(node: Node, peer: Peer, origin: str, epoch: int, stream: str) -> Said | None:
    row = node.db.one(SAID, (peer.name, origin, epoch, stream))
    return Said(*row) if row else None


def shared_streams(node: Node, peer: Peer) -> Shared:
    """(source, epoch, stream) of everything that the two sides share, our own first, old epochs first, with the peer's
    word; what a decided fork closed for us is shared no longer."""
    me = node.journal.identity()
    words = known_words(node, peer)
    pairs = ((me[0], peer.stream_out, me[1]), (peer.name, peer.stream_in, peer.epoch))
    shared = {
        (source, epoch, stream): words.get((source, epoch, stream))
        for source, stream, running in pairs
        for epoch in epochs_between(node, words, source, running)
    }
    if not has_settlements(node.db):
        return shared
    return {where: said for where, said in shared.items() if not is_closed(node.db, where)}


def known_words(node: Node, peer: Peer) -> dict[StreamKey, Said]:
    """What a peer last said of each stream, all in one statement: an exchange asks for them again and again."""
    rows = node.db.run("SELECT origin, epoch, stream, n, told, said_in FROM road_ack WHERE peer = ?", (peer.name,))
    return {(row[0], row[1], row[2]): Said(*row[3:]) for row in rows}


def epochs_between(node: Node, words: Mapping[StreamKey, Said], source: str, running: int) -> list[int]:
    """The epochs of one side of which either side knows, old ones first."""
    spoken = {epoch for origin, epoch, _ in words if origin == source}
    return sorted({running, *spoken, *known_epochs(node.db, source)})


def own_acks(node: Node, peer: Peer, shared: Shared | None = None) -> list[Ack]:
    """What this side holds; `shared`: the streams, where they were just asked for."""
    acks = []
    if shared is None:
        shared = shared_streams(node, peer)
    for where, known in shared.items():
        if where[0] == node.name:
            tail = node.journal.tail(*where)
            # What it said in an earlier epoch, before it came back with less, is no word about what it holds now.
            read_to = 0
            if known and known.said_in >= peer.epoch:
                read_to = min(known.n, tail.n)
        else:
            tail = acknowledged_tail(node, where, known)
            read_to = 0
        acks.append(Ack(*where, tail.n, tail.hash.hex(), read_to))
    return acks


def acknowledged_tail(node: Node, where: StreamKey, known: Said | None) -> Tail:
    aside = set_aside_after(node, where, known, MAX_VERDICTS + 1)
    if len(aside) <= MAX_VERDICTS:
        return node.journal.tail(*where)
    n = aside[MAX_VERDICTS][0] - 1
    return Tail(n, stored_hash(node.db, where, n) or GENESIS)


def set_aside_after(node: Node, where: StreamKey, known: Said | None, limit: int) -> list[tuple[int, str]]:
    """(n, reason) of lines of a stream that we set aside, after those whose verdicts the peer has read."""
    read_to = known.told if known else 0
    sql = (
        "SELECT n, reason FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n > ?"
        " AND verdict = 'set_aside' ORDER BY n LIMIT ?"
    )
    return list(node.db.run(sql, (*where, read_to, limit)))


def own_verdicts(node: Node, shared: Shared) -> list[LineVerdict]:
    """The lines of shared streams that this side set aside and of which the peer has not read."""
    said: list[LineVerdict] = []
    for where, known in shared.items():
        if where[0] == node.name:
            continue
        for n, why in set_aside_after(node, where, known, MAX_VERDICTS):
            said.append(LineVerdict(*where, n, n, "set_aside", why))
    return said


def claimed_acks(header: Header) -> list[Ack]:
    """What a file says of each stream, the last word of it; of no more streams than two honest sides ever share."""
    return list({ack.where: ack for ack in header.ack}.values())[:MAX_STREAMS]


def note_acks(node: Node, peer: Peer, header: Header, bound: bool, now: datetime) -> list[SyncError]:
    """Keep what a verified file says its writer holds. `bound`: the file answers one of ours. Returns forks found."""
    problems = []
    said_in = writer_epoch(header)
    note_rewound(node, peer, header, claimed_acks(header), now)
    forget_shown(node, peer, said_in)
    for ack in claimed_acks(header):
        if not peer.owns(ack.origin, ack.stream, node.name) or ack.n < 0 or not 0 < ack.epoch <= MAX_EPOCH:
            continue
        if is_unproved(node, ack):
            continue
        where = ack.where
        held = stored_hash(node.db, where, ack.n) if ack.n else b""
        if held and held.hex() != ack.head:
            if problem := note_fork(node, where, ack, held, now):
                problems.append(problem)
            continue
        if held:
            keep_checkpoint(node.db, peer.name, where, ack.n, held, now)
        known = known_ack(node, peer, *where)
        agrees = bool(held) or not ack.n
        if agrees and is_fork_gone(node, peer, where, said_in > (known or SAID_NOTHING).said_in):
            settle_fork_alone(node.journal, where, now)
        if known is None or bound or (said_in, ack.n) >= (known.said_in, known.n):
            values = KnownAck.take(ack, peer=peer.name, written_at=header.created, said_in=said_in)
            KnownAck.put(node.db, **values)
    if header.ack:
        forget_unnamed(node, peer, header.ack, said_in, now)
    return problems


def forget_shown(node: Node, peer: Peer, said_in: int) -> None:
    row = node.db.one("SELECT max(said_in) FROM road_ack WHERE peer = ?", (peer.name,))
    if row and (row[0] or 0) < said_in:
        node.db.run(
            "UPDATE road_stop SET shown = 0 WHERE settled_at IS NULL AND stream IN (?, ?)",
            (peer.stream_out, peer.stream_in),
        )


def is_fork_gone(node: Node, peer: Peer, where: StreamKey, later: bool) -> bool:
    """Whether a stream of ours stopped at lines that the centre holds no more: it came back, speaks in a `later` epoch,
    and what it holds now is the beginning of ours."""
    is_own = where[0] == node.name and not peer.lane
    return later and is_own and is_stopped(node.db, where)


def forget_unnamed(node: Node, peer: Peer, acks: Iterable[Ack], said_in: int, now: datetime) -> None:
    """A writer names every stream that it knows of. One that it knew in an earlier epoch and names no more is lost to
    it: it holds nothing of that stream, whether it is ours or its own."""
    named = {ack.where for ack in acks}
    rows = node.db.run(
        "SELECT origin, epoch, stream FROM road_ack WHERE peer = ? AND said_in < ?", (peer.name, said_in)
    )
    for where in [tuple(row) for row in rows]:
        if where not in named:
            lost = dict(zip(("origin", "epoch", "stream"), where, strict=True)) | {"peer": peer.name}
            KnownAck.alter(node.db, lost, n=0, head=GENESIS.hex(), told=0, said_in=said_in)
            if is_fork_gone(node, peer, where, later=True):
                settle_fork_alone(node.journal, where, now)


def forget_word(node: Node, peer: Peer, where: StreamKey) -> None:
    """A peer said it holds more of a stream of ours, and gave none of it when asked: that is gone by no more."""
    tail = node.journal.tail(*where)
    key = dict(zip(("origin", "epoch", "stream"), where, strict=True)) | {"peer": peer.name}
    with node.journal.transaction():
        KnownAck.alter(node.db, key, n=tail.n, head=tail.hash.hex())


def writer_epoch(header: Header) -> int:
    """The epoch in which the writer of a file stood when it wrote: the last one of its own that it names."""
    return max((ack.epoch for ack in header.ack if ack.origin == header.sender), default=header.epoch)


def note_fork(node: Node, where: StreamKey, ack: Ack, held: bytes, now: datetime) -> SyncError | None:
    """A fork: the peer holds another entry than we under one number. The stream stops, unless a person has decided."""
    if find_settlement(node.db, where):
        return None
    known = is_stopped(node.db, where)
    stop_stream(node.journal, where, ack.n, held, bytes.fromhex(ack.head), now)
    if known:
        return None
    return SyncError("fork", place=f"{ack.epoch}/{ack.stream}/{ack.n}", sender=ack.origin)


def missing_streams(node: Node, peer: Peer, origin: str) -> list[tuple[int, str, int]]:
    """(epoch, stream, last number here) of streams of which the peer says it has more than we hold."""
    rows = node.db.run(
        "SELECT epoch, stream, n FROM road_ack WHERE peer = ? AND origin = ? ORDER BY epoch, stream",
        (peer.name, origin),
    )
    missing = []
    for epoch, stream, n in list(rows):
        where = (origin, epoch, stream)
        last = node.journal.tail(*where).n
        if n > last and not is_stopped(node.db, where) and not is_closed(node.db, where):
            missing.append((epoch, stream, last))
    return missing


def note_heard(node: Node, peer: Peer, header: Header) -> None:
    """Note that a peer which knows our present epoch has given back everything that it says it holds of ours.

    Not while a fork of ours waits for a decision: what the peer holds beyond it is still unknown here.
    """
    epoch = node.journal.epoch
    own = [ack for ack in header.ack if ack.origin == node.name]
    if any(is_stopped(node.db, ack.where) for ack in own):
        return
    if any(ack.epoch == epoch for ack in own) and not missing_streams(node, peer, node.name):
        node.db.run("UPDATE road_peer SET heard_in = ? WHERE name = ? AND heard_in < ?", (epoch, peer.name, epoch))


def note_verdicts(node: Node, peer: Peer, header: Header, now: datetime) -> int:
    """Turn verdicts on lines of ours that were set aside into our own entries, each line once; how many are new.

    One file names as many lines as it likes; they are looked up and recorded together, at most MAX_NOTED of them.
    """
    named: dict[int, dict[int, str]] = {}
    left = MAX_NOTED
    for verdict in header.verdicts:
        if (verdict.origin, verdict.stream) != (node.name, peer.stream_out) or verdict.verdict != "set_aside":
            continue
        last = min(verdict.last, verdict.first + left - 1)
        left -= max(0, last - verdict.first + 1)
        for n in range(verdict.first, last + 1):
            named.setdefault(verdict.epoch, {}).setdefault(n, verdict.reason[:300])
    new = [body for epoch, reasons in named.items() for body in new_set_aside(node, peer, epoch, reasons)]
    if new:
        node.journal.record_many(new, actor="road", at=now, stream=peer.local_stream, lane=peer.lane)
    return len(new)


def new_set_aside(node: Node, peer: Peer, epoch: int, reasons: dict[int, str]) -> list[tuple[LineSetAside, str]]:
    """(body, subject) for each named line of one of our epochs that exists and was not known to be set aside."""
    rows = node.db.run(
        "SELECT j.n, j.kind, j.subject FROM journal j WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ?"
        " AND j.n <= ? AND NOT EXISTS (SELECT 1 FROM set_aside_line a WHERE a.source = j.source AND a.epoch = j.epoch"
        " AND a.stream = j.stream AND a.n = j.n) ORDER BY j.n",
        (node.name, epoch, peer.stream_out, min(reasons), max(reasons)),
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
    and we lack; `pieces`: of our files, that the peer last said it lacks.
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
    pieces: int = 0


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


def sync_status(db: Database) -> SyncStatus:
    """How this side stands; with several peers the numbers are added up and the oldest age is given."""
    statuses = peer_statuses(db)
    if not statuses:
        return SyncStatus(enrolled=False)
    if len(statuses) == 1:
        return statuses[0]
    unsent = sum(status.unsent for status in statuses)
    pieces = sum(status.pieces for status in statuses)
    oldest = earliest_time(status.oldest_at for status in statuses)
    contact = earliest_time(status.last_contact_at for status in statuses)
    offline = earliest_time(status.offline_since for status in statuses)
    first = statuses[0]
    return SyncStatus(True, unsent, oldest, contact, offline, first.set_aside, first.stopped, first.kept, pieces=pieces)


def peer_statuses(db: Database) -> list[SyncStatus]:
    source, epoch = own_identity(db)
    return [peer_status(db, peer, source, epoch) for peer in read_peers(db)]


CONTACT_AND_TROUBLE = (
    "SELECT p.last_contact_at, p.enrolled_at, r.failures, r.sentence,"
    " (SELECT count(*) FROM set_aside_line WHERE settled_at IS NULL),"
    " (SELECT count(*) FROM road_stop WHERE settled_at IS NULL),"
    " (SELECT count(*) FROM road_aside WHERE settled_at IS NULL),"
    " (SELECT count(*) FROM wanted_piece w WHERE w.peer = p.name AND EXISTS (SELECT 1 FROM outgoing_piece o"
    " WHERE o.stream = p.stream_out AND o.digest = w.digest))"
    " FROM road_peer p LEFT JOIN road_run r ON r.peer = p.name WHERE p.name = ?"
)


def peer_status(db: Database, peer: Peer, source: str, epoch: int) -> SyncStatus:
    unsent, oldest = unsent_lines(db, peer, source, epoch)
    row = db.one(CONTACT_AND_TROUBLE, (peer.name,)) or (None, None, None, None, 0, 0, 0, 0)
    contact, enrolled, failures, sentence, set_aside, stopped, kept, pieces = row
    # A connection that never worked is down since it was set up.
    since = contact or enrolled
    offline_since = None
    if since and failures:
        offline_since = parse_utc_text(since)
    last_contact = None
    if contact:
        last_contact = parse_utc_text(contact)
    return SyncStatus(
        True,
        unsent,
        oldest,
        last_contact,
        offline_since,
        set_aside,
        stopped,
        kept,
        sentence or "",
        peer.name,
        peer.label,
        missing_line_count(db, peer),
        pieces,
    )


def unsent_lines(db: Database, peer: Peer, source: str, epoch: int) -> tuple[int, datetime | None]:
    unsent, oldest = 0, None
    for written_in in sorted({*known_epochs(db, source), epoch}):
        where = (source, written_in, peer.stream_out)
        if is_closed(db, where):
            continue
        last, acked = next(iter(db.run(SENT_AND_ACKNOWLEDGED, (*where, peer.name, *where))))
        if last > acked:
            unsent += last - acked
            sql = "SELECT at FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
            oldest = oldest or parse_utc_text(first_value(db, sql, (*where, acked + 1)))
    return unsent, oldest


def missing_line_count(db: Database, peer: Peer) -> int:
    rows = db.run("SELECT epoch, stream, n FROM road_ack WHERE peer = ? AND origin = ?", (peer.name, peer.name))
    count = 0
    for epoch, stream, n in list(rows):
        where = (peer.name, epoch, stream)
        if find_settlement(db, where) is None:  # what two PCs said of it is no longer one number
            count += max(0, n - last_number(db, where))
    return count


UNREAD = "unread."
"""With a peer's code behind it: how many of our entries wait until its program is updated, as it last said."""


def count_unread(db: Database, source: str) -> int:
    """Entries of a side that a newer program wrote and that wait here for the update of this one."""
    sql = "SELECT count(*) FROM journal_waiting w WHERE (SELECT source FROM journal WHERE id = w.id) = ?"
    return int(first_value(db, sql, (source,)) or 0)


def note_unread(db: Database, peer: str, count: int) -> None:
    if str(count) != (read_fact(db, UNREAD + peer) or "0"):
        keep_fact(db, UNREAD + peer, str(count))


READS = "reads."
"""With a peer's code behind it: which forms of files its program reads, as it last said."""


def note_forms(db: Database, peer: str, header: Header) -> None:
    said = ""
    if isinstance(header.reads, int):
        said = str(header.reads)
    if said != (read_fact(db, READS + peer) or ""):
        keep_fact(db, READS + peer, said)


def read_forms(db: Database, peer: str) -> int:
    """Which forms of files the peer takes (`sync/file_format.py:FORMS`), as its last file said; 0: the first alone."""
    return int(read_fact(db, READS + peer) or 0)


def forget_forms(db: Database, peer: str) -> None:
    keep_fact(db, READS + peer, "")


def unread_there(db: Database, peer: str) -> int:
    return int(read_fact(db, UNREAD + peer) or 0)


def waiting_entries(db: Database) -> list[WaitingEntries]:
    rows = db.run(
        "SELECT source, count(*), min(at) FROM (SELECT (SELECT source FROM journal WHERE id = w.id) AS source,"
        " (SELECT at FROM journal WHERE id = w.id) AS at FROM journal_waiting w) AS waiting"
        " GROUP BY source ORDER BY source"
    )
    return [WaitingEntries(source, count, parse_utc_text(since)) for source, count, since in rows]


def kept_files(db: Database) -> list[KeptFile]:
    return select_structs(KeptFile, db, "FROM road_aside WHERE settled_at IS NULL ORDER BY kept_at, name")


def open_forks(db: Database) -> list[Fork]:
    return select_structs(Fork, db, "FROM road_stop WHERE settled_at IS NULL ORDER BY found_at")


def earliest_time(times: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, times), default=None)
