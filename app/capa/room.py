"""Corrective and preventive action."""

from app.capa.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
