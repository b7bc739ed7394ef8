"""Working days and working minutes, both explained line by line. Pure: days off and hours come in as data.

Working days are Monday to Friday without national holidays, cuti bersama and the office's local days. The start day
never counts: complete on Monday, one working day later is Tuesday.

Working minutes are those of dated office hours with their breaks, and of the shifts of single days. Their moments are
naive `datetime` of the office's wall clock (no summer time), whole minutes. The n-th working minute after a start
is over when the due moment is reached: 240 minutes from 10.30 with a break of one hour end at 15.30.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, Literal

import msgspec

from app.core.clock import office_time

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
FILLED_FROM = 10  # national holidays that make a year "filled"; a real year has 15 or more
HolidayKind = Literal["libur", "cuti_bersama", "lokal"]
DayKind = Literal["start", "workday", "weekend", "libur", "cuti_bersama", "lokal", "late"]


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
    """The days off of some years. Immutable after it is made. `unit_words` names the days that it counts."""

    unit_words = "hari kerja"

    def __init__(self, off_days: Mapping[date, Holiday]) -> None:
        self._off = dict(off_days)
        missed = [day for day in self._off if day.weekday() < 5]
        self._missed = sorted(missed)
        self.last_known_year = _last_decreed_year(self._off)

    def holiday(self, day: date) -> Holiday | None:
        return self._off.get(day)

    def off_days(self, start: date, end: date) -> list[tuple[str, str]]:
        """(ISO date, name) of the days off after `start` up to and including `end`, in order."""
        listed = [(day.isoformat(), holiday.name) for day, holiday in self._off.items() if start < day <= end]
        return sorted(listed)

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._off

    def is_known(self, day: date) -> bool:
        return self.last_known_year is not None and day.year <= self.last_known_year

    def estimate_note(self, due: date) -> str:
        """What every due date in working days must say beside itself: empty, or that its year waits for a decree."""
        if self.is_known(due):
            return ""
        return f"perkiraan: hari libur {due.year} belum ditetapkan"

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start` (n >= 0; with 0 the start itself)."""
        if n < 0:
            raise ValueError("n must not be negative")
        reached = start
        while n:
            before = reached
            reached = _add_weekdays(reached, n)
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
        number = 0
        day = start
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
        weekend = ""
        if day.weekday() > 4:
            weekend = f"{WEEKDAYS[day.weekday()]}, "
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


# -- minutes ---------------------------------------------------------------------------------------------------

Span = tuple[int, int]
"""Minutes since midnight: first, and the one at which it is over (24.00 is 1440)."""
ONE_DAY = timedelta(days=1)
DAY_MINUTES = 1440
DAY_KEYS = tuple(name.lower() for name in WEEKDAYS)
"""Names of the weekdays in files and forms of office hours."""
SPAN = re.compile(r"([0-9]{1,4})\s*[.:]\s*([0-5][0-9])\s*[-\u2013]\s*([0-9]{1,4})\s*[.:]\s*([0-5][0-9])")
LONGEST_CLOSED = 400
"""Days without a single office minute after which hours are taken for empty: an office always opens again."""


class HoursError(ValueError):
    """Office hours that cannot be read, or that never open; `str` is a sentence for an officer."""


class Hours(msgspec.Struct, frozen=True):
    """Hours of each weekday, Monday first, from `since` on; with `until` (Ramadan) they end by themselves."""

    name: str
    since: date
    week: tuple[tuple[Span, ...], ...]
    until: date | None = None
    basis: str = ""

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Shift(msgspec.Struct, frozen=True):
    """Hours of a single day in place of the usual ones, also on a day off: a Saturday service, a half day."""

    day: date
    name: str
    spans: tuple[Span, ...]


class Pause(msgspec.Struct, frozen=True):
    """A time in which a clock stands still; an open one has no end yet."""

    label: str
    since: datetime
    until: datetime | None = None


class Stretch(msgspec.Struct, frozen=True):
    """One line of an explanation: from `since` to `until`, `minutes` of it counted, `total` counted so far.

    `kind` off: the whole day; break: between two spans of a day.
    """

    since: datetime
    until: datetime
    minutes: int
    total: int
    reason: str
    kind: Literal["counted", "paused", "break", "off"]


