"""Working days: Monday to Friday without national holidays, cuti bersama and the office's local days.

The start day never counts: complete on Monday, one working day later is Tuesday. Every due date can be
explained day by day. Pure: the days off come in as a mapping, usually read from the office's table.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
FILLED_FROM = 10  # national holidays that make a year "filled"; a real year has 15 or more
HolidayKind = Literal["libur", "cuti_bersama", "lokal"]
DayKind = Literal["start", "workday", "weekend", "libur", "cuti_bersama", "lokal"]


ESTIMATE = "(perkiraan)"
"""Stands in the name or the basis of a day off that no decree has set yet."""


class Holiday(msgspec.Struct, frozen=True):
    """A day off: `kind` is libur (national), cuti_bersama (collective leave) or lokal (this office).

    `basis` names the decree; a national day whose name or basis says `(perkiraan)` is not decreed yet.
    """

    name: str
    kind: HolidayKind = "libur"
    basis: str = ""

    @property
    def estimated(self) -> bool:
        return self.kind != "lokal" and (ESTIMATE in self.name or ESTIMATE in self.basis)


class Day(msgspec.Struct, frozen=True):
    """One line of an explanation: the running number of a counted day, else the reason why not."""

    date: date
    number: int | None
    reason: str
    kind: DayKind


class Calendar:
    """The days off of some years. Immutable after it is made."""

    def __init__(self, off_days: Mapping[date, Holiday]) -> None:
        self._off = dict(off_days)
        self._missed = sorted(day for day in self._off if day.weekday() < 5)
        self.last_known_year = _last_decreed_year(self._off)

    def holiday(self, day: date) -> Holiday | None:
        return self._off.get(day)

    def off_days(self, start: date, end: date) -> list[tuple[str, str]]:
        """(ISO date, name) of the days off after `start` up to and including `end`, in order."""
        return sorted((day.isoformat(), one.name) for day, one in self._off.items() if start < day <= end)

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._off

    def is_known(self, day: date) -> bool:
        return self.last_known_year is not None and day.year <= self.last_known_year

    def estimate_note(self, due: date) -> str:
        """What every due date in working days must say beside itself: empty, or that its year waits for a decree."""
        return "" if self.is_known(due) else f"perkiraan: hari libur {due.year} belum ditetapkan"

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start` (n >= 0; with 0 the start itself)."""
        if n < 0:
            raise ValueError("n must not be negative")
        reached = start
        while n:
            before, reached = reached, _add_weekdays(reached, n)
            n = self._missed_between(before, reached)
        return reached

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first.

        The inverse of `add_workdays`: between(start, add(start, n)) == n.
        """
        if end < start:
            return -self.workdays_between(end, start)
        return _weekdays_until(end) - _weekdays_until(start) - self._missed_between(start, end)

    def explain(self, start: date, n: int) -> list[Day]:
        """Every day from `start` to the due date, one line each, in order."""
        days = [Day(start, None, "Hari mulai, belum dihitung", "start")]
        number, day = 0, start
        while number < n:
            day += timedelta(days=1)
            if self.is_workday(day):
                number += 1
                days.append(Day(day, number, f"Hari kerja ke-{number}", "workday"))
            else:
                days.append(self._off_line(day))
        return days

    def _off_line(self, day: date) -> Day:
        holiday = self._off.get(day)
        if holiday is None:
            return Day(day, None, WEEKDAYS[day.weekday()], "weekend")
        weekend = f"{WEEKDAYS[day.weekday()]}, " if day.weekday() > 4 else ""
        return Day(day, None, weekend + holiday.name, holiday.kind)

    def _missed_between(self, start: date, end: date) -> int:
        """Days off on Monday to Friday after `start` up to and including `end`."""
        return bisect_right(self._missed, end) - bisect_right(self._missed, start)


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays since the beginning of the calendar (1 January of year 1 was a Monday)."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def _add_weekdays(start: date, n: int) -> date:
    """The n-th Monday-to-Friday day after `start`, no holiday known (n >= 1)."""
    weekday = min(start.weekday(), 4)
    friday_or_before = start - timedelta(days=start.weekday() - weekday)
    weeks, rest = divmod(weekday + n, 5)
    return friday_or_before + timedelta(days=weeks * 7 + rest - weekday)


def _last_decreed_year(off: Mapping[date, Holiday]) -> int | None:
    """The last year with a full set of national holidays and no estimate, without a gap since the first full one."""
    national = Counter(day.year for day, holiday in off.items() if holiday.kind == "libur")
    estimated = {day.year for day, holiday in off.items() if holiday.estimated}
    filled = {year for year, count in national.items() if count >= FILLED_FROM}
    if not filled or min(filled) in estimated:
        return None
    year = min(filled)
    while year + 1 in filled - estimated:
        year += 1
    return year
