"""Journal kinds of what leaves for a partner and comes back. `apply` sees only the entry and the tables."""

import json
from datetime import date
from typing import Annotated, Any

import msgspec

from app.casework.batches.tables import (
    ANSWER_MOVES,
    AnswerConflict,
    AnswerValue,
    BalanceCheck,
    CardCall,
    CentreStateRow,
    Dispatch,
    DispatchLineRow,
    DispatchPick,
    HandOver,
    Shipment,
    TypedAnswer,
)
from app.casework.desk.events import add_case_event, change_case, index_case
from app.casework.desk.tables import CaseFile, ReservedForm
from app.core.messages import (
    FIRST_SERVICE,
    CentreState,
    DispatchLine,
    DispatchSent,
    HeadsAnchored,
    LineAccepted,
    LinePrinted,
    LineRefused,
    LineSpoiled,
    PaperAnswered,
    RecallAsked,
    SealedValue,
    ShipmentSent,
)
from app.platform.office.events import Number, put_deadlines, use_number
from app.platform.office.queries import adopted_definition
from app.platform.people.access_log import still_begins_with
from app.room import SOURCE, add_row_of, alter_row_of, put_row_of, stamp_row_of
from schema.database import Database, first_value
from schema.person_fields import STAYS, PersonText
from sync.entries import (
    NO_HASH,
    NO_LINE,
    NOBODY,
    AuthorityError,
    Entry,
    Kind,
    apply_nothing,
    check_answered_line,
    to_utc_text,
)

IN_DISPATCH = "dispatch"
"""Place of the papers of a case that a dispatch holds; its number is the dispatch's."""
OTHER_CASE = "Baris ini milik berkas lain: di sini nomor atau NIK berkasnya berbeda. Cocokkan dengan kertasnya."
NUMBER_TAKEN = "Nomor berkas baris ini di sini sudah dipakai berkas lain. Cocokkan dengan kertasnya."
SAME_VALUE = "Nilai jawaban ini sudah diberikan kepada berkas {number}, jadi tidak dipakai untuk yang lain."
OTHER_DISPATCH = "Pengiriman baris ini di sini sudah dipakai untuk baris lain. Cocokkan dengan kertasnya."


# -- what leaves -----------------------------------------------------------------------------------------------


class DispatchDrafted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispatch gets its number and its ordered cases; the same id again replaces the order."""

    id: int
    number: Number
    on: str
    case_ids: list[int]
    service: str = FIRST_SERVICE


class DispatchDropped(msgspec.Struct, frozen=True):
    """A draft is given up; its number stays used."""

    id: int
    reason: str


class NumbersTaken(msgspec.Struct, frozen=True):
    """Letter and minutes numbers of a dispatch, taken at its closing.

    `officials` are those who stand on them, as papers print them (`signer`, `giver`, `witness`); entries from before
    have none.
    """

    dispatch_id: int
    letter: Number
    minutes: Number
    officials: Annotated[dict[str, dict[str, Any]], STAYS] = {}


class BalanceChecked(msgspec.Struct, frozen=True):
    """The day's check of every open dispatch: (id, sent, printed, refused, waiting)."""

    on: str
    dispatches: list[tuple[int, int, int, int, int]]


def apply_drafted(db: Database, entry: Entry) -> None:
    body: DispatchDrafted = entry.body
    add_draft(db, entry, body.id, body.number.text, body.on, body.service)
    return_picked_papers(db, entry, body.id, body.number.text)
    for ordinal, case_id in enumerate(body.case_ids, 1):
        place, number = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (case_id,)) or ("", "")
        picked = {"case_id": case_id, "place": place, "place_number": number}
        DispatchPick.add(db, **picked, dispatch_id=body.id, ordinal=ordinal)
        change_case(db, entry, case_id, place=IN_DISPATCH, place_number=body.number.text)
    use_number(db, entry, body.number)


def add_draft(db: Database, entry: Entry, dispatch_id: int, number: str, on: str, service: str) -> None:
    own = {"id": dispatch_id, "number": number, "drafted_on": on, "service": service}
    Dispatch.add(db, "DO NOTHING", **own, state="draft", drafted_by=entry.actor)


def return_picked_papers(db: Database, entry: Entry, dispatch_id: int, number: str) -> None:
    """Take all cases out of a draft; papers that lie in it go back to where they lay before."""
    for pick in DispatchPick.rows(db, dispatch_id=dispatch_id):
        row = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (pick.case_id,))
        if row == (IN_DISPATCH, number):
            change_case(db, entry, pick.case_id, place=pick.place, place_number=pick.place_number)
    DispatchPick.remove(db, dispatch_id=dispatch_id)


