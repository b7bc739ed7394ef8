"""New versions of the program: what a release file must prove, the versions beside each other, the last update."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.platform.updates.endorsements:KINDS"))
