"""Many people in one request."""

from app.members.events import KINDS
from app.members.queries import letter_facts
from app.members.service import check_people
from app.room import Room

ROOM = Room(KINDS, outcome_checks=(check_people,), letter_facts=(letter_facts,))
