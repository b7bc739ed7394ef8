"""Corrective and preventive action (LTPP)."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.capa.events:KINDS"), records=late("app.capa.records:rules"))
