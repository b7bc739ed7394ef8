"""Tables of targets, realisation and evaluation."""

from schema.database import Table


class IndicatorTarget(Table):
    """A target as it was set; of several for a year the newest is in force, the older ones stay readable."""


class Realisation(Table):
    """A figure as somebody typed it for a period; a correction is a row of its own that replaces the one before."""


class PerformanceAnalysis(Table):
    """What somebody of a section writes about the figures of a period."""


class PerformanceReview(Table):
    """A period that the chief closed; `figures` is what was reached then."""


class PerformanceFollowUp(Table):
    """What follows from a closed period: who does it, by when."""
