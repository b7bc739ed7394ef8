"""What leaves the office for a partner and comes back."""

from app.batches.answers import HANDLERS
from app.batches.balance import DAILY
from app.batches.events import KINDS
from app.room import Room

ROOM = Room(KINDS, HANDLERS, daily=DAILY)
