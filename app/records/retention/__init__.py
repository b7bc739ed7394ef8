"""How long records are kept, and the destruction of those whose time is over: a list, two people, minutes."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.records.retention.events:KINDS"))
