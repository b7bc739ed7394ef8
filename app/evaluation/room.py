"""Monitoring and evaluation."""

from app.evaluation.events import KINDS
from app.room import Room

ROOM = Room(KINDS)
