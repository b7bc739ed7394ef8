"""Answers of the partner: what its own entries say, what is typed from paper, which of two holds, and the numbers that
come with an answer: typed, read from the partner's file, checked, and opened one at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from app.casework.batches.events import (
    SAME_VALUE,
    AnswerChecked,
    AnswerTyped,
    ConflictSettled,
    answer_in_force,
    other_holder,
)
from app.casework.batches.partners import (
    CaseReader,
    advance_case,
    answer_value,
    find_partner_service,
    has_outcome,
    key_field,
    outcome_of,
    partner_of,
    result_labels,
    role_of,
)
from app.casework.batches.queries import find_dispatch, list_lines, newest_line_of
from app.casework.batches.receipts import check_reached, note_reached_by_answer
from app.casework.batches.tables import AnswerConflict, AnswerValue, DispatchLineRow, TypedAnswer
from app.casework.importing.answer_file import FileAnswer, plain_key
from app.core.asked import Amount, Choice, Text, Tick, YesNo
from app.core.clock import office_date
from app.core.messages import PaperAnswered, SealedValue, ShipmentSent
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, ValueProblem, check_found
from app.core.text import parse_digits, readable_name
from app.platform.people.access_log import log_access
from app.room import office_command
from schema import service_standard
from schema.database import Database
from schema.service_procedure import Definition
from sync.entries import Entry, held_line_hash, parse_utc_text
from sync.journal import Journal
from sync.keys import ValueSealer
from sync.problems import SyncError

FOLLOWED: dict[str, frozenset[str]] = {
    "answer": frozenset({"accepted", "printed", "refused"}),
    "repair": frozenset({"accepted", "printed"}),
    "arrive": frozenset({"refused"}),
}
"""Where a case stands on the way → answers by which it follows its newest line; out of repair and arrival only after a
settled conflict, because only then the answer in force turns round."""

ANSWERS = {"accepted": "Diterima", "printed": "Dicetak", "refused": "Ditolak"}
"""What a partner may answer; each definition has its own words for it."""
HOLDS = {"held": "Jawaban semula", "received": "Jawaban yang baru"}
NO_LINE = SENTENCES["no_such_line"]
Reason = Annotated[str, Text("Alasan penolakan", most=300)]
Result = Annotated[str, Choice("Jawaban", choices=ANSWERS, radio=True)]

PAPER_ANSWERED = "line.paper_answered"
"""Our own entry about a paper answer, which only a restored PC receives: no word of the partner's."""


# -- as the partner sends them ---------------------------------------------------------------------------------


def follow_answer(
    journal: Journal,
    line: DispatchLineRow,
    now: datetime,
    actor: Actor | None = None,
    answered: datetime | None = None,
) -> None:
    """Move the case after its newest line's answer. A case that stands elsewhere is left to people. `answered`: when
    the partner said it, for the limits that end with it."""
    case, definition = CaseReader(journal.db).find(line.case_id)
    newest = newest_line_of(journal.db, line.case_id)
    if case.closed or (newest and newest.dispatch_id != line.dispatch_id):
        return
    outcome = outcome_of(definition, line.result)
    refused = line.result == "refused"
    told = says_why(definition, line.result)
    if line.result in FOLLOWED.get(role_of(definition, case.step), ()) and has_outcome(definition, case.step, outcome):
        note = ""
        if told:
            note = line.reason
        if refused:
            place_number = line.folder
        else:
            place_number = case.place_number
        advance_case(
            journal,
            definition,
            case,
            outcome,
            now,
            actor=actor,
            note=note,
            by_role=False,
            place_number=place_number,
            happened=answered,
        )


def after_answer(journal: Journal, entry: Entry, now: datetime) -> None:
    if line := DispatchLineRow.first(journal.db, line=entry.body.line):
        if entry.kind != PAPER_ANSWERED:
            note_reached_by_answer(journal, line.dispatch_id, entry.at, now)
        # Two answers that come together are both in the tables by now: the case follows the last one.
        if line.answered_at:
            said = parse_utc_text(line.answered_at)
        else:
            said = entry.at
        follow_answer(journal, line, now, answered=min(said, now))


