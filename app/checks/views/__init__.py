"""Pages of internal checks."""

from app.checks.tasks import TASKS, WATCHED
from app.checks.views import checks
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (checks.pages,),
    (Nav("Pemeriksaan internal", "checks.list_checks", "check.view", group="Kantor", order=31),),
    tasks=TASKS,
    watched=WATCHED,
)
