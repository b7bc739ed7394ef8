"""The identity card: recording and the register."""

from app.ktp.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
