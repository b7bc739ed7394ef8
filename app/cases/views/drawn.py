"""Cases as the lists draw them: every word ready, so that the template only lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.cases import queries, register
from app.cases.queries import CaseRow
from app.cases.story import spoken
from app.core.dates import relative_workdays, short_date
from app.core.workdays import Calendar
from app.office import service as office
from app.sop import engine
from app.web.context import db, today
from app.web.filters import as_date, mask_nik


class Drawn(NamedTuple):
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


def drawn(rows: Sequence[CaseRow]) -> list[Drawn]:
    """Rows with their words: state, kind, what is missing, how far the promise is."""
    known, calendar, villages = register.Definitions(db()), office.calendar(db()), office.area_names(db())
    lacking = queries.lacking(db(), [row.id for row in rows if not row.completed_on and not row.closed])
    on = today()
    return [
        Drawn(
            row.id, row.number, known.kind(row), short_date(as_date(row.received_on)), spoken(row.name),
            villages.get(row.area, row.area), mask_nik(row.main_key), state_kind(known, row), known.state(row),
            labels(known, row, lacking[row.id]) if row.id in lacking else "", *promise(row, calendar, on),
        )
        for row in rows
    ]  # fmt: skip


def state_kind(known: register.Definitions, row: CaseRow) -> str:
    """State class of a row: closed is quiet, a detour comes back, waiting for pick-up is good news."""
    if row.closed:
        return "good" if row.step == "@done" else "idle"
    step = engine.step(known.of(row), row.step)
    if step.side:
        return "back"
    return "sent" if step.waits_for == "partner" else "good" if row.kept_on else "wait"


def labels(known: register.Definitions, row: CaseRow, missing: Sequence[str]) -> str:
    """What a case still lacks, in words."""
    names = {one.id: one.label for one in known.of(row).requirements if one.mandatory}
    return ", ".join(names[one] for one in missing if one in names)


def promise(row: CaseRow, calendar: Calendar, on: date) -> tuple[str, str, str, bool]:
    """How the promise of a row stands on a day: state class, word, its date, and whether it is late."""
    if not row.due_on:
        return "", "" if row.closed else "Belum dihitung", "", False
    due_on = date.fromisoformat(row.due_on)
    text = short_date(due_on)
    if not row.kept_on and not row.closed and (note := calendar.estimate_note(due_on)):
        text = f"{text}, {note}"
    if row.kept_on:
        late = row.kept_on > row.due_on
        return "warn" if late else "good", "Terlambat" if late else "Ditepati", text, False
    if row.closed:
        return "", "", text, False
    if due_on < on:
        return "bad", relative_workdays(due_on, on, calendar), text, True
    near = calendar.workdays_between(on, due_on) <= 1
    return "warn" if near else "", relative_workdays(due_on, on, calendar), text, False
