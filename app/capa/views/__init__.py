"""Pages of the LTPP."""

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (Pages("capa", "/ltpp", "app.capa.views.reports:pages"),),
    (Nav("LTPP", "capa.list_reports", "complaint.view", group="Pengaduan", order=30, address="/ltpp"),),
    tasks=late("app.capa.tasks:TASKS"),
    due_items=(late("app.capa.tasks:due_items"),),
)
