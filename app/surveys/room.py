"""Satisfaction surveys (IKM and SKM)."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.surveys.events:KINDS"))
