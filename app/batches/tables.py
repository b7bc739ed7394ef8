"""Tables that only this room writes."""

from schema.tables import Table


class Dispatch(Table):
    """A numbered dispatch to the centre, drafted, then confirmed and sent."""


class DispatchPick(Table):
    """A case chosen for a draft, in its order; `place` is where its papers lay before and go when it is given up."""


class DispatchLineRow(Table, table="dispatch_line"):
    """A line sent and what became of it; `folder` is the number of the folder that a refused file goes back to."""


class TypedAnswer(Table):
    """An answer typed from the returned list, in force once another person has checked it."""


class AnswerConflict(Table):
    """Two answers to one line that differ; a person decides."""


class Shipment(Table):
    """Cards that the centre sent, and how many were counted on arrival."""


class CardCall(Table):
    """One attempt to call the applicant, made by hand."""


class HandOver(Table):
    """A card handed over once, against a signed receipt; `returned_on`: it came back as a misprint."""


class CentreStateRow(Table, table="centre_state"):
    """What the centre last said of its blanks and queue."""


class BalanceCheck(Table):
    """The daily check: sent = printed + refused + waiting."""