class WorkingTime:
    """The hours in which an office works, day by day. Immutable after it is made."""

    def __init__(self, calendar: Calendar, hours: Sequence[Hours], shifts: Sequence[Shift] = ()) -> None:
        """Of several hours that cover a day the ones with an end hold, then the newest, then the last named."""
        self.calendar = calendar
        self.hours = tuple(hours)
        self._shifts = {shift.day: shift for shift in shifts}
        self._known: dict[date, tuple[Span, ...]] = {}

    def hours_of(self, day: date) -> Hours | None:
        held = [hour for hour in self.hours if hour.covers(day)]
        return max(reversed(held), key=lambda hour: (hour.until is not None, hour.since), default=None)

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """The stretches in which the office works on a day; none on a day off."""
        if day not in self._known:
            hours = None
            if self.calendar.is_workday(day):
                hours = self.hours_of(day)
            if hours:
                usual = hours.week[day.weekday()]
            else:
                usual = ()
            if day in self._shifts:
                self._known[day] = self._shifts[day].spans
            else:
                self._known[day] = usual
        return self._known[day]

    def is_open(self, at: datetime) -> bool:
        return any(first <= minute_of(at) < end for first, end in self.spans_of(at.date()))

    def next_open(self, at: datetime) -> datetime:
        """The first working minute at or after a moment. Raises HoursError."""
        return next(self._stretches(at))[0]

    def add_minutes(self, start: datetime, n: int, pauses: Sequence[Pause] = ()) -> datetime | None:
        """When the n-th working minute after a start is over; the start itself for 0, None behind an open pause.

        Raises HoursError for hours that never open.
        """
        start = to_minute(start)
        left = n
        if not n:
            return start
        for since, until in self._free(start, pauses):
            if until is None:
                return None
            have = minutes_in(since, until)
            if have >= left:
                return since + timedelta(minutes=left)
            left -= have
        return start

    def add_seconds(self, start: datetime, n: int) -> datetime:
        """When the n-th working second after a start is over. Raises HoursError."""
        left = timedelta(seconds=n)
        for since, until in self._stretches(start):
            if until - since >= left:
                return since + left
            left -= until - since
        raise AssertionError("working stretches have no end")

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Working seconds from a start up to an end; 0 when the end comes first."""
        total = 0.0
        midnight = midnight_of(start.date())
        while midnight < end:
            for first, last in self.spans_of(midnight.date()):
                since = midnight + timedelta(minutes=first)
                until = midnight + timedelta(minutes=last)
                total += max(0.0, (min(until, end) - max(since, start)).total_seconds())
            midnight += ONE_DAY
        return int(total)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from a start up to an end; 0 when the end comes first."""
        total = 0
        start = to_minute(start)
        end = to_minute(end)
        while start < end:
            midnight = midnight_of(start.date()) + ONE_DAY
            if end < midnight:
                limit = minute_of(end)
            else:
                limit = DAY_MINUTES
            begin = minute_of(start)
            for first, last in self.spans_of(start.date()):
                total += max(0, min(last, limit) - max(first, begin))
            start = midnight
        return total

    def due_after_pause(self, due: datetime, paused: datetime, resumed: datetime) -> datetime:
        """A due moment after a pause: the minutes that were left when it began run from its end."""
        if paused >= due or resumed <= paused:
            return due
        moved = self.add_minutes(resumed, self.minutes_between(paused, due))
        assert moved is not None
        return moved

    def explain(self, start: datetime, n: int, pauses: Sequence[Pause] = ()) -> list[Stretch]:
        """Every stretch from a start to the due moment, in order: counted, paused, break, day off."""
        start = to_minute(start)
        total = 0
        lines = list[Stretch]()
        due = self.add_minutes(start, n, pauses)
        if due is not None:
            end = due
        else:
            end = min(pause.since for pause in pauses if pause.until is None)
        day = start.date()
        while day <= end.date():
            for line in self._lines_of(day, max(start, midnight_of(day)), end, pauses):
                total += line.minutes
                lines.append(msgspec.structs.replace(line, total=total))
            day += ONE_DAY
        return lines

    def _lines_of(self, day: date, start: datetime, end: datetime, pauses: Sequence[Pause]) -> list[Stretch]:
        midnight = midnight_of(day)
        lines = list[Stretch]()
        last = None
        spans = [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in self.spans_of(day)]
        if not spans:
            return [Stretch(start, midnight + ONE_DAY, 0, 0, self._why_closed(day), "off")]
        for since, until in spans:
            if last is not None and last < end and since > start:
                lines.append(Stretch(last, since, 0, 0, "Istirahat", "break"))
            last = until
            lines += cut_by_pauses(max(since, start), min(until, end), pauses)
        return lines

    def _why_closed(self, day: date) -> str:
        holiday = self.calendar.holiday(day)
        if holiday:
            return holiday.name
        if day.weekday() > 4:
            return WEEKDAYS[day.weekday()]
        return "Tidak ada jam kerja"

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working stretches from a moment on, without end."""
        day = start.date()
        closed = 0
        while closed < LONGEST_CLOSED:
            midnight = midnight_of(day)
            spans = self.spans_of(day)
            closed = 0 if spans else closed + 1
            for first, last in spans:
                since = midnight + timedelta(minutes=first)
                until = midnight + timedelta(minutes=last)
                if until > start:
                    yield max(since, start), until
            day += ONE_DAY
        raise HoursError("Jam kerja kantor kosong. Isi jam kerja di halaman Kalender.")

    def _free(self, start: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime | None]]:
        """Working stretches without the pauses; one without an end where an open pause begins to hold."""
        held = sorted(pauses, key=lambda pause: pause.since)
        for since, until in self._stretches(start):
            for pause in held:
                if pause.since >= until or (pause.until is not None and pause.until <= since):
                    continue
                if pause.since > since:
                    yield since, pause.since
                if pause.until is None:
                    yield max(since, pause.since), None
                    return
                since = max(since, pause.until)
                if since >= until:
                    break
            if since < until:
                yield since, until


def cut_by_pauses(since: datetime, until: datetime, pauses: Sequence[Pause]) -> list[Stretch]:
    """A working stretch as lines of an explanation: what counts and what a pause takes out."""
    lines: list[Stretch] = []
    while since < until:
        holding = (pause for pause in pauses if pause.since <= since and (pause.until is None or since < pause.until))
        pause = next(holding, None)
        if pause:
            if pause.until:
                end = min(until, pause.until)
            else:
                end = until
            lines.append(Stretch(since, end, 0, 0, f"Jeda: {pause.label}", "paused"))
        else:
            later = [pause.since for pause in pauses if pause.since > since]
            end = min([until, *later])
            lines.append(Stretch(since, end, minutes_in(since, end), 0, "Jam kerja", "counted"))
        since = end
    return lines


def to_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def wall_time(at: datetime) -> datetime:
    """An aware moment as the office's wall clock shows it, to the second and without its zone."""
    return office_time(at).replace(microsecond=0, tzinfo=None)


