"""Files that cannot be used now: what is remembered of them, and the bytes of those that came too early.

Only a truly signed file that begins beyond what is here keeps its bytes, until the lines before it have come. Of every
other refused file one row is kept, without its bytes, so that nobody fills this disk with files that help no one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from schema.bulk import storage_failed
from sync.header import Header
from sync.line import stamp
from sync.problems import RoadError
from sync.road import Road

MOST_FILES = 40
MOST_BYTES = 48 * 1024 * 1024
"""Of early files, for each sender: more than a year of a busy office's sticks."""
KEPT_FOR = timedelta(days=60)
MOST_NOTES = 20
"""Rows without bytes, for each sender; the oldest goes."""

Where = tuple[str, str, int, str]
"""(sender, source, epoch, stream)."""


@contextmanager
def full_disk_told() -> Iterator[None]:
    """A full or failing disk of ours as a RoadError with its sentence."""
    try:
        yield
    except Exception as error:
        if storage_failed(error):
            raise RoadError("disk_full") from error
        raise


def keep_early(road: Road, header: Header, sealed: bytes, name: str, now: datetime) -> RoadError:
    """Keep a truly signed file that came too early; the problem to tell: `gap`, or `gap_full` when it was not kept."""
    tail = road.journal.tail(header.source, header.epoch, header.stream)
    problem = RoadError("gap", first=header.first, held=tail.n)
    with full_disk_told(), road.journal.transaction():
        drop_old(road, header.sender, now)
        row = road.db.one(
            "SELECT count(*), coalesce(sum(length(sealed)), 0) FROM road_aside WHERE sender = ? AND code = 'gap'",
            (header.sender,),
        )
        files, size = row or (0, 0)
        if files >= MOST_FILES or size + len(sealed) > MOST_BYTES:
            return RoadError("gap_full", first=header.first, held=tail.n)
        put(road, header, hashlib.sha256(sealed).hexdigest(), name, problem, now, sealed)
    return problem


def drop_old(road: Road, sender: str, now: datetime) -> None:
    """Forget what was kept of a sender for too long; by a clock that is trusted only."""
    if road.journal.clock_at(now) == "ok":
        road.db.run(
            "DELETE FROM road_aside WHERE sender = ? AND kept_at < ?", (sender, stamp(now - KEPT_FOR))
        )


def note_refused(
    road: Road, header: Header | None, same: bytes, name: str, problem: RoadError, now: datetime
) -> None:
    """Remember that a file was refused and why, and count it where `same` was refused before. Its bytes are not kept.

    `header` only of a truly signed file: what merely says whose it is counts for nobody.
    """
    sender = header.sender if header else ""
    with full_disk_told(), road.journal.transaction():
        drop_old(road, sender, now)
        put(road, header, hashlib.sha256(same).hexdigest(), name, problem, now, b"")
        road.db.run(
            "DELETE FROM road_aside WHERE sender = ? AND code <> 'gap' AND digest NOT IN (SELECT digest FROM road_aside"
            " WHERE sender = ? AND code <> 'gap' ORDER BY kept_at DESC, digest LIMIT ?)",
            (sender, sender, MOST_NOTES),
        )


def put(
    road: Road,
    header: Header | None,
    digest: str,
    name: str,
    problem: RoadError,
    now: datetime,
    sealed: bytes,
) -> None:
    """In the open transaction: one row for one content, with how often it came."""
    where = ("", "", 0, "", 0, 0)
    if header:
        where = (header.sender, header.source, header.epoch, header.stream, header.first, header.last)
    road.db.run(
        "INSERT INTO road_aside (digest, name, sender, source, epoch, stream, first, last, code, sentence,"
        " kept_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET times = road_aside.times + 1, name = excluded.name",
        (digest, name, *where, problem.code, problem.sentence, stamp(now), sealed),
    )


def next_in_turn(road: Road, where: Where) -> tuple[str, bytes, str] | None:
    """(digest, bytes, name) of the kept file of one stream whose lines are next, if there is one."""
    tail = road.journal.tail(*where[1:])
    row = road.db.one(
        "SELECT digest, sealed, name FROM road_aside WHERE sender = ? AND source = ? AND epoch = ? AND stream = ?"
        " AND code = 'gap' AND first <= ? ORDER BY first, digest LIMIT 1",
        (*where, tail.n + 1),
    )
    return (row[0], bytes(row[1]), row[2]) if row else None


def leave(road: Road, digest: str, problem: RoadError | None = None) -> None:
    """A kept file had its turn: it is gone, or stays as a row without bytes that says why it was of no use."""
    with road.journal.transaction():
        if problem is None:
            road.db.run("DELETE FROM road_aside WHERE digest = ?", (digest,))
            return
        road.db.run(
            "UPDATE road_aside SET code = ?, sentence = ?, sealed = ? WHERE digest = ?",
            (problem.code, problem.sentence, b"", digest),
        )
