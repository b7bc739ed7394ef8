"""Pages of targets, realisation and evaluation."""

from app.indicators.views import dashboard
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (dashboard.pages,),
    (Nav("Sasaran mutu", "indicators.show_dashboard", "indicator.view", group="Mutu", order=10),),
)
