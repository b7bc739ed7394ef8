"""The quarterly recap, its pledges, the notice board."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quality.quarter.events:KINDS"))
