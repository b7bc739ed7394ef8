"""Photos and scans: checked, kept by their content, shown to those who may see what they belong to."""

from app.core.late import late
from app.room import CaseHooks, Room

ROOM = Room(
    late("app.platform.files.events:OFFICE_KINDS"),
    cases=(
        CaseHooks(
            named_by=lambda definition: bool(definition.files),
            check=late("app.platform.files.service:check_needed_files"),
        ),
    ),
    kept=late("app.platform.files.records:KEPT"),
)
CENTRE_ROOM = Room(late("app.platform.files.events:CENTRE_KINDS"))
