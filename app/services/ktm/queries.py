"""What pages and papers ask about student cards: intakes with their figures, students, one card by code or key."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from app.casework.batches.queries import NEWEST, shown_answer
from app.casework.desk.moving import form_values
from app.casework.desk.tables import CaseFile
from app.core.codes import check_code
from app.core.permissions import Actor, may
from app.core.problems import Problem, ValueProblem, check_found
from app.core.procedure.limits import is_over, parse_time
from app.core.workdays import wall_time
from app.platform.files.queries import files_of, read_file
from app.platform.office import queries as office
from app.platform.office.deadlines import DueItem, running_deadlines
from app.services.ktm.photos import PHOTO
from app.services.ktm.photos import list_students as list_photos
from app.services.ktm.tables import IntakeSession, StudentCard
from app.services.ktm.words import is_card_service
from schema.database import Database
from schema.service_procedure import Definition

INTAKE = "json_extract(c.fields, '$.intake')"
MOST = 2000
"""Students of one intake on a page; a polytechnic takes in about a thousand a year."""


def find_card_service(db: Database, on: date) -> Definition:
    """The definition in force whose cards these are. Raises Problem `standard`, `not_found`."""
    for definition in office.services_in_force(db, on):
        if is_card_service(definition):
            return definition
    raise Problem.of("not_found", what="Layanan kartu mahasiswa")


# -- intakes -----------------------------------------------------------------------------------------------------


class Intake(msgspec.Struct, frozen=True):
    """An intake in figures: students by state, and cards that are out."""

    name: str
    states: Mapping[str, int]
    valid: int

    @property
    def students(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.states.get("@done", 0)


def list_intakes(db: Database, service: str) -> list[Intake]:
    """The newest first; a student with two requests counts once in each."""
    rows = db.run(
        f"SELECT {INTAKE}, c.step, count(*) FROM case_file c WHERE c.service = ? GROUP BY 1, 2 ORDER BY 1 DESC",
        (service,),
    )
    found: dict[str, dict[str, int]] = {}
    for intake, step, count in rows:
        found.setdefault(str(intake or ""), {})[step] = count
    valid = dict(
        db.run(
            f"SELECT {INTAKE}, count(*) FROM student_card k JOIN case_file c ON c.id = k.case_id"
            " WHERE k.made_on IS NOT NULL AND k.withdrawn_on IS NULL GROUP BY 1"
        )
    )
    return [Intake(name, states, valid.get(name, 0)) for name, states in found.items()]


CARD_COLUMNS = {
    "code": "coalesce(k.code, '')",
    "card_number": "coalesce(k.number, '')",
    "made_on": "k.made_on",
    "withdrawn_on": "k.withdrawn_on",
    "withdrawn_why": "coalesce(k.withdrawn_why, '')",
    "account": f"coalesce({shown_answer('l.serial')}, '')",
    "result": "coalesce(l.result, '')",
    "sent": "l.dispatch_id IS NOT NULL",
    "handed_on": "(SELECT h.on_date FROM hand_over h WHERE h.case_id = c.id AND h.returned_on IS NULL)",
    "programme": "coalesce(json_extract(c.fields, '$.programme'), '')",
    "status": "coalesce(json_extract(c.fields, '$.status'), '')",
}
"""What the list of an intake adds to a case: its newest card, its newest line at the partner."""


def list_students(db: Database, service: str, intake: str, step: str = "") -> list[CaseFile]:
    if step:
        only = "AND c.step = ?"
        more = [step]
    else:
        only = ""
        more = []
    rest = (
        f"LEFT JOIN dispatch_line l ON l.case_id = c.id AND l.dispatch_id = {NEWEST}"
        " LEFT JOIN student_card k ON k.case_id = c.id AND k.drawn_on = (SELECT max(n.drawn_on) FROM student_card n"
        " WHERE n.case_id = c.id) AND (k.withdrawn_on IS NULL OR NOT EXISTS (SELECT 1 FROM student_card o"
        " WHERE o.case_id = c.id AND o.withdrawn_on IS NULL))"
        f" WHERE c.service = ? AND {INTAKE} = ? {only} GROUP BY c.id ORDER BY programme, c.name, c.id LIMIT {MOST}"
    )
    return CaseFile.joined(db, "c", rest, [service, intake, *more], **CARD_COLUMNS)


def check_intake(db: Database, service: str, intake: str) -> None:
    """Raises Problem `not_found` for an intake without a student and without a session."""
    if not list_students(db, service, intake) and not list_sessions(db, intake):
        raise Problem.of("not_found", what="Angkatan itu")


def list_sessions(db: Database, intake: str) -> list[IntakeSession]:
    return IntakeSession.rows(db, intake=intake, order="since DESC")


def session_minutes(session: IntakeSession) -> int:
    """How long it took, from its own two times."""
    if not session.until:
        return 0
    return int((parse_time(session.until) - parse_time(session.since)).total_seconds() // 60)


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    found: list[DueItem] = []
    if not may(actor, "ktm.view"):
        return found
    for session_id, deadline, note in running_deadlines(db, "intake"):
        session = IntakeSession.first(db, id=session_id)
        intake = session.intake if session else ""
        subject = ""
        if is_over(deadline, wall_time(now)) and may(actor, "ktm.intake"):
            subject = f"intake/{session_id}"
        where = ("student_cards.show_intake", {"angkatan": intake})
        title = f"Sosialisasi angkatan {intake}"
        found.append(DueItem(title, "Waktu baku sosialisasi", deadline, *where, subject, note))
    return found


def case_intake(case: CaseFile) -> str:
    return form_values(case).get("intake", "")


def has_cards(db: Database) -> bool:
    """Whether this office has a service whose cards are made here."""
    return any(is_card_service(service) for service in office.services_in_force(db, date.max))


def case_photo(db: Database, case_id: int) -> tuple[bytes, str] | None:
    """(bytes, kind) of the newest photo of a case, once somebody has confirmed it."""
    held = files_of(db, f"case/{case_id}", PHOTO)[-1:]
    if not held or held[0].doubt or not held[0].confirmed_at:
        return None
    found = read_file(db, held[0].id)
    return found.content, found.kind.removeprefix("image/")


def count_missing_photos(db: Database, service: str, intake: str) -> int:
    """Open requests of an intake without a confirmed photo."""
    return sum(photo.state != "confirmed" for photo in list_photos(db, service, intake))


# -- cards -------------------------------------------------------------------------------------------------------

OF_CASE = {"name": "c.name", "case_number": "c.number", "fields": "c.fields", "case_key": "c.main_key"}


def find_card(db: Database, code: str) -> StudentCard:
    """A card by the code of its QR. Raises Problem `not_found`."""
    rest = "JOIN case_file c ON c.id = k.case_id WHERE k.code = ?"
    return check_found(next(iter(StudentCard.joined(db, "k", rest, (code,), **OF_CASE)), None), "KTM dengan kode itu")


def cards_of_key(db: Database, key: str) -> list[StudentCard]:
    order = "ORDER BY k.withdrawn_on IS NOT NULL, k.drawn_on DESC"
    rest = f"JOIN case_file c ON c.id = k.case_id WHERE k.main_key = ? {order}"
    return StudentCard.joined(db, "k", rest, (key,), **OF_CASE)


def search_cards(db: Database, text: str) -> list[StudentCard]:
    """By the code of the QR, scanned or typed, or by the student's number."""
    typed = " ".join(text.split())[:100]
    try:
        found = StudentCard.first(db, code=check_code(typed))
    except ValueProblem:
        found = None
    key = found.main_key if found else typed
    return cards_of_key(db, key) or cards_of_key(db, typed.upper())


