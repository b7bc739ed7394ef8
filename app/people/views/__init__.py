"""Pages of this room: the door (sign-in, lock, one's own page) and the administrator's pages on people."""

from app.people.views import door, second, sessions, staff
from app.web.context import WebRoom

ROOM = WebRoom((door.pages, sessions.pages, staff.pages, second.pages), (*staff.NAV, *second.NAV))
