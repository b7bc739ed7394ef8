"""Journal kinds of lines that are no complaint: set aside, looked at by a second person, objected to, taken back."""

from __future__ import annotations

import msgspec

from app.complaints.past import keep_past
from app.complaints.tables import Complaint, ComplaintAside
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class ComplaintSetAside(msgspec.Struct, frozen=True):
    """A line counts no longer as a complaint; it stays in the book under its number."""

    id: int
    complaint_id: int
    reason: str


class AsideChecked(msgspec.Struct, frozen=True):
    """A second person read the line and agrees."""

    id: int
    complaint_id: int


class AsideObjected(msgspec.Struct, frozen=True):
    """The complainant, by slip code, wants the line back in the book."""

    id: int
    complaint_id: int
    text: str


class ComplaintTakenBack(msgspec.Struct, frozen=True):
    """The line counts again, with its due dates as they were."""

    id: int
    complaint_id: int
    reason: str


def change(db: Database, aside_id: int, **values: object) -> None:
    """Change what happened to a setting aside."""
    ComplaintAside.update(**values).where(ComplaintAside.id == aside_id).execute(db)


def count(db: Database, entry: Entry, complaint_id: int, *, aside: bool) -> None:
    """From this entry on the line counts, or counts no longer."""
    keep_past(db, entry, complaint_id)
    Complaint.update(aside=int(aside)).where(Complaint.id == complaint_id).execute(db)


def apply_set_aside(db: Database, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry.body)
    ComplaintAside.insert(**values, at=stamp(entry.at), actor=entry.actor, checked_by="", objection="", back_by="",
                          back_why="").execute(db)  # fmt: skip
    count(db, entry, entry.body.complaint_id, aside=True)


def apply_checked(db: Database, entry: Entry) -> None:
    change(db, entry.body.id, checked_at=stamp(entry.at), checked_by=entry.actor)


def apply_objected(db: Database, entry: Entry) -> None:
    change(db, entry.body.id, objected_at=stamp(entry.at), objection=entry.body.text)


def apply_taken_back(db: Database, entry: Entry) -> None:
    body: ComplaintTakenBack = entry.body
    change(db, body.id, back_at=stamp(entry.at), back_by=entry.actor, back_why=body.reason)
    count(db, entry, body.complaint_id, aside=False)


ASIDE_KINDS = [
    Kind("complaint.set_aside", 1, ComplaintSetAside, apply_set_aside),
    Kind("complaint.aside_checked", 1, AsideChecked, apply_checked),
    Kind("complaint.aside_objected", 1, AsideObjected, apply_objected, personal=True),
    Kind("complaint.taken_back", 1, ComplaintTakenBack, apply_taken_back),
]
