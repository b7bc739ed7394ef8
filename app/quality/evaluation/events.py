"""Journal kinds of monitoring and evaluation, and of the documents of quality."""

from typing import Annotated, Any

import msgspec

from app.core.clock import office_date
from app.platform.office.events import Number, SignatureDue, use_number
from app.quality.evaluation.tables import (
    EvaluationCycle,
    EvaluationRow,
    EvaluationSheet,
    FollowUp,
    IndicatorCapa,
    QualityDocument,
    QualitySignature,
    Supervision,
)
from app.room import AT, BY, ON, add_row_of, alter_row_of, in_turn, stamp_row_of
from schema.database import Database, to_stored_value
from schema.person_fields import STAYS, OfficialName
from sync.entries import NOBODY, Entry, Kind


class SheetPlanned(msgspec.Struct, frozen=True):
    id: int
    unit: str
    indicators: list[str]


class FollowUpTaken(msgspec.Struct, frozen=True):
    """What an earlier cycle left undone goes on in this one."""

    id: int
    carried_from: int


class CyclePlanned(msgspec.Struct, frozen=True):
    """`team`: role of the team → user names; `reason` of an incidental cycle."""

    id: int
    number: Number
    period: str
    kind: str
    reason: str
    components: list[str]
    team: Annotated[dict[str, list[str]], STAYS]
    from_on: str
    until_on: str
    sheets: list[SheetPlanned]
    carried: list[FollowUpTaken]


class CycleWithdrawn(msgspec.Struct, frozen=True):
    id: int
    reason: str


class RowAssessed(msgspec.Struct, frozen=True):
    """What the team found; target, value and state are the indicator's at this moment."""

    sheet_id: int
    ordinal: int
    target: str
    value: str
    state: str
    question: str
    evidence: str
    finding: str
    weight: str
    recommendation: str


class SheetSent(msgspec.Struct, frozen=True):
    id: int


class SheetAnswered(msgspec.Struct, frozen=True):
    """The unit's report of what it did and what hindered it, and its response to each finding by ordinal."""

    id: int
    activities: str
    obstacles: str
    responses: dict[int, str]


class SheetReturned(msgspec.Struct, frozen=True):
    id: int
    reason: str


class SheetClosed(msgspec.Struct, frozen=True):
    id: int


class FollowUpSet(msgspec.Struct, frozen=True):
    """`indicator` may be empty: a follow-up of the whole unit."""

    id: int
    cycle_id: int
    unit: str
    level: str
    indicator: str
    what: str
    person: OfficialName
    due_on: str


class FollowUpDone(msgspec.Struct, frozen=True):
    id: int
    note: str


class FollowUpChecked(msgspec.Struct, frozen=True):
    """Somebody of the team looked at it; not `accepted`, it is open again."""

    id: int
    accepted: bool
    note: str


class FollowUpCarried(msgspec.Struct, frozen=True):
    """It goes on in the next cycle, with the reason."""

    id: int
    reason: str


class ReportDrafted(msgspec.Struct, frozen=True):
    """The report of the team, with the signatures that it asks; one that was signed in part begins anew."""

    id: int
    results: str
    obstacles: str
    recommendations: str
    principles: list[str]
    digest: str
    signatures: list[SignatureDue]


class ReportRejected(msgspec.Struct, frozen=True):
    """The report goes back before it is complete: a sheet has to be looked at again."""

    id: int
    reason: str


class CycleReported(msgspec.Struct, frozen=True):
    """The last signature of the report was given."""

    id: int
    digest: str


class CycleEvaluated(msgspec.Struct, frozen=True):
    """The head of the office has evaluated; the targets of the next year are entries of their own."""

    id: int
    evaluation: str


class CycleClosed(msgspec.Struct, frozen=True):
    id: int


class CapaOfIndicator(msgspec.Struct, frozen=True):
    indicator: str
    period: str
    capa_id: int


class SupervisionNoted(msgspec.Struct, frozen=True):
    id: int
    cycle_id: int
    on_date: str
    post: str
    notes: str


