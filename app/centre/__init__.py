"""The printing centre, or a bank: incoming lines, print queue, blanks, shipments, how it stands with its offices."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.centre.events:KINDS"))
