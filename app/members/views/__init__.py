"""Pages of the people of a request and of their schedule."""

from app.web.context import WebRoom

ROOM = WebRoom(())
