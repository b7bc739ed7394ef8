"""A partner's own list (who is printed, ready to print, sent back) read against the cases that wait for its answer.

What it says is typed as from the returned list of a dispatch, so a second person compares it before any case moves.
Most rows of such a list are other offices' people: they are counted and never shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.casework.batches.answers import type_answer
from app.casework.batches.partners import find_partner_service, partner_of, result_labels, runs_loket
from app.casework.batches.queries import lines_of_open_cases
from app.casework.batches.tables import ANSWER_MOVES, DispatchLineRow
from app.casework.importing.answer_file import ListedPerson, plain_key
from app.casework.importing.headings import to_letter_key
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.similarity import match_names
from app.room import office_command
from schema.database import Database
from schema.partner_lists import ListKind, PartnerLists, StatusWords, partner_lists
from schema.service_procedure import Definition
from sync.journal import Journal

NO_KIND = "Pilih daftar yang mana."
NOT_ONE_ANSWER = "Orang ini ada lebih dari satu kali di daftar, dengan kabar yang berbeda. Tanyakan mana yang benar."
TWO_CASES = "Orang ini mempunyai dua berkas yang menunggu. Ketik jawabannya pada pengiriman yang dimaksud."
OTHER_NAME = "Namanya lain dari nama pada berkas {number}. Periksa nomor di daftar itu."
OTHER_STATUS = "Kolom status berkata “{status}”, lain dari daftar yang dipilih."
UNKNOWN_STATUS = "Status “{status}” tidak dikenal. Ketik jawabannya pada pengiriman {dispatch}."
NO_REASON = "Alasan pengembaliannya kosong. Ketik jawabannya pada pengiriman {dispatch} dengan alasan."
BY_LOKET = "Dikirim lewat Loket: jawabannya datang sendiri."
TYPED_OTHERWISE = "Sudah diketik lain pada pengiriman {dispatch} dan menunggu pemeriksa kedua."
ANSWERED_OTHERWISE = (
    "Berlaku “{holds}” pada pengiriman {dispatch}; daftar ini berkata “{says}”. "
    "Ketik di sana bila daftar ini yang benar."
)
RUNS_LOKET = "Jawaban {short} datang lewat Loket; daftarnya tidak dibaca."
NO_LISTS = "Daftar {short} belum dikenal. Ketik jawabannya pada pengirimannya."


class TypedDispatch(msgspec.Struct):
    """A dispatch with the number of its answers that were typed from the list."""

    id: int
    number: str
    count: int = 0


class ListResult(msgspec.Struct):
    """What became of a list: answers typed by dispatch, (row, hint of the key, sentence) of what a person must look at,
    rows that say what is known already, rows without an answer yet, rows of people of whom nothing is awaited here."""

    dispatches: dict[int, TypedDispatch]
    faults: list[tuple[int, str, str]]
    known: int = 0
    silent: int = 0
    others: int = 0

    @property
    def typed(self) -> int:
        return sum(dispatch.count for dispatch in self.dispatches.values())


def doubt(sentence: str) -> Problem:
    """What a person must look at in a row."""
    return Problem.of("conflict", why=sentence)


def find_lists(db: Database, definition: Definition) -> PartnerLists | None:
    """The lists that an office reads of the partner of this service; none where its answers come by Loket."""
    if runs_loket(db, definition):
        return None
    return partner_lists(partner_of(definition).id, db.folder)


def check_lists(db: Database, definition: Definition) -> PartnerLists:
    """The lists of the partner. Raises Problem `conflict` where none is read."""
    lists = find_lists(db, definition)
    if lists is None:
        if runs_loket(db, definition):
            sentence = RUNS_LOKET
        else:
            sentence = NO_LISTS
        raise Problem.of("conflict", why=sentence.format(short=partner_of(definition).short))
    return lists


@office_command("answer.type")
def type_partner_list(
    journal: Journal,
    actor: Actor,
    people: Sequence[ListedPerson],
    *,
    service: str,
    which: str,
    now: datetime,
) -> ListResult:
    """Type what a list says of the cases of this service that wait for the partner; nothing counts before the second
    check. `which` is the id of the kind of list. A row in doubt spoils no other one. Raises Problem."""
    db = journal.db
    definition = find_partner_service(db, service)
    lists = check_lists(db, definition)
    kind = next((kind for kind in lists.lists if kind.id == which), None)
    if kind is None:
        raise Problem.of("invalid", {"which": NO_KIND})
    reading = Reading(definition, lists, kind, words_of_status(lists), lines_of_people(db, definition))
    result = ListResult({}, [])
    for person, doubled in once_each(people):
        try:
            if said := find_answer(person, doubled, reading, result):
                line, answer = said
                type_answer(journal, actor, dispatch_id=line.dispatch_id, ordinal=line.ordinal, now=now, **answer)
                dispatch = result.dispatches.setdefault(
                    line.dispatch_id, TypedDispatch(line.dispatch_id, line.dispatch)
                )
                dispatch.count += 1
        except Problem as problem:
            sentence = next(iter(problem.fields.values()), problem.sentence)
            result.faults.append((person.row, person.hint, sentence))
    result.faults.sort()
    return result


class Reading(msgspec.Struct, frozen=True):
    """What the rows of a list are held against: `lines` by key, each the newest of an open case."""

    definition: Definition
    lists: PartnerLists
    kind: ListKind
    statuses: Mapping[str, StatusWords]
    lines: Mapping[str, Sequence[DispatchLineRow]]

    def status_of(self, person: ListedPerson) -> StatusWords | None:
        """What the column of the status says; None where it is empty, missing or says what nobody knows."""
        return self.statuses.get(to_letter_key(person.status))


def words_of_status(lists: PartnerLists) -> dict[str, StatusWords]:
    return {to_letter_key(word): status for status in lists.statuses for word in status.words}


def lines_of_people(db: Database, definition: Definition) -> dict[str, list[DispatchLineRow]]:
    """Key → the newest sent line of each open case of the person."""
    lines = dict[str, list[DispatchLineRow]]()
    for line in lines_of_open_cases(db, definition.id):
        lines.setdefault(plain_key(line.main_key), []).append(line)
    return lines


def once_each(people: Sequence[ListedPerson]) -> Iterator[tuple[ListedPerson, bool]]:
    """Each person once, with whether other rows of the list say something else of the same key."""
    rows = dict[str, list[ListedPerson]]()
    for person in people:
        if person.fault:  # its key is no longer whole
            yield person, False
        else:
            rows.setdefault(person.key, []).append(person)
    for same in rows.values():
        yield same[0], any(says_other(person, same[0]) for person in same)


def says_other(person: ListedPerson, first: ListedPerson) -> bool:
    other_status = to_letter_key(person.status) != to_letter_key(first.status)
    return other_status or (person.reason, person.serial) != (first.reason, first.serial)


def find_answer(
    person: ListedPerson, doubled: bool, reading: Reading, result: ListResult
) -> tuple[DispatchLineRow, dict[str, Any]] | None:
    """The line and what is typed of it; None where there is nothing to type, which `result` counts. Raises Problem."""
    lines = reading.lines.get(person.key, ())
    if not lines and not person.fault:
        result.others += 1
        return None
    line = check_line(person, doubled, lines)
    answer = check_answer(person, reading, line)
    if not answer["result"]:
        result.silent += 1
        return None
    if is_known(reading, line, answer["result"]):
        result.known += 1
        return None
    return line, answer


def check_line(person: ListedPerson, doubled: bool, lines: Sequence[DispatchLineRow]) -> DispatchLineRow:
    """The one line that a row speaks of. Raises Problem."""
    if person.fault:
        raise doubt(person.fault)
    if doubled:
        raise doubt(NOT_ONE_ANSWER)
    if len(lines) > 1:
        raise doubt(TWO_CASES)
    [line] = lines
    if line.road == "loket":
        raise doubt(BY_LOKET)
    if match_names(person.name, line.name) == "other":
        raise doubt(OTHER_NAME.format(number=line.number))
    return line


def check_answer(person: ListedPerson, reading: Reading, line: DispatchLineRow) -> dict[str, Any]:
    """What `type_answer` takes of a row; no `result`: it says nothing yet.

    Raises Problem where list and status disagree, a status is unknown or a reason is missing.
    """
    kind = reading.kind
    status = reading.status_of(person)
    if not kind.result and status is None:
        raise doubt(UNKNOWN_STATUS.format(status=person.status, dispatch=line.dispatch))
    if kind.result and status and status.result != kind.result:
        raise doubt(OTHER_STATUS.format(status=person.status))
    if status:
        result = status.result
    else:
        result = kind.result
    if result == "printed":
        return {"result": result, "serial": person.serial}
    if result != "refused":
        return {"result": result, "serial": ""}
    reason = person.reason
    if not reason and status:
        reason = status.reason
    if not reason:
        raise doubt(NO_REASON.format(dispatch=line.dispatch))
    return {"result": result, "reason": reason, "biometric": bool(status and status.records_again)}


def is_known(reading: Reading, line: DispatchLineRow, result: str) -> bool:
    """Whether a line says the answer already, typed or in force. Raises Problem where it says another one."""
    if line.unchecked:
        if line.typed == result:
            return True
        raise doubt(TYPED_OTHERWISE.format(dispatch=line.dispatch))
    if result == line.result or (result == "accepted" and line.result == "printed"):
        return True
    if (line.result, result) in ANSWER_MOVES:
        return False
    words = result_labels(reading.definition)
    holds = words[line.result]
    says = words[result]
    raise doubt(ANSWERED_OTHERWISE.format(holds=holds, says=says, dispatch=line.dispatch))
