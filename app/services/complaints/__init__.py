"""The complaint book (SP 11): its lines, kiosk, suggestion box, answers and their limits."""

from datetime import datetime

from app.core.late import late
from app.room import Room
from sync.journal import Journal

seed_office = late("app.services.complaints.limits:seed_office")


def begin(journal: Journal, now: datetime) -> None:
    if journal.db.one("SELECT 1 FROM section LIMIT 1") is None:
        seed_office(journal, now)


ROOM = Room(
    late("app.services.complaints.events:KINDS"),
    begin=begin,
    kept=late("app.services.complaints.holdings:KEPT"),
)
