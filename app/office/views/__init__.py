"""Pages of the office: first run, settings, calendar, standard, the road, health, access log."""

from app.office.views import (
    access_page,
    calendar_page,
    first_page,
    health_page,
    road_page,
    settings_page,
    standards,
)
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (first_page.pages, settings_page.pages, calendar_page.pages, standards.pages, road_page.pages, health_page.pages,
     access_page.pages),
    (
        Nav("Jalan ke pusat cetak", "road_page.page", "sync.view", group="Dukcapil", order=50,
            count=road_page.unsent, live=True),
        Nav("Keadaan sistem", "health.page", "health.view", group="Kantor", order=40),
        Nav("Pengaturan", "settings.page", "office.settings", group="Kantor", order=50),
        Nav("Catatan akses", "access.page", "access.view", group="Kantor", order=70),
    ),
)  # fmt: skip
