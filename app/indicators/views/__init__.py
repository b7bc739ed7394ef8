"""Pages of targets, realisation and evaluation."""

from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (
        Pages("indicators", "/sasaran", "app.indicators.views.dashboard:pages"),
        Pages("indicator_documents", "/sasaran/naskah", "app.indicators.views.documents:pages"),
    ),
    (Nav("Sasaran mutu", "indicators.show_dashboard", "indicator.view", group="Mutu", order=10, address="/sasaran"),),
)