def after_shipment(journal: Journal, entry: Entry, now: datetime) -> None:
    body: ShipmentSent = entry.body
    reader = CaseReader(journal.db)
    sent = tuple(line for line, _serial in body.lines)
    for line in DispatchLineRow.rows(journal.db, line=sent, order="dispatch_id, ordinal"):
        case, definition = reader.find(line.case_id)
        expected = not case.closed and role_of(definition, case.step) == "arrive"
        if expected and has_outcome(definition, case.step, "shipped"):
            note = f"Daftar kirim {body.shipment}"
            advance_case(journal, definition, case, "shipped", now, note=note, happened=min(entry.at, now))


# -- typed from the returned list ------------------------------------------------------------------------------


@office_command("answer.type")
def type_answer(
    journal: Journal,
    actor: Actor,
    *,
    dispatch_id: int,
    ordinal: Annotated[int, Amount("Baris", "Isi nomor baris.", least=1, most=9999, outside=NO_LINE)],
    result: Result,
    now: datetime,
    reason: Reason = "",
    serial: Annotated[str, Text("Nomor seri", most=40)] = "",
    biometric: Annotated[bool, Tick("Ditolak karena rekaman tidak dapat dipakai")] = False,
    value: Annotated[str, Text("Nomor", most=60)] = "",
    sealer: ValueSealer | None = None,
) -> None:
    """Type one line of the returned list; it counts once another person has checked it.

    A line that is answered already may be typed differently: after the second check both answers stand side by side
    until the Kasi or Camat settles them. `value` is what the answer carries where the definition says so: it is sealed
    before anything is written. Raises Problem.
    """
    check_reached(journal.db, dispatch_id)
    line = DispatchLineRow.first(journal.db, dispatch_id=dispatch_id, ordinal=ordinal)
    if line is None:
        raise Problem.of("invalid", {"ordinal": NO_LINE})
    definition = CaseReader(journal.db).find(line.case_id)[1]
    check_reason(definition, result, reason)
    check_result(definition, result)
    known = ""
    sealed = None
    carried = answer_value(definition)
    if carried and result == "printed":
        known, sealed = seal_typed_value(journal.db, line, carried, value, sealer)
    elif result == "printed":
        known = serial.upper()
    if line.result == result and known in ("", line.serial):
        raise Problem.of("conflict", why=f"Baris {ordinal} sudah dijawab begitu, tidak perlu diketik lagi.")
    why = ""
    if says_why(definition, result):
        why = reason
    body = AnswerTyped(dispatch_id, ordinal, result, why, known, biometric and result == "refused", sealed)
    journal.record(body, subject=f"case/{line.case_id}", actor=actor.username, at=now)


def says_why(definition: Definition, result: str) -> bool:
    """Whether words come with an answer: the reason of a refusal, or the opinion of a partner that only advises."""
    return result == "refused" or (partner_of(definition).advises and result == "printed")


def check_reason(definition: Definition, result: str, reason: str) -> None:
    """Raise Problem `invalid` for an answer without the words that belong to it."""
    if not says_why(definition, result) or reason:
        return
    advises = partner_of(definition).advises
    if advises:
        what = "Tulis pendapatnya seperti di"
    else:
        what = "Tulis alasan penolakan seperti di"
    raise Problem.of("invalid", {"reason": f"{what} daftar jawaban."})


def seal_typed_value(
    db: Database, line: DispatchLineRow, carried: service_standard.AnswerValue, typed: str, sealer: ValueSealer | None
) -> tuple[str, SealedValue]:
    """(reference, sealed) of a typed value. Raises Problem `invalid` (digits), `conflict` (another case has it)."""
    try:
        digits = parse_digits(typed, carried.label, carried.least, carried.most)
    except ValueProblem as problem:
        raise Problem.of("invalid", {"value": problem.sentence}) from problem
    if sealer is None:
        raise LookupError("a value is typed and nothing seals it")
    made = sealer.seal(digits)
    if other := other_holder(db, line.case_id, made.reference):
        raise Problem.of("invalid", {"value": SAME_VALUE.format(number=other)})
    return made.reference, SealedValue(made.sealed, made.mask)


def check_result(definition: Definition, result: str, *, final: bool = False) -> None:
    """Raise Problem `invalid` for what this partner cannot answer; `final`: not that it has it in work."""
    known = {id_: label.lower() for id_, label in result_labels(definition).items() if not final or id_ != "accepted"}
    if result not in known:
        *first, last = known.values()
        if len(first) > 1:
            words = f"{', '.join(first)}, atau {last}"
        else:
            words = " atau ".join([*first, last])
        raise Problem.of("invalid", {"result": f"Pilih {words}."})


