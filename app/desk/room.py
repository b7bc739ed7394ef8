"""Cases of every service."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.desk.events:KINDS"))
