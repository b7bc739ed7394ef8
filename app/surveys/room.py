"""Satisfaction surveys (IKM and SKM)."""

from datetime import datetime

from app.core.clock import office_date
from app.desk.tables import CaseFile
from app.room import Room
from app.surveys import votes
from app.surveys.events import KINDS
from schema.database import Database


def receipt_code(db: Database, case: CaseFile, now: datetime) -> str:
    return votes.give_code(db, case, office_date(now))


ROOM = Room(KINDS, daily=(votes.count_votes,), receipt_codes=(receipt_code,))
