"""The people of a side, with roles and sign-in."""

from __future__ import annotations

from app.people.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
