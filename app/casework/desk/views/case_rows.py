"""Rows of the lists of cases: what each says of its case, its state and its promise."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.casework.desk import checklist, queries
from app.casework.desk.queries import CaseRow
from app.casework.desk.story import spoken_name
from app.casework.desk.waiting import shown_state, waiting_cases
from app.core.dates import relative_due, short_date
from app.core.procedure import engine
from app.core.procedure.deadline import counting_calendar
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.platform.web.context import current_date, current_db
from app.platform.web.filters import as_date
from schema.service_procedure import Definition, Exit, Step


class DrawnRow(NamedTuple):
    """One row. `state_kind` and `due_kind` are state classes; `due_kind` is empty where nothing presses."""

    id: int
    number: str
    kind: str
    received: str
    name: str
    village: str
    key: str
    state_kind: str
    state: str
    lacking: str
    due_kind: str
    due_word: str
    due: str
    late: bool


def drawn_rows(rows: Sequence[CaseRow]) -> list[DrawnRow]:
    db = current_db()
    on = current_date()
    calendar = office.office_calendar(db)
    villages = office.area_names(db)
    known = queries.definitions_of(db, rows)
    lacking = checklist.lacking_items(db, [row.id for row in rows if not row.completed_on and not row.closed])
    stood = queries.stood_cases(db, [row.id for row in rows if row.due_on and not row.kept_on and not row.closed])
    waits = waiting_cases(db, [row.id for row in rows])
    drawn = []
    for row in rows:
        definition = known[row.service, row.revision]
        state = shown_state(engine.state_named(definition, row.step), waits.get(row.id))
        missing = lacking.get(row.id, ())
        drawn.append(
            DrawnRow(
                row.id,
                row.number,
                engine.kind_named(definition, row.kind).label,
                short_date(as_date(row.received_on)),
                spoken_name(row.name),
                villages.get(row.area, row.area),
                engine.mask_key(definition, row.main_key),
                state_kind(state, row),
                state.state_label,
                "; ".join(need.named() for need in definition.requirements if need.mandatory and need.id in missing),
                *promise_cells(row, promised_by(definition, calendar), on, stood=row.id in stood),
            )
        )
    return drawn


def state_kind(state: Step | Exit, row: CaseRow) -> str:
    """State class of a row: closed is quiet, a detour comes back, waiting for pick-up is good news."""
    if isinstance(state, Exit):
        if row.step == "@done":
            return "good"
        return "idle"
    if state.side:
        return "back"
    if state.waits_for == "partner":
        return "sent"
    if row.kept_on:
        return "good"
    return "wait"


def promised_by(definition: Definition, calendar: Calendar) -> Calendar:
    """The calendar that counts in the unit of the service's promise."""
    if definition.promise:
        return counting_calendar(definition.promise.unit, calendar)
    return calendar


def promise_cells(row: CaseRow, calendar: Calendar, on: date, *, stood: bool) -> tuple[str, str, str, bool]:
    """State class, word and text of a promise, and whether it is over; `stood`: it stands still."""
    if not row.due_on:
        word = "" if row.closed else "Belum dihitung"
        return "", word, "", False
    due_on = date.fromisoformat(row.due_on)
    text = short_date(due_on)
    if row.kept_on:
        kind = "good"
        word = "Ditepati"
        if row.kept_on > row.due_on:
            kind = "warn"
            word = "Terlambat"
        return kind, word, text, False
    if row.closed:
        return "", "", text, False
    if stood:
        return "idle", "Hitungan dijeda", "", False
    if note := calendar.estimate_note(due_on):
        text = f"{text}, {note}"
    kind = ""
    if due_on < on:
        kind = "bad"
    elif calendar.workdays_between(on, due_on) <= 1:
        kind = "warn"
    return kind, relative_due(due_on, on, calendar), text, due_on < on
