"""How a case's rows are written, below peewee: every change of a case comes through here."""

import json
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

from app.core.clock import office_date
from app.desk.imported_cases import IMPORT_KINDS
from app.desk.tables import CaseExplanation, CaseFile, CasePause, OversightNote, PaperPrint, ReservedForm
from app.office.deadlines import put_deadlines
from app.office.events import Number, use_number
from app.office.tables import RunningDeadline
from app.procedure.limits import Deadline
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class ChecklistItem(Protocol):
    @property
    def item(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def seen(self) -> str: ...


def fields_json(fields: dict[str, str]) -> str:
    return msgspec.json.encode(fields).decode()


def add_case_event(
    db: Database, entry: Entry, case_id: int, on: str, action: str, step_from: str, step_to: str, note: str = ""
) -> None:
    db.run(
        "INSERT INTO case_event (case_id, at, on_date, action, step_from, step_to, actor, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (case_id, to_utc_text(entry.at), on, action, step_from, step_to, entry.actor, note),
    )


def index_case(db: Database, case_id: int, name: str, keys: Sequence[tuple[str, str]], blocks: Sequence[str]) -> None:
    db.run("DELETE FROM case_key WHERE case_id = ?", (case_id,))
    db.run("DELETE FROM case_likeness WHERE case_id = ?", (case_id,))
    db.run("DELETE FROM case_fts WHERE rowid = ?", (case_id,))
    index_new_case(db, case_id, name, keys, blocks)


def index_new_case(
    db: Database, case_id: int, name: str, keys: Sequence[tuple[str, str]], blocks: Sequence[str]
) -> None:
    db.many(
        "INSERT OR IGNORE INTO case_key (case_id, name, value) VALUES (?, ?, ?)",
        [(case_id, *key) for key in keys],
    )
    db.many(
        "INSERT OR IGNORE INTO case_likeness (block, case_id) VALUES (?, ?)",
        [(one, case_id) for one in blocks],
    )
    db.run("INSERT INTO case_fts (rowid, name) VALUES (?, ?)", (case_id, name))


def put_items(db: Database, entry: Entry, case_id: int, items: Sequence[ChecklistItem], on: str) -> None:
    """Write what was found of a checklist; the newest finding of an item counts."""
    db.many(
        "REPLACE INTO case_item (case_id, item, state, note, seen, rule, on_date, actor)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(case_id, one.item, one.state, one.note, one.seen, one.rule, on, entry.actor) for one in items],
    )


def change_case(db: Database, entry: Entry, case_id: int, **changes: Any) -> None:
    CaseFile.alter(db, {"id": case_id}, changed_at=to_utc_text(entry.at), **changes)


class OversightNoted(msgspec.Struct, frozen=True):
    id: int
    text: str
    case_id: int | None


class OversightAnswered(msgspec.Struct, frozen=True):
    id: int
    text: str


def apply_oversight_noted(db: Database, entry: Entry) -> None:
    body: OversightNoted = entry.body
    OversightNote.insert(
        id=body.id, at=to_utc_text(entry.at), actor=entry.actor, case_id=body.case_id, text=body.text
    ).execute(db)


def apply_oversight_answered(db: Database, entry: Entry) -> None:
    body: OversightAnswered = entry.body
    OversightNote.update(answer=body.text, answered_at=to_utc_text(entry.at), answered_by=entry.actor).where(
        OversightNote.id == body.id
    ).execute(db)


OVERSIGHT_KINDS = [
    Kind("oversight.noted", 1, OversightNoted, apply_oversight_noted),
    Kind("oversight.answered", 1, OversightAnswered, apply_oversight_answered),
]


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
    deadlines: list[Deadline] = []
    """Warnings that the clerk saw and answered with a decision, by their ids."""


class ItemsChecked(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    items: list[Item]
    on: str


class CaseAdvanced(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step ended with an outcome. `promise` starts (with completed_on, due_on), keeps (on) or reopens the clock.

    `off` are the days off, as (ISO date, name), with which `due_on` was reckoned: a promise is explained by the
    calendar of its day. `deadlines` are the other limits of the case that the step changed, as they stand now.
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
    deadlines: list[Deadline] = []


class CaseCorrected(msgspec.Struct, frozen=True, omit_defaults=True):
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
    case_id: int
    place: str
    place_number: str = ""


class CasePaused(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    pause_id: int
    reason: str
    note: str
    from_on: str
    deadlines: list[Deadline] = []


class CaseResumed(msgspec.Struct, frozen=True, omit_defaults=True):
    """The clock runs again; `due_on` is the promise moved by the pause (empty where none runs), reckoned with the days
    off of `off`."""

    case_id: int
    pause_id: int
    to_on: str
    due_on: str
    off: list[tuple[str, str]]
    deadlines: list[Deadline] = []


class DueMoved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit of an open case takes over the time that the changed calendar gives it; `off` as in CaseAdvanced."""

    case_id: int
    limit: str
    scope: str
    before: str
    due: str
    reason: str
    on: str
    off: list[tuple[str, str]] = []


class PaperPrinted(msgspec.Struct, frozen=True):
    subject: str
    paper: str
    copy: int


class PaperJudged(msgspec.Struct, frozen=True):
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
    at = to_utc_text(entry.at)
    CaseFile.add(
        db,
        id=body.id,
        service=body.service,
        revision=body.revision,
        number=body.number.text,
        code=body.code,
        kind=body.kind,
        name=body.name,
        area=body.area,
        main_key=body.main_key,
        birth_on=body.birth_on,
        phone=body.phone,
        fields=fields_json(body.fields),
        step=body.step,
        closed=0,
        place=body.place,
        place_number="",
        received_on=body.received_on,
        entered_at=at,
        entered_by=entry.actor,
        late_reason=body.late_reason,
        changed_at=at,
        origin=body.origin,
    )
    index_new_case(db, body.id, body.name, body.keys, body.blocks)
    put_items(db, entry, body.id, body.items, body.received_on)
    put_deadlines(db, f"case/{body.id}", body.deadlines)
    add_case_event(db, entry, body.id, body.received_on, "opened", "", body.step, body.late_reason)
    if body.form:
        ReservedForm.update(case_id=body.id).where(ReservedForm.code == body.form).execute(db)
    else:
        use_number(db, entry, body.number)


def apply_checked(db: Database, entry: Entry) -> None:
    body: ItemsChecked = entry.body
    put_items(db, entry, body.case_id, body.items, body.on)
    change_case(db, entry, body.case_id)


def apply_move(db: Database, entry: Entry, body: CaseAdvanced) -> None:
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
    change_case(db, entry, body.case_id, **changes)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    add_case_event(db, entry, body.case_id, body.on, body.outcome, body.step_from, body.step_to, body.note)


def apply_corrected(db: Database, entry: Entry) -> None:
    body: CaseCorrected = entry.body
    change_case(
        db,
        entry,
        body.case_id,
        fields=fields_json(body.fields),
        kind=body.kind,
        name=body.name,
        area=body.area,
        main_key=body.main_key,
        birth_on=body.birth_on,
        phone=body.phone,
    )
    index_case(db, body.case_id, body.name, body.keys, body.blocks)
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    add_case_event(db, entry, body.case_id, office_date(entry.at).isoformat(), "corrected", here, here, body.reason)


def without_person(body: CaseCorrected) -> CaseCorrected:
    """A correction without the person in it; a later correction holds what the case is now."""
    return msgspec.structs.replace(body, fields={}, name="", main_key="", birth_on=None, phone="", keys=[], blocks=[])


def apply_noted(db: Database, entry: Entry) -> None:
    body: CaseNoted = entry.body
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    add_case_event(db, entry, body.case_id, body.on, body.action, here, here, body.text)
    change_case(db, entry, body.case_id)


def apply_explained(db: Database, entry: Entry) -> None:
    body: CaseExplained = entry.body
    for finding, reason in body.reasons:
        CaseExplanation.replace(
            case_id=body.case_id, finding=finding, reason=reason, on_date=body.on, actor=entry.actor
        ).execute(db)
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    add_case_event(
        db, entry, body.case_id, body.on, "explained", here, here, "; ".join(text for _, text in body.reasons)
    )
    change_case(db, entry, body.case_id)


def apply_placed(db: Database, entry: Entry) -> None:
    body: CasePlaced = entry.body
    change_case(db, entry, body.case_id, place=body.place, place_number=body.place_number)


def apply_paused(db: Database, entry: Entry) -> None:
    body: CasePaused = entry.body
    CasePause.insert(
        id=body.pause_id,
        case_id=body.case_id,
        reason=body.reason,
        note=body.note,
        from_on=body.from_on,
        actor=entry.actor,
    ).execute(db)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    change_case(db, entry, body.case_id)


def apply_resumed(db: Database, entry: Entry) -> None:
    body: CaseResumed = entry.body
    CasePause.update(to_on=body.to_on).where(CasePause.id == body.pause_id).execute(db)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    promise = {"due_on": body.due_on, "off_days": json.dumps(body.off)} if body.due_on else {}
    change_case(db, entry, body.case_id, **promise)


def apply_due_moved(db: Database, entry: Entry) -> None:
    body: DueMoved = entry.body
    if body.limit == "promise":
        change_case(db, entry, body.case_id, due_on=body.due, off_days=json.dumps(body.off))
    else:
        key = {"subject": f"case/{body.case_id}", "limit_id": body.limit, "scope": body.scope}
        RunningDeadline.alter(db, key, due=body.due)
    step = db.one("SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    here = step[0] if step else ""
    add_case_event(
        db, entry, body.case_id, body.on, "due_moved", here, here, f"{body.before} → {body.due}. {body.reason}"
    )


def apply_printed(db: Database, entry: Entry) -> None:
    body: PaperPrinted = entry.body
    db.run(
        "REPLACE INTO paper_print (subject, paper, copies, last_at, actor, came_out) VALUES (?, ?, ?, ?, ?, NULL)",
        (body.subject, body.paper, body.copy, to_utc_text(entry.at), entry.actor),
    )


def apply_judged(db: Database, entry: Entry) -> None:
    body: PaperJudged = entry.body
    PaperPrint.update(came_out=int(body.came_out)).where(
        PaperPrint.subject == body.subject, PaperPrint.paper == body.paper
    ).execute(db)


def apply_reserved(db: Database, entry: Entry) -> None:
    body: FormsReserved = entry.body
    for code, number in body.forms:
        ReservedForm.insert(
            code=code,
            service=body.service,
            number=number.text,
            area=body.area,
            reserved_at=to_utc_text(entry.at),
            actor=entry.actor,
        ).execute(db)
        use_number(db, entry, number)


KINDS = [
    Kind("case.opened", 1, CaseOpened, apply_opened, personal=True),
    Kind("case.items_checked", 1, ItemsChecked, apply_checked),
    Kind("case.advanced", 1, CaseAdvanced, lambda db, entry: apply_move(db, entry, entry.body)),
    Kind("case.corrected", 1, CaseCorrected, apply_corrected, personal=True, redact=without_person),
    Kind("case.noted", 1, CaseNoted, apply_noted, personal=True),
    Kind("case.explained", 1, CaseExplained, apply_explained, personal=True),
    Kind("case.placed", 1, CasePlaced, apply_placed),
    Kind("case.paused", 1, CasePaused, apply_paused),
    Kind("case.resumed", 1, CaseResumed, apply_resumed),
    Kind("case.due_moved", 1, DueMoved, apply_due_moved),
    Kind("paper.printed", 1, PaperPrinted, apply_printed),
    Kind("paper.judged", 1, PaperJudged, apply_judged),
    Kind("form.reserved", 1, FormsReserved, apply_reserved),
    *IMPORT_KINDS,
    *OVERSIGHT_KINDS,
]