@office_command("answer.check")
def check_typed_answer(
    journal: Journal,
    actor: Actor,
    *,
    dispatch_id: int,
    ordinal: int,
    agrees: Annotated[bool, YesNo("Hasil", words=("Cocok", "Tidak cocok"), name="cocok")],
    now: datetime,
) -> None:
    """The second person compares the typed answer with the list. Raises Problem when it is the same person."""
    db = journal.db
    typed = TypedAnswer.first(db, dispatch_id=dispatch_id, ordinal=ordinal)
    if typed is None or typed.checked_by:
        raise Problem.of("conflict", why="Tidak ada jawaban yang menunggu pemeriksaan di baris ini.")
    if typed.typed_by == actor.username:
        raise Problem.of("second_person")
    line = get_line(db, dispatch_id, ordinal)
    body = AnswerChecked(dispatch_id, ordinal, agrees, office_date(now).isoformat())
    journal.record(body, subject=f"case/{line.case_id}", actor=actor.username, at=now)
    if agrees:
        follow_answer(journal, tell_paper_answer(journal, actor, line, now), now, actor)


@office_command("dispatch.confirm")
def settle_conflict(
    journal: Journal,
    actor: Actor,
    *,
    conflict_id: int,
    holds: Annotated[str, Choice("Yang benar", "Pilih jawaban yang benar.", choices=HOLDS, radio=True)],
    note: Annotated[str, Text("Dasarnya", SENTENCES["basis"], most=300)],
    now: datetime,
) -> None:
    """Decide which of two differing answers holds; both stay in the journal.

    What else the same side said of this line is decided with it, in the order in which it was said.
    """
    conflict = AnswerConflict.first(journal.db, id=conflict_id)
    if conflict is None or conflict.settled_by:
        raise Problem.of("not_found", what="Perbedaan itu")
    line = get_line(journal.db, conflict.dispatch_id, conflict.ordinal)
    alike = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal, "received_by": conflict.received_by}
    for told in AnswerConflict.rows(journal.db, **alike, settled_by="", order="id"):
        body = ConflictSettled(told.id, holds, note)
        journal.record(body, subject=f"conflict/{told.id}", actor=actor.username, at=now)
    follow_answer(journal, tell_paper_answer(journal, actor, line, now), now, actor)


def tell_paper_answer(journal: Journal, actor: Actor, before: DispatchLineRow, now: datetime) -> DispatchLineRow:
    """The line as it is now. If it went on paper and its answer has changed, a centre shall know it too: an entry in
    its stream, which travels when the office is enrolled, today or later."""
    line = get_line(journal.db, before.dispatch_id, before.ordinal)
    on_paper = find_dispatch(journal.db, line.dispatch_id).road == "paper"
    if on_paper and answer_in_force(line) != answer_in_force(before):
        result, reason, serial, biometric = answer_in_force(line)
        on = line.printed_on or office_date(now).isoformat()
        known = held_line_hash(journal.db, journal.source, line.line)
        body = PaperAnswered(line.line, result, on, reason, serial, biometric, known)
        stream = partner_of(CaseReader(journal.db).find(line.case_id)[1]).stream
        journal.record(body, subject=f"case/{line.case_id}", actor=actor.username, at=now, stream=stream)
    return line


@office_command("answer.type")
def answer_old_case(
    journal: Journal, actor: Actor, *, case_id: int, result: Result, reason: Reason, now: datetime
) -> None:
    """Note the answer to a case that was sent before Loket was here: no line of ours, so no second check."""
    case, definition = CaseReader(journal.db).find_at(case_id, "answer")
    check_reason(definition, result, reason)
    check_result(definition, result, final=True)
    if newest_line_of(journal.db, case_id):
        why = "Berkas ini ada di daftar pengiriman. Ketik jawabannya di baris pengirimannya."
        raise Problem.of("conflict", why=why)
    outcome = outcome_of(definition, result)
    advance_case(journal, definition, case, outcome, now, actor=actor, note=reason)


def get_line(db: Database, dispatch_id: int, ordinal: int) -> DispatchLineRow:
    return check_found(DispatchLineRow.first(db, dispatch_id=dispatch_id, ordinal=ordinal), "Baris itu")


# -- numbers that come with an answer ------------------------------------------------------------------------------

VALUE_OPENED = "answer.value"


