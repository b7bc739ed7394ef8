"""People, roles, sign-in, sessions, access log: of the office and of the centre."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.platform.people.events:KINDS"),
    kept=late("app.platform.people.holdings:KEPT"),
)
