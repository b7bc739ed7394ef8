"""The page of the PATEN report."""

from app.paten.views import report
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (report.pages,),
    (Nav("Laporan PATEN", "paten.show_report", "paten.view", group="Pengaduan", order=45),),
)
