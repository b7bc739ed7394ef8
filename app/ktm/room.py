"""Student cards (KTM): intakes, cards and their withdrawal."""

from app.ktm.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
