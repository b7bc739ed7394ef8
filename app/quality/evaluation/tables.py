"""Tables of monitoring and evaluation, and of the documents of quality."""

from schema.database import Table


class EvaluationCycle(Table):
    """A cycle of monitoring and evaluation from its plan to its end, with report and evaluation.

    `team`: role of the team → user names; `principles`: how each of the nine was kept; `digest`: over the report.
    """


class EvaluationSheet(Table):
    """The audit sheet of a unit in a cycle; `activities` and `obstacles` are the unit's own report."""


class EvaluationRow(Table):
    """An indicator on a sheet; target, value and state are those of the moment when it was assessed."""


class FollowUp(Table):
    """What a unit does about a finding: level, person, day; `carried_from` is what an earlier cycle left undone."""


class IndicatorCapa(Table):
    """The LTPP of an indicator that was not reached in a period."""


class Supervision(Table):
    """Supervision by the authority above the office."""


class QualityDocument(Table):
    """A revision of the targets of a section for a year, of the office's quality policy or of its guarantee."""


class QualitySignature(Table):
    """A signature that a report or document asks, in its order; an empty name is still due."""
