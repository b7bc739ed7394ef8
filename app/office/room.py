"""The office itself: settings, calendar, standards."""

from __future__ import annotations

from app.office.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
