"""Numbers that come with a partner's answer: typed, read from the partner's file, checked, and opened one at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from app.batches.answers import check_typed_answer, type_answer
from app.batches.partners import answer_value, find_partner_service
from app.batches.queries import find_dispatch, list_lines, newest_line_of
from app.batches.tables import AnswerValue, DispatchLineRow
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.importing.answer_file import FileAnswer, plain_key
from app.people.access_log import log_access
from schema.database import Database
from sync.journal import Journal
from sync.problems import SyncError
from sync.sealed_values import ValueSealer

VALUE_OPENED = "answer.value"


def find_case_value(db: Database, case_id: int) -> AnswerValue | None:
    """The value in force of a case, sealed: that of its newest line."""
    line = newest_line_of(db, case_id)
    return find_line_value(db, line) if line else None


def find_line_value(db: Database, line: DispatchLineRow) -> AnswerValue | None:
    where = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal, "reference": line.serial}
    return AnswerValue.first(db, **where) if line.serial else None


def open_case_value(
    db: Database, actor: Actor, sealer: ValueSealer, *, case_id: int, now: datetime, address: str = ""
) -> str:
    """The whole number, for whoever may see it; the access log keeps that it was shown. Raises Problem."""
    require(actor, "answer.value")
    held = find_case_value(db, case_id)
    if held is None:
        raise Problem.of("not_found", what="Nomor pada berkas itu")
    try:
        value = sealer.open(held.sealed)
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem
    subject = f"case/{case_id}"
    log_access(db, at=now, person_id=actor.person_id, action=VALUE_OPENED, subject=subject, address=address)
    return value


class FileResult(msgspec.Struct, frozen=True):
    """What became of a file: how many answers were typed from it, and (row, what is wrong) of the others."""

    typed: int
    faults: list[tuple[int, str]]


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
    require(actor, "answer.type")
    faults: list[tuple[int, str]] = []
    typed = 0
    with journal.transaction():
        db = journal.db
        definition = find_partner_service(db, find_dispatch(db, dispatch_id).service)
        if answer_value(definition) is None:
            raise Problem.of("conflict", why="Jawaban layanan ini tidak membawa nomor. Ketik jawabannya satu per satu.")
        lines = {plain_key(line.main_key): line for line in list_lines(db, dispatch_id)}
        for one in answers:
            fault = one.fault or answer_fault(lines, one)
            try:
                if not fault:
                    type_file_answer(journal, actor, lines[one.key], one, now, sealer)
                    typed += 1
            except Problem as problem:
                fault = next(iter(problem.fields.values()), problem.sentence)
            if fault:
                faults.append((one.row, fault))
    return FileResult(typed, faults)


def answer_fault(lines: Mapping[str, DispatchLineRow], one: FileAnswer) -> str:
    line = lines.get(one.key)
    if line is None:
        return "Tidak ada pada pengiriman ini. Periksa apakah berkasnya tertukar."
    return "" if line.open and not line.unchecked else "Sudah dijawab atau diketik."


def type_file_answer(
    journal: Journal, actor: Actor, line: DispatchLineRow, one: FileAnswer, now: datetime, sealer: ValueSealer
) -> None:
    type_answer(
        journal,
        actor,
        dispatch_id=line.dispatch_id,
        ordinal=line.ordinal,
        result="printed" if one.value else "refused",
        reason=one.reason,
        value=one.value,
        sealer=sealer,
        now=now,
    )


def check_all_typed(journal: Journal, actor: Actor, *, dispatch_id: int, now: datetime) -> int:
    """Another person has compared the whole file with the list and agrees; returns how many answers count now."""
    require(actor, "answer.check")
    with journal.transaction():
        waiting = [one for one in list_lines(journal.db, dispatch_id) if one.unchecked]
        for one in waiting:
            check_typed_answer(journal, actor, dispatch_id=dispatch_id, ordinal=one.ordinal, agrees=True, now=now)
    return len(waiting)
