"""What leaves the office for a partner and comes back."""

from app.batches import events, other_versions
from app.batches.answers import HANDLERS
from app.batches.dispatch import DAILY
from app.room import Room

ROOM = Room([*events.KINDS, *other_versions.KINDS], HANDLERS, daily=DAILY)
