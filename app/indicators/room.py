"""What an office measures."""

from app.indicators.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
