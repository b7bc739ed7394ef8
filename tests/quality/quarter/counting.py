"""A second way to count a quarter: a plain model of the book, counted line by line without the program's SQL."""

from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date, timedelta
from math import ceil
from typing import Any

from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.quality.quarter.figures import Box, Figures, Item, Row, Totals
from app.services.complaints.words import CATEGORIES
from tests.quality.quarter.living import Book, Line


def stands(line: Line, until: date) -> bool:
    """The clock stood still on the last day, and had stopped before the line was due."""
    return any(
        start is not None and start <= min(line.due, until) and (end is None or end > until)
        for start, end in line.pauses
    )


def settlement(line: Line, until: date) -> tuple[date, date] | None:
    """Day and due date of the settlement in which a line stood on a day."""
    for closed, due, again in line.settlements:
        if closed and due and closed <= until and (again is None or again > until):
            return closed, due
    return None


def settled(line: Line, until: date) -> bool:
    return settlement(line, until) is not None


def is_late(line: Line, until: date) -> bool:
    """Open on the last day, after its due date, and its clock was running."""
    return not settled(line, until) and line.due < until and not stands(line, until)


def first_late(line: Line, until: date) -> bool:
    """Its first answer was due before the last day, and came later or not at all."""
    if line.first_due is None or line.first_due >= until:
        return False
    return line.first_answer is None or line.first_answer > line.first_due


def working_days(calendar: Calendar, start: date, end: date) -> int:
    """Counted one by one."""
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def totals(lines: Iterable[Line], until: date, calendar: Calendar) -> Totals:
    found = list(lines)
    done = [(line.received, *ended) for line in found if (ended := settlement(line, until))]
    days = sorted(working_days(calendar, received, closed) for received, closed, _ in done)
    late = sum(is_late(line, until) for line in found)

    def rank(percent: int) -> int | None:
        return days[ceil(len(days) * percent / 100) - 1] if days else None

    return Totals(
        len(found),
        len(done),
        len(found) - len(done) - late,
        late,
        sum(closed > due for _, closed, due in done),
        sum(first_late(line, until) for line in found),
        rank(50),
        rank(90),
    )


def received_in(lines: Iterable[Line], quarter: Quarter) -> list[Line]:
    return [line for line in lines if quarter.start <= line.received <= quarter.end]


def service_key(line: Line) -> str:
    """A service of the office, nothing, or what a visitor wrote freely."""
    return line.service if line.service in ("ktp-el", "") else "other"


KEYS: dict[str, Callable[[Line], str]] = {
    "channels": lambda line: line.channel,
    "types": lambda line: line.type,
    "categories": lambda line: line.category,
    "elements": lambda line: str(CATEGORIES[line.category].element),
    "weights": lambda line: line.weight,
    "services": service_key,
    "villages": lambda line: line.area,
    "sections": lambda line: line.section,
}


def agrees(figures: Figures, lived: Book) -> None:
    """Every figure of the snapshot against the model as it stood at the moment of drafting."""
    quarter, calendar, book = figures.period, lived.calendar, deepcopy(lived.lines)
    model = [line for line in book if not line.aside]
    assert figures.aside + figures.totals.received == len(received_in(book, quarter))
    mine, before, ago = (received_in(model, one) for one in (quarter, quarter.before, quarter.year_ago))
    assert figures.sums.totals == totals(mine, quarter.end, calendar)
    assert figures.sums.before == totals(before, quarter.before.end, calendar)
    assert figures.sums.year_ago == totals(ago, quarter.year_ago.end, calendar)
    kinds_apart(figures, lived, (mine, before, ago))
    counted = [[line for line in lines if line.type == "complaint"] for lines in (mine, before, ago)]
    for name, key in KEYS.items():
        rows: list[Row] = getattr(figures.sums, name)
        of = (mine, before, ago) if name == "types" else counted
        found = {
            row.key: (row.received, row.settled, row.late, row.before, row.year_ago)
            for row in rows
            if row.received or row.before or row.year_ago
        }
        assert found == table(of[0], of[1], of[2], key, quarter.end), name
    for month in figures.sums.months:
        held = [line for line in (*counted[0], *counted[1]) if f"{line.received:%Y-%m}" == month.month]
        assert (month.received, month.settled) == (len(held), sum(settled(line, quarter.end) for line in held))
    carried = [
        line
        for line in model
        if line.received < quarter.start
        and ((ended := settlement(line, quarter.end)) is None or ended[0] >= quarter.start)
    ]
    assert figures.carried.totals == totals(carried, quarter.end, calendar)
    listed(figures.lines, mine, quarter.end)
    listed(figures.carried.lines, carried, quarter.end)
    again(figures, counted[0], counted[1])
    assert figures.box == box(lived, quarter)


