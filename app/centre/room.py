"""The print centre."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.centre.events:KINDS"))
