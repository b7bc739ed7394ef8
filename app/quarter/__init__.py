"""The quarterly recap, its pledges, the notice board."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.quarter.events:KINDS"))
