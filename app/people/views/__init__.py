"""Pages of this room: the door (sign-in, lock, one's own page) and the administrator's pages on people."""

from app.people.views import sign_in, staff
from app.web.context import WebRoom

ROOM = WebRoom((sign_in.pages, sign_in.session_pages, staff.pages, staff.second_pages), (*staff.NAV, *staff.SECOND_NAV))
