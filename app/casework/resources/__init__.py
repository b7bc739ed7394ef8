"""Clauses 8 and 9 of a standard at work: facilities with what is broken, people against the posts."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.resources.events:KINDS"),
    kept=late("app.casework.resources.holdings:KEPT"),
)
