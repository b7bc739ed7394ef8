"""The complaint book (SP 11): lines, suggestion box, follow-up, corrective action, quarterly recap, notice board."""

from datetime import datetime

from app.core.late import late
from app.room import Room
from sync.journal import Journal

seed_office = late("app.complaints.limits:seed_office")


def begin(journal: Journal, now: datetime) -> None:
    if journal.db.one("SELECT 1 FROM section LIMIT 1") is None:
        seed_office(journal, now)


ROOM = Room(
    late("app.complaints.events:KINDS"),
    begin=begin,
    records=late("app.complaints.records:rules"),
    holdings=(late("app.complaints.holdings:find_holdings"),),
    processing=late("app.complaints.holdings:PROCESSING"),
)
