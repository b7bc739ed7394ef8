"""Photos and scans by their content: an office puts them in and sends them, a partner receives them."""

from app.files.events import CENTRE_KINDS, OFFICE_KINDS
from app.room import Room

ROOM = Room(OFFICE_KINDS)
CENTRE_ROOM = Room(CENTRE_KINDS)
