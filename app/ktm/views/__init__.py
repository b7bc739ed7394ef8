"""Pages of student cards."""

from app.ktm.views import photos
from app.web.context import WebRoom

ROOM = WebRoom((photos.pages,), photos.NAV)
