"""Move a case along its procedure: outcomes of steps, exits by hand, the promise's clock."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Literal

from app.cases.disagreements import disagreements
from app.cases.events import CaseAdvanced
from app.cases.explaining import unexplained
from app.cases.opening import get_case
from app.cases.sight import LACKING, doubts
from app.cases.tables import CaseFile, CaseItem
from app.core.clock import office_date
from app.core.permissions import Actor, refusal
from app.core.problems import Problem
from app.office import service as office
from app.office import settings
from app.sop import engine
from app.sop.promise import promise_mark, promise_start
from schema.database import Database
from schema.service_flow import Definition, Outcome, Step
from sync.journal import Journal


def definition_of(db: Database, case: CaseFile) -> Definition:
    """The revision with which the case started."""
    return office.definition(db, case.service, case.revision)


def step_of(db: Database, case: CaseFile) -> Step:
    """The step in which an open case waits. Raises Problem `state` for a closed one."""
    definition = definition_of(db, case)
    if case.closed:
        raise Problem.of("state", what=f"Berkas {case.number}", state=label_of(definition, case.step))
    return engine.step(definition, case.step)


def label_of(definition: Definition, step: str) -> str:
    """State label of a step or of an exit (`@done`)."""
    return engine.state(definition, step).state_label


def partner_of(definition: Definition) -> str:
    """Who outside of the office moves a case by an answer on the road: the actor for whom the procedure waits."""
    step = next((one for one in definition.steps if one.waits_for == "partner"), None)
    return engine.actor_of(definition, step).label if step else "Loket"


def advance(journal: Journal, actor: Actor, *, case_id: int, outcome: str, now: datetime, on: date | None = None,
            note: str = "", place_number: str = "", special: str = "",
            seen_step: str = "") -> CaseAdvanced:  # fmt: skip
    """End the present step with an outcome of its definition (SP 4.1 to 4.7, as data).

    `special` names the page that performs the step; a step that has one is refused elsewhere. `seen_step` is the
    step that the page showed, so that two officers never answer the same question twice. Raises Problem.
    """
    with journal.transaction():
        case = get_case(journal.db, actor, case_id)
        body = plan_move(journal.db, case, outcome, on or office_date(now), office_date(now), actor=actor, note=note,
                         place_number=place_number, special=special, seen_step=seen_step)  # fmt: skip
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return body


def plan_move(db: Database, case: CaseFile, outcome_id: str, on: date, today: date, *, actor: Actor | None = None,
              note: str = "", place_number: str = "", special: str = "",
              seen_step: str = "") -> CaseAdvanced:  # fmt: skip
    """The entry that a move would record, after all checks. Without `actor` (an answer by road) no role is asked."""
    definition, step = definition_of(db, case), step_of(db, case)
    if seen_step and seen_step != case.step:
        raise Problem.of("state", what=f"Berkas {case.number}", state=step.state_label)
    outcome = known_outcome(definition, step, outcome_id, case)
    if step.special not in ("", special):
        raise Problem.of("state", what=f"Berkas {case.number}", state=step.state_label)
    if actor is not None:
        require_role(definition, step, outcome, actor)
    check_outcome(db, definition, case, outcome, on, today, note)
    return moved(db, definition, case, step, outcome, on, note, place_number)


def known_outcome(definition: Definition, step: Step, outcome_id: str, case: CaseFile) -> Outcome:
    """The outcome of that name. Raises Problem `state` when the step knows none."""
    found = next((one for one in step.outcomes if one.id == outcome_id), None)
    if found is None:
        raise Problem.of("state", what=f"Berkas {case.number}", state=step.state_label)
    return found


def require_role(definition: Definition, step: Step, outcome: Outcome, actor: Actor) -> None:
    """Raise Problem `forbidden` unless one of the actor's roles may end the step so."""
    if outcome not in engine.allowed_outcomes(definition, step, actor.duties):
        raise refusal(actor, "case.advance")


