"""Tables of corrective and preventive actions."""

from schema.database import Table


class Capa(Table):
    """A report of nonconformity (LTPP)."""


class CapaRound(Table):
    """One round: causes, actions, completion, and the check of another person on a later day.

    `planned_on`: when it was planned for the first time.
    """


class CapaComplaint(Table):
    """Which lines led to an LTPP."""
