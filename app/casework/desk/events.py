"""How a case's rows are written, below peewee: every change of a case comes through here."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from app.casework.desk.print_events import PRINT_KINDS
from app.casework.desk.tables import (
    CaseEvent,
    CaseExplanation,
    CaseFile,
    CaseItem,
    CaseKey,
    CaseLikeness,
    CaseOriginal,
    CasePause,
    CaseTaken,
    ImportLine,
    OversightNote,
    ReservedForm,
)
from app.core.clock import office_date
from app.core.procedure.limits import Deadline
from app.platform.office.events import Number, put_deadlines, use_number
from app.platform.office.tables import NumberUsed, RunningDeadline
from app.room import AT, BY, add_row_of, stamp_row_of
from schema.database import Database, first_value
from schema.person_fields import (
    DESTROYED,
    OfficialName,
    PersonCode,
    PersonDay,
    PersonKey,
    PersonLines,
    PersonMark,
    PersonNote,
    PersonPairs,
    PersonText,
    PersonValues,
    named_by,
)
from sync.entries import NOBODY, Entry, Kind, apply_nothing, to_utc_text

# -- what entries hold ---------------------------------------------------------------------------------------------


EXPLAINED = PersonMark(lambda pairs, _holder, _phrases: [[finding, DESTROYED] for finding, _ in pairs])


class OversightNoted(msgspec.Struct, frozen=True):
    id: int
    text: PersonText
    case_id: int | None


class OversightAnswered(msgspec.Struct, frozen=True):
    id: int
    text: PersonText


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the checklist: state present, missing, wrong or not_needed; `rule` asks for it.

    `seen` is what was seen of the paper, where the definition asks for that too; `chosen` the one of several papers
    that was brought.
    """

    item: str
    state: str
    rule: str
    note: PersonText = ""
    seen: PersonText = ""
    chosen: str = ""