def read_code(text: str) -> str:
    """The stored form of a code in an address. Raises Problem `not_found`."""
    try:
        return check_code(text)
    except ValueProblem as problem:
        raise Problem.of("not_found", what="KTM dengan kode itu") from problem


def find_card_code(db: Database, text: str) -> str:
    """The code itself where a text is the code of a card; for the search box."""
    try:
        code = check_code(text)
    except ValueProblem:
        return ""
    if not StudentCard.first(db, code=code):
        return ""
    return code


def valid_card(db: Database, key: str) -> StudentCard | None:
    """The card of a student that was drawn and not withdrawn; of one student there is one at most."""
    return StudentCard.first(db, main_key=key, withdrawn_on=None)


def card_of_case(db: Database, case_id: int) -> StudentCard | None:
    return StudentCard.first(db, case_id=case_id, order="withdrawn_on IS NOT NULL, drawn_on DESC")


def card_facts(card: Any) -> Mapping[str, str]:
    """The form of a card's case; a card that was read with :data:`OF_CASE` has its column `fields`."""
    return form_values(card)


# -- the report of an intake -------------------------------------------------------------------------------------


class StepFigure(msgspec.Struct, frozen=True):
    """A step or exit of the procedure with how many students are there now, and how many ever went through it."""

    label: str
    now: int
    passed: int


