"""Two writers of one stream: both versions kept beside each other, and the decision of a person.

A stopped stream waits. Each side shows the other its lines after the last place on which both agree; the centre's
administrator decides which PC goes on, and the lines that one version holds alone travel to the office one by one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from schema.database import Database, Table, first_value
from sync.entries import (
    GENESIS,
    StreamKey,
    last_number,
    line_bytes,
    link_hash,
    read_head,
    split_line,
    stored_hash,
    stream_columns,
)
from sync.epochs import open_provisional
from sync.events import ForkDecision, ForkSettled, ForkStop, TwinLine, TwinTold
from sync.journal import Journal
from sync.nodes import Peer
from sync.problems import SyncError

MOST_KEPT = 2000
"""Lines of the other version that are kept of one stream; what comes beyond is named by its number only."""

REWOUND = "rewound"
"""Why an epoch of our own was opened when our own stream had forked: a peer had noticed."""

GONE = "Pusat dipulihkan ke keadaan sebelum versi lain itu ada."

FORKED = frozenset({"fork", "stopped", "settled"})
"""Problems that stop one stream and nothing else."""


class ForkLine(Table):
    """A line of the other version of a stopped stream, as it came."""


class VersionLine(msgspec.Struct, frozen=True):
    n: int
    hash: bytes
    kind: str
    subject: str
    line: bytes


class Versions(msgspec.Struct, frozen=True):
    """Both versions of a stream: `shared` lines alike, then what this side holds and what the other one showed."""

    where: StreamKey
    shared: int
    held: list[VersionLine]
    other: list[VersionLine]

    @property
    def first(self) -> VersionLine | None:
        return self.held[0] if self.held else None


def keep_version(journal: Journal, where: StreamKey, lines: Sequence[tuple[int, bytes, bytes]]) -> None:
    if not lines:
        return
    sql = "SELECT n, hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n >= ? AND n <= ?"
    held = dict(journal.db.run(sql, (*where, lines[0][0], lines[-1][0])))
    sql = "SELECT count(*) FROM fork_line WHERE source = ? AND epoch = ? AND stream = ?"
    room = max(0, MOST_KEPT - first_value(journal.db, sql, where))
    unlike = [line for line in lines if bytes(held.get(line[0], b"")) != line[1]]
    rows = [stream_columns(where) | {"n": n, "hash": digest, "line": line} for n, digest, line in unlike[:room]]
    ForkLine.add_all(journal.db, rows, "DO NOTHING")


def read_versions(journal: Journal, where: StreamKey) -> Versions:
    rows = ForkLine.rows(journal.db, **stream_columns(where), order="n, hash")
    other = [to_version_line(row.n, bytes(row.hash), bytes(row.line)) for row in rows]
    exact = other and is_next_in_chain(journal.db, where, other[0])
    if exact:
        shared = other[0].n - 1
    else:
        shared = compared_from(journal.db, where)
    return Versions(where, shared, read_own_lines(journal, where, shared), other)


def is_next_in_chain(db: Database, where: StreamKey, version: VersionLine) -> bool:
    """Whether a line of the other version follows our own line before it: then it is the first that differs."""
    return link_hash(stored_hash(db, where, version.n - 1) or GENESIS, *split_line(version.line)) == version.hash


def compared_from(db: Database, where: StreamKey) -> int:
    """The number after which two versions are compared: so many lines before the first place known to differ.

    No earlier acknowledgement tells where they part: it may have been the other PC's.
    """
    sql = "SELECT min(n) FROM road_stop WHERE source = ? AND epoch = ? AND stream = ?"
    return max(0, (first_value(db, sql, where) or 0) - MOST_KEPT)


def to_version_line(n: int, digest: bytes, line: bytes) -> VersionLine:
    try:
        head = read_head(split_line(line)[0])
    except (ValueError, RecursionError):
        return VersionLine(n, digest, "?", "", line)
    return VersionLine(n, digest, head.type, head.subject, line)


def read_own_lines(journal: Journal, where: StreamKey, after: int) -> list[VersionLine]:
    rows = journal.db.run(
        "SELECT j.n, j.hash, j.kind, j.subject, j.head, coalesce(b.body, r.body) FROM journal j"
        " LEFT JOIN journal_body b ON b.id = j.id LEFT JOIN journal_redaction r ON r.id = j.id"
        " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n > ? ORDER BY j.n",
        (*where, after),
    )
    return [
        VersionLine(n, bytes(digest), kind, subject, line_bytes(bytes(head), bytes(body or b"")))
        for n, digest, kind, subject, head, body in rows
    ]


# -- the decision ---------------------------------------------------------------------------------------------


def settle_fork(
    journal: Journal,
    peer: Peer,
    where: StreamKey,
    *,
    goes_on: str,
    note: str,
    carried: Collection[str],
    actor: str,
    now: datetime,
) -> None:
    """The centre's decision about a stopped stream, with every line that one version holds alone.

    `carried`: the kinds whose bytes the office needs, because a person may take them over. A fork of our own stream
    makes us write in a new epoch. Raises SyncError("not_forked") where nothing waits for a decision.
    """
    with journal.transaction():
        if not is_stopped(journal.db, where):
            raise SyncError("not_forked")
        both = read_versions(journal, where)
        chosen: Literal["held", "other"] = "other" if goes_on == "other" else "held"
        said = decision_entries(journal, both, [(True, both.held), (False, both.other)], chosen, note, carried)
        if where[0] == journal.source:
            open_provisional(journal, REWOUND, now)
        bodies = [(entry, f"road/{peer.name}") for entry in said]
        journal.record_many(bodies, actor=actor, at=now, stream=peer.stream_out, lane=peer.lane)


def decision_entries(
    journal: Journal,
    both: Versions,
    versions: Sequence[tuple[bool, Sequence[VersionLine]]],
    goes_on: Literal["held", "other"],
    note: str,
    carried: Collection[str] | None,
) -> list[ForkSettled | TwinTold]:
    """The decision and each line beside it; `carried`: of which kinds with their bytes, None of all."""
    tail = journal.tail(*both.where)
    body = ForkSettled(*both.where, min(both.shared, tail.n), tail.n, tail.hash.hex(), goes_on, note)
    lines = []
    for held, version in versions:
        for line in version:
            with_bytes = carried is None or line.kind in carried
            text = ""
            if with_bytes:
                text = line.line.decode(errors="replace")
            lines.append(TwinTold(*both.where, line.n, line.hash.hex(), held, line.kind, text))
    return [body, *lines]


def settle_fork_alone(journal: Journal, where: StreamKey, now: datetime) -> None:
    """In the open transaction: the other version is gone, because the centre came back from before it. Our own stream
    goes on as it is; the lines of the other version that were shown here wait for a person."""
    both = read_versions(journal, where)
    said = decision_entries(journal, both, [(False, both.other)], "held", GONE, None)
    journal.record_many([(entry, f"road/{where[0]}") for entry in said], actor="road", at=now)


def is_stopped(db: Database, where: StreamKey) -> bool:
    sql = "SELECT 1 FROM road_stop WHERE source = ? AND epoch = ? AND stream = ? AND settled_at IS NULL"
    return db.one(sql, where) is not None


def has_settlements(db: Database) -> bool:
    """Whether any fork was ever decided here; most sides never see one."""
    return db.one("SELECT 1 FROM fork_settled LIMIT 1") is not None


def find_settlement(db: Database, where: StreamKey) -> ForkDecision | None:
    return ForkDecision.first(db, **stream_columns(where))


def is_closed(db: Database, where: StreamKey) -> bool:
    """Whether a decided stream goes on without this side: our chain there is not the centre's.

    Such a stream is not compared, exchanged or reported any more. A side with the centre's chain, or with a part of
    it, goes on as before.
    """
    decided = find_settlement(db, where)
    if decided is None:
        return False
    n = min(last_number(db, where), decided.held_last)
    if n <= decided.shared:
        return False
    theirs = decided.held_hash
    if n < decided.held_last:
        line = TwinLine.first(db, **stream_columns(where), n=n, held=1)
        theirs = line.hash if line else ""
    return stored_hash(db, where, n).hex() != theirs


def open_stops(db: Database) -> list[tuple[StreamKey, int]]:
    rows = db.run(
        "SELECT source, epoch, stream, max(shown) FROM road_stop WHERE settled_at IS NULL"
        " GROUP BY source, epoch, stream ORDER BY source, epoch, stream"
    )
    return [((source, epoch, stream), shown) for source, epoch, stream, shown in rows]


def knows_version(db: Database, where: StreamKey) -> bool:
    stop = ForkStop.first(db, **stream_columns(where), settled_at=None, order="n DESC")
    kept = ForkLine.rows(db, **stream_columns(where), order="n")
    if stop is None or bytes.fromhex(stop.theirs) not in [bytes(row.hash) for row in kept]:
        return False
    return is_next_in_chain(db, where, VersionLine(kept[0].n, bytes(kept[0].hash), "", "", bytes(kept[0].line)))
