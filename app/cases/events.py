"""Journal kinds of the desk. `apply` sees only the entry and the tables; everything computed stands in the body."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from app.cases.imported import IMPORT_KINDS
from app.cases.oversight_events import OVERSIGHT_KINDS
from app.cases.rows import as_text, index_case, index_new, put_items, touch, way
from app.cases.tables import CaseExplanation, CaseFile, CasePause, PaperPrint, ReservedForm
from app.core.clock import office_date
from app.office.events import Number, use_number
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the checklist: state present, missing, wrong or not_needed; `rule` asks for it.

    `seen` is what was seen of the paper, where the definition asks for that too.
    """

    item: str
    state: str
    rule: str
    note: str = ""
    seen: str = ""


class CaseOpened(msgspec.Struct, frozen=True, omit_defaults=True):
    """A new case. `keys` are (name, value) for exact search, `blocks` the likeness index, dates ISO text."""

    id: int
    service: str
    revision: str
    number: Number
    code: str
    kind: str
    name: str
    area: str
    main_key: str
    fields: dict[str, str]
    step: str
    place: str
    received_on: str
    birth_on: str | None = None
    phone: str = ""
    keys: list[tuple[str, str]] = []
    blocks: list[str] = []
    items: list[Item] = []
    origin: str = "desk"
    form: str = ""
    late_reason: str = ""
    heeded: list[str] = []
    """Warnings that the clerk saw and answered with a decision, by their ids."""


class ItemsChecked(msgspec.Struct, frozen=True, omit_defaults=True):
    """The checklist as a person found it."""

    case_id: int
    items: list[Item]
    on: str


