"""The desk of every service: open, check, advance, return, correct, close; search, timeline, due list, drafts."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.desk.events:KINDS"),
    redactions=(late("app.desk.old_contents:redact_contents"),),
    records=late("app.desk.records:rules"),
    holdings=(late("app.desk.holdings:find_holdings"),),
)
