"""The hotline."""

from app.hotline.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
