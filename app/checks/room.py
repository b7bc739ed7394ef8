"""Internal checks."""

from app.room import Room

ROOM = Room(())
