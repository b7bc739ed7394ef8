"""Internal checks."""

from app.checks.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
