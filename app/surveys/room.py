"""Satisfaction surveys (IKM and SKM)."""

from app.room import Room
from app.surveys.events import KINDS

ROOM = Room(KINDS)
