"""Recap, pledges and the notice board."""

from app.quarter.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
