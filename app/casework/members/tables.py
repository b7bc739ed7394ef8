"""Tables that only this room writes."""

from schema.database import Table


class Member(Table):
    """One of the people of a request. `claim` is empty once the row is final: then he may stand in another list."""


class MemberEvent(Table):
    """What happened to one of the people, in the order in which it was written."""


class MemberSlot(Table):
    """Hours of a day on which so many people of a service can come; times of the office's clock."""
