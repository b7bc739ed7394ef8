"""Many people in one request."""

from app.members.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
