"""Pages of the hotline."""

from app.hotline.tasks import TASKS
from app.web.context import WebRoom

ROOM = WebRoom((), tasks=TASKS)
