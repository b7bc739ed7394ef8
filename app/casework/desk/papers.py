"""The desk's papers: which of them a case has reached, its slips, and the list of codes that lie ready."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.casework.desk.checklist import WRONG, CheckedLine, form_reasons_covered, read_checklist, wanted_text
from app.casework.desk.form_papers import filled_form, population_form
from app.casework.desk.limits import case_pauses
from app.casework.desk.moving import case_definition
from app.casework.desk.paper_heads import POPULATION_FORM, other_day, paper_fields, paper_subject
from app.casework.desk.queries import Event, case_events
from app.casework.desk.service import split_reasons
from app.casework.desk.story import completion_event, counted_from, due_days
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import format_number, long_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.procedure.deadline import DueDay
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.printing.data import cases as shapes
from app.platform.printing.data import common
from schema.database import Database
from schema.service_procedure import Definition, Step

WHOLE_NUMBERS = frozenset({"formulir", "f-1-02"})
"""Papers that carry the whole NIK and KK."""


def ready_papers(definition: Definition, case: CaseFile, way: Sequence[Event]) -> list[str]:
    """Which papers this case has reached on its way, by the name in their address."""
    found = ["tanda-terima", "formulir"]
    if any(form.code == POPULATION_FORM for form in definition.form_codes):
        found.append("f-1-02")
    if case.completed_on:
        found.insert(0, "slip")
    if last_return(definition, way) is not None:
        if case.step in applicant_steps(definition):
            found.insert(0, "pengembalian")
        else:
            found.append("pengembalian")
    return found


def offered_papers(definition: Definition, case: CaseFile, actor: Actor, way: Sequence[Event]) -> list[str]:
    """The papers of :func:`ready_papers` that this person may print: whole numbers for whoever may see them."""
    whole = actor.village_only or may(actor, "case.reveal")
    return [name for name in ready_papers(definition, case, way) if whole or name not in WHOLE_NUMBERS]


def applicant_steps(definition: Definition) -> list[str]:
    return [step.id for step in definition.steps if step.side and step.waits_for == "applicant"]


def return_reason(line: CheckedLine) -> shapes.ReturnReason:
    what = "Belum ada"
    remedy = line.need.detail or line.need.hint
    if line.state == WRONG:
        what = "Tidak sesuai"
    if line.sight:
        remedy = f"{line.sight}. {remedy}".rstrip()
    return shapes.ReturnReason(what=f"{what}: {line.name}", remedy=remedy)


def receipt_paper(db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime) -> shapes.Receipt:
    lines = read_checklist(db, definition, case)
    return shapes.Receipt(
        **paper_fields(db, definition, "receipt", actor, now),
        subject=paper_subject(db, definition, case),
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.person_names(db).get(case.entered_by, case.entered_by),
        brought=tuple(checked.text for checked in lines if checked.state == "present"),
        missing=tuple(wanted_text(line) for line in lines if line.lacking),
        fee=fee_words(definition),
        promised=definition.promise is not None,
    )


def fee_words(definition: Definition) -> str:
    """What a service costs, on its slips; empty where its procedure does not say."""
    if definition.fee is None:
        return ""
    if not definition.fee.rupiah:
        return "GRATIS"
    return f"Rp{format_number(definition.fee.rupiah)}"


def promise_slip_paper(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PromiseSlip:
    if not case.completed_on or not case.due_on or definition.promise is None:
        raise Problem.of("conflict", why="Slip baru dicetak setelah berkas dinyatakan lengkap dan valid.")
    way = case_events(db, case.id)
    noted = completion_event(definition, way)
    at = noted.at if noted else case.entered_at
    complete_on = other_day(case.completed_on, at)
    words = ""
    from_age = counted_from(definition, case, way)
    if from_age:
        complete_on = None
        words = f"{from_age}, {long_date(date.fromisoformat(case.completed_on))}"
    days = due_days(definition, office.office_calendar(db), case, case_pauses(db, case.id))
    return shapes.PromiseSlip(
        **paper_fields(db, definition, "promise_slip", actor, now),
        subject=paper_subject(db, definition, case),
        complete_at=datetime.fromisoformat(at),
        complete_on=complete_on,
        counted_from=words,
        due_on=date.fromisoformat(case.due_on),
        estimate=office.office_calendar(db).estimate_note(date.fromisoformat(case.due_on)),
        working_days=definition.promise.days,
        days=tuple(map(slip_day, days)),
        fee=fee_words(definition),
    )


def slip_day(day: DueDay) -> shapes.CalendarDay:
    """A day of the promise as the slip draws it."""
    off = ""
    if day.kind not in ("start", "running"):
        off = day.reason
    return shapes.CalendarDay(on=day.date, number=day.number or 0, off=off)


def last_return(definition: Definition, way: Sequence[Event]) -> Event | None:
    back = applicant_steps(definition)
    return next((event for event in reversed(way) if event.step_to in back and event.step_from != event.step_to), None)


def return_slip_paper(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.ReturnSlip:
    back = last_return(definition, case_events(db, case.id))
    if back is None:
        raise Problem.of("conflict", why="Berkas ini tidak pernah dikembalikan.")
    return shapes.ReturnSlip(
        **paper_fields(db, definition, "return_slip", actor, now),
        subject=paper_subject(db, definition, case),
        returned_at=datetime.fromisoformat(back.at),
        checked_by=people.person_names(db).get(back.actor, back.actor),
        reasons=tuple(return_reasons(db, definition, case, back.note)),
        fee=fee_words(definition),
    )


def return_reasons(db: Database, definition: Definition, case: CaseFile, note: str) -> list[shapes.ReturnReason]:
    """Why a file went back, by the note of its return and the check list, each reason once."""
    lacking = [checked for checked in read_checklist(db, definition, case) if checked.lacking]
    told = set[str]().union(*(form_reasons_covered(line) for line in lacking))
    reasons = [shapes.ReturnReason(what=reason) for reason in split_reasons(note) if reason not in told]
    return reasons + [return_reason(line) for line in lacking]


CASE_PAPERS = {
    "tanda-terima": "receipt",
    "slip": "promise_slip",
    "pengembalian": "return_slip",
    "formulir": "filled_form",
    "f-1-02": "population_form",
}
"""Papers of one case: name in an address → name in `app.platform.printing.papers.PAPERS`."""
MAKERS = {
    "receipt": receipt_paper,
    "promise_slip": promise_slip_paper,
    "return_slip": return_slip_paper,
    "filled_form": filled_form,
    "population_form": population_form,
}


def case_paper(db: Database, case: CaseFile, paper: str, actor: Actor, now: datetime) -> common.Paper:
    """The data of one paper of a case. Raises Problem when the case has not come so far."""
    return MAKERS[paper](db, case_definition(db, case), case, actor, now)


def fetching_step(definition: Definition) -> Step | None:
    """The last step of the main line, where it waits for the applicant: something lies ready to be fetched."""
    last = engine.main_line(definition)[-1]
    if last.waits_for != "applicant":
        return None
    return last


def ready_codes(db: Database) -> list[tuple[str, str]]:
    """(service, slip code as printed) of open cases that only their applicant still has to fetch, by code; each case
    follows its own revision."""
    found: list[tuple[str, str]] = []
    for service, revision in db.run("SELECT DISTINCT service, revision FROM case_file WHERE closed = 0"):
        last = fetching_step(office.adopted_definition(db, service, revision))
        if last is not None:
            sql = "SELECT code FROM case_file WHERE closed = 0 AND service = ? AND revision = ? AND step = ?"
            rows = db.run(sql, (service, revision, last.id))
            found += [(service, show_code(code)) for (code,) in rows]
    return sorted(found, key=lambda pair: pair[1])


def ready_codes_of(db: Database, service: str) -> list[str]:
    return [code for each, code in ready_codes(db) if each == service]


def board_subject(service: str, on: date, codes: Iterable[str]) -> str:
    """What is printed: the same list of the same day once more is a copy, a list that has changed is not."""
    trace = hashlib.sha256(" ".join(codes).encode()).hexdigest()[:8]
    return f"board/{service}/{on.isoformat()}/{trace}"


def ready_codes_paper(db: Database, actor: Actor, service: str, now: datetime) -> shapes.ReadyCodes:
    definition = office.current_definition(db, service, office_date(now))
    if not fetching_step(definition):
        raise Problem.of("not_found", what="Daftar kode layanan itu")
    return shapes.ReadyCodes(
        **paper_fields(db, definition, "ready_codes", actor, now),
        service=definition.short_name,
        on=office_date(now),
        codes=tuple(ready_codes_of(db, service)),
    )
