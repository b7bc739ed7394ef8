"""Pages of the office: first run, settings, calendar, standard, the road, health, access log."""

from app.office import queries
from app.office.views import documents, exchange, first_run, health, settings, standards
from app.web.context import PARTNER, Nav, WebRoom

ROOM = WebRoom(
    (
        first_run.pages,
        settings.pages,
        settings.calendar_pages,
        standards.pages,
        documents.pages,
        exchange.pages,
        health.pages,
        health.access_pages,
    ),
    (
        Nav(
            "Jalan ke pusat cetak",
            "road_page.page",
            "sync.view",
            group=PARTNER,
            order=50,
            count=exchange.unsent_count,
            live=True,
            words=lambda db: f"Jalan ke {queries.road_end(db)}",
            shown=lambda db: not queries.list_standards(db) or bool(queries.partners_of(db)),
        ),
        Nav("Keadaan sistem", "health.page", "health.view", group="Kantor", order=40),
        Nav("Pengaturan", "settings.page", "office.settings", group="Kantor", order=50),
        Nav("Catatan akses", "access.page", "access.view", group="Kantor", order=70),
    ),
)
