"""Monitoring and evaluation of what was promised; the documents of quality."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quality.evaluation.events:KINDS"))
