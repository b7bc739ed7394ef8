"""Pages of monitoring and evaluation."""

from app.web.context import WebRoom

ROOM = WebRoom(())
