"""Letters of the office."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.letters.events:KINDS"), outcome_checks=(late("app.letters.cases:check_letter"),))
