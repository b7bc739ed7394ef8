"""Letters of the office."""

from app.letters.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
