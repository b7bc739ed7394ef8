"""Tables that only this room writes."""

from schema.database import Table


class InternalCheck(Table):
    """An internal check. A population is a list of case ids: the first, then the gaps between them."""


class CheckSample(Table):
    """A case that was drawn for one part of a check; `ordinal` is its place in the draw."""


class CheckVerdict(Table):
    """What was found for one question (counted from 1) in one sampled case."""


class CheckFinding(Table):
    """A verdict that does not conform, sent to the head of a section, with the answer and its dated action."""
