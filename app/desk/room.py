"""Cases of every service."""

from app.desk.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
