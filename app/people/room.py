"""The people of a side, with roles and sign-in."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.people.events:KINDS"))
