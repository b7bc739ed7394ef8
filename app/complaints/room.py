"""The complaint book, its kiosk and the suggestion box."""

from app.complaints.events import KINDS
from app.complaints.limits import seed_office
from app.room import Room

ROOM = Room(KINDS, begin=seed_office)