def apply_dropped(db: Database, entry: Entry) -> None:
    Dispatch.alter(db, {"id": entry.body.id}, state="dropped")
    number = first_value(db, "SELECT number FROM dispatch WHERE id = ?", (entry.body.id,)) or ""
    return_picked_papers(db, entry, entry.body.id, number)


def apply_numbers(db: Database, entry: Entry) -> None:
    body: NumbersTaken = entry.body
    kept = json.dumps(body.officials, ensure_ascii=False)
    Dispatch.alter(db, {"id": body.dispatch_id}, letter=body.letter.text, minutes=body.minutes.text, officials=kept)
    use_number(db, entry, body.letter)
    use_number(db, entry, body.minutes)


def apply_dispatch_line(db: Database, entry: Entry) -> None:
    """Our own line: sent now, or returned by the centre to a PC that lost its last days, which gets back the dispatch
    and the case that it does not know any more."""
    body: DispatchLine = entry.body
    add_draft(db, entry, body.dispatch_id, body.dispatch, body.sent_on, body.service)
    recover_case(db, entry, body)
    folder = first_value(db, "SELECT place_number FROM dispatch_pick WHERE case_id = ?", (body.case_id,)) or ""
    own = {"line": entry.line_id, "source": entry.source, "folder": folder}
    line = {"dispatch_id": body.dispatch_id, "ordinal": body.ordinal, "case_id": body.case_id, "again": body.again}
    DispatchLineRow.add(db, "DO NOTHING", **line, **own)
    DispatchPick.remove(db, case_id=body.case_id)
    before = first_value(db, "SELECT step FROM case_file WHERE id = ?", (body.case_id,))
    change_case(db, entry, body.case_id, step=body.step, place=body.place, place_number=body.dispatch)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    step_from = "dispatch" if before in (None, body.step) else before  # of a case put back nobody knows it any more
    add_case_event(db, entry, body.case_id, body.sent_on, "sent", step_from, body.step, body.dispatch)


def check_returned(db: Database, entry: Entry) -> None:
    """A returned line belongs to the case here that has its id, its number and its key, or to none yet.

    Raises AuthorityError: two PCs of one office may have given one id or number to two people.
    """
    body: DispatchLine = entry.body
    case = CaseFile.first(db, id=body.case_id)
    if case and (case.number, case.main_key) != (body.number, body.main_key):
        raise AuthorityError(OTHER_CASE)
    if case is None and CaseFile.first(db, number=body.number):
        raise AuthorityError(NUMBER_TAKEN)
    dispatch = Dispatch.first(db, (Dispatch.id == body.dispatch_id) | (Dispatch.number == body.dispatch))
    row = DispatchLineRow.first(db, dispatch_id=body.dispatch_id, ordinal=body.ordinal)
    if (dispatch and (dispatch.id, dispatch.number) != (body.dispatch_id, body.dispatch)) or (
        row and row.line != entry.line_id
    ):
        raise AuthorityError(OTHER_DISPATCH)


