"""Due dates of a promise: when it falls due, with pauses, and why; every day is either running or paused.

Days are office dates. The start day never counts. A pause holds from its first day up to, not including, the
day on which it ends; an open pause has no end yet. Days are counted in the promise's unit: working days skip
weekends and days off, calendar days do not.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal

import msgspec

from app.core.workdays import Calendar, Day
from schema.service_procedure import Definition, PauseReason

ONE_DAY = timedelta(days=1)


class Pause(msgspec.Struct, frozen=True):
    """A noted pause: id of a listed reason, first paused day, and the day on which the clock runs again."""

    reason: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Ledger(msgspec.Struct, frozen=True):
    """Days from the day after the start up to a given day; elapsed = running + paused, whatever happens."""

    elapsed: int
    running: int
    paused: int


class DueDay(msgspec.Struct, frozen=True):
    """One line of the explanation of a due date; `number` counts running days only."""

    date: date
    number: int | None
    reason: str
    kind: Literal["start", "running", "paused", "off", "late"]


def due_date(d: Definition, calendar: Calendar, completed_on: date, pauses: Sequence[Pause] = ()) -> date | None:
    """The last day on which the promise is kept.

    None when the service promises no time, or while an open pause keeps the date unknown.
    """
    if d.promise is None:
        return None
    if not pauses:
        return counting_calendar(d.promise.unit, calendar).add_workdays(completed_on, d.promise.days)
    for line in _due_days(d, d.promise.unit, calendar, completed_on, pauses):
        if line.number == d.promise.days:
            return line.date
        if any(pause.until is None and pause.holds(line.date) for pause in pauses):
            break
    return None


def due_after_pause(pause: Pause, calendar: Calendar, start: date, due: date) -> date:
    """A due date after a pause that has ended: what was left to run when it began runs from the day of its end.

    `calendar` counts in the promise's unit (:func:`counting`), `start` is the day from which it counts. The start day
    and what comes after the due date move nothing: the same as :func:`due_date` over pauses that follow one another.
    """
    first = max(pause.since, start + ONE_DAY)
    if pause.until is None or pause.until <= first or first > due:
        return due
    left = calendar.workdays_between(first - ONE_DAY, due)
    return calendar.add_workdays(pause.until - ONE_DAY, left)


def explain_due(
    d: Definition,
    calendar: Calendar,
    completed_on: date,
    pauses: Sequence[Pause] = (),
    until: date | None = None,
) -> list[DueDay]:
    """Every day from `completed_on` to the due date, one line each.

    While the due date is unknown (open pause) the lines go up to `until`, or stop at the first paused day.
    """
    if d.promise is None:
        return []
    end = due_date(d, calendar, completed_on, pauses) or until
    if end is None:
        end = max(completed_on, min(pause.since for pause in pauses if pause.until is None))
    lines = _due_days(d, d.promise.unit, calendar, completed_on, pauses)
    return list(takewhile(lambda line: line.date <= end, lines))


def days_ledger(
    d: Definition, calendar: Calendar, completed_on: date, until: date, pauses: Sequence[Pause] = ()
) -> Ledger:
    """How many days have run and how many stood still, up to and including `until`."""
    if d.promise is None:
        return Ledger(0, 0, 0)
    lines = _due_days(d, d.promise.unit, calendar, completed_on, pauses)
    kinds = Counter(line.kind for line in takewhile(lambda line: line.date <= until, lines))
    return Ledger(kinds["running"] + kinds["paused"], kinds["running"], kinds["paused"])


def pause_reasons(d: Definition, switched_on: Sequence[str] = ()) -> tuple[PauseReason, ...]:
    """The reasons that may be used: those enabled in the file and those that the office has switched on."""
    return tuple(reason for reason in d.pauses if reason.enabled or reason.id in switched_on)


def _due_days(d: Definition, unit: str, calendar: Calendar, start: date, pauses: Sequence[Pause]) -> Iterator[DueDay]:
    """Every day from the start, without end: what the calendar says of it, or that a pause holds it."""
    labels = {reason.id: reason.label for reason in d.pauses}
    counting = counting_calendar(unit, calendar)
    yield DueDay(start, None, "Hari mulai, belum dihitung", "start")
    day = start
    number = 0
    while True:
        for line in counting.explain(day, 1)[1:]:
            day = line.date
            held = next((pause.reason for pause in pauses if pause.holds(day)), None)
            if line.number is None:
                yield DueDay(day, None, line.reason, "off")
            elif held is not None:
                yield DueDay(day, None, f"Jeda: {labels.get(held, held)}", "paused")
            else:
                number += 1
                yield DueDay(day, number, line.reason.replace("ke-1", f"ke-{number}"), "running")


def counting_calendar(unit: str, calendar: Calendar) -> Calendar:
    """The calendar that counts in a unit: `working_days` as the office works, `calendar_days` every day."""
    if unit == "working_days":
        return calendar
    return EVERY_DAY


class _EveryDay(Calendar):
    """No day is off."""

    unit_words = "hari"

    def add_workdays(self, start: date, n: int) -> date:
        return start + timedelta(days=n)

    def workdays_between(self, start: date, end: date) -> int:
        return (end - start).days

    def explain(self, start: date, n: int) -> list[Day]:
        counted = [Day(start + timedelta(days=i), i, f"Hari ke-{i}", "workday") for i in range(1, n + 1)]
        return [Day(start, None, "Hari mulai, belum dihitung", "start"), *counted]


EVERY_DAY = _EveryDay({})
