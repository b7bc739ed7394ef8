"""Pages of the hotline."""

from app.hotline.queries import is_in_use
from app.hotline.tasks import TASKS
from app.hotline.views import contacts, reports
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (contacts.pages, reports.pages),
    (
        Nav("Kontak hotline", "hotline.show_contacts", "hotline.view", group="Hotline", order=10, shown=is_in_use),
        Nav("Laporan harian", "hotline_reports.show_day", "hotline.report", group="Hotline", order=40, shown=is_in_use),
        Nav(
            "Analisis kebutuhan",
            "hotline_reports.show_analysis",
            "hotline.report",
            group="Hotline",
            order=50,
            shown=is_in_use,
        ),
    ),
    tasks=TASKS,
    case_sheets=(contacts.contact_sheet,),
    line_links=(contacts.line_link,),
)