def find_case_value(db: Database, case_id: int) -> AnswerValue | None:
    """The value in force of a case, sealed: that of its newest line."""
    line = newest_line_of(db, case_id)
    if not line:
        return None
    return find_line_value(db, line)


def find_line_value(db: Database, line: DispatchLineRow) -> AnswerValue | None:
    where = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal, "reference": line.serial}
    if not line.serial:
        return None
    return AnswerValue.first(db, **where)


def open_case_value(
    db: Database, actor: Actor, sealer: ValueSealer, *, case_id: int, now: datetime, address: str = ""
) -> str:
    """The whole number, for whoever may see it; the access log keeps that it was shown. Raises Problem."""
    require(actor, "answer.value")
    held = check_found(find_case_value(db, case_id), "Nomor pada berkas itu")
    try:
        value = sealer.open(held.sealed)
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem
    subject = f"case/{case_id}"
    log_access(db, at=now, person_id=actor.person_id, action=VALUE_OPENED, subject=subject, address=address)
    return value


class FileResult(msgspec.Struct, frozen=True):
    """What became of a file: how many answers were typed from it, (row, what is wrong) of the others, and the open
    lines of which it says nothing."""

    typed: int
    faults: list[tuple[int, str]]
    missing: list[str] = []


@office_command("answer.type")
def type_answers_from_file(
    journal: Journal,
    actor: Actor,
    answers: Sequence[FileAnswer],
    *,
    dispatch_id: int,
    now: datetime,
    sealer: ValueSealer,
) -> FileResult:
    """Type what a file of the partner says of a dispatch; another person checks it as any typed answer.

    A row that is wrong spoils no other one; nothing counts before the second check. Raises Problem.
    """
    faults: list[tuple[int, str]] = []
    typed = 0
    db = journal.db
    definition = find_partner_service(db, find_dispatch(db, dispatch_id).service)
    check_reached(db, dispatch_id)
    if answer_value(definition) is None:
        raise Problem.of("conflict", why="Jawaban layanan ini tidak membawa nomor. Ketik jawabannya satu per satu.")
    lines = {plain_key(line.main_key): line for line in list_lines(db, dispatch_id)}
    for answer in answers:
        fault = answer.fault or answer_fault(lines, answer, key_field(definition).heading)
        try:
            if not fault:
                type_file_answer(journal, actor, lines[answer.key], answer, now, sealer)
                typed += 1
        except Problem as problem:
            fault = next(iter(problem.fields.values()), problem.sentence)
        if fault:
            faults.append((answer.row, fault))
    return FileResult(typed, faults, lines_left_out(lines, answers))


def lines_left_out(lines: Mapping[str, DispatchLineRow], answers: Sequence[FileAnswer]) -> list[str]:
    """`Baris 3, Ani Wijaya` of each open line that a file does not name."""
    told = {answer.key for answer in answers}
    return [
        f"Baris {line.ordinal}, {readable_name(line.name)}"
        for key, line in lines.items()
        if key not in told and line.open and not line.unchecked
    ]


def answer_fault(lines: Mapping[str, DispatchLineRow], answer: FileAnswer, heading: str) -> str:
    line = lines.get(answer.key)
    if line is None:
        return f"{heading} {answer.hint} tidak ada pada pengiriman ini. Periksa apakah berkasnya tertukar."
    if line.open and not line.unchecked:
        return ""
    return "Sudah dijawab atau diketik."


def type_file_answer(
    journal: Journal, actor: Actor, line: DispatchLineRow, answer: FileAnswer, now: datetime, sealer: ValueSealer
) -> None:
    result = "refused"
    if answer.value:
        result = "printed"
    type_answer(
        journal,
        actor,
        dispatch_id=line.dispatch_id,
        ordinal=line.ordinal,
        result=result,
        reason=answer.reason,
        value=answer.value,
        sealer=sealer,
        now=now,
    )


@office_command("answer.check")
def check_all_typed(journal: Journal, actor: Actor, *, dispatch_id: int, now: datetime) -> int:
    """Another person has compared the whole file with the list and agrees; returns how many answers count now."""
    waiting = [line for line in list_lines(journal.db, dispatch_id) if line.unchecked]
    for line in waiting:
        check_typed_answer(journal, actor, dispatch_id=dispatch_id, ordinal=line.ordinal, agrees=True, now=now)
    return len(waiting)
