"""Tables that only this room writes."""

from schema.database import Table


class FacilityItem(Table):
    """One thing (a camera, a desk); `since` is the first day of its state, `begun_on` of its use."""


class Repair(Table):
    """What became of a thing since it broke; without an outcome it is still broken."""


class Device(Table):
    """A note whether recording equipment works. It counts while nothing is listed."""


class Qualification(Table):
    """What a person has learnt: trainings are pairs of name and day, skills the texts of a standard that were seen."""
