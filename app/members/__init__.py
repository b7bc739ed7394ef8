"""Many people in one request: their list, a state for each, and the days on which they come."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.members.events:KINDS"),
    outcome_checks=(late("app.members.service:check_people"),),
    letter_facts=(late("app.members.queries:letter_facts"),),
    holdings=(late("app.members.holdings:find_holdings"),),
)
