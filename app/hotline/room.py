"""The hotline."""

from app.hotline.events import KINDS
from app.hotline.service import check_complaint_exit
from app.room import Room

ROOM = Room(KINDS, outcome_checks=(check_complaint_exit,))
