"""Facilities and posts of the standards in force."""

from app.room import Room

ROOM = Room(())
