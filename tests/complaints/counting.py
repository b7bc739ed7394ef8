"""A second way to count a quarter: a plain model of the book, kept beside the services and counted line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from app.complaints import book, follow
from app.complaints.book import Visitor
from app.complaints.figures import Figures, Row, Totals
from app.core.clock import at_office, office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.people.service import actor_named
from sync.journal import Journal

CATEGORIES = ("speed", "no_blanks", "levy", "comfort", "other")
CHANNELS = ("desk", "box", "telephone", "letter")
AREAS = ("3508992001", "")
HANDLINGS = ("desk", "information", "field")


@dataclass
class Line:
    """What the model knows of a line."""

    id: int
    received: date
    known_on: date
    channel: str
    area: str
    category: str
    weight: str
    section: str
    first_due: date | None
    due: date
    closed: date | None = None
    first_answer: date | None = None
    pauses: list[list[date | None]] = field(default_factory=list)


@dataclass
class Book:
    """The book under test with its model; every deed moves both, or neither when a rule refuses it."""

    journal: Journal
    calendar: Calendar
    now: datetime
    lines: list[Line] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def who(self, name: str) -> Actor:
        found = actor_named(self.journal.db, name, self.today)
        assert found is not None
        return found

    @property
    def today(self) -> date:
        return office_date(self.now)

    def later(self, days: int) -> None:
        """Let days pass; on a day moments are a minute apart."""
        self.now = (
            at_office(self.today + timedelta(days=days), 8) if days else self.now + timedelta(minutes=1)
        )

    def stored(self, line_id: int) -> Any:
        return book.get(self.journal.db, line_id)

    def do(self, deed: str, pick: int, other: int) -> None:
        """One deed for the `pick`-th line."""
        if deed == "write" or not self.lines:
            self.write(pick, other)
            return
        line = self.lines[pick % len(self.lines)]
        try:
            getattr(self, deed)(line, other)
        except Problem as refused:
            self.refused.append(refused.code)

    def write(self, pick: int, other: int) -> None:
        """A new line; some were received days before they are written down."""
        received = self.today - timedelta(days=other % 9 if other % 5 == 0 else 0)
        area = AREAS[pick % 2]
        made = book.write(
            self.journal,
            SYSTEM,
            channel=CHANNELS[other % 4],
            category=CATEGORIES[pick % 5],
            now=self.now,
            received_on=received,
            visitor=Visitor(f"Kata {pick} {other}", area=area if area in self.areas else ""),
            weight=("light", "medium")[pick % 2],
        )
        row = self.stored(made.id)
        self.lines.append(
            Line(made.id, received, self.today, row.channel, row.area, row.category, row.weight, row.section,
                 day(row.first_due_on), date.fromisoformat(row.settle_due_on))
        )  # fmt: skip

    @property
    def areas(self) -> set[str]:
        return {code for (code,) in self.journal.db.run("SELECT code FROM village")}

    def what(self, line: Line) -> dict[str, Any]:
        return {"complaint_id": line.id, "now": self.now}

    def classify(self, line: Line, other: int) -> None:
        category, handling = CATEGORIES[other % 5], HANDLINGS[other % 3]
        follow.classify(
            self.journal,
            self.who("ida"),
            type_="complaint",
            category=category,
            weight="light",
            handling=handling,
            **self.what(line),
        )
        row = self.stored(line.id)
        line.category, line.weight = category, "heavy" if category == "levy" else "light"
        line.first_due, line.due = day(row.first_due_on), date.fromisoformat(row.settle_due_on)

    def route(self, line: Line, _other: int) -> None:
        section = "umum" if line.section == "pelayanan" else "pelayanan"
        follow.route(
            self.journal, self.who("ida"), section=section, reason="Menyangkut sarana", **self.what(line)
        )
        line.section = section

    def follow(self, line: Line, _other: int) -> None:
        follow.follow_up(self.journal, self.who("budi"), text="Ditambah.", **self.what(line))
        line.first_answer = line.first_answer or self.today

    def answer(self, line: Line, _other: int) -> None:
        follow.answer(self.journal, self.who("ida"), text="Sudah.", **self.what(line))
        line.first_answer = line.first_answer or self.today

    def close(self, line: Line, _other: int) -> None:
        follow.close(self.journal, self.who("ida"), **self.what(line))
        line.closed = self.today

    def reopen(self, line: Line, _other: int) -> None:
        follow.reopen(self.journal, self.who("ida"), reason="Terulang", **self.what(line))
        line.closed, line.due = None, date.fromisoformat(self.stored(line.id).settle_due_on)

    def pause(self, line: Line, _other: int) -> None:
        follow.pause(self.journal, self.who("budi"), reason="field", text="", **self.what(line))
        line.pauses.append([self.today, None])

    def resume(self, line: Line, _other: int) -> None:
        line.due = follow.resume(self.journal, self.who("budi"), **self.what(line))
        line.pauses[-1][1] = self.today


DEEDS = (
    "write",
    "write",
    "write",
    "classify",
    "route",
    "follow",
    "follow",
    "answer",
    "close",
    "close",
    "reopen",
    "pause",
    "resume",
)


# -- counting --------------------------------------------------------------------------------------------------


def is_late(line: Line, until: date) -> bool:
    """Open on the last day, after its due date, and its clock was running."""
    stands = any(
        start is not None and start <= min(line.due, until) and (end is None or end > until)
        for start, end in line.pauses
    )
    return not settled(line, until) and line.due < until and not stands


def settled(line: Line, until: date) -> bool:
    return line.closed is not None and line.closed <= until


def working_days(calendar: Calendar, start: date, end: date) -> int:
    """Counted one by one."""
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def totals(lines: Iterable[Line], until: date, calendar: Calendar) -> Totals:
    found = list(lines)
    done = [line for line in found if settled(line, until)]
    days = sorted(working_days(calendar, line.received, line.closed) for line in done if line.closed)
    late = sum(is_late(line, until) for line in found)

    def rank(percent: int) -> int | None:
        return days[ceil(len(days) * percent / 100) - 1] if days else None

    first_late = sum(
        line.first_due is not None
        and (line.first_answer or date.max) > line.first_due
        and line.first_due < until
        for line in found
    )
    return Totals(
        len(found),
        len(done),
        len(found) - len(done) - late,
        late,
        sum(line.closed > line.due for line in done if line.closed),
        first_late,
        rank(50),
        rank(90),
    )


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def received_in(lines: Iterable[Line], quarter: Quarter) -> list[Line]:
    return [line for line in lines if quarter.start <= line.received <= quarter.end]


def agrees(figures: Figures, model: list[Line], calendar: Calendar) -> None:
    """Every figure of the snapshot against the model as it stood at the moment of drafting."""
    quarter = figures.period
    mine, before, ago = (received_in(model, one) for one in (quarter, quarter.before, quarter.year_ago))
    assert figures.sums.totals == totals(mine, quarter.end, calendar)
    assert figures.sums.before == totals(before, quarter.before.end, calendar)
    assert figures.sums.year_ago == totals(ago, quarter.year_ago.end, calendar)
    keys: dict[str, Callable[[Line], str]] = {
        "channels": lambda line: line.channel,
        "categories": lambda line: line.category,
        "weights": lambda line: line.weight,
        "villages": lambda line: line.area,
        "sections": lambda line: line.section,
    }
    for name, key in keys.items():
        rows: list[Row] = getattr(figures.sums, name)
        found = {
            row.key: (row.received, row.settled, row.late, row.before, row.year_ago)
            for row in rows
            if row.received or row.before or row.year_ago
        }
        assert found == table(mine, before, ago, key, quarter.end), name
    for month in figures.sums.months:
        of = [line for line in (*mine, *before) if f"{line.received:%Y-%m}" == month.month]
        assert (month.received, month.settled) == (len(of), sum(settled(line, quarter.end) for line in of))
    carried = [
        line
        for line in model
        if line.received < quarter.start and (line.closed is None or line.closed >= quarter.start)
    ]
    assert figures.carried.totals == totals(carried, quarter.end, calendar)
    assert len(figures.lines) == len(mine)
    assert len(figures.carried.lines) == len(carried)


def table(
    mine: list[Line], before: list[Line], ago: list[Line], key: Callable[[Line], str], until: date
) -> dict[str, Any]:
    """Key → (received, settled, late, before, year ago)."""
    now, then, year = (Counter(map(key, lines)) for lines in (mine, before, ago))
    done = Counter(key(line) for line in mine if settled(line, until))
    late = Counter(key(line) for line in mine if is_late(line, until))
    return {one: (now[one], done[one], late[one], then[one], year[one]) for one in {*now, *then, *year}}


def frozen(model: list[Line]) -> list[Line]:
    """The model as it stands now."""
    return deepcopy(model)
