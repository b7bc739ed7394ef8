"""The identity card: recording, dispatch and its answers."""

from __future__ import annotations

from app.ktp.answers import HANDLERS
from app.ktp.daily import DAILY
from app.ktp.events import KINDS
from app.room import Room

ROOM = Room(KINDS, HANDLERS, daily=DAILY)
