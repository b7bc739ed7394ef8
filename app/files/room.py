"""Photos and scans by their content."""

from app.files.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
