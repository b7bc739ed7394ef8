"""Journal kinds of internal checks."""

from typing import Literal

import msgspec

from app.platform.office.events import Number, use_number
from app.quality.checks.tables import CheckFinding, CheckSample, CheckVerdict, InternalCheck
from app.room import AT, BY, add_rows_of, alter_row_of, in_turn
from schema.database import Database
from schema.person_fields import PersonText
from sync.entries import NOBODY, Entry, Kind, to_utc_text

Part = Literal["process", "product"]
VerdictWord = Literal["conforms", "not_applicable", "light", "moderate", "heavy"]


class Plan(msgspec.Struct, frozen=True):
    """What is to be checked: day, services, why, in which days a finished case was finished, questions, sizes."""

    on_date: str
    services: list[str]
    purpose: str
    from_on: str
    until_on: str
    process_questions: list[str]
    product_questions: list[str]
    process_size: int
    product_size: int


class CheckPlanned(msgspec.Struct, frozen=True):
    id: int
    number: Number
    plan: Plan


class CheckChanged(msgspec.Struct, frozen=True):
    id: int
    plan: Plan


class SampleDrawn(msgspec.Struct, frozen=True):
    """The program drew out of these populations with this seed; whoever reckons again must draw the same cases."""

    id: int
    seed: str
    process_population: list[int]
    product_population: list[int]
    process: list[int]
    product: list[int]


class Verdict(msgspec.Struct, frozen=True):
    verdict: VerdictWord
    note: PersonText = ""


class CaseJudged(msgspec.Struct, frozen=True):
    """The answers to all questions of one sampled case, in place of those given before."""

    id: int
    part: Part
    ordinal: int
    verdicts: list[Verdict]


class Finding(msgspec.Struct, frozen=True):
    number: int
    part: Part
    ordinal: int
    question: int
    section: str


class FindingsSent(msgspec.Struct, frozen=True):
    id: int
    findings: list[Finding]


class FindingAnswered(msgspec.Struct, frozen=True):
    check_id: int
    number: int
    answer: PersonText
    action: PersonText
    due_on: str


class AnswerReturned(msgspec.Struct, frozen=True):
    check_id: int
    number: int
    reason: PersonText


class FindingReported(msgspec.Struct, frozen=True):
    """An LTPP was opened for a heavy finding."""

    check_id: int
    number: int
    capa_id: int


class CheckEnded(msgspec.Struct, frozen=True):
    """The check was closed after every answer, or cancelled before."""

    id: int
    state: Literal["closed", "cancelled"]
    note: PersonText


def apply_planned(db: Database, entry: Entry) -> None:
    body: CheckPlanned = entry.body
    own = {"number": body.number.text, "state": "planned", "at": to_utc_text(entry.at), "actor": entry.actor}
    InternalCheck.add_from(db, body.plan, id=body.id, **own)
    use_number(db, entry, body.number)


def apply_changed(db: Database, entry: Entry) -> None:
    InternalCheck.alter(db, {"id": entry.body.id}, **InternalCheck.take(entry.body.plan))


def apply_drawn(db: Database, entry: Entry) -> None:
    body: SampleDrawn = entry.body
    values = InternalCheck.take(body, state="judging", drawn_at=to_utc_text(entry.at))
    values.pop("id")
    InternalCheck.alter(db, {"id": body.id}, **values)
    for part, cases in (("process", body.process), ("product", body.product)):
        rows = [
            {"check_id": body.id, "part": part, "ordinal": place, "case_id": case_id}
            for place, case_id in enumerate(cases, start=1)
        ]
        CheckSample.add_all(db, rows)


def apply_judged(db: Database, entry: Entry) -> None:
    body: CaseJudged = entry.body
    place = {"check_id": body.id, "part": body.part, "ordinal": body.ordinal}
    CheckVerdict.remove(db, **place)
    CheckVerdict.add_all(
        db, [CheckVerdict.take(verdict, **place, question=n) for n, verdict in enumerate(body.verdicts, start=1)]
    )
    CheckSample.alter(db, place, judged_at=to_utc_text(entry.at))


FINDING = ("check_id", "number")
SENT = in_turn(
    add_rows_of(CheckFinding, "findings", check_id="id"), alter_row_of(InternalCheck, {"state": "answering"})
)
UNANSWERED = dict.fromkeys(("answer", "action", "due_on", "answered_at", "answered_by"), "")
ANSWERED = alter_row_of(CheckFinding, {"returned_why": ""}, FINDING, answered_at=AT, answered_by=BY)
KINDS = [
    Kind("check.planned", 1, CheckPlanned, apply_planned, NOBODY),
    Kind("check.changed", 1, CheckChanged, apply_changed, NOBODY),
    Kind("check.drawn", 1, SampleDrawn, apply_drawn, NOBODY),
    Kind("check.judged", 1, CaseJudged, apply_judged),
    Kind("check.sent", 1, FindingsSent, SENT, NOBODY),
    Kind("check.answered", 1, FindingAnswered, ANSWERED),
    Kind("check.returned", 1, AnswerReturned, alter_row_of(CheckFinding, UNANSWERED, FINDING, returned_why="reason")),
    Kind("check.reported", 1, FindingReported, alter_row_of(CheckFinding, key=FINDING), NOBODY),
    Kind("check.ended", 1, CheckEnded, alter_row_of(InternalCheck, ended_at=AT, ended_by=BY, ended_note="note")),
]
