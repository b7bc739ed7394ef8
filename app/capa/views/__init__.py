"""Pages of the LTPP."""

from app.capa.tasks import TASKS, due_items
from app.capa.views import reports
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (reports.pages,),
    (Nav("LTPP", "capa.list_reports", "complaint.view", group="Pengaduan", order=30),),
    tasks=TASKS,
    due_items=(due_items,),
)