class CaseSubject(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a form says of a case: its fields, and columns by the roles that the definition gives them.

    `keys` are (name, value) for exact search, `blocks` the likeness index, dates ISO text; `accepts_sms`: the applicant
    agreed to be told by SMS.
    """

    kind: str
    name: PersonText
    area: str
    main_key: PersonKey
    fields: PersonValues
    birth_on: PersonDay = None
    phone: PersonCode = ""
    accepts_sms: bool = False
    keys: PersonPairs = []
    blocks: PersonLines = []


class CaseOpened(CaseSubject, frozen=True, omit_defaults=True, kw_only=True):
    """A new case. `heeded`: warnings that the clerk saw and answered with a decision, by their ids. `brought`: the
    draft of a village that it was registered from, `village/code`; `original`: what the village sealed of it for the
    partner, signed with its key `original_key` (hex)."""

    id: int
    service: str
    revision: str
    number: Number
    code: str
    step: str
    place: str
    received_on: str
    items: list[Item] = []
    origin: str = "desk"
    form: str = ""
    late_reason: PersonText = ""
    heeded: list[str] = []
    deadlines: list[Deadline] = []
    brought: str = ""
    original: PersonCode = ""
    original_key: str = ""


class ItemsChecked(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    items: list[Item]
    on: str


class CaseAdvanced(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step ended with an outcome. `promise` starts (with completed_on, due_on), keeps (on) or reopens the clock.

    `said_by` is the person who said it by word of mouth, where whoever recorded it is another one.
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
    note: PersonNote = ""
    place_number: str = ""
    said_by: OfficialName = ""
    promise: Literal["", "start", "keep", "reopen"] = ""
    completed_on: str = ""
    due_on: str = ""
    off: list[tuple[str, str]] = []
    deadlines: list[Deadline] = []


class StepTaken(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step that several may do has one who took it; `handed_by` names who handed it to him by word of mouth."""

    case_id: int
    step: str
    person: OfficialName
    on: str
    handed_by: OfficialName = ""
    note: PersonText = ""


class CaseCorrected(CaseSubject, frozen=True, omit_defaults=True, kw_only=True):
    case_id: int
    changed: list[str]
    reason: PersonText


class CaseNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    action: str
    text: PersonText
    on: str


class CaseExplained(msgspec.Struct, frozen=True):
    """Why the case stands as it is though it contradicts itself: (finding, reason) each."""

    case_id: int
    reasons: Annotated[list[tuple[str, str]], EXPLAINED]
    on: str


class CasePlaced(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    place: str
    place_number: str = ""


class StatusHidden(msgspec.Struct, frozen=True):
    """Whether the applicant does not want the regency's public page to tell of the case, from a day on."""

    case_id: int
    hidden: bool
    on: str


class CasePaused(msgspec.Struct, frozen=True, omit_defaults=True):
    case_id: int
    pause_id: int
    reason: str
    note: PersonText
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


class FormsReserved(msgspec.Struct, frozen=True):
    """Blank forms printed with numbers: (code, number) each."""

    service: str
    area: str
    forms: list[tuple[str, Number]]


class ImportedCase(CaseSubject, frozen=True, omit_defaults=True, kw_only=True):
    """A line of an old register became a case. `step` is a step, or an exit such as `@done` with `closed_on`.

    `fingerprint` keeps the same line from being taken twice; `note` says where it stood and what else it said.
    The clock of the promise never runs for it: the old register does not tell when the file was complete.
    """

    id: int
    service: str
    revision: str
    number: Number
    code: str
    step: str
    place: str
    received_on: str
    fingerprint: Annotated[str, named_by("id")]
    closed_on: str | None = None
    note: PersonText = ""


class RegisterImported(msgspec.Struct, frozen=True):
    """An import was carried through: file name, SHA-256 of the file, and what became of its lines."""

    service: str
    file: str
    digest: str
    loaded: int
    known: int
    refused: int
    repeated: int


# -- how they are applied ------------------------------------------------------------------------------------------


def add_case_event(
    db: Database, entry: Entry, case_id: int, on: str, action: str, step_from: str, step_to: str, note: str = ""
) -> None:
    steps = {"step_from": step_from, "step_to": step_to}
    done: dict[str, Any] = {"at": to_utc_text(entry.at), "on_date": on, "actor": entry.actor, "note": note}
    CaseEvent.add(db, case_id=case_id, action=action, **steps, **done)


def add_note_event(db: Database, entry: Entry, case_id: int, on: str, action: str, note: str) -> None:
    """An event that leaves the case in its step."""
    step = first_value(db, "SELECT step FROM case_file WHERE id = ?", (case_id,)) or ""
    add_case_event(db, entry, case_id, on, action, step, step, note)


def index_case(db: Database, case_id: int, name: str, keys: Sequence[tuple[str, str]], blocks: Sequence[str]) -> None:
    CaseKey.remove(db, case_id=case_id)
    CaseLikeness.remove(db, case_id=case_id)
    db.run("DELETE FROM case_fts WHERE rowid = ?", (case_id,))
    index_new_cases(db, [(case_id, name, keys, blocks)])


def index_new_cases(db: Database, cases: Sequence[tuple[int, str, Sequence[tuple[str, str]], Sequence[str]]]) -> None:
    """Index cases by (id, name, keys, blocks). Sorted as their trees are, rows fall into neighbouring pages."""
    keys = sorted((value, name, case_id) for case_id, _, pairs, _ in cases for name, value in pairs)
    blocks = sorted((block, case_id) for case_id, _, _, own in cases for block in own)
    names = [(case_id, name) for case_id, name, _, _ in cases]
    db.many("INSERT INTO case_key (value, name, case_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", keys)
    db.many("INSERT INTO case_likeness (block, case_id) VALUES (?, ?) ON CONFLICT DO NOTHING", blocks)
    db.many("INSERT INTO case_fts (rowid, name) VALUES (?, ?)", names)


def put_items(db: Database, entry: Entry, case_id: int, items: Sequence[Item], on: str) -> None:
    """Write what was found of a checklist; the newest finding of an item counts."""
    CaseItem.put_all_from(db, items, case_id=case_id, on_date=on, actor=entry.actor)


def change_case(db: Database, entry: Entry, case_id: int, **changes: Any) -> None:
    CaseFile.alter(db, {"id": case_id}, changed_at=to_utc_text(entry.at), **changes)


def apply_opened(db: Database, entry: Entry) -> None:
    body: CaseOpened = entry.body
    at = to_utc_text(entry.at)
    entered = {"entered_at": at, "entered_by": entry.actor, "changed_at": at}
    CaseFile.add_from(db, body, number=body.number.text, **entered)
    index_new_cases(db, [(body.id, body.name, body.keys, body.blocks)])
    put_items(db, entry, body.id, body.items, body.received_on)
    add_case_event(db, entry, body.id, body.received_on, "opened", "", body.step, body.late_reason)
    put_deadlines(db, f"case/{body.id}", body.deadlines)
    if body.form:
        ReservedForm.alter(db, {"code": body.form}, case_id=body.id)
    else:
        use_number(db, entry, body.number)
    put_original(db, body.id, body.original, body.original_key)


def put_original(db: Database, case_id: int, original: str, key: str) -> None:
    """Keep what a village sealed for the partner beside its case; nothing where it is destroyed or was never there."""
    if original:
        CaseOriginal.put(db, case_id=case_id, original=original, original_key=key)


def apply_checked(db: Database, entry: Entry) -> None:
    body: ItemsChecked = entry.body
    put_items(db, entry, body.case_id, body.items, body.on)
    change_case(db, entry, body.case_id)


def apply_advanced(db: Database, entry: Entry) -> None:
    body: CaseAdvanced = entry.body
    changes: dict[str, Any] = {"step": body.step_to, "closed": int(body.closed), "place": body.place}
    changes["place_number"] = body.place_number
    changes["closed_on"] = body.on if body.closed else None
    if body.promise == "start":
        changes |= {"completed_on": body.completed_on, "due_on": body.due_on, "kept_on": None}
        changes["off_days"] = json.dumps(body.off)
    elif body.promise:
        changes["kept_on"] = body.on if body.promise == "keep" else None
    change_case(db, entry, body.case_id, **changes)
    if body.deadlines:
        put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    if body.step_to != body.step_from:
        CaseTaken.remove(db, case_id=body.case_id)
    add_case_event(db, entry, body.case_id, body.on, body.outcome, body.step_from, body.step_to, body.note)


def apply_taken(db: Database, entry: Entry) -> None:
    body: StepTaken = entry.body
    CaseTaken.put_from(db, body, at=to_utc_text(entry.at))
    add_case_event(db, entry, body.case_id, body.on, "taken", body.step, body.step, body.note)


def apply_corrected(db: Database, entry: Entry) -> None:
    body: CaseCorrected = entry.body
    change_case(db, entry, body.case_id, **CaseFile.take(body))
    index_case(db, body.case_id, body.name, body.keys, body.blocks)
    add_note_event(db, entry, body.case_id, office_date(entry.at).isoformat(), "corrected", body.reason)


def apply_noted(db: Database, entry: Entry) -> None:
    body: CaseNoted = entry.body
    add_note_event(db, entry, body.case_id, body.on, body.action, body.text)
    change_case(db, entry, body.case_id)


def apply_explained(db: Database, entry: Entry) -> None:
    body: CaseExplained = entry.body
    said = {"case_id": body.case_id, "on_date": body.on, "actor": entry.actor}
    for finding, reason in body.reasons:
        CaseExplanation.put(db, finding=finding, reason=reason, **said)
    add_note_event(db, entry, body.case_id, body.on, "explained", "; ".join(text for _, text in body.reasons))
    change_case(db, entry, body.case_id)


def apply_placed(db: Database, entry: Entry) -> None:
    change_case(db, entry, entry.body.case_id, **CaseFile.take(entry.body))


def apply_status_hidden(db: Database, entry: Entry) -> None:
    body: StatusHidden = entry.body
    if body.hidden:
        said = "Tidak ditampilkan lagi di halaman status."
    else:
        said = "Boleh tampil lagi di halaman status."
    add_note_event(db, entry, body.case_id, body.on, "noted", said)
    change_case(db, entry, body.case_id, hides_status=int(body.hidden))


def apply_paused(db: Database, entry: Entry) -> None:
    body: CasePaused = entry.body
    CasePause.add_from(db, body, id=body.pause_id, actor=entry.actor)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    change_case(db, entry, body.case_id)


def apply_resumed(db: Database, entry: Entry) -> None:
    body: CaseResumed = entry.body
    CasePause.alter(db, {"id": body.pause_id}, to_on=body.to_on)
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
    add_note_event(db, entry, body.case_id, body.on, "due_moved", f"{body.before} → {body.due}. {body.reason}")


def apply_reserved(db: Database, entry: Entry) -> None:
    body: FormsReserved = entry.body
    own = {"reserved_at": to_utc_text(entry.at), "actor": entry.actor}
    for code, number in body.forms:
        ReservedForm.add_from(db, body, code=code, number=number.text, **own)
        use_number(db, entry, number)


def write_imported_cases(db: Database, entries: Sequence[Entry], cases: Sequence[ImportedCase]) -> None:
    """Write the cases of a batch of entries table by table, in the order of each index."""
    times = {at: to_utc_text(at) for at in {entry.at for entry in entries}}
    pairs = list(zip(entries, cases, strict=True))
    CaseFile.add_all(db, [imported_row(entry, opened, times[entry.at]) for entry, opened in pairs])
    index_new_cases(db, [(imported.id, imported.name, imported.keys, imported.blocks) for imported in cases])
    CaseEvent.add_all(
        db,
        [
            {
                "case_id": opened.id,
                "at": times[entry.at],
                "on_date": opened.received_on,
                "action": "imported",
                "step_from": "",
                "step_to": opened.step,
                "actor": entry.actor,
                "note": opened.note,
            }
            for entry, opened in pairs
        ],
    )
    numbers = sorted(pairs, key=lambda pair: (pair[1].number.series, pair[1].number.text))
    NumberUsed.add_all(
        db,
        [NumberUsed.take(opened.number, epoch=entry.epoch, subject=entry.subject) for entry, opened in numbers],
        "DO NOTHING",
    )
    lines = sorted((case.fingerprint, case.id) for case in cases)
    ImportLine.add_all(db, [{"fingerprint": text, "case_id": case_id} for text, case_id in lines], "DO NOTHING")


def imported_row(entry: Entry, body: ImportedCase, at: str) -> dict[str, Any]:
    return CaseFile.take(
        body,
        number=body.number.text,
        closed=int(body.closed_on is not None),
        entered_at=at,
        entered_by=entry.actor,
        changed_at=at,
        origin="import",
    )


OVERSIGHT_ANSWERED = stamp_row_of(OversightNote, answer="text", answered_at=AT, answered_by=BY)

KINDS = [
    Kind("case.opened", 1, CaseOpened, apply_opened),
    Kind("case.items_checked", 1, ItemsChecked, apply_checked),
    Kind("case.advanced", 1, CaseAdvanced, apply_advanced),
    Kind("case.taken", 1, StepTaken, apply_taken),
    Kind("case.corrected", 1, CaseCorrected, apply_corrected, told_in="case_event"),
    Kind("case.noted", 1, CaseNoted, apply_noted),
    Kind("case.explained", 1, CaseExplained, apply_explained),
    Kind("case.placed", 1, CasePlaced, apply_placed, NOBODY),
    Kind("case.status_hidden", 1, StatusHidden, apply_status_hidden, NOBODY),
    Kind("case.paused", 1, CasePaused, apply_paused),
    Kind("case.resumed", 1, CaseResumed, apply_resumed, NOBODY),
    Kind("case.due_moved", 1, DueMoved, apply_due_moved, NOBODY),
    *PRINT_KINDS,
    Kind("form.reserved", 1, FormsReserved, apply_reserved, NOBODY),
    Kind("register.imported", 1, RegisterImported, apply_nothing, NOBODY),
    Kind("oversight.noted", 1, OversightNoted, add_row_of(OversightNote)),
    Kind("oversight.answered", 1, OversightAnswered, OVERSIGHT_ANSWERED),
]
