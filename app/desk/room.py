"""Cases of every service."""

from __future__ import annotations

from app.desk.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
