"""The page of the PATEN report."""

from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (Pages("paten", "/paten", "app.paten.views.report:pages"),),
    (Nav("Laporan PATEN", "paten.show_report", "paten.view", group="Pengaduan", order=45, address="/paten"),),
)
