"""Tables that only this room writes."""

from schema.database import Table


class IncomingLetter(Table):
    """A letter that came, with its number in the agenda; `to_role` is the post before which it was put first.

    Of one that a procedure names, `letter` is its id there.
    """


class Disposition(Table):
    """What somebody ordered to be done with a letter, and the roles that he filled then."""


class DispositionReceiver(Table):
    """A post (`role`) or person (`username`) who is to do it, until when, and what was reported."""


class OutgoingLetter(Table):
    """A letter of the office from its draft to its sending."""
