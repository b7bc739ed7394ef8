"""Pages of letters."""

from app.web.context import WebRoom

ROOM = WebRoom(())