def recover_case(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put a case back that is not here, and the promise of one that has none (its deadline follows that)."""
    if CaseFile.first(db, id=body.case_id) is None:
        at = to_utc_text(entry.at)
        own = {"id": body.case_id, "entered_at": at, "entered_by": entry.actor, "changed_at": at, "late_reason": ""}
        form = {"birth_on": body.fields.get("birth_on"), "phone": body.fields.get("phone", "")}
        form["fields"] = json.dumps(body.fields, ensure_ascii=False)
        unpromised = {"completed_on": None, "due_on": None, "closed": 0, "origin": "recovered"}
        CaseFile.add_from(db, body, **own, **form, **unpromised)
        ReservedForm.alter(db, {"code": body.code}, case_id=body.case_id)
        fields = adopted_definition(db, body.service, body.revision).fields
        wanted = [field.id for field in fields if field.searchable and field.role != "name"]
        keys = [(name, body.fields[name]) for name in wanted if body.fields.get(name)]
        index_case(db, body.case_id, body.name, keys, [])
    if body.completed_on and body.due_on:
        where = {"id": body.case_id, "completed_on": None}
        CaseFile.alter(db, where, completed_on=body.completed_on, due_on=body.due_on)


def apply_balance(db: Database, entry: Entry) -> None:
    body: BalanceChecked = entry.body
    for dispatch_id, sent, printed, refused, waiting in body.dispatches:
        figures = {"sent": sent, "printed": printed, "refused": refused, "waiting": waiting}
        agrees = int(sent == printed + refused + waiting)
        BalanceCheck.put(db, on_date=body.on, dispatch_id=dispatch_id, **figures, agrees=agrees)


def check_anchored_log(db: Database, entry: Entry) -> str:
    """A sentence that names the day whose access log no longer fits an anchor of our own, or nothing."""
    body: HeadsAnchored = entry.body
    if still_begins_with(db, date.fromisoformat(body.on), body.access_log):
        return ""
    return f"Log akses tanggal {body.on} tidak sama dengan kode pengaman harian pada baris {entry.line_id}."


# -- answers: the partner's own entries, or typed from the returned list ---------------------------------------


class AnswerTyped(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the returned list as typed by the first person; `biometric` when it must be recorded again."""

    dispatch_id: int
    ordinal: int
    result: str
    reason: PersonText
    serial: str
    biometric: bool = False
    value: SealedValue | None = None


class AnswerChecked(msgspec.Struct, frozen=True):
    """The second person agrees (in force from now), or not (the typed answer is taken away)."""

    dispatch_id: int
    ordinal: int
    agrees: bool
    on: str


class ConflictSettled(msgspec.Struct, frozen=True):
    """A person decided which of two differing answers holds: `held` or `received`."""

    conflict_id: int
    holds: str
    note: PersonText


class Answer(msgspec.Struct, frozen=True):
    """What somebody says of a line; `by`: `road` (the partner's own entry) or `typed` (from the returned list)."""

    result: str
    by: str
    reason: str = ""
    serial: str = ""
    on: str | None = None
    biometric: bool = False


def to_answer(said: object, result: str, by: str) -> Answer:
    """The answer in a body or a row; what it has no field for was not said."""
    names = [name for name in ("reason", "serial", "on", "biometric") if hasattr(said, name)]
    return Answer(result, by, **{name: getattr(said, name) for name in names})


def is_contradiction(row: DispatchLineRow, answer: Answer) -> bool:
    if row.result == "refused":
        return answer.result == "printed" or (answer.result == "accepted" and answer.by != row.answered_by)
    if row.result == "printed":
        return answer.result == "refused" or bool(answer.serial and row.serial and answer.serial != row.serial)
    return False


def is_fuller(row: DispatchLineRow, answer: Answer) -> bool:
    """The same verdict with what was missing: a serial number, or the partner's own words for a typed refusal."""
    if row.result != answer.result:
        return False
    return bool(answer.serial and not row.serial) or (answer.by == "road" and row.answered_by == "typed")


def put_answer(db: Database, entry: Entry, row: DispatchLineRow, answer: Answer) -> None:
    """Write an answer to a line; what contradicts the answer in force is kept beside it until a person decides."""
    if is_contradiction(row, answer):
        where = {"dispatch_id": row.dispatch_id, "ordinal": row.ordinal, "at": to_utc_text(entry.at)}
        own = {"held": row.result, "received": answer.result, "received_by": answer.by, "on_date": answer.on}
        AnswerConflict.add_from(db, answer, **where, **own)
    elif (row.result, answer.result) in ANSWER_MOVES or is_fuller(row, answer):
        put_answer_in_force(db, entry, row.dispatch_id, row.ordinal, answer, row.serial)


def put_answer_in_force(
    db: Database, entry: Entry, dispatch_id: int, ordinal: int, answer: Answer, serial: str = ""
) -> None:
    """The answer in force of one line; a serial number that is known stays with a printed card."""
    silent = "Alasan tidak ditulis." if answer.result == "refused" else ""
    known, printed_on = (answer.serial or serial, answer.on or None) if answer.result == "printed" else ("", None)
    DispatchLineRow.alter(
        db,
        {"dispatch_id": dispatch_id, "ordinal": ordinal},
        result=answer.result,
        reason=answer.reason or silent,
        serial=known,
        printed_on=printed_on,
        biometric=int(answer.biometric),
        answered_at=to_utc_text(entry.at),
        answered_by=answer.by,
    )


def check_answer(db: Database, entry: Entry) -> None:
    """A partner answers a line that this PC sent to it, the very same one, and that stands in a dispatch here.

    Raises AuthorityError. A line that came back and belongs to another case was set aside: so are its answers.
    """
    body: LineAccepted | LineRefused | LinePrinted | LineSpoiled = entry.body
    check_answered_line(db, entry, body.line, body.line_hash)
    row = DispatchLineRow.first(db, line=body.line)
    if row is None:
        raise AuthorityError(NO_LINE)
    if isinstance(body, LinePrinted) and body.value and (other := other_holder(db, row.case_id, body.serial)):
        raise AuthorityError(SAME_VALUE.format(number=other))


def other_holder(db: Database, case_id: int, reference: str) -> str:
    """Number of a case of another person to whom this very value was given; mostly none."""
    sql = (
        "SELECT c.number FROM answer_value v JOIN dispatch_line l ON l.dispatch_id = v.dispatch_id"
        " AND l.ordinal = v.ordinal JOIN case_file c ON c.id = l.case_id WHERE v.reference = ?"
        " AND c.main_key <> (SELECT main_key FROM case_file WHERE id = ?) LIMIT 1"
    )
    return str(first_value(db, sql, (reference, case_id)) or "")


def check_shipment(db: Database, entry: Entry) -> None:
    """Cards of lines that this PC sent to this partner; one that was set aside here spoils no shipment. Raises
    AuthorityError."""
    body: ShipmentSent = entry.body
    if len(body.hashes) != len(body.lines):
        raise AuthorityError(NO_HASH)
    for (line, _serial), said in zip(body.lines, body.hashes, strict=True):
        check_answered_line(db, entry, line, said)


def apply_answer(db: Database, entry: Entry) -> None:
    if row := DispatchLineRow.first(db, line=entry.body.line):
        put_value(db, entry, row.dispatch_id, row.ordinal)
        put_answer(db, entry, row, to_answer(entry.body, entry.kind.removeprefix("line."), "road"))


def put_value(db: Database, entry: Entry, dispatch_id: int, ordinal: int) -> None:
    """Keep what came with an answer; the same value sealed anew takes the place of the old one."""
    if value := getattr(entry.body, "value", None):
        own = {"dispatch_id": dispatch_id, "ordinal": ordinal, "reference": entry.body.serial}
        AnswerValue.put_from(db, value, **own, at=to_utc_text(entry.at))


def apply_shipped(db: Database, entry: Entry) -> None:
    body: ShipmentSent = entry.body
    Shipment.add(db, "DO NOTHING", number=body.shipment, sent_on=body.on, count=len(body.lines))
    for line, _serial in body.lines:
        DispatchLineRow.alter(db, {"line": line}, shipment=body.shipment)


def apply_typed(db: Database, entry: Entry) -> None:
    body: AnswerTyped = entry.body
    TypedAnswer.put_from(db, body, typed_by=entry.actor, checked_by="")
    put_value(db, entry, body.dispatch_id, body.ordinal)


def apply_answer_checked(db: Database, entry: Entry) -> None:
    body: AnswerChecked = entry.body
    where = {"dispatch_id": body.dispatch_id, "ordinal": body.ordinal}
    typed, row = TypedAnswer.first(db, **where), DispatchLineRow.first(db, **where)
    if typed is None or row is None:
        return
    if not body.agrees:
        TypedAnswer.remove(db, **where)
        return
    TypedAnswer.alter(db, where, checked_by=entry.actor)
    answer = Answer(typed.result, "typed", typed.reason, typed.serial, body.on, bool(typed.biometric))
    put_answer(db, entry, row, answer)


def answer_in_force(row: DispatchLineRow) -> tuple[str, str, str, bool]:
    """(result, reason, serial, biometric) in force of a line."""
    return row.result, row.reason, row.serial, bool(row.biometric)


def apply_paper_answered(db: Database, entry: Entry) -> None:
    """What the centre was told of a paper answer: known here, unless this PC was restored and gets it back."""
    body: PaperAnswered = entry.body
    row = DispatchLineRow.first(db, line=body.line)
    if row and answer_in_force(row) != (body.result, body.reason, body.serial, body.biometric):
        put_answer_in_force(db, entry, row.dispatch_id, row.ordinal, to_answer(body, body.result, "typed"))


def apply_settled(db: Database, entry: Entry) -> None:
    body: ConflictSettled = entry.body
    AnswerConflict.alter(db, {"id": body.conflict_id}, settled_by=entry.actor, settled=f"{body.holds}: {body.note}")
    conflict = AnswerConflict.first(db, id=body.conflict_id)
    if conflict is not None and body.holds == "received":
        said = (conflict.reason, conflict.serial, conflict.on_date, bool(conflict.biometric))
        answer = Answer(conflict.received, conflict.received_by, *said)
        put_answer_in_force(db, entry, conflict.dispatch_id, conflict.ordinal, answer)


# -- what came back --------------------------------------------------------------------------------------------


class ShipmentCounted(msgspec.Struct, frozen=True):
    """A shipment as counted on arrival; what differs from the shipping list stands in the note."""

    shipment: str
    sent_on: str
    expected: int
    counted: int
    on: str
    note: str


class CardArrived(msgspec.Struct, frozen=True):
    case_id: int
    dispatch_id: int
    ordinal: int
    on: str


class ApplicantCalled(msgspec.Struct, frozen=True):
    """One attempt to call the applicant by hand: phone, message, village or visit."""

    case_id: int
    means: str
    reached: bool
    note: PersonText


class CardHandedOver(msgspec.Struct, frozen=True):
    """Handed over once: to whom, in which relation, on whose authority, what was surrendered, and what was compared
    together with the receiver (`Nama, NIK, Foto`)."""

    case_id: int
    receiver: PersonText
    relation: str
    authority: PersonText
    surrendered: PersonText
    on: str
    compared: str = ""


class CardMisprinted(msgspec.Struct, frozen=True):
    """A misprint, found at arrival, hand-over or later: the card is surrendered and printed again, free of charge."""

    case_id: int
    dispatch_id: int
    ordinal: int
    reason: PersonText
    on: str


def apply_counted(db: Database, entry: Entry) -> None:
    body: ShipmentCounted = entry.body
    Shipment.add(db, "DO NOTHING", number=body.shipment, sent_on=body.sent_on, count=body.expected)
    Shipment.alter(db, {"number": body.shipment}, counted=body.counted, arrived_on=body.on, note=body.note)


def apply_misprinted(db: Database, entry: Entry) -> None:
    body: CardMisprinted = entry.body
    DispatchLineRow.alter(db, {"dispatch_id": body.dispatch_id, "ordinal": body.ordinal}, misprint=body.reason)
    HandOver.alter(db, {"case_id": body.case_id, "returned_on": None}, returned_on=body.on)


OF_LINE = ("dispatch_id", "ordinal")
SENT = alter_row_of(Dispatch, {"state": "sent"}, id="dispatch_id", sent_on="on")

KINDS = [
    Kind("dispatch.drafted", 1, DispatchDrafted, apply_drafted, NOBODY),
    Kind("dispatch.dropped", 1, DispatchDropped, apply_dropped, NOBODY),
    Kind("dispatch.numbered", 1, NumbersTaken, apply_numbers),
    Kind("dispatch.line", 1, DispatchLine, apply_dispatch_line, check=check_returned),
    Kind("dispatch.sent", 1, DispatchSent, SENT),
    Kind("dispatch.balanced", 1, BalanceChecked, apply_balance, NOBODY),
    Kind("line.recall_asked", 1, RecallAsked, stamp_row_of(DispatchLineRow, key="line", recall="reason")),
    Kind("centre.state", 1, CentreState, put_row_of(CentreStateRow, name=SOURCE), NOBODY),
    Kind("heads.anchored", 1, HeadsAnchored, apply_nothing, NOBODY, proved_by=check_anchored_log),
    Kind("line.accepted", 1, LineAccepted, apply_answer, NOBODY, check=check_answer),
    Kind("line.refused", 1, LineRefused, apply_answer, check=check_answer),
    Kind("line.printed", 1, LinePrinted, apply_answer, check=check_answer),
    Kind("line.spoiled", 1, LineSpoiled, apply_nothing, check=check_answer),
    Kind("shipment.sent", 1, ShipmentSent, apply_shipped, NOBODY, check=check_shipment),
    Kind("answer.typed", 1, AnswerTyped, apply_typed),
    Kind("answer.checked", 1, AnswerChecked, apply_answer_checked, NOBODY),
    Kind("answer.settled", 1, ConflictSettled, apply_settled),
    Kind("line.paper_answered", 1, PaperAnswered, apply_paper_answered),
    Kind("shipment.counted", 1, ShipmentCounted, apply_counted, NOBODY),
    Kind("card.arrived", 1, CardArrived, stamp_row_of(DispatchLineRow, key=OF_LINE, arrived_on="on"), NOBODY),
    Kind("card.called", 1, ApplicantCalled, add_row_of(CardCall)),
    Kind("card.handed_over", 1, CardHandedOver, add_row_of(HandOver, on_date="on")),
    Kind("card.misprinted", 1, CardMisprinted, apply_misprinted),
]
