"""Tables that only this room writes."""

from schema.tables import Table


class HotlineComplaint(Table):
    """The contact that became a line of the complaint book, and which line; each stands here once."""