def check_outcome(db: Database, definition: Definition, case: CaseFile, outcome: Outcome, on: date, today: date,
                  note: str) -> None:  # fmt: skip
    """The conditions that an outcome carries as data: reason, complete papers, dates."""
    if outcome.needs_reason and not note.strip():
        raise Problem.of(
            "invalid", {"note": "Tulis alasannya, supaya pemohon tahu apa yang harus dilakukan."}
        )
    if outcome.needs_complete:
        lacking = missing_items(db, definition, case)
        if lacking:
            raise Problem.of("incomplete", items=", ".join(lacking))
        if doubtful := doubts(db, definition, case):
            raise Problem.of("invalid", doubtful)
        if open_ := unexplained(db, case.id, disagreements(definition, form_values(case))):
            raise Problem.of("invalid", {key: f"{text} Tulis alasannya." for key, text in open_.items()})
    if on > today:
        raise Problem.of("invalid", {"on": "Tanggal tidak boleh di masa depan."})
    # Today is always right: a file with a later day was received under a clock that ran ahead, and must go on.
    if on < min(today, date.fromisoformat(case.received_on)):
        raise Problem.of("invalid", {"on": "Tanggal tidak boleh sebelum berkas diterima."})
    if on < today and not note.strip():
        raise Problem.of("invalid", {"note": "Tanggal mundur perlu alasan."})


def missing_items(db: Database, definition: Definition, case: CaseFile) -> list[str]:
    """Labels of mandatory items that are not noted as present (or not needed, with a note)."""
    from app.cases.queries import requirements

    rows = {row.item: row for row in CaseItem.rows(db, CaseItem.case_id == case.id)}
    return [need.label for need in requirements(definition, case) if need.mandatory
            and (need.id not in rows or rows[need.id].state in LACKING)]  # fmt: skip


def moved(db: Database, definition: Definition, case: CaseFile, step: Step, outcome: Outcome, on: date, note: str,
          place_number: str) -> CaseAdvanced:  # fmt: skip
    """Body of the entry: next step, place, and what the promise's clock does."""
    closed, place = outcome.to.startswith("@"), outcome.place or engine.state(definition, outcome.to).place
    number = place_number or (case.place_number if place == case.place else "")
    promise: Literal["", "start", "keep", "reopen"] = ""
    completed, due = "", ""
    off: list[tuple[str, str]] = []
    late = settings.get(db, "promise.kept_when") == "handed_over"
    mark = promise_mark(definition, step.id, outcome.id, alternative=late)
    if mark == "starts" and not case.completed_on:
        counted = promise_start(definition, form_values(case), on)
        promise, completed = "start", counted.isoformat()
        calendar = office.calendar(db)
        due_on = engine.due_date(definition, calendar, counted)
        due, off = str(due_on), calendar.off_days(counted, due_on) if due_on else []
    elif mark == "keeps" and not case.kept_on:
        promise = "keep"
    elif mark == "reopens" and case.kept_on:
        promise = "reopen"
    return CaseAdvanced(case.id, outcome.id, case.step, outcome.to, place, on.isoformat(), closed, note.strip()[:1000],
                        number, promise, completed, due, off)  # fmt: skip


def form_values(case: CaseFile) -> dict[str, str]:
    """What the form of a case says, field by field."""
    values: dict[str, str] = json.loads(case.fields)
    return values


def require_here(definition: Definition, case: CaseFile, step: Step) -> None:
    """Raise Problem while somebody outside of the office works with what was sent: nobody shares a pen."""
    if step.waits_for == "partner":
        raise Problem.of("conflict", why=f"Berkas {case.number} sedang di {partner_of(definition)}, dengan data yang "
                         "sudah dikirim. Minta barisnya kembali di halaman pengirimannya, atau tunggu jawaban dan "
                         "kartunya; sesudah itu data dapat diperbaiki dan berkas dapat ditutup.")  # fmt: skip


def leave(journal: Journal, actor: Actor, *, case_id: int, exit_id: str, reason: str, now: datetime,
          seen_step: str = "") -> CaseAdvanced:  # fmt: skip
    """Withdrawal, refusal, death or move: an exit by hand, with its reason (by the Kasi, as the definition says)."""
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id)
        definition, step = definition_of(db, case), step_of(db, case)
        if seen_step and seen_step != case.step:
            raise Problem.of("state", what=f"Berkas {case.number}", state=step.state_label)
        require_here(definition, case, step)
        exit_ = next((one for one in definition.exits if one.id == exit_id and one.by_hand), None)
        if exit_ is None or (exit_.from_steps and case.step not in exit_.from_steps):
            raise Problem.of("state", what=f"Berkas {case.number}", state=step.state_label)
        if exit_ not in engine.allowed_exits(definition, step, actor.duties):
            raise refusal(actor, "case.advance")
        if exit_.needs_reason and not reason.strip():
            raise Problem.of("invalid", {"note": "Tulis alasannya."})
        body = CaseAdvanced(case.id, exit_id, case.step, f"@{exit_id}", exit_.place, office_date(now).isoformat(), True,
                            reason.strip()[:1000])  # fmt: skip
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return body
