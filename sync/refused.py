"""Files that cannot be used now: what is remembered of them, and the bytes of those that came too early.

Only a truly signed file that begins beyond what is here keeps its bytes, until the lines before it have come. Of every
other refused file one row is kept, without its bytes, so that nobody fills this disk with files that help no one.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from schema.database import Database, is_environment_error, is_storage_failure
from sync.entries import to_utc_text
from sync.events import OfficeAdmitted, OfficeBarred
from sync.file_format import Header
from sync.journal import Journal
from sync.nodes import Node
from sync.problems import EnvelopeError, SyncError

MOST_FILES = 40
MOST_BYTES = 48 * 1024 * 1024
"""Of early files, for each sender: more than a year of a busy office's sticks."""
KEPT_FOR = timedelta(days=60)
MOST_NOTES = 20
"""Rows without bytes, for each sender; the oldest goes."""

Where = tuple[str, str, int, str]
"""(sender, source, epoch, stream)."""


@contextmanager
def full_disk_as_problem() -> Iterator[None]:
    """A full or failing disk of ours as a RoadError with its sentence."""
    try:
        yield
    except Exception as error:
        if is_storage_failure(error):
            raise SyncError("disk_full") from error
        raise


def keep_early_file(road: Node, header: Header, sealed: bytes, name: str, now: datetime) -> SyncError:
    """Keep a truly signed file that came too early; the problem to tell: `gap`, or `gap_full` when it was not kept."""
    tail = road.journal.tail(header.source, header.epoch, header.stream)
    problem = SyncError("gap", first=header.first, held=tail.n)
    with full_disk_as_problem(), road.journal.transaction():
        drop_old_files(road, header.sender, now)
        row = road.db.one(
            "SELECT count(*), coalesce(sum(length(sealed)), 0) FROM road_aside WHERE sender = ? AND code = 'gap'",
            (header.sender,),
        )
        files, size = row or (0, 0)
        if files >= MOST_FILES or size + len(sealed) > MOST_BYTES:
            return SyncError("gap_full", first=header.first, held=tail.n)
        put_refused_row(road, header, hashlib.sha256(sealed).hexdigest(), name, problem, now, sealed)
    return problem


def drop_old_files(road: Node, sender: str, now: datetime) -> None:
    if road.journal.clock_at(now) == "ok":
        road.db.run("DELETE FROM road_aside WHERE sender = ? AND kept_at < ?", (sender, to_utc_text(now - KEPT_FOR)))


def note_refused_file(
    road: Node, header: Header | None, same: bytes, name: str, problem: SyncError, now: datetime
) -> None:
    """Remember that a file was refused and why, and count it where `same` was refused before. Its bytes are not kept.

    `header` only of a truly signed file: what merely says whose it is counts for nobody.
    """
    sender = header.sender if header else ""
    with full_disk_as_problem(), road.journal.transaction():
        drop_old_files(road, sender, now)
        put_refused_row(road, header, hashlib.sha256(same).hexdigest(), name, problem, now, b"")
        road.db.run(
            "DELETE FROM road_aside WHERE sender = ? AND code <> 'gap' AND digest NOT IN (SELECT digest FROM road_aside"
            " WHERE sender = ? AND code <> 'gap' ORDER BY kept_at DESC, digest LIMIT ?)",
            (sender, sender, MOST_NOTES),
        )


def put_refused_row(
    road: Node,
    header: Header | None,
    digest: str,
    name: str,
    problem: SyncError,
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
        (digest, name, *where, problem.code, problem.sentence, to_utc_text(now), sealed),
    )


def next_kept_file(road: Node, where: Where) -> tuple[str, bytes, str] | None:
    """(digest, bytes, name) of the kept file of one stream whose lines are next, if there is one."""
    tail = road.journal.tail(*where[1:])
    row = road.db.one(
        "SELECT digest, sealed, name FROM road_aside WHERE sender = ? AND source = ? AND epoch = ? AND stream = ?"
        " AND code = 'gap' AND first <= ? ORDER BY first, digest LIMIT 1",
        (*where, tail.n + 1),
    )
    return (row[0], bytes(row[1]), row[2]) if row else None


