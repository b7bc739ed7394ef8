"""The queue: numbers drawn at the kiosk, called at a counter, shown in the waiting room; how long people waited."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.services.tickets.events:KINDS"))
