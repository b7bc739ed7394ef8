"""The one table of this room; the residents themselves stand in a file of their own
(app/casework/residents/reference.py).
"""

from schema.database import Table


class ResidentsAct(Table):
    """A list was taken in, or the reference destroyed. `villages` are codes; no person stands here."""
