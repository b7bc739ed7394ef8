"""What an office measures: targets, realisation, what was reached, and the evaluation of a period (clause 14)."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quality.indicators.events:KINDS"))