class ClockFigure(msgspec.Struct, frozen=True):
    """A standard time with how often it was kept and how often not."""

    label: str
    clause: str
    standard: str
    kept: int
    late: int
    running: int


class Report(msgspec.Struct, frozen=True):
    intake: str
    students: int
    steps: Sequence[StepFigure]
    clocks: Sequence[ClockFigure]
    sessions: Sequence[IntakeSession]
    missing_photos: int
    sent: int
    opened: int
    refused: int
    cards: Mapping[str, int]
    withdrawn: Mapping[str, int]


def intake_report(db: Database, definition: Definition, intake: str, photos_missing: int, now: datetime) -> Report:
    students = list_students(db, definition.id, intake)
    here = Counter(student.step for student in students)
    passed = step_passages(db, definition.id, intake)
    steps = [StepFigure(label, here[state], passed.get(state, 0)) for state, label in states_of(definition)]
    clocks = [session_clock(db, definition, intake), *case_clocks(db, definition, intake, now)]
    sent = sum(bool(student.sent) for student in students)
    results = Counter(student.result for student in students)
    cards = intake_cards(db, definition.id, intake)
    states = Counter(card.state for card in cards)
    withdrawn = Counter(card.why for card in cards if card.withdrawn_on)
    return Report(
        intake,
        len(students),
        steps,
        clocks,
        list_sessions(db, intake),
        photos_missing,
        sent,
        results["printed"],
        results["refused"],
        states,
        withdrawn,
    )


def states_of(definition: Definition) -> list[tuple[str, str]]:
    """(state, its words) of every step and exit, in the order of the procedure."""
    states = [(step.id, step.state_label) for step in definition.steps]
    return states + [(f"@{exit_.id}", exit_.state_label) for exit_ in definition.exits]


def intake_cards(db: Database, service: str, intake: str) -> list[StudentCard]:
    rest = f"JOIN case_file c ON c.id = k.case_id WHERE c.service = ? AND {INTAKE} = ?"
    return StudentCard.joined(db, "k", rest, (service, intake), **OF_CASE)


def step_passages(db: Database, service: str, intake: str) -> dict[str, int]:
    """State → how many students ever came to it."""
    sql = (
        "SELECT e.step_to, count(DISTINCT e.case_id) FROM case_event e JOIN case_file c ON c.id = e.case_id"
        f" WHERE c.service = ? AND {INTAKE} = ? GROUP BY 1"
    )
    return dict(db.run(sql, (service, intake)))


def session_clock(db: Database, definition: Definition, intake: str) -> ClockFigure:
    """The time of the first row of the procedure, by the sessions' own times."""
    row = definition.rows[0]
    most = 0
    standard = ""
    if row.time:
        most = row.time.minutes or 0
        standard = row.time.text
    ended = [session for session in list_sessions(db, intake) if session.until]
    late = sum(session_minutes(session) > most for session in ended)
    return ClockFigure(row.title, row.clause, standard, len(ended) - late, late, 0)


def case_clocks(db: Database, definition: Definition, intake: str, now: datetime) -> list[ClockFigure]:
    """Every standard time of a step and every limit of the file, over the cases of an intake."""
    at = wall_time(now).isoformat(timespec="minutes")
    sql = (
        "SELECT d.limit_id, d.scope, sum(d.stopped <> '' AND d.stopped <= d.due),"
        " sum((d.stopped <> '' AND d.stopped > d.due) OR (d.stopped = '' AND d.void = 0 AND"
        " CASE length(d.due) WHEN 16 THEN d.due <= ? ELSE d.due < substr(?, 1, 10) END)),"
        " sum(d.stopped = '' AND d.void = 0) FROM deadline d JOIN case_file c ON d.subject = 'case/' || c.id"
        f" WHERE c.service = ? AND {INTAKE} = ? GROUP BY 1, 2"
    )
    counted = {(row[0], row[1]): row[2:] for row in db.run(sql, (at, at, definition.id, intake))}
    found = []
    for step in definition.steps:
        if step.standard_time:
            words = ""
            if step.standard_time.unit == "working_minutes":
                words = f"{step.standard_time.amount} menit"
            found.append(ClockFigure(step.title, step.clause, words, *counted.get(("step", step.id), (0, 0, 0))))
    for limit in definition.limits:
        row = next((row for row in definition.rows if row.clause == limit.clause), None)
        words = ""
        if row and row.time:
            words = row.time.text
        found.append(ClockFigure(limit.label, limit.clause, words, *counted.get((limit.id, ""), (0, 0, 0))))
    return found
