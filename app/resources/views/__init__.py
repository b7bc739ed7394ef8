"""Pages of facilities and posts."""

from app.web.context import WebRoom

ROOM = WebRoom(())
