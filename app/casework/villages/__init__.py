"""Villages by flashdisk or network: a sealed list of their applicants' states goes out, their drafts come in."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.villages.events:KINDS"),
    kept=late("app.casework.villages.holdings:KEPT"),
)
