"""Facilities and posts of the standards in force."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.resources.events:KINDS"))
