"""Tables that only this room writes."""

from schema.database import Table


class ToldState(Table):
    """Of which change of a case the public page was told last; no row where it tells nothing."""
