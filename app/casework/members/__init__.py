"""Many people in one request: their list, a state for each, and the days on which they come."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.members.events:KINDS"),
    outcome_checks=(late("app.casework.members.service:check_people"),),
    letter_facts=(late("app.casework.members.queries:letter_facts"),),
    holdings=(late("app.casework.members.holdings:find_holdings"),),
)
