"""The office itself: settings, calendar, standards."""

from app.office.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
