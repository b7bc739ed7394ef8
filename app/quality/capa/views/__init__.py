"""Pages of the LTPP."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("capa", "/ltpp", "app.quality.capa.views.reports:pages"),),
    (Nav("LTPP", "capa.list_reports", "complaint.view", group="Pengaduan", order=30, address="/ltpp"),),
    acts=(Nav("LTPP baru", "capa.new_report", "capa.open", address="/ltpp/baru", also="ketidaksesuaian perbaikan"),),
    finders=(Finder("LTPP", "complaint.view", late("app.quality.capa.views.reports:find_reports")),),
    desk=late("app.quality.capa.tasks:DESK"),
    guide={"": "pengaduan-kasi#ltpp-sebab-yang-berulang"},
)
