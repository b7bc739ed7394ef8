"""A slow second opinion on working time: every minute of an office is looked at, one after another.

`python -m tests.core.oracle [CASES]` compares 100,000 random limits (amounts, offices, shifts, Ramadan, pauses) with
the program; the test command does a short form. Nothing here uses the program's arithmetic: which minutes are worked is
painted into a long row of bytes from the drawn office, and then it is counted.
"""

import random
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.core.procedure.limits import Deadline, due_text, pause_deadline, resume_deadline
from app.core.workdays import DAY_MINUTES, Calendar, Holiday, Hours, Pause, Shift, Span, WorkingTime
from schema.service_standard import Unit

FIRST = date(2026, 1, 1)
DAYS = 800
OFFICES_EVERY = 250
UNITS: tuple[Unit, ...] = ("working_minutes", "working_hours", "working_days", "calendar_days")
FULL = 100_000


class Limit(NamedTuple):
    """An amount of a unit."""

    amount: int
    unit: Unit


class Office:
    """A drawn office: the program's working time, and its minutes and days painted by hand."""

    def __init__(self, draw: random.Random) -> None:
        off = {FIRST + timedelta(days=draw.randrange(DAYS)) for _ in range(draw.randrange(60))}
        usual = [draw_week(draw) for _ in range(draw.randrange(1, 4))]
        since = sorted(draw.sample(range(1, 400), len(usual) - 1))
        hours = [
            Hours(f"usual {n}", FIRST + timedelta(days=day), week)
            for n, (day, week) in enumerate(zip([-400, *since], usual, strict=True))
        ]
        begins = FIRST + timedelta(days=draw.randrange(200))
        ends = begins + timedelta(days=draw.randrange(5, 35))
        ramadan = Hours("Ramadan", begins, draw_week(draw), ends)
        shifts = {FIRST + timedelta(days=draw.randrange(DAYS)): draw_spans(draw) for _ in range(draw.randrange(8))}
        self.workdays = bytearray(DAYS)
        self.minutes = bytearray(DAYS * DAY_MINUTES)
        for n in range(DAYS):
            day = FIRST + timedelta(days=n)
            self.workdays[n] = day.weekday() < 5 and day not in off
            week = next(hour.week for hour in reversed(hours) if hour.since <= day)
            week = ramadan.week if begins <= day <= ends else week
            worked = shifts.get(day, week[day.weekday()] if self.workdays[n] else ())
            for first, end in worked:
                for minute in range(first, end):
                    self.minutes[n * DAY_MINUTES + minute] = 1
        calendar = Calendar({day: Holiday("libur") for day in off})
        drawn = [*hours, ramadan]
        draw.shuffle(drawn)
        self.working = WorkingTime(calendar, drawn, [Shift(day, "", spans) for day, spans in shifts.items()])


def draw_spans(draw: random.Random, most: int = 3) -> tuple[Span, ...]:
    """One to three stretches of a day that do not touch one another."""
    cuts = sorted(draw.sample(range(300, 1440), 2 * draw.randrange(1, most + 1)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=True))


def draw_week(draw: random.Random) -> tuple[tuple[Span, ...], ...]:
    """Hours of seven days; a weekday may be closed, Monday never is."""
    return tuple(draw_spans(draw) if n == 0 or draw.random() < 0.9 else () for n in range(7))


def draw_pauses(draw: random.Random, start: int) -> list[tuple[int, int]]:
    """Up to three pauses after a start, (first minute, first minute that runs again), apart from one another."""
    cuts = sorted(draw.sample(range(start, start + 20 * DAY_MINUTES), 2 * draw.randrange(4)))
    return list(zip(cuts[::2], cuts[1::2], strict=True))


def count_minutes(office: Office, start: int, n: int, pauses: Sequence[tuple[int, int]]) -> int:
    """The minute at which the n-th worked and not paused minute after a start is over."""
    if not n:
        return start
    paused = bytearray(len(office.minutes))
    for since, until in pauses:
        paused[since:until] = b"\1" * (until - since)
    minute = start
    while True:
        if office.minutes[minute] and not paused[minute]:
            n -= 1
            if not n:
                return minute + 1
        minute += 1


