"""The promise of one case for its page: what was promised, how it stands, and why that day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import msgspec

from app.cases.queries import Event
from app.cases.tables import CaseFile, CasePause
from app.core.dates import long_date, short_date
from app.core.workdays import Calendar, Holiday
from app.sop import engine
from app.sop.deadline import DueDay
from schema.service_flow import Definition


class Promise(msgspec.Struct, frozen=True):
    """The promise in words: `date_text` is what was promised, `state` a word with its class, `note` the reason."""

    date_text: str
    kind: str
    word: str
    note: str = ""


def promise_of(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause], today: date
) -> Promise:
    """What was promised and how it stands."""
    if definition.promise is None:
        return Promise("Tidak dijanjikan", "idle", "Layanan ini tanpa batas waktu")
    if not case.due_on or not case.completed_on:
        word = "Ditutup" if case.closed else "Belum dihitung"
        return Promise(
            "Belum ada",
            "idle",
            word,
            "" if case.closed else "Tanggal diberikan setelah berkas lengkap dan valid.",
        )
    due, text = date.fromisoformat(case.due_on), long_date(date.fromisoformat(case.due_on))
    if case.kept_on:
        kept = date.fromisoformat(case.kept_on)
        return Promise(
            text,
            "good" if kept <= due else "bad",
            "Ditepati" if kept <= due else "Terlambat",
            short_date(kept),
        )
    if case.closed:
        return Promise(text, "idle", "Ditutup")
    if definition.promise.unit == "working_days" and (note := calendar.estimate_note(due)):
        text = f"{text}, {note}"
    if any(one.to_on is None for one in held):
        return Promise(text, "warn", "Dijeda", "Tanggal bergeser sebanyak hari jeda.")
    return running_promise(
        definition, calendar, date.fromisoformat(case.completed_on), due, text, held, today
    )


def running_promise(
    definition: Definition,
    calendar: Calendar,
    completed: date,
    due: date,
    text: str,
    held: Sequence[CasePause],
    today: date,
) -> Promise:
    """The promise of a case whose clock runs."""
    assert definition.promise is not None
    total = definition.promise.days
    if today > due:
        over = max(1, calendar.workdays_between(due, today))
        return Promise(text, "bad", f"Lewat {over} hari")
    ran = engine.ledger(definition, calendar, completed, today, engine_pauses(held)).running
    unit = "Hari kerja" if definition.promise.unit == "working_days" else "Hari"
    if ran == 0:
        return Promise(text, "wait", f"Mulai dihitung, {total} {unit.lower()}")
    return Promise(text, "warn" if total - ran <= 1 else "wait", f"{unit} ke-{ran} dari {total}")


def completion(definition: Definition, way: Sequence[Event]) -> Event | None:
    """The move with which completeness was noted first."""
    begins = definition.promise.starts_on if definition.promise else ""
    return next((one for one in way if f"{one.step_from}.{one.action}" == begins), None)


def counted_from(definition: Definition, case: CaseFile, way: Sequence[Event]) -> str:
    """Since when the days are counted, where that is later than completeness: *pemohon berumur 17 tahun*."""
    noted = completion(definition, way)
    if definition.promise is None or noted is None or (case.completed_on or "") <= noted.on_date:
        return ""
    return f"pemohon berumur {definition.promise.from_age} tahun"


def engine_pauses(held: Sequence[CasePause]) -> list[engine.Pause]:
    """Pauses of the table as the engine counts them."""
    return [
        engine.Pause(
            one.reason, date.fromisoformat(one.from_on), date.fromisoformat(one.to_on) if one.to_on else None
        )
        for one in held
    ]


def moved_to(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]
) -> date | None:
    """The day that the present calendar would give to a running promise, where that is another one than promised."""
    if not case.completed_on or not case.due_on or case.kept_on or case.closed:
        return None
    due = engine.due_date(definition, calendar, date.fromisoformat(case.completed_on), engine_pauses(held))
    return due if due is not None and due.isoformat() != case.due_on else None


def due_days(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]
) -> list[DueDay]:
    """Every day from completeness to the promise, by the days off with which it was reckoned where they are known."""
    if not case.completed_on:
        return []
    if case.off_days is not None:
        calendar = Calendar(
            {date.fromisoformat(day): Holiday(name) for day, name in json.loads(case.off_days)}
        )
    return engine.explain_due(
        definition, calendar, date.fromisoformat(case.completed_on), engine_pauses(held)
    )
