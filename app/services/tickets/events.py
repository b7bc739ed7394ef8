"""Journal kinds of the queue."""

import msgspec

from app.room import AT, ON, add_row_of, stamp_row_of
from app.services.tickets.tables import Ticket
from schema.database import Database
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class TicketTaken(msgspec.Struct, frozen=True, omit_defaults=True):
    """A visitor drew a number. `letter` and `n` are its parts, `number` the whole as it is printed."""

    id: int
    service: str
    letter: str
    n: int
    number: str
    priority: bool = False


class TicketCalled(msgspec.Struct, frozen=True):
    """A number was called to a counter, the first time, again, or after it had not come."""

    id: int
    counter: int
    call: int


class TicketBegun(msgspec.Struct, frozen=True):
    id: int


class TicketEnded(msgspec.Struct, frozen=True, omit_defaults=True):
    """The visitor was served, or did not come (`absent`)."""

    id: int
    absent: bool = False


def apply_called(db: Database, entry: Entry) -> None:
    body: TicketCalled = entry.body
    known = Ticket.first(db, id=body.id)
    if known and known.called_at:
        first = known.called_at
    else:
        first = to_utc_text(entry.at)
    called = {"counter": body.counter, "call": body.call, "called_at": first}
    Ticket.alter(db, {"id": body.id}, state="called", ended_at=None, **called)


def apply_ended(db: Database, entry: Entry) -> None:
    body: TicketEnded = entry.body
    state = "absent" if body.absent else "served"
    Ticket.alter(db, {"id": body.id}, state=state, ended_at=to_utc_text(entry.at))


KINDS = [
    Kind("ticket.taken", 1, TicketTaken, add_row_of(Ticket, {"state": "waiting"}, on_date=ON, taken_at=AT), NOBODY),
    Kind("ticket.called", 1, TicketCalled, apply_called, NOBODY),
    Kind("ticket.begun", 1, TicketBegun, stamp_row_of(Ticket, {"state": "serving"}, begun_at=AT), NOBODY),
    Kind("ticket.ended", 1, TicketEnded, apply_ended, NOBODY),
]
