"""Pages of internal checks."""

from app.web.context import WebRoom

ROOM = WebRoom(())
