"""Journal kinds of supervision."""

from __future__ import annotations

import msgspec

from app.cases.tables import OversightNote
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class OversightNoted(msgspec.Struct, frozen=True):
    """A note of the Sekretaris, about one case or none."""

    id: int
    text: str
    case_id: int | None


class OversightAnswered(msgspec.Struct, frozen=True):
    """What was done about a note."""

    id: int
    text: str


def apply_noted(db: Database, entry: Entry) -> None:
    body: OversightNoted = entry.body
    OversightNote.insert(
        id=body.id, at=stamp(entry.at), actor=entry.actor, case_id=body.case_id, text=body.text
    ).execute(db)


def apply_answered(db: Database, entry: Entry) -> None:
    body: OversightAnswered = entry.body
    OversightNote.update(answer=body.text, answered_at=stamp(entry.at), answered_by=entry.actor).where(
        OversightNote.id == body.id
    ).execute(db)


OVERSIGHT_KINDS = [
    Kind("oversight.noted", 1, OversightNoted, apply_noted),
    Kind("oversight.answered", 1, OversightAnswered, apply_answered),
]
