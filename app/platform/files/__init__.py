"""Photos and scans: checked, kept by their content, shown to those who may see what they belong to."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.platform.files.events:OFFICE_KINDS"),
    outcome_checks=(late("app.platform.files.service:check_needed_files"),),
    records=late("app.platform.files.records:rules"),
)
CENTRE_ROOM = Room(late("app.platform.files.events:CENTRE_KINDS"))
