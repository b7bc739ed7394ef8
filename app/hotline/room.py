"""The hotline."""

from app.hotline.events import KINDS
from app.hotline.messages import exchange_messages
from app.hotline.service import check_complaint_exit
from app.hotline.team import check_team
from app.room import Room

ROOM = Room(KINDS, daily=(exchange_messages,), outcome_checks=(check_complaint_exit, check_team))
