"""The people of a side, with roles and sign-in."""

from app.people.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
