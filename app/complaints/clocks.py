"""The two clocks of a line, in words and as days of a calendar: first answer and settlement (domain 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from app.complaints.limits import limits
from app.complaints.queries import Row
from app.complaints.tables import Complaint
from app.core.dates import relative_workdays, short_date, short_day
from app.core.workdays import Calendar, Day
from app.office import service as office
from schema.database import Database


class Clock(msgspec.Struct, frozen=True):
    """One clock: `kind` is a state class, `word` and `under` its words; `days` explain a due date in working days."""

    title: str
    due_on: date
    done_on: date | None
    kind: str
    word: str
    under: str
    source: str
    days: Sequence[Day] = msgspec.field(default=())


def day(text: str | None) -> date | None:
    """A stored date."""
    return date.fromisoformat(text) if text else None


def day_month(on: date) -> str:
    """`12 Mar`, where the year stands above."""
    return short_day(on).partition(" ")[2]


def word_of(
    due_on: date, done_on: date | None, today: date, calendar: Calendar, paused: bool = False
) -> tuple[str, str]:
    """(state class, word) of one clock."""
    if done_on is not None:
        late = done_on > due_on
        return (
            ("warn", f"Terlambat, {short_date(done_on)}")
            if late
            else ("good", f"Ditepati {short_date(done_on)}")
        )
    if paused:
        return "idle", "Hitungan dijeda"
    if due_on < today:
        return "bad", relative_workdays(due_on, today, calendar)
    near = calendar.workdays_between(today, due_on) <= 1
    return ("warn" if near else "wait"), relative_workdays(due_on, today, calendar)


def clocks(db: Database, line: Complaint, today: date, paused: bool) -> list[Clock]:
    """First answer and settlement of a line; settlement alone where nobody can be answered."""
    known = {row.name: row for row in limits(db)}
    start, calendar = date.fromisoformat(line.received_on), office.calendar(db)
    found = []
    for title, name, due_text, done in (
        ("Jawaban pertama", "first_answer", line.first_due_on, line.first_answer_on),
        ("Penyelesaian", line.handling, line.settle_due_on, line.closed_on),
    ):
        if due_text is None:
            continue
        due_on, done_on = date.fromisoformat(due_text), day(done)
        kind, word = word_of(due_on, done_on, today, calendar, paused and name != "first_answer")
        limit = known.get(name)
        unit = "hari kerja" if limit is None or limit.unit == "working_days" else "hari kalender"
        under = f"batas {limit.days} {unit}" if limit else "batas"
        days = (
            calendar.explain(start, max(0, calendar.workdays_between(start, due_on)))
            if unit == "hari kerja"
            else ()
        )
        found.append(Clock(title, due_on, done_on, kind, word, under, limit.source if limit else "", days))
    return found


def row_word(row: Row, today: date, calendar: Calendar) -> tuple[str, str, str]:
    """(state class, word, line below) of a line in the register; `row` is a `queries.Row`."""
    if row.aside:
        return "idle", "Disisihkan", "bukan pengaduan"
    closed, first = day(row.closed_on), day(row.first_answer_on)
    received, first_due = date.fromisoformat(row.received_on), day(row.first_due_on)
    settle = date.fromisoformat(row.settle_due_on)
    if closed is not None:
        took = calendar.workdays_between(received, closed)
        return "good" if closed <= settle else "warn", f"Selesai {day_month(closed)}", f"{took} hari kerja"
    if first is None and first_due is not None:
        if first_due < today:
            return (
                "bad",
                "Belum dijawab",
                f"batas {short_day(first_due)}, {relative_workdays(first_due, today, calendar).lower()}",
            )
        kind, word = word_of(first_due, None, today, calendar)
        return kind, f"Jawab s.d. {day_month(first_due)}", word
    if row.paused:
        return "idle", "Dijeda", f"batas {short_day(settle)} bergeser"
    if settle < today:
        return "bad", relative_workdays(settle, today, calendar), f"batas {short_day(settle)}"
    return "wait", "Berjalan", f"selesai s.d. {short_day(settle)}"
