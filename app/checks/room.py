"""Internal checks."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.checks.events:KINDS"))