def kinds_apart(figures: Figures, lived: Book, spans: tuple[list[Line], list[Line], list[Line]]) -> None:
    """Complaints, aspirations and questions each with totals of their own, which together are all; and the first day
    of the book."""
    quarter = figures.period
    ends = (quarter.end, quarter.before.end, quarter.year_ago.end)
    for kind in figures.kinds:
        found = [
            totals((line for line in lines if line.type == kind.key), end, lived.calendar)
            for lines, end in zip(spans, ends, strict=True)
        ]
        assert [kind.now, kind.before, kind.year_ago] == found, kind.key
    assert figures.since == (lived.begun.isoformat() if lived.begun else "")
    assert [kind.key for kind in figures.kinds] == ["complaint", "aspiration", "information"]
    assert sum(kind.now.received for kind in figures.kinds) == figures.totals.received
    types = {line.number: line.type for line in lived.lines}
    assert all(row.type == types[row.number] for row in (*figures.lines, *figures.carried.lines))


def listed(items: list[Item], lines: list[Line], until: date) -> None:
    """Every line once, in the state of the last day, with the last follow-up written by then and still standing."""
    assert {
        item.number: (item.state, item.due_on, item.closed_on, item.follow_up, item.followed_on) for item in items
    } == {
        line.number: (
            "settled" if settled(line, until) else "late" if is_late(line, until) else "process",
            (ended := settlement(line, until) or (None, line.due))[1].isoformat(),
            ended[0].isoformat() if ended[0] else "",
            *last_follow_up(line, until),
        )
        for line in lines
    }
    assert len(items) == len(lines)


def last_follow_up(line: Line, until: date) -> tuple[str, str]:
    known = [one for one in line.follow_ups if one.on <= until and not one.struck]
    return (known[-1].text, known[-1].on.isoformat()) if known else ("", "")


def again(figures: Figures, mine: list[Line], before: list[Line]) -> None:
    """Categories with three lines and more."""
    now, then = Counter(line.category for line in mine), Counter(line.category for line in before)
    assert {cause.key: (cause.count, cause.before) for cause in figures.causes} == {
        key: (count, then[key]) for key, count in now.items() if count >= 3
    }


def box(lived: Book, quarter: Quarter) -> Box:
    """Openings of the quarter, day by day."""
    days = [quarter.start + timedelta(days=n) for n in range((quarter.end - quarter.start).days + 1)]
    found = [opening for opening in lived.openings if opening[0] in days]
    return Box(
        sum(lived.calendar.is_workday(on) for on in days if not lived.begun or on >= lived.begun),
        len({on for on, _, counts in found if counts}),
        sum(counts and not slips for _, slips, counts in found),
        sum(slips for _, slips, _ in found),
    )


def table(
    mine: list[Line], before: list[Line], ago: list[Line], key: Callable[[Line], str], until: date
) -> dict[str, Any]:
    """Key → (received, settled, late, before, year ago)."""
    now, then, year = (Counter(map(key, lines)) for lines in (mine, before, ago))
    done = Counter(key(line) for line in mine if settled(line, until))
    late = Counter(key(line) for line in mine if is_late(line, until))
    return {one: (now[one], done[one], late[one], then[one], year[one]) for one in {*now, *then, *year}}
