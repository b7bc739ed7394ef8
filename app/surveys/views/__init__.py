"""Pages of the surveys."""

from app.web.context import WebRoom

ROOM = WebRoom(())
