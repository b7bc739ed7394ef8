"""Corrective and preventive action (LTPP)."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quality.capa.events:KINDS"), kept=late("app.quality.capa.records:KEPT"))
