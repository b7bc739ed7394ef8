"""How long people waited and were served: of a month, by service and hour, and day by day.

A wait runs from the drawing of a number to its first call, a service from its beginning to its end. Where the clock of
the computer was set back in between nothing is measured. Minutes are whole and rounded down; half and ninety of a
hundred are by nearest rank.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from app.core.clock import office_time
from app.core.ranks import nearest_rank
from app.services.tickets.tables import Ticket
from schema.database import Database
from sync.entries import parse_utc_text

Key = TypeVar("Key", str, int)


class Times(NamedTuple):
    """Numbers drawn, those with priority, served, absent and never called; in minutes what half and ninety of a hundred
    waited, and how long half were served (None: nothing was measured)."""

    taken: int
    priority: int
    served: int
    absent: int
    left: int
    wait: int | None
    longest: int | None
    service: int | None


class Cell(NamedTuple):
    """An hour of a service: numbers drawn, and the minutes that half of them waited."""

    taken: int
    wait: int | None


class Month(NamedTuple):
    """All figures of a month: in sum, by service, by day, and by service and hour."""

    total: Times
    services: dict[str, Times]
    days: dict[str, Times]
    hours: dict[str, dict[int, Cell]]


def minutes_between(since: str | None, until: str | None) -> int | None:
    """Whole minutes from one stored moment to a later one; None where one is missing, or the clock went back."""
    if not since or not until or until < since:
        return None
    return int((parse_utc_text(until) - parse_utc_text(since)).total_seconds() // 60)


def wait_of(ticket: Ticket) -> int | None:
    return minutes_between(ticket.taken_at, ticket.called_at)


def ranked(tickets: Iterable[Ticket], measure: Callable[[Ticket], int | None], percent: int) -> int | None:
    counted = Counter[int]()
    for ticket in tickets:
        minutes = measure(ticket)
        if minutes is not None:
            counted[minutes] += 1
    return nearest_rank(counted, percent)


def service_of(ticket: Ticket) -> int | None:
    return minutes_between(ticket.begun_at, ticket.ended_at)


def times_of(tickets: list[Ticket], today: date) -> Times:
    states = Counter(ticket.state for ticket in tickets)
    passed = [ticket for ticket in tickets if ticket.state == "waiting" and ticket.on_date < today.isoformat()]
    return Times(
        taken=len(tickets),
        priority=sum(ticket.priority for ticket in tickets),
        served=states["served"],
        absent=states["absent"],
        left=len(passed),
        wait=ranked(tickets, wait_of, 50),
        longest=ranked(tickets, wait_of, 90),
        service=ranked(tickets, service_of, 50),
    )


def grouped(tickets: Iterable[Ticket], key: Callable[[Ticket], Key]) -> dict[Key, list[Ticket]]:
    groups = dict[Key, list[Ticket]]()
    for ticket in tickets:
        groups.setdefault(key(ticket), []).append(ticket)
    return groups


def service_id(ticket: Ticket) -> str:
    return str(ticket.service)


def day_of(ticket: Ticket) -> str:
    return str(ticket.on_date)


def hour_of(ticket: Ticket) -> int:
    """The hour of the office's clock in which a number was drawn."""
    taken: datetime = office_time(parse_utc_text(ticket.taken_at))
    return taken.hour


def tickets_between(db: Database, first: date, last: date) -> list[Ticket]:
    span = Ticket.on_date >= first.isoformat(), Ticket.on_date <= last.isoformat()
    return Ticket.rows(db, *span, order="on_date, id")


def month_figures(db: Database, first: date, today: date) -> Month:
    """The figures of the month that begins on `first`."""
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    tickets = tickets_between(db, first, end)
    by_service = grouped(tickets, service_id)
    by_day = grouped(tickets, day_of)
    return Month(
        times_of(tickets, today),
        {service: times_of(group, today) for service, group in by_service.items()},
        {day: times_of(group, today) for day, group in by_day.items()},
        {service: hour_cells(group) for service, group in by_service.items()},
    )


def hour_cells(tickets: list[Ticket]) -> dict[int, Cell]:
    groups = grouped(tickets, hour_of)
    return {hour: Cell(len(group), ranked(group, wait_of, 50)) for hour, group in groups.items()}
