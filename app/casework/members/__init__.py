"""Many people in one request: their list, a state for each, and the days on which they come."""

from app.core.late import late
from app.room import CaseHooks, Room

ROOM = Room(
    late("app.casework.members.events:KINDS"),
    cases=(
        CaseHooks(
            named_by=lambda definition: definition.people is not None,
            check=late("app.casework.members.service:check_people"),
            letter_facts=late("app.casework.members.queries:letter_facts"),
        ),
    ),
    kept=late("app.casework.members.holdings:KEPT"),
)
