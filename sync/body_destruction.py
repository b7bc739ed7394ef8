"""Bodies with personal data destroyed for good: the redacted body stays, and the digest that keeps the chain provable.

Only bodies of our own local streams: what another side holds or may ask back is not ours alone to destroy. Before
anything is written, the journal is replayed with the redacted bodies; it must give the tables as they are now, so the
tables must have been cleaned by entries of their own first (docs/decisions/0017-proofs.md).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from schema.database import is_environment_error
from schema.migrations import Side
from sync.chains import BODIES_DESTROYED, Place, ProofResult, is_local
from sync.entries import JournalError, read_head
from sync.events import BodyDestroyed, Destroyed
from sync.journal import Journal
from sync.verification import compare_tables, read_snapshot, replay_journal, scratch_journal, scratch_side


class StillNeededError(JournalError):
    """The tables still rest on a body that shall go; `str` names the first difference by its place."""


def destroy_bodies(
    journal: Journal,
    side: Side,
    redacted: Mapping[Place, bytes],
    *,
    reason: str,
    actor: str,
    at: datetime,
    scratch: Path,
) -> None:
    """Put `redacted` in the place of the bodies of those entries and destroy these.

    `scratch` names a database file that does not exist yet; the caller removes it. Raises JournalError for an entry
    that is not ours alone, is not personal, has no body, or would not read; StillNeededError.
    """
    with read_snapshot(journal.db):
        for place, body in redacted.items():
            check_destroyable(journal, place, body)
        with scratch_side(scratch, side) as empty:
            verdict = ProofResult()
            if replay_journal(journal, scratch_journal(journal, empty), verdict, lambda _done, _all: None, redacted):
                compare_tables(journal.db, empty, verdict)
    if verdict.faults:
        raise StillNeededError(verdict.faults[0])
    with journal.transaction():
        bodies = [Destroyed(*place, body.decode(), held_digest(journal, place)) for place, body in redacted.items()]
        journal.record(BodyDestroyed(bodies, reason), subject=BODIES_DESTROYED, actor=actor, at=at)


def redacted_body(journal: Journal, place: Place) -> bytes:
    """The body of an entry as its kind redacts it. Raises JournalError when the kind does not."""
    row = journal.db.one(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?",
        place,
    )
    if row is None:
        raise JournalError("{} {}/{}/{} has no body".format(*place))
    head = bytes(row[0])
    entry = journal.decode(head, bytes(row[1]))
    kind = journal.kinds[entry.kind]
    if kind.redact is None or int(read_head(head).dataschema) != kind.version:
        raise JournalError("{} {}/{}/{} is of a kind that is not redacted".format(*place))
    return msgspec.json.encode(kind.redact(entry.body))


def check_destroyable(journal: Journal, place: Place, redacted: bytes) -> None:
    name = "{} {}/{}/{}".format(*place)
    if not is_local(place[:3], journal.source):
        raise JournalError(f"{name} is not ours alone")
    held_digest(journal, place)
    row = journal.db.one("SELECT head FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", place)
    try:
        entry = journal.decode(bytes(row[0]), redacted) if row else None
    except Exception as error:
        if is_environment_error(error):
            raise
        raise JournalError(f"the redacted body of {name} cannot be read") from error
    if entry is None or not journal.kinds[entry.kind].personal:
        raise JournalError(f"{name} holds no personal data")


def held_digest(journal: Journal, place: Place) -> str:
    """SHA-256 (hex) of a body that is held. Raises JournalError when there is none."""
    row = journal.db.one(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?",
        place,
    )
    if row is None:
        raise JournalError("{} {}/{}/{} has no body".format(*place))
    return hashlib.sha256(bytes(row[0])).hexdigest()
