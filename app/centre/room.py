"""The print centre."""

from app.centre.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
