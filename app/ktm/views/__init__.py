"""Pages of student cards."""

from app.web.context import WebRoom

ROOM = WebRoom(())
