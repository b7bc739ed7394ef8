"""Journal kinds of retention. A list names records by number, kind and day; never a person."""

import json
from typing import NamedTuple

import msgspec

from app.platform.office.events import Number, use_number
from app.records.retention.tables import DestroyedRecord, Destruction, RecordHold, RetentionPeriod
from app.room import AT, BY, add_row_of, alter_row_of, put_row_of
from schema.database import Database
from schema.person_fields import PersonText
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class PeriodSet(msgspec.Struct, frozen=True):
    kind: str
    years: int
    reason: str


class RecordHeld(msgspec.Struct, frozen=True):
    """A record stays, however old it is: a court, an audit or an inquiry asks for it."""

    id: int
    subject: str
    number: str
    reason: PersonText


class HoldLifted(msgspec.Struct, frozen=True):
    id: int
    why: str


class ListedRecord(NamedTuple):
    subject: str
    kind: str
    number: str
    closed_on: str


class DestructionProposed(msgspec.Struct, frozen=True):
    id: int
    number: Number
    reason: str
    records: list[ListedRecord]


class DestructionConfirmed(msgspec.Struct, frozen=True):
    id: int


class DestructionWithdrawn(msgspec.Struct, frozen=True):
    id: int
    why: str


class BackupLeft(msgspec.Struct, frozen=True):
    """A backup from before the destruction: it still holds the people."""

    name: str
    place: str
    made_at: str
    copied_to: str


class DestructionDone(msgspec.Struct, frozen=True):
    """Carried out: `kept` are records of the list that were open again, (subject, why) each; `bodies` of the journal
    and `files` that went; `backups` that were made before."""

    id: int
    kept: list[tuple[str, str]]
    bodies: int
    files: int
    backups: list[BackupLeft]


def apply_proposed(db: Database, entry: Entry) -> None:
    body: DestructionProposed = entry.body
    own = {"state": "proposed", "proposed_at": to_utc_text(entry.at), "proposed_by": entry.actor}
    Destruction.add_from(db, body, number=body.number.text, **own)
    DestroyedRecord.add_all(db, [{"destruction_id": body.id, **record._asdict()} for record in body.records])
    use_number(db, entry, body.number)


def apply_done(db: Database, entry: Entry) -> None:
    body: DestructionDone = entry.body
    for subject, why in body.kept:
        DestroyedRecord.alter(db, {"destruction_id": body.id, "subject": subject}, kept_why=why)
    backups = json.dumps([[backup.name, backup.place, backup.made_at, backup.copied_to] for backup in body.backups])
    done = {"state": "done", "done_at": to_utc_text(entry.at), "bodies": body.bodies, "files": body.files}
    Destruction.alter(db, {"id": body.id}, backups=backups, **done)


LIFTED = alter_row_of(RecordHold, lifted_at=AT, lifted_by=BY, lifted_why="why")
CONFIRMED = alter_row_of(Destruction, {"state": "confirmed"}, confirmed_at=AT, confirmed_by=BY)
WITHDRAWN = alter_row_of(Destruction, {"state": "withdrawn"}, withdrawn_why="why")

KINDS = [
    Kind("retention.period_set", 1, PeriodSet, put_row_of(RetentionPeriod), NOBODY),
    Kind("record.held", 1, RecordHeld, add_row_of(RecordHold)),
    Kind("record.hold_lifted", 1, HoldLifted, LIFTED, NOBODY),
    Kind("destruction.proposed", 1, DestructionProposed, apply_proposed, NOBODY),
    Kind("destruction.confirmed", 1, DestructionConfirmed, CONFIRMED, NOBODY),
    Kind("destruction.withdrawn", 1, DestructionWithdrawn, WITHDRAWN, NOBODY),
    Kind("destruction.done", 1, DestructionDone, apply_done, NOBODY),
]
