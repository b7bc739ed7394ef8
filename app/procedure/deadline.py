"""Due dates of a promise: when it falls due, with pauses, and why; every day is either running or paused.

Days are office dates. The start day never counts. A pause holds from its first day up to, not including, the
day on which it ends; an open pause has no end yet. Days are counted in the promise's unit: working days skip
weekends and days off, calendar days do not.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, Protocol

import msgspec
from msgspec.structs import replace

from schema.service_procedure import Definition, PauseReason

ONE_DAY = timedelta(days=1)


class CalendarDay(Protocol):
    @property
    def date(self) -> date: ...
    @property
    def number(self) -> int | None: ...
    @property
    def reason(self) -> str: ...


class Calendar(Protocol):
    """What a due date needs to know of the office's working days."""

    def is_workday(self, day: date, /) -> bool: ...
    def add_workdays(self, start: date, n: int, /) -> date: ...
    def workdays_between(self, start: date, end: date, /) -> int: ...
    def explain(self, start: date, n: int, /) -> Sequence[CalendarDay]: ...
    def __hash__(self) -> int: ...


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
    kind: Literal["start", "running", "paused", "off"]


def due_date(d: Definition, calendar: Calendar, completed_on: date, pauses: Sequence[Pause] = ()) -> date | None:
    """The last day on which the promise is kept.

    None when the service promises no time, or while an open pause keeps the date unknown.
    """
    if d.promise is None:
        return None
    days = counting_calendar(d.promise.unit, calendar)
    running = d.promise.days
    if not pauses:
        return days.add_workdays(completed_on, running)
    last_end = max((pause.until or pause.since for pause in pauses), default=completed_on)
    for day in _counted_days(days, completed_on):
        held = [pause for pause in pauses if pause.holds(day)]
        running -= not held
        if running == 0:
            return day
        if day >= last_end and any(pause.until is None for pause in held):
            return None
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
    if not pauses:
        return list(_undisturbed(d.promise.days, d.promise.unit, calendar, completed_on))
    end = due_date(d, calendar, completed_on, pauses) or until
    if end is None:
        end = max(completed_on, min(pause.since for pause in pauses if pause.until is None))
    labels = {reason.id: reason.label for reason in d.pauses}
    lines = _lines(counting_calendar(d.promise.unit, calendar), completed_on, end)
    return _renumbered(lines, pauses, labels)


def days_ledger(
    d: Definition, calendar: Calendar, completed_on: date, until: date, pauses: Sequence[Pause] = ()
) -> Ledger:
    """How many days have run and how many stood still, up to and including `until`."""
    if d.promise is None:
        return Ledger(0, 0, 0)
    running = paused = 0
    for day in _counted_days(counting_calendar(d.promise.unit, calendar), completed_on):
        if day > until:
            break
        if any(pause.holds(day) for pause in pauses):
            paused += 1
        else:
            running += 1
    return Ledger(running + paused, running, paused)


def pause_reasons(d: Definition, switched_on: Sequence[str] = ()) -> tuple[PauseReason, ...]:
    """The reasons that may be used: those enabled in the file and those that the office has switched on."""
    return tuple(reason for reason in d.pauses if reason.enabled or reason.id in switched_on)


def _counted_days(calendar: Calendar, start: date) -> Iterator[date]:
    day = start
    while True:
        day = calendar.add_workdays(day, 1)
        yield day


def _lines(calendar: Calendar, start: date, end: date) -> Iterator[DueDay]:
    """The calendar's own explanation, cut at `end` (which may be a day off)."""
    counted = 0
    for day in _counted_days(calendar, start):
        if day > end:
            break
        counted += 1
    for line in calendar.explain(start, counted + 1):
        if line.date <= end:
            kind: Literal["start", "running", "off"] = "off" if line.number is None else "running"
            yield DueDay(line.date, line.number, line.reason, "start" if line.date == start else kind)


def _renumbered(lines: Iterator[DueDay], pauses: Sequence[Pause], labels: dict[str, str]) -> list[DueDay]:
    explained: list[DueDay] = []
    number = 0
    for line in lines:
        held = next((pause for pause in pauses if pause.holds(line.date)), None)
        if line.kind == "running" and held:
            label = labels.get(held.reason, held.reason)
            line = DueDay(line.date, None, f"Jeda: {label}", "paused")
        elif line.kind == "running":
            number += 1
            if number != line.number:  # only where a pause stands before
                reason = line.reason.replace(f"ke-{line.number}", f"ke-{number}")
                line = replace(line, number=number, reason=reason)
        explained.append(line)
    return explained


@lru_cache(maxsize=1024)
def _undisturbed(days: int, unit: str, calendar: Calendar, completed_on: date) -> tuple[DueDay, ...]:
    """The days of a promise without pauses: the same for all cases that were complete on one day."""
    counted = counting_calendar(unit, calendar)
    return tuple(_lines(counted, completed_on, counted.add_workdays(completed_on, days)))


def counting_calendar(unit: str, calendar: Calendar) -> Calendar:
    """The calendar that counts in a unit: `working_days` as the office works, `calendar_days` every day."""
    return calendar if unit == "working_days" else _EveryDay()


class _EveryDay:
    def is_workday(self, day: date, /) -> bool:
        return True

    def add_workdays(self, start: date, n: int, /) -> date:
        return start + timedelta(days=n)

    def workdays_between(self, start: date, end: date, /) -> int:
        return (end - start).days

    def explain(self, start: date, n: int, /) -> list[DueDay]:
        first = DueDay(start, None, "Hari mulai, belum dihitung", "start")
        return [
            first,
            *(DueDay(start + timedelta(days=i), i, f"Hari ke-{i}", "running") for i in range(1, n + 1)),
        ]
