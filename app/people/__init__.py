"""People, roles, sign-in, sessions, access log: the ground floor that office and centre both stand on."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.people.events:KINDS"),
    holdings=(late("app.people.holdings:find_holdings"),),
    processing=late("app.people.holdings:PROCESSING"),
)