class CaseAdvanced(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step ended with an outcome. `promise` starts (with completed_on, due_on), keeps (on) or reopens the clock.

    `off` are the days off, as (ISO date, name), with which `due_on` was reckoned: a promise is explained by the
    calendar of its day.
    """

    case_id: int
    outcome: str
    step_from: str
    step_to: str
    place: str
    on: str
    closed: bool = False
    note: str = ""
    place_number: str = ""
    promise: Literal["", "start", "keep", "reopen"] = ""
    completed_on: str = ""
    due_on: str = ""
    off: list[tuple[str, str]] = []


class CaseCorrected(msgspec.Struct, frozen=True, omit_defaults=True):
    """The Kasi corrected fields: full new fields and what is derived from them."""

    case_id: int
    fields: dict[str, str]
    changed: list[str]
    reason: str
    kind: str
    name: str
    area: str
    main_key: str
    birth_on: str | None = None
    phone: str = ""
    keys: list[tuple[str, str]] = []
    blocks: list[str] = []


class CaseNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A visit, call or remark; `action` is note, visit, call or message."""

    case_id: int
    action: str
    text: str
    on: str


class CaseExplained(msgspec.Struct, frozen=True):
    """Why the case stands as it is though it contradicts itself: (finding, reason) each."""

    case_id: int
    reasons: list[tuple[str, str]]
    on: str


class CasePlaced(msgspec.Struct, frozen=True, omit_defaults=True):
    """The paper file lies somewhere else now."""

    case_id: int
    place: str
    place_number: str = ""


class CasePaused(msgspec.Struct, frozen=True):
    """The clock stands still for a listed reason."""

    case_id: int
    pause_id: int
    reason: str
    note: str
    from_on: str


class CaseResumed(msgspec.Struct, frozen=True):
    """The clock runs again; `due_on` is the promise moved by the pause, reckoned with the days off of `off`."""

    case_id: int
    pause_id: int
    to_on: str
    due_on: str
    off: list[tuple[str, str]]


class PaperPrinted(msgspec.Struct, frozen=True):
    """A paper was printed for the n-th time."""

    subject: str
    paper: str
    copy: int


class PaperJudged(msgspec.Struct, frozen=True):
    """Whether the paper came out right."""

    subject: str
    paper: str
    came_out: bool


class FormsReserved(msgspec.Struct, frozen=True):
    """Blank forms printed with numbers: (code, number) each."""

    service: str
    area: str
    forms: list[tuple[str, Number]]


def apply_opened(db: Database, entry: Entry) -> None:
    body: CaseOpened = entry.body
    at = stamp(entry.at)
    CaseFile.add(
        db, id=body.id, service=body.service, revision=body.revision, number=body.number.text, code=body.code,
        kind=body.kind, name=body.name, area=body.area, main_key=body.main_key, birth_on=body.birth_on,
        phone=body.phone, fields=as_text(body.fields), step=body.step, closed=0,
        place=body.place, place_number="", received_on=body.received_on, entered_at=at, entered_by=entry.actor,
        late_reason=body.late_reason, changed_at=at, origin=body.origin,
    )  # fmt: skip
    index_new(db, body.id, body.name, body.keys, body.blocks)
    put_items(db, entry, body.id, body.items, body.received_on)
    way(db, entry, body.id, body.received_on, "opened", "", body.step, body.late_reason)
    if body.form:
        ReservedForm.update(case_id=body.id).where(ReservedForm.code == body.form).execute(db)
    else:
        use_number(db, entry, body.number)


def apply_checked(db: Database, entry: Entry) -> None:
    body: ItemsChecked = entry.body
    put_items(db, entry, body.case_id, body.items, body.on)
    touch(db, entry, body.case_id)


def move(db: Database, entry: Entry, body: CaseAdvanced) -> None:
    """Move a case; other rooms' entries that carry a move call this from their own `apply`."""
    changes: dict[str, Any] = {"step": body.step_to, "closed": int(body.closed), "place": body.place}
    changes["place_number"] = body.place_number
    changes["closed_on"] = body.on if body.closed else None
    if body.promise == "start":
        changes |= {"completed_on": body.completed_on, "due_on": body.due_on, "kept_on": None}
        changes["off_days"] = json.dumps(body.off)
    elif body.promise == "keep":
        changes["kept_on"] = body.on
    elif body.promise == "reopen":
        changes["kept_on"] = None
    touch(db, entry, body.case_id, **changes)
    way(db, entry, body.case_id, body.on, body.outcome, body.step_from, body.step_to, body.note)


def apply_corrected(db: Database, entry: Entry) -> None:
    body: CaseCorrected = entry.body
    touch(db, entry, body.case_id, fields=as_text(body.fields), kind=body.kind,
          name=body.name, area=body.area, main_key=body.main_key, birth_on=body.birth_on, phone=body.phone)  # fmt: skip
    index_case(db, body.case_id, body.name, body.keys, body.blocks)
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    way(db, entry, body.case_id, office_date(entry.at).isoformat(), "corrected", here, here, body.reason)


def without_person(body: CaseCorrected) -> CaseCorrected:
    """A correction without the person in it; a later correction holds what the case is now."""
    return msgspec.structs.replace(
        body, fields={}, name="", main_key="", birth_on=None, phone="", keys=[], blocks=[]
    )


def apply_noted(db: Database, entry: Entry) -> None:
    body: CaseNoted = entry.body
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    way(db, entry, body.case_id, body.on, body.action, here, here, body.text)
    touch(db, entry, body.case_id)


def apply_explained(db: Database, entry: Entry) -> None:
    body: CaseExplained = entry.body
    for finding, reason in body.reasons:
        CaseExplanation.replace(case_id=body.case_id, finding=finding, reason=reason, on_date=body.on,
                                actor=entry.actor).execute(db)  # fmt: skip
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    way(
        db, entry, body.case_id, body.on, "explained", here, here, "; ".join(text for _, text in body.reasons)
    )
    touch(db, entry, body.case_id)


def apply_placed(db: Database, entry: Entry) -> None:
    body: CasePlaced = entry.body
    touch(db, entry, body.case_id, place=body.place, place_number=body.place_number)


def apply_paused(db: Database, entry: Entry) -> None:
    body: CasePaused = entry.body
    CasePause.insert(id=body.pause_id, case_id=body.case_id, reason=body.reason, note=body.note,
                     from_on=body.from_on, actor=entry.actor).execute(db)  # fmt: skip
    touch(db, entry, body.case_id)


def apply_resumed(db: Database, entry: Entry) -> None:
    body: CaseResumed = entry.body
    CasePause.update(to_on=body.to_on).where(CasePause.id == body.pause_id).execute(db)
    touch(db, entry, body.case_id, due_on=body.due_on, off_days=json.dumps(body.off))


def apply_printed(db: Database, entry: Entry) -> None:
    body: PaperPrinted = entry.body
    db.run("REPLACE INTO paper_print (subject, paper, copies, last_at, actor, came_out) VALUES (?, ?, ?, ?, ?, NULL)",
           (body.subject, body.paper, body.copy, stamp(entry.at), entry.actor))  # fmt: skip


def apply_judged(db: Database, entry: Entry) -> None:
    body: PaperJudged = entry.body
    PaperPrint.update(came_out=int(body.came_out)).where(
        PaperPrint.subject == body.subject, PaperPrint.paper == body.paper
    ).execute(db)


def apply_reserved(db: Database, entry: Entry) -> None:
    body: FormsReserved = entry.body
    for code, number in body.forms:
        ReservedForm.insert(code=code, service=body.service, number=number.text, area=body.area,
                            reserved_at=stamp(entry.at), actor=entry.actor).execute(db)  # fmt: skip
        use_number(db, entry, number)


KINDS = [
    Kind("case.opened", 1, CaseOpened, apply_opened, personal=True),
    Kind("case.items_checked", 1, ItemsChecked, apply_checked),
    Kind("case.advanced", 1, CaseAdvanced, lambda db, entry: move(db, entry, entry.body)),
    Kind("case.corrected", 1, CaseCorrected, apply_corrected, personal=True, redact=without_person),
    Kind("case.noted", 1, CaseNoted, apply_noted, personal=True),
    Kind("case.explained", 1, CaseExplained, apply_explained, personal=True),
    Kind("case.placed", 1, CasePlaced, apply_placed),
    Kind("case.paused", 1, CasePaused, apply_paused),
    Kind("case.resumed", 1, CaseResumed, apply_resumed),
    Kind("paper.printed", 1, PaperPrinted, apply_printed),
    Kind("paper.judged", 1, PaperJudged, apply_judged),
    Kind("form.reserved", 1, FormsReserved, apply_reserved),
    *IMPORT_KINDS,
    *OVERSIGHT_KINDS,
]
