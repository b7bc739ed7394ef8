"""A book that lives at random, and beside it a plain model of what was done to each line."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.core.clock import at_office, office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.services.complaints import service, suggestion_box, transitions
from app.services.complaints.limits import OTHER_SERVICE
from app.services.complaints.queries import staff_columns
from app.services.complaints.service import Visitor, WrittenLine
from sync.journal import Journal
from tests.platform.people import actor_of

CATEGORIES = ("speed", "no_blanks", "levy", "comfort", "other")
CHANNELS = ("desk", "box", "telephone", "letter")
AREAS = ("3508992010", "", "outside")
HANDLINGS = ("desk", "information", "field")
TYPES = ("complaint", "aspiration", "information")
SERVICES = ("ktp-el", "", OTHER_SERVICE)
DEEDS = (
    "write",
    "write",
    "write",
    "write",
    "classify",
    "route",
    "first",
    "follow",
    "follow",
    "follow",
    "answer",
    "answer",
    "close",
    "close",
    "settle",
    "settle",
    "settle",
    "reopen",
    "pause",
    "pause",
    "resume",
    "resume",
    "classify",
    "strike",
    "box",
    "aside",
)


LIMIT = {"first_answer": 3, "information": 5, "desk": 14, "field": 60}
"""Working days of a new office (domain 4.1); the start day is not counted."""


def is_workday(calendar: Calendar, on: date) -> bool:
    """Monday to Friday, and no day off."""
    return on.weekday() < 5 and calendar.holiday(on) is None


def workday_after(calendar: Calendar, start: date, count: int) -> date:
    """Found day by day."""
    while count:
        start += timedelta(days=1)
        count -= is_workday(calendar, start)
    return start


@dataclass
class Spoken:
    """A follow-up, first answer or answer with its day; `struck` when it was struck through."""

    column: int
    text: str
    on: date
    struck: bool = False


@dataclass
class Line:
    """What the model knows of a line. `since`: receipt or reopening; `settlements`: day, due date, day of reopening."""

    id: int
    number: str
    received: date
    channel: str
    area: str
    service: str
    type: str
    category: str
    weight: str
    section: str
    handling: str
    first_due: date | None
    since: date
    due: date
    closed: date | None = None
    aside: bool = False
    settlements: list[list[date | None]] = field(default_factory=list)
    pauses: list[list[date | None]] = field(default_factory=list)
    follow_ups: list[Spoken] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)

    @property
    def first_answer(self) -> date | None:
        """The day of the first thing that was told and still stands."""
        return next((one.on for one in self.spoken if not one.struck), None)


@dataclass
class Book:
    """The book under test with its model; every deed moves both, or neither when a rule refuses it."""

    journal: Journal
    calendar: Calendar
    now: datetime
    lines: list[Line] = field(default_factory=list)
    openings: list[tuple[date, int, bool]] = field(default_factory=list)
    """Day, slips, and whether the opening was at the end of a service day."""
    refused: list[str] = field(default_factory=list)
    begun: date | None = None
    """The day on which the book came into use: the first opening or the first line."""

    def who(self, name: str) -> Actor:
        """Somebody of the cast."""
        return actor_of(self.journal.db, name, self.today)

    @property
    def today(self) -> date:
        """The office date."""
        return office_date(self.now)

    def later(self, days: int) -> None:
        """Let days pass; on a day moments are a minute apart. Less than nought: on to the last day of the quarter."""
        if days < 0:
            days = (Quarter.of(self.today).end - self.today).days
        self.now = at_office(self.today + timedelta(days=days), 8) if days else self.now + timedelta(minutes=1)

    def stored(self, line_id: int) -> Any:
        """A line as the tables hold it."""
        return transitions.load_line(self.journal.db, line_id)

    def do(self, deed: str, pick: int, other: int) -> None:
        """One deed for the `pick`-th line."""
        if deed in ("write", "box") or not self.lines:
            getattr(self, deed if deed == "box" else "write")(pick, other)
            return
        line = self.lines[pick % len(self.lines)]
        try:
            getattr(self, deed)(line, other)
        except Problem as refused:
            self.refused.append(refused.code)

    def visitor(self, pick: int, other: int) -> Visitor:
        """Somebody; every other one names himself."""
        known = {code for (code,) in self.journal.db.run("SELECT code FROM village")} | {"outside"}
        area = AREAS[pick % len(AREAS)]
        return Visitor(
            f"Kata {pick} {other}",
            area=area if area in known else "",
            service=SERVICES[other % 3],
            name="Tumini" if other % 2 else "",
        )

    def write(self, pick: int, other: int) -> None:
        """A new line; some were received days or weeks before they are written down."""
        received = self.today - timedelta(days=other if other % 3 == 0 else 0)
        made = service.write_line(
            self.journal,
            SYSTEM,
            channel=CHANNELS[other % 4],
            category=CATEGORIES[pick % 5],
            now=self.now,
            received_on=received,
            visitor=self.visitor(pick, other),
            weight=("light", "medium")[pick % 2],
            type_=TYPES[pick % 3],
        )
        self.add(made, received, CHANNELS[other % 4], named=bool(other % 2))

    def add(self, made: WrittenLine, received: date, channel: str, *, named: bool) -> None:
        """The model of a line just written; its section is the office's rule, tested elsewhere."""
        row = self.stored(made.id)
        self.begun = self.begun or self.today
        answered = named or channel != "box"
        first = workday_after(self.calendar, received, LIMIT["first_answer"]) if answered else None
        handling = "information" if row.type == "information" else "desk"
        line = Line(
            made.id,
            made.number,
            received,
            channel,
            row.area,
            row.service,
            row.type,
            row.category,
            row.weight,
            row.section,
            handling,
            first,
            received,
            received,
        )
        self.lines.append(line)
        self.reckon(line)

    def reckon(self, line: Line) -> None:
        """The day by which a line is to be settled: day by day, those of ended pauses left out."""
        left, day = LIMIT[line.handling], line.since
        while left:
            day += timedelta(days=1)
            stood = any(start and end and start <= day < end for start, end in line.pauses)
            left -= is_workday(self.calendar, day) and not stood
        line.due = day

    def box(self, pick: int, other: int) -> None:
        """The suggestion box, in the morning or at the end of service, some days more than once."""
        self.now = max(self.now, at_office(self.today, 15)) if pick % 2 else self.now
        slips = [self.visitor(pick, other + n) for n in range(other % 3)]
        try:
            written = suggestion_box.open_box(self.journal, self.who("ida"), slips=slips, now=self.now)
        except Problem as refused:
            self.refused.append(refused.code)
            return
        self.begun = self.begun or self.today
        ended = self.calendar.is_workday(self.today) and self.now >= at_office(self.today, 14)
        self.openings.append((self.today, len(slips), ended))
        for n, made in enumerate(written):
            self.add(made, self.today, "box", named=bool((other + n) % 2))

    def what(self, line: Line) -> dict[str, Any]:
        """What every deed is told."""
        return {"complaint_id": line.id, "now": self.now}

    def classify(self, line: Line, other: int) -> None:
        """Another class; another way of handling gives another limit, and what stood still stays."""
        category, type_ = CATEGORIES[other % 5], TYPES[other % 3]
        service.classify_line(
            self.journal,
            self.who("ida"),
            type_=type_,
            category=category,
            weight="light",
            handling=HANDLINGS[other % 3],
            **self.what(line),
        )
        line.type, line.category, line.weight = type_, category, "heavy" if category == "levy" else "light"
        line.handling = HANDLINGS[other % 3]
        self.reckon(line)

    def route(self, line: Line, _other: int) -> None:
        """The other section."""
        section = "umum" if line.section == "pelayanan" else "pelayanan"
        service.route_line(self.journal, self.who("ida"), section=section, reason="Sarana", **self.what(line))
        line.section = section

    def spoke(self, line: Line) -> Spoken:
        """Keep what was just written beside a line."""
        written = staff_columns(self.journal.db, [line.id])[line.id][-1]
        line.spoken.append(Spoken(written.id, written.text, self.today))
        return line.spoken[-1]

    def first(self, line: Line, _other: int) -> None:
        """A first answer."""
        service.write_first_answer(self.journal, self.who("ida"), text="Diterima.", **self.what(line))
        self.spoke(line)

    def follow(self, line: Line, other: int) -> None:
        """A follow-up, also a late one."""
        service.write_follow_up(self.journal, self.who("budi"), text=f"Langkah {other}", **self.what(line))
        line.follow_ups.append(self.spoke(line))

    def answer(self, line: Line, _other: int) -> None:
        """An answer."""
        service.write_answer(self.journal, self.who("ida"), text="Sudah.", **self.what(line))
        self.spoke(line)

    def strike(self, line: Line, other: int) -> None:
        """Something that was written beside a line is struck through by whoever wrote it."""
        standing = [one for one in line.spoken if not one.struck]
        if standing:
            chosen = standing[other % len(standing)]
            who = self.who("budi" if chosen in line.follow_ups else "ida")
            service.strike_column(self.journal, who, column_id=chosen.column, reason="Salah baris", now=self.now)
            chosen.struck = True

    def close(self, line: Line, _other: int) -> None:
        """Settled."""
        service.close_line(self.journal, self.who("ida"), **self.what(line), reason="Sudah dijelaskan.")
        line.closed = self.today
        line.settlements.append([self.today, line.due, None])

    def settle(self, line: Line, other: int) -> None:
        """All that a line needs, at once."""
        self.follow(line, other)
        self.answer(line, other)
        self.close(line, other)

    def reopen(self, line: Line, _other: int) -> None:
        """Taken up again."""
        service.reopen_line(self.journal, self.who("ida"), reason="Terulang", **self.what(line))
        line.closed, line.since = None, self.today
        line.settlements[-1][2] = self.today
        self.reckon(line)

    def pause(self, line: Line, _other: int) -> None:
        """The clock stands still."""
        service.pause_clock(self.journal, self.who("budi"), reason="field", text="", **self.what(line))
        line.pauses.append([self.today, None])

    def resume(self, line: Line, _other: int) -> None:
        """It runs again."""
        service.resume_clock(self.journal, self.who("budi"), **self.what(line))
        line.pauses[-1][1] = self.today
        self.reckon(line)

    def aside(self, line: Line, other: int) -> None:
        """Set aside, or taken back."""
        if line.aside:
            service.take_back_line(self.journal, self.who("ida"), reason="Pengaduan juga", **self.what(line))
        elif other % 3 == 0:
            service.set_line_aside(self.journal, self.who("ida"), reason="Iseng", **self.what(line))
        else:
            return
        line.aside = not line.aside
