"""The print centre."""

from __future__ import annotations

from app.centre.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