def count_days(office: Office, start: int, n: int, pauses: Sequence[tuple[int, int]], every_day: bool) -> int:
    """The day on which the n-th counted day after a start day ends, going minute by minute through all days."""
    if not n:
        return start // DAY_MINUTES
    minute = start
    while True:
        minute += 1
        if minute % DAY_MINUTES:
            continue
        day = minute // DAY_MINUTES
        held = any(since // DAY_MINUTES <= day < until // DAY_MINUTES for since, until in pauses)
        n -= (every_day or office.workdays[day]) and not held
        if not n:
            return day


def moment(minute: int) -> datetime:
    return datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=minute)


def expected(office: Office, limit: Limit, start: int, pauses: Sequence[tuple[int, int]]) -> str:
    """The due time as a text, by counting."""
    if limit.unit in ("working_minutes", "working_hours"):
        n = limit.amount * (60 if limit.unit == "working_hours" else 1)
        return moment(count_minutes(office, start, n, pauses)).isoformat(timespec="minutes")
    day = count_days(office, start, limit.amount, pauses, limit.unit == "calendar_days")
    return (FIRST + timedelta(days=day)).isoformat()


def reckoned(office: Office, limit: Limit, start: int, pauses: Sequence[tuple[int, int]]) -> str:
    """The due time as the program finds it: the limit first, then one pause after the other as they end."""
    minutes = limit.unit in ("working_minutes", "working_hours")
    since = moment(start).isoformat(timespec="minutes") if minutes else moment(start).date().isoformat()
    one = Deadline("", limit.unit, since, due_text(limit.amount, limit.unit, office.working, since))
    for first, end in pauses:
        one = resume_deadline(pause_deadline(one, moment(first)), office.working, moment(end))
    return one.due


def compare(seed: int, office: Office) -> list[str]:
    """What the program and the count disagree on in one drawn case, as lines."""
    draw = random.Random(seed)
    unit = UNITS[seed % 4]
    most = {"working_minutes": 3000, "working_hours": 40, "working_days": 15, "calendar_days": 30}[unit]
    limit, start = Limit(draw.randrange(most), unit), draw.randrange(300 * DAY_MINUTES)
    pauses = draw_pauses(draw, start) if draw.random() < 0.5 else []
    want, got = expected(office, limit, start, pauses), reckoned(office, limit, start, pauses)
    wrong = [] if want == got else [f"case {seed}: {limit} from {moment(start)}, pauses {pauses}: {want}, not {got}"]
    if unit == "working_minutes":
        wrong += compare_minutes(seed, office, limit, start, pauses, want)
    return wrong


def compare_minutes(
    seed: int, office: Office, limit: Limit, start: int, pauses: Sequence[tuple[int, int]], want: str
) -> list[str]:
    """The other ways to ask for the same: all pauses at once, the explanation, the minutes between."""
    held = [Pause("", moment(since), moment(until)) for since, until in pauses]
    at = office.working.add_minutes(moment(start), limit.amount, held)
    lines = office.working.explain(moment(start), limit.amount, held)
    end = start + int((datetime.fromisoformat(want) - moment(start)).total_seconds()) // 60
    found = {
        "at once": at == datetime.fromisoformat(want),
        "explained": sum(line.minutes for line in lines) == limit.amount,
        "between": office.working.minutes_between(moment(start), moment(end)) == sum(office.minutes[start:end]),
    }
    return [
        f"case {seed}: {limit} from {moment(start)}, pauses {pauses}: {name}"
        for name, same in found.items()
        if not same
    ]


def run(cases: int) -> list[str]:
    """Every disagreement among so many random cases."""
    wrong: list[str] = []
    office = Office(random.Random("office 0"))
    for seed in range(cases):
        if seed % OFFICES_EVERY == 0:
            office = Office(random.Random(f"office {seed}"))
        wrong += compare(seed, office)
    return wrong


if __name__ == "__main__":
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    differences = run(cases)
    sys.stdout.write("\n".join([*differences[:20], f"{cases} cases, {len(differences)} differences\n"]))
    raise SystemExit(bool(differences))
