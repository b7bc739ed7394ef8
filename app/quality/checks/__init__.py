"""Clause 10 of a standard at work: internal checks with questions, a random sample, findings and their answers."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quality.checks.events:KINDS"), kept=late("app.quality.checks.records:KEPT"))
