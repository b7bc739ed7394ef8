"""Student cards (KTM): intakes, cards and their withdrawal."""

from app.ktm.events import ALSO, KINDS
from app.ktm.service import check_card_outcome
from app.room import Room

ROOM = Room(KINDS, also=ALSO, outcome_checks=[check_card_outcome])
