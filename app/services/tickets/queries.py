"""What the queue looks like now: which services it has, which counters, who is called and how many wait."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.core.problems import check_found
from app.platform.office import queries as office
from app.platform.office.settings import get_setting
from app.services.tickets.tables import Ticket
from schema.database import Database

AT_COUNTER = ("called", "serving")
MOST_CALLS_SHOWN = 4
"""Earlier calls that the screen shows below the last one."""


class Counter(NamedTuple):
    """A counter of the office: its place in the list of settings, what it is called, and the letters that it serves;
    an empty text: all of them."""

    id: int
    name: str
    letters: str


def letters_of_services(db: Database) -> dict[str, str]:
    """Service → its letter, of every service that ever got one that it still has."""
    pairs = (line.split(" ", 1) for line in get_setting(db, "tickets.services"))
    return {service: letter for letter, service in pairs}


def queued_services(db: Database, today: date) -> Mapping[str, str]:
    """Service → what it is called, of those in force for which numbers are given, in the order of their letters."""
    names = {definition.id: definition.short_name for definition in office.services_in_force(db, today)}
    letters = letters_of_services(db)
    return {service: names[service] for service in sorted(letters, key=letters.__getitem__) if service in names}


def all_counters(db: Database) -> list[Counter]:
    """The counters as the settings list them: `Loket 1`, `Loket 2: B C`."""
    counters = []
    for number, line in enumerate(get_setting(db, "tickets.counters"), start=1):
        name, _, letters = line.partition(":")
        counters.append(Counter(number, name.strip(), letters.replace(" ", "").upper()))
    return counters


def find_counter(db: Database, number: int) -> Counter:
    """Raises Problem `not_found`."""
    counter = next((counter for counter in all_counters(db) if counter.id == number), None)
    return check_found(counter, "Loket itu")


def letters_at(db: Database, counter: Counter) -> tuple[str, ...]:
    """The letters whose numbers are called at a counter."""
    return tuple(counter.letters) or tuple(sorted(letters_of_services(db).values()))


def ticket_at(db: Database, counter: int, today: date) -> Ticket | None:
    """The number that is called or served at a counter."""
    return Ticket.first(db, on_date=today.isoformat(), counter=counter, state=AT_COUNTER)


def find_ticket(db: Database, ticket_id: int) -> Ticket:
    """Raises Problem `not_found`."""
    return check_found(Ticket.first(db, id=ticket_id), "Nomor antrean itu")


def waiting_tickets(db: Database, letters: Sequence[str], today: date) -> list[Ticket]:
    """Who waits for one of these letters, in the order in which the numbers were drawn."""
    waiting = Ticket.rows(db, on_date=today.isoformat(), state="waiting", order="id")
    return [ticket for ticket in waiting if ticket.letter in letters]


def absent_tickets(db: Database, letters: Sequence[str], today: date) -> list[Ticket]:
    """Who did not come when he was called today, the last one first."""
    absent = Ticket.rows(db, on_date=today.isoformat(), state="absent", order="call DESC")
    return [ticket for ticket in absent if ticket.letter in letters]


def latest_calls(db: Database, today: date, most: int = MOST_CALLS_SHOWN + 1) -> list[Ticket]:
    """The numbers that were called today, the last call first; who did not come is shown no longer."""
    shown = (*AT_COUNTER, "served")
    return Ticket.rows(db, on_date=today.isoformat(), state=shown, order="call DESC", limit=most)


def count_waiting(db: Database, today: date) -> dict[str, int]:
    """Letter → how many wait."""
    rows = db.run(
        "SELECT letter, count(*) FROM ticket WHERE on_date = ? AND state = 'waiting' GROUP BY letter",
        (today.isoformat(),),
    )
    return dict(rows)