class DocumentDrafted(msgspec.Struct, frozen=True):
    """A revision is laid before those who sign it; `note` says what changes."""

    id: int
    kind: str
    year: int
    section: str
    revision: int
    content: dict[str, Any]
    digest: str
    note: str
    signatures: list[SignatureDue]


class DocumentWithdrawn(msgspec.Struct, frozen=True):
    id: int
    reason: str


class DocumentAdopted(msgspec.Struct, frozen=True):
    id: int
    digest: str
    effective_on: str


class QualitySigned(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody signed a report or document; `post` as it is printed, with Plt., Plh. or a.n. before it, `held` the post
    of this office in which he did, with his decree."""

    about: str
    ordinal: int
    digest: str
    name: OfficialName
    post: str
    held: str = ""


def apply_planned(db: Database, entry: Entry) -> None:
    body: CyclePlanned = entry.body
    own = {"number": body.number.text, "state": "running", "actor": entry.actor, "at": to_stored_value(entry.at)}
    EvaluationCycle.add_from(db, body, **own)
    for sheet in body.sheets:
        EvaluationSheet.add(db, id=sheet.id, cycle_id=body.id, unit=sheet.unit, state="open")
        rows = enumerate(sheet.indicators, start=1)
        EvaluationRow.add_all(
            db, [{"sheet_id": sheet.id, "ordinal": n, "indicator": indicator} for n, indicator in rows]
        )
    for taken in body.carried:
        before = FollowUp.rows(db, id=taken.carried_from)[0]
        same = {name: getattr(before, name) for name in ("unit", "level", "indicator", "what", "person", "due_on")}
        begun = {"since": str(office_date(entry.at)), "state": "open", "actor": entry.actor}
        link = {"carried_from": taken.carried_from, "at": to_stored_value(entry.at)}
        FollowUp.add(db, id=taken.id, cycle_id=body.id, **link, **same, **begun)
    use_number(db, entry, body.number)


def release_carried(db: Database, entry: Entry) -> None:
    """What a withdrawn cycle had taken over waits for another one again."""
    FollowUp.remove(db, cycle_id=entry.body.id)


def apply_sheet_answered(db: Database, entry: Entry) -> None:
    body: SheetAnswered = entry.body
    said = {"activities": body.activities, "obstacles": body.obstacles}
    answered = {"answered_by": entry.actor, "answered_at": to_stored_value(entry.at)}
    EvaluationSheet.alter(db, {"id": body.id}, state="answered", **said, **answered)
    for ordinal, response in body.responses.items():
        EvaluationRow.alter(db, {"sheet_id": body.id, "ordinal": ordinal}, response=response)


def apply_follow_up_checked(db: Database, entry: Entry) -> None:
    body: FollowUpChecked = entry.body
    judged = {"checked_by": entry.actor, "checked_on": str(office_date(entry.at)), "check_note": body.note}
    if body.accepted:
        FollowUp.alter(db, {"id": body.id}, **judged, state="checked")
    else:
        FollowUp.alter(db, {"id": body.id}, **judged, state="open", done_on=None)


def drop_signatures(db: Database, entry: Entry) -> None:
    QualitySignature.remove(db, subject=entry.subject)


def ask_signatures(db: Database, entry: Entry) -> None:
    """What a report or document is signed with, from the beginning."""
    drop_signatures(db, entry)
    for ordinal, due in enumerate(entry.body.signatures, start=1):
        values = {"label": due.label, "post": due.post, "roles": " ".join(due.roles), "section": due.section}
        QualitySignature.add(db, subject=entry.subject, ordinal=ordinal, **values)


def apply_adopted(db: Database, entry: Entry) -> None:
    body: DocumentAdopted = entry.body
    new = QualityDocument.rows(db, id=body.id)[0]
    same = {"kind": new.kind, "year": new.year, "section": new.section}
    QualityDocument.alter(db, same | {"state": "in_force"}, state="replaced")
    QualityDocument.alter(db, {"id": body.id}, state="in_force", effective_on=body.effective_on)


WITHDRAWN = stamp_row_of(EvaluationCycle, {"state": "withdrawn"}, withdrawn_why="reason")
EVALUATED = alter_row_of(EvaluationCycle, {"state": "evaluated"}, evaluated_by=BY, evaluated_on=ON)
SIGNED = alter_row_of(QualitySignature, key=("subject", "ordinal"), subject="about", username=BY, at=AT)

KINDS = [
    Kind("evaluation.planned", 1, CyclePlanned, apply_planned),
    Kind("evaluation.withdrawn", 1, CycleWithdrawn, in_turn(WITHDRAWN, release_carried), NOBODY),
    Kind(
        "evaluation.row_assessed",
        1,
        RowAssessed,
        alter_row_of(EvaluationRow, key=("sheet_id", "ordinal"), assessed_by=BY),
        NOBODY,
    ),
    Kind("evaluation.sheet_sent", 1, SheetSent, alter_row_of(EvaluationSheet, {"state": "sent"}), NOBODY),
    Kind("evaluation.sheet_answered", 1, SheetAnswered, apply_sheet_answered, NOBODY),
    Kind("evaluation.sheet_returned", 1, SheetReturned, alter_row_of(EvaluationSheet, {"state": "open"}), NOBODY),
    Kind(
        "evaluation.sheet_closed",
        1,
        SheetClosed,
        alter_row_of(EvaluationSheet, {"state": "closed"}, closed_by=BY, closed_at=AT),
        NOBODY,
    ),
    Kind(
        "evaluation.reported",
        1,
        ReportDrafted,
        in_turn(alter_row_of(EvaluationCycle, {"state": "drafted"}), ask_signatures),
        NOBODY,
    ),
    Kind(
        "evaluation.report_rejected",
        1,
        ReportRejected,
        in_turn(stamp_row_of(EvaluationCycle, {"state": "running"}), drop_signatures),
        NOBODY,
    ),
    Kind("evaluation.report_adopted", 1, CycleReported, alter_row_of(EvaluationCycle, {"state": "reported"}), NOBODY),
    Kind("evaluation.evaluated", 1, CycleEvaluated, EVALUATED, NOBODY),
    Kind(
        "evaluation.closed",
        1,
        CycleClosed,
        alter_row_of(EvaluationCycle, {"state": "closed"}, closed_by=BY, closed_on=ON),
        NOBODY,
    ),
    Kind("evaluation.capa_opened", 1, CapaOfIndicator, add_row_of(IndicatorCapa), NOBODY),
    Kind("evaluation.supervised", 1, SupervisionNoted, add_row_of(Supervision), NOBODY),
    Kind("follow_up.set", 1, FollowUpSet, add_row_of(FollowUp, {"state": "open"}, since=ON)),
    Kind(
        "follow_up.done",
        1,
        FollowUpDone,
        alter_row_of(FollowUp, {"state": "done"}, done_on=ON, done_note="note"),
        NOBODY,
    ),
    Kind("follow_up.checked", 1, FollowUpChecked, apply_follow_up_checked, NOBODY),
    Kind(
        "follow_up.carried",
        1,
        FollowUpCarried,
        alter_row_of(FollowUp, {"state": "carried"}, carried_why="reason"),
        NOBODY,
    ),
    Kind(
        "quality.drafted",
        1,
        DocumentDrafted,
        in_turn(add_row_of(QualityDocument, {"state": "signing"}), ask_signatures),
        NOBODY,
    ),
    Kind(
        "quality.withdrawn",
        1,
        DocumentWithdrawn,
        alter_row_of(QualityDocument, {"state": "withdrawn"}, withdrawn_why="reason"),
        NOBODY,
    ),
    Kind("quality.signed", 1, QualitySigned, SIGNED),
    Kind("quality.adopted", 1, DocumentAdopted, apply_adopted, NOBODY),
]