def midnight_of(day: date) -> datetime:
    return datetime.combine(day, time())


def minute_of(at: datetime) -> int:
    return at.hour * 60 + at.minute


def minutes_in(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds()) // 60


def parse_hours(row: Mapping[str, Any]) -> Hours:
    """Hours as a file of dated hours names them (schema/calendar/jam-kerja.toml); a day without a text is closed.

    Raises HoursError, KeyError.
    """
    week = tuple(parse_spans(row.get(key, "")) for key in DAY_KEYS)
    return Hours(row["name"], row["since"], week, row.get("until"), row["basis"])


@lru_cache(maxsize=256)
def parse_spans(text: str) -> tuple[Span, ...]:
    """`07.30-12.00, 13.00-16.00` as spans; an empty text is a closed day. Raises HoursError with what is wrong."""
    spans = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = SPAN.fullmatch(part)
        if match is None:
            raise HoursError(f"{part[:30]} bukan jam. Tulis seperti 07.30-12.00.")
        hour, minute, last_hour, last_minute = map(int, match.groups())
        first = hour * 60 + minute
        end = last_hour * 60 + last_minute
        if not first < end <= DAY_MINUTES:
            raise HoursError(f"Jam {part[:30]} tidak urut atau di luar satu hari.")
        spans.append((first, end))
    if any(first < end for (_, end), (first, _) in pairwise(spans)):
        raise HoursError(f"Jam {spans_text(spans)} bertumpuk atau tidak urut.")
    return tuple(spans)


def spans_text(spans: Sequence[Span]) -> str:
    """`07.30–12.00, 13.00–16.00`, or `tutup`."""
    return ", ".join(f"{minute_text(first)}–{minute_text(end)}" for first, end in spans) or "tutup"


def week_lines(hours: Hours) -> list[tuple[str, str]]:
    """(days, hours) of a week, days with the same hours together: (`Senin–Kamis`, `07.30–16.00`); no closed ones."""
    lines = []
    for spans, group in groupby(zip(WEEKDAYS, hours.week, strict=True), key=lambda day: day[1]):
        first, *_, last = [name for name, _ in group] * 2
        days = first
        if first != last:
            days = f"{first}–{last}"
        if spans:
            lines.append((days, spans_text(spans)))
    return lines


def minute_text(minute: int) -> str:
    """`07.30`."""
    return f"{minute // 60:02d}.{minute % 60:02d}"
