"""What an office measures."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.indicators.events:KINDS"))
