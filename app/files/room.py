"""Photos and scans by their content: an office puts them in and sends them, a partner receives them."""

from app.files.events import CENTRE_KINDS, OFFICE_KINDS
from app.files.service import check_needed_files
from app.room import Room

ROOM = Room(OFFICE_KINDS, outcome_checks=(check_needed_files,))
CENTRE_ROOM = Room(CENTRE_KINDS)
