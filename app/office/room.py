"""The office itself: settings, calendar, standards."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.office.events:KINDS"))
