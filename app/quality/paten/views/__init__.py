"""The page of the PATEN report."""

from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("paten", "/paten", "app.quality.paten.views.by_area:pages"),),
    (Nav("Laporan PATEN", "paten.show_report", "paten.view", group="Pengaduan", order=45, address="/paten"),),
    guide={"": "paten"},
)
