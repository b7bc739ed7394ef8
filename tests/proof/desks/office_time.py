"""The office's hours as somebody with a calendar and a clock reads them: one day, one minute after another."""

import json
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from schema.database import Database

DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
HOURS_FILE = Path(__file__).parents[3] / "schema" / "calendar" / "jam-kerja.toml"
ONE_DAY, ONE_MINUTE, ONE_SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
STEPS = {"working_seconds": ONE_SECOND, "working_minutes": ONE_MINUTE, "working_hours": ONE_MINUTE}
Pauses = Sequence[tuple[str, str]]


def read_spans(text: str) -> list[tuple[int, int]]:
    """`07.30-12.00, 13.00-16.00` as minutes of the day."""
    parts = [part.strip().split("-") for part in text.split(",") if part.strip()]
    return [(minute_of(first), minute_of(end)) for first, end in parts]


def minute_of(text: str) -> int:
    hour, minute = text.split(".")
    return int(hour) * 60 + int(minute)


class OfficeTime:
    """Days off, hours and shifts of an office, read from its tables and from the file of dated hours."""

    def __init__(self, db: Database) -> None:
        self.off = {day for (day,) in db.run("SELECT on_date FROM holiday")}
        shipped = tomllib.loads(HOURS_FILE.read_text(encoding="utf-8"))["hours"]
        self.weeks = [(week["since"].isoformat(), str(week.get("until", "")), week_of(week)) for week in shipped]
        for since, until, week in db.run("SELECT since, until, week FROM office_hours ORDER BY id"):
            self.weeks.append((since, until or "", [read_spans(text) for text in json.loads(week)]))
        self.shifts = {day: read_spans(spans) for day, spans in db.run("SELECT day, spans FROM office_shift")}
        self.known: dict[date, list[tuple[int, int]]] = {}

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day.isoformat() not in self.off

    def spans_of(self, day: date) -> list[tuple[int, int]]:
        """The hours of a day: its shift's, else of the week that holds (one with an end first, then the newest)."""
        if day not in self.known:
            text = day.isoformat()
            covering = [week for week in self.weeks if week[0] <= text and (not week[1] or text <= week[1])]
            ended = [week for week in covering if week[1]]
            held = sorted(ended or covering, key=lambda week: week[0])
            usual = held[-1][2][day.weekday()] if held and self.is_workday(day) else []
            self.known[day] = self.shifts.get(text, usual)
        return self.known[day]

    def is_open(self, at: datetime) -> bool:
        minute = at.hour * 60 + at.minute
        return any(first <= minute < end for first, end in self.spans_of(at.date()))

    def next_opening(self, at: datetime) -> datetime:
        """The next minute at which a stretch of hours begins, from a closed moment on; the next midnight before it."""
        minute = at.hour * 60 + at.minute
        later = [first for first, _ in self.spans_of(at.date()) if first > minute]
        day = at.date() if later else at.date() + ONE_DAY
        return datetime.combine(day, datetime.min.time()) + (min(later) * ONE_MINUTE if later else 0 * ONE_MINUTE)

    def due(self, amount: int, unit: str, since: str, pauses: Pauses = ()) -> str:
        """When an amount that begins at `since` is over; what lies in a pause does not count."""
        if unit in STEPS:
            return self.due_moment(amount * (60 if unit == "working_hours" else 1), unit, since, pauses)
        day = date.fromisoformat(since)
        while amount:
            day += ONE_DAY
            paused = any(first <= day.isoformat() < end for first, end in pauses)
            if not paused and (unit == "calendar_days" or self.is_workday(day)):
                amount -= 1
        return day.isoformat()

    def due_moment(self, amount: int, unit: str, since: str, pauses: Pauses) -> str:
        at, step = datetime.fromisoformat(since), STEPS[unit]
        held = [(datetime.fromisoformat(first), datetime.fromisoformat(end)) for first, end in pauses]
        while amount:
            if not self.is_open(at):
                at = self.next_opening(at)
                continue
            if not any(first <= at < end for first, end in held):
                amount -= 1
            at += step
        return at.isoformat(timespec="seconds" if unit == "working_seconds" else "minutes")


def week_of(row: dict[str, object]) -> list[list[tuple[int, int]]]:
    return [read_spans(str(row.get(day, ""))) for day in DAYS]