def close_kept_file(road: Node, digest: str, problem: SyncError | None = None) -> None:
    with road.journal.transaction():
        if problem is None:
            road.db.run("DELETE FROM road_aside WHERE digest = ?", (digest,))
            return
        road.db.run(
            "UPDATE road_aside SET code = ?, sentence = ?, sealed = ? WHERE digest = ?",
            (problem.code, problem.sentence, b"", digest),
        )


STRANGERS = "?"
"""The row of all senders that are not known."""
MOST_CODES = 60
log = logging.getLogger("loket.road")


class Refusal(msgspec.Struct, frozen=True):
    """How often something of a side was not taken, for one reason, with the last sentence and when (UTC text)."""

    what: str
    count: int
    sentence: str
    last_at: str


REFUSALS_SQL = (
    "SELECT 'Ditolak' AS what, count, sentence, last_at FROM road_refusal WHERE sender = ?"
    " UNION ALL SELECT 'Berkas disimpan dulu', count(*), max(sentence), max(kept_at) FROM road_aside"
    " WHERE sender = ? AND settled_at IS NULL GROUP BY code"
    " UNION ALL SELECT 'Catatan disisihkan', count(*), reason, max(at) FROM journal"
    " WHERE source = ? AND verdict = 'set_aside' GROUP BY reason"
    " UNION ALL SELECT 'Menunggu pembaruan', count(*), w.why, max(j.at) FROM journal_waiting w"
    " JOIN journal j ON j.id = w.id WHERE j.source = ? GROUP BY w.why"
    " ORDER BY 4 DESC, 1, 3 LIMIT 60"
)


def read_refusals(db: Database, sender: str) -> list[Refusal]:
    """Everything of a side that was refused, kept, set aside or waits here, added up by reason, the newest first."""
    return [Refusal(*row) for row in db.run(REFUSALS_SQL, (sender,) * 4)]


def note_refusal(db: Database, sender: str, problem: SyncError, now: datetime) -> None:
    try:
        with db.writing():
            known = "\0" not in sender and db.one("SELECT 1 FROM road_peer WHERE name = ?", (sender,)) is not None
            name = sender if known else STRANGERS
            db.run(
                "INSERT INTO road_refusal (sender, code, count, sentence, last_at) VALUES (?, ?, 1, ?, ?)"
                " ON CONFLICT (sender, code) DO UPDATE SET count = road_refusal.count + 1,"
                " sentence = excluded.sentence, last_at = excluded.last_at",
                (name, problem.code[:MOST_CODES], problem.sentence.replace("\0", "")[:400], to_utc_text(now)),
            )
    except Exception as error:
        if not is_environment_error(error):
            raise
        log.warning("a refusal could not be counted: %s", type(error).__name__)


def find_bar(db: Database, office: str) -> tuple[str, str, str] | None:
    """(reason, since, by whom) of an office that is barred, or None."""
    row = db.one("SELECT reason, barred_at, barred_by FROM road_bar WHERE office = ?", (office,))
    return (str(row[0]), str(row[1]), str(row[2])) if row else None


def check_not_barred(db: Database, office: str) -> None:
    """Raise EnvelopeError("barred") for an office that the administrator has barred."""
    bar = find_bar(db, office)
    if bar:
        raise EnvelopeError("barred", sender=office)


def bar_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    """In the open transaction: bar it. Barring again changes the reason."""
    journal.record(OfficeBarred(office, reason), subject=f"office/{office}", actor=actor, at=now)


def admit_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    journal.record(OfficeAdmitted(office, reason), subject=f"office/{office}", actor=actor, at=now)
