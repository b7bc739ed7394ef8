"""The regency's print floor: incoming lines, print queue, blanks, shipments, and how it stands with every office."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.centre.events:KINDS"))
