"""The complaint book and the quarter."""

from __future__ import annotations

from app.complaints.events import KINDS
from app.complaints.limits import seed
from app.room import Room

ROOM = Room(KINDS, begin=seed)
