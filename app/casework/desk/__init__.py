"""The desk of every service: open, check, advance, return, correct, close; search, timeline, due list, drafts."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.desk.events:KINDS"),
    redactions=(late("app.casework.desk.old_contents:redact_contents"),),
    kept=late("app.casework.desk.holdings:KEPT"),
)
