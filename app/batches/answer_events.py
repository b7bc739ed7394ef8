"""Answers to dispatch lines: by the road (from the centre's journal) or typed from the returned list."""

import msgspec

from app.batches.states import ANSWER_MOVES
from app.batches.tables import AnswerConflict, DispatchLineRow, Shipment, TypedAnswer
from app.core.messages import LineAccepted, LinePrinted, LineRefused, LineSpoiled, PaperAnswered, ShipmentSent
from schema.database import Database
from sync.entries import NO_LINE, AuthorityError, Entry, Kind, apply_nothing, check_line, own_source, to_utc_text


class AnswerTyped(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the returned list as typed by the first person; `biometric` when it must be recorded again."""

    dispatch_id: int
    ordinal: int
    result: str
    reason: str
    serial: str
    biometric: bool = False


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
    note: str


class Answer(msgspec.Struct, frozen=True):
    """What somebody says of a line: `by` the road (the centre's own entry) or typed from the returned list."""

    result: str
    by: str
    reason: str = ""
    serial: str = ""
    on: str | None = None
    biometric: bool = False


def is_contradiction(row: DispatchLineRow, answer: Answer) -> bool:
    if row.result == "refused":
        return answer.result == "printed" or (answer.result == "accepted" and answer.by != row.answered_by)
    if row.result == "printed":
        return answer.result == "refused" or bool(answer.serial and row.serial and answer.serial != row.serial)
    return False


def put_answer(db: Database, entry: Entry, row: DispatchLineRow, answer: Answer) -> None:
    """Write an answer to a line; what contradicts the answer in force is kept beside it until a person decides."""
    if is_contradiction(row, answer):
        AnswerConflict.insert(
            dispatch_id=row.dispatch_id,
            ordinal=row.ordinal,
            held=row.result,
            received=answer.result,
            reason=answer.reason,
            serial=answer.serial,
            on_date=answer.on,
            biometric=int(answer.biometric),
            received_by=answer.by,
            at=to_utc_text(entry.at),
        ).execute(db)
    elif (row.result, answer.result) in ANSWER_MOVES or is_fuller(row, answer):
        put_answer_in_force(db, entry, row.dispatch_id, row.ordinal, answer, row.serial)


def is_fuller(row: DispatchLineRow, answer: Answer) -> bool:
    """The same verdict with what was missing: a serial number, or the centre's own words for a typed refusal."""
    if row.result != answer.result:
        return False
    return bool(answer.serial and not row.serial) or (answer.by == "road" and row.answered_by == "typed")


def put_answer_in_force(
    db: Database, entry: Entry, dispatch_id: int, ordinal: int, answer: Answer, serial: str = ""
) -> None:
    """The answer in force of one line; a serial number that is known stays with a printed card."""
    printed = answer.result == "printed"
    reason = answer.reason or ("Alasan tidak ditulis." if answer.result == "refused" else "")
    DispatchLineRow.update(
        result=answer.result,
        reason=reason,
        serial=(answer.serial or serial) if printed else "",
        printed_on=answer.on if printed else None,
        biometric=int(answer.biometric),
        answered_at=to_utc_text(entry.at),
        answered_by=answer.by,
    ).where(DispatchLineRow.dispatch_id == dispatch_id, DispatchLineRow.ordinal == ordinal).execute(db)


def find_line(db: Database, line: str) -> DispatchLineRow | None:
    return DispatchLineRow.first(db, DispatchLineRow.line == line)


def check_answer(db: Database, entry: Entry) -> None:
    """The centre answers a line that this PC sent, the very same one, and that stands in a dispatch here.

    Raises AuthorityError. A line that came back and belongs to another case was set aside: so are its answers.
    """
    body: LineAccepted | LineRefused | LinePrinted | LineSpoiled = entry.body
    check_line(db, own_source(db), body.line, body.line_hash)
    if find_line(db, body.line) is None:
        raise AuthorityError(NO_LINE)


def check_shipment(db: Database, entry: Entry) -> None:
    """Cards of lines that this PC sent; one that was set aside here spoils no shipment. Raises AuthorityError."""
    body: ShipmentSent = entry.body
    source, hashes = own_source(db), body.hashes or [""] * len(body.lines)
    if len(hashes) != len(body.lines):
        raise AuthorityError(NO_LINE)
    for (line, _serial), said in zip(body.lines, hashes, strict=True):
        check_line(db, source, line, said)


def apply_accepted(db: Database, entry: Entry) -> None:
    body: LineAccepted = entry.body
    if row := find_line(db, body.line):
        put_answer(db, entry, row, Answer("accepted", "road"))


def apply_refused(db: Database, entry: Entry) -> None:
    body: LineRefused = entry.body
    if row := find_line(db, body.line):
        put_answer(db, entry, row, Answer("refused", "road", reason=body.reason, biometric=body.biometric))


def apply_line_printed(db: Database, entry: Entry) -> None:
    body: LinePrinted = entry.body
    if row := find_line(db, body.line):
        put_answer(db, entry, row, Answer("printed", "road", serial=body.serial, on=body.on))


def apply_shipped(db: Database, entry: Entry) -> None:
    body: ShipmentSent = entry.body
    Shipment.insert(number=body.shipment, sent_on=body.on, count=len(body.lines)).on_conflict_ignore().execute(db)
    for line, _serial in body.lines:
        DispatchLineRow.update(shipment=body.shipment).where(DispatchLineRow.line == line).execute(db)


def apply_typed(db: Database, entry: Entry) -> None:
    body: AnswerTyped = entry.body
    TypedAnswer.replace(
        dispatch_id=body.dispatch_id,
        ordinal=body.ordinal,
        result=body.result,
        reason=body.reason,
        serial=body.serial,
        biometric=int(body.biometric),
        typed_by=entry.actor,
        checked_by="",
    ).execute(db)


def apply_answer_checked(db: Database, entry: Entry) -> None:
    body: AnswerChecked = entry.body
    here = (TypedAnswer.dispatch_id == body.dispatch_id, TypedAnswer.ordinal == body.ordinal)
    typed = TypedAnswer.first(db, *here)
    row = DispatchLineRow.first(
        db, DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    )
    if typed is None or row is None:
        return
    if not body.agrees:
        TypedAnswer.delete().where(*here).execute(db)
        return
    TypedAnswer.update(checked_by=entry.actor).where(*here).execute(db)
    put_answer(
        db,
        entry,
        row,
        Answer(typed.result, "typed", typed.reason, typed.serial, body.on, bool(typed.biometric)),
    )


def answer_in_force(row: DispatchLineRow) -> tuple[str, str, str, bool]:
    """(result, reason, serial, biometric) in force of a line."""
    return row.result, row.reason, row.serial, bool(row.biometric)


def apply_paper_answered(db: Database, entry: Entry) -> None:
    """What the centre was told of a paper answer: known here, unless this PC was restored and gets it back."""
    body: PaperAnswered = entry.body
    row = find_line(db, body.line)
    if row and answer_in_force(row) != (body.result, body.reason, body.serial, body.biometric):
        answer = Answer(body.result, "typed", body.reason, body.serial, body.on, body.biometric)
        put_answer_in_force(db, entry, row.dispatch_id, row.ordinal, answer)


def apply_settled(db: Database, entry: Entry) -> None:
    body: ConflictSettled = entry.body
    AnswerConflict.update(settled_by=entry.actor, settled=f"{body.holds}: {body.note}").where(
        AnswerConflict.id == body.conflict_id
    ).execute(db)
    conflict = AnswerConflict.first(db, AnswerConflict.id == body.conflict_id)
    if conflict is not None and body.holds == "received":
        answer = Answer(
            conflict.received,
            conflict.received_by,
            conflict.reason,
            conflict.serial,
            conflict.on_date,
            bool(conflict.biometric),
        )
        put_answer_in_force(db, entry, conflict.dispatch_id, conflict.ordinal, answer)


ANSWER_KINDS = [
    Kind("line.accepted", 1, LineAccepted, apply_accepted, check=check_answer),
    Kind("line.refused", 1, LineRefused, apply_refused, check=check_answer),
    Kind("line.printed", 1, LinePrinted, apply_line_printed, check=check_answer),
    Kind("line.spoiled", 1, LineSpoiled, apply_nothing, check=check_answer),
    Kind("shipment.sent", 1, ShipmentSent, apply_shipped, check=check_shipment),
    Kind("answer.typed", 1, AnswerTyped, apply_typed),
    Kind("answer.checked", 1, AnswerChecked, apply_answer_checked),
    Kind("answer.settled", 1, ConflictSettled, apply_settled),
    Kind("line.paper_answered", 1, PaperAnswered, apply_paper_answered),
]
