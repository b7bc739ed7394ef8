"""Electronic signatures on papers that come back: checked offline against the roots that the office trusts."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.platform.signatures.events:KINDS"))
