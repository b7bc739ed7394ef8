"""Tables that only this room writes."""

from schema.database import Table


class Ticket(Table):
    """A number of the queue. `called_at` is its first call, from which the wait is measured; `call` orders the calls of
    the day, its last one; an absent number that comes after all is called anew. No person stands in it."""
