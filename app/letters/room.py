"""Letters of the office."""

from app.letters.cases import check_letter
from app.letters.events import KINDS
from app.room import Room

ROOM = Room(KINDS, outcome_checks=(check_letter,))
