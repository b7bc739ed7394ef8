"""Journal kinds of student cards. `apply` sees only the entry and the tables."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from app.casework.batches.events import CardMisprinted
from app.casework.desk.events import ImportedCase, write_imported_cases
from app.core.procedure.limits import Deadline
from app.platform.office.events import put_deadlines
from app.room import BY, add_row_of, alter_row_of
from app.services.ktm.tables import IntakeSession, StudentCard
from schema.database import Database
from schema.person_fields import PersonText, named_by
from sync.entries import NOBODY, Entry, Kind


class StudentImported(msgspec.Struct, frozen=True):
    case: ImportedCase


class IntakeSocialised(msgspec.Struct, frozen=True, omit_defaults=True):
    """The socialisation of an intake begins, or (with `until`) has ended: when, and how many came."""

    id: int
    intake: str
    since: str
    until: str = ""
    attended: int = 0
    note: str = ""
    deadlines: list[Deadline] = []


class CardDrawn(msgspec.Struct, frozen=True):
    """A card gets its number and the code of its QR, before it is printed for the first time."""

    code: str
    case_id: int
    main_key: Annotated[str, named_by("code")]
    number: str
    on: str


class CardMade(msgspec.Struct, frozen=True):
    code: str
    on: str


class CardWithdrawn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A card is valid no longer, for ever: why, and what became of the card itself."""

    code: str
    on: str
    why: str
    given_back: str
    note: PersonText = ""


class CardReturned(msgspec.Struct, frozen=True, omit_defaults=True):
    """A withdrawn card that was still owed came back, or is reported lost."""

    code: str
    given_back: str
    note: PersonText = ""


def apply_imported(db: Database, entry: Entry) -> None:
    apply_imported_many(db, [entry])


def apply_imported_many(db: Database, entries: Sequence[Entry]) -> None:
    write_imported_cases(db, entries, [entry.body.case for entry in entries])


def apply_socialised(db: Database, entry: Entry) -> None:
    body: IntakeSocialised = entry.body
    IntakeSession.put_from(db, body, actor=entry.actor)
    put_deadlines(db, f"intake/{body.id}", body.deadlines)


def withdraw_misprint(db: Database, entry: Entry) -> None:
    """A card that came out wrong is taken back, and never counts again."""
    body: CardMisprinted = entry.body
    gone = {"withdrawn_on": body.on, "withdrawn_why": "misprint", "given_back": "returned"}
    StudentCard.alter(
        db, {"case_id": body.case_id, "withdrawn_on": None}, **gone, note=body.reason, withdrawn_by=entry.actor
    )


WITHDRAWN = alter_row_of(StudentCard, key="code", withdrawn_on="on", withdrawn_why="why", withdrawn_by=BY)
KINDS = [
    Kind("student.imported", 1, StudentImported, apply_imported, apply_many=apply_imported_many),
    Kind("intake.socialised", 1, IntakeSocialised, apply_socialised, NOBODY),
    Kind("student_card.drawn", 1, CardDrawn, add_row_of(StudentCard, drawn_on="on")),
    Kind("student_card.made", 1, CardMade, alter_row_of(StudentCard, key="code", made_on="on", made_by=BY), NOBODY),
    Kind("student_card.withdrawn", 1, CardWithdrawn, WITHDRAWN),
    Kind("student_card.returned", 1, CardReturned, alter_row_of(StudentCard, key="code")),
]
