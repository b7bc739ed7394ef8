"""Monitoring and evaluation."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.evaluation.events:KINDS"))
