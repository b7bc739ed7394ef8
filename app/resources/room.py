"""Facilities and posts of the standards in force."""

from app.resources.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
