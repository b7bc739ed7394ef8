"""Pages of the hotline."""

from functools import partial

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

VIEWS = "app.hotline.views"
shown_line = partial(Nav, group="Hotline", shown=late("app.hotline.queries:is_in_use"))
ROOM = WebRoom(
    (
        Pages("hotline", "/hotline", f"{VIEWS}.contacts:pages"),
        Pages("articles", "/hotline/artikel", f"{VIEWS}.articles:pages"),
        Pages("messages", "/hotline/sms", f"{VIEWS}.messages:pages"),
        Pages("message_settings", "/pengaturan/sms", f"{VIEWS}.messages:setting_pages"),
        Pages("hotline_reports", ("/hotline/laporan", "/hotline/analisis"), f"{VIEWS}.reports:pages"),
        Pages("team", "/hotline/tim", f"{VIEWS}.team:pages"),
    ),
    (
        shown_line("Kontak hotline", "hotline.show_contacts", "hotline.view", order=10, address="/hotline"),
        shown_line("Desk information", "articles.list_articles", "hotline.view", order=20, address="/hotline/artikel"),
        shown_line("SMS", "messages.show_messages", "hotline.view", order=30, address="/hotline/sms"),
        shown_line(
            "Laporan harian", "hotline_reports.show_day", "hotline.report", order=40, address="/hotline/laporan"
        ),
        shown_line(
            "Analisis kebutuhan",
            "hotline_reports.show_analysis",
            "hotline.report",
            order=50,
            address="/hotline/analisis",
        ),
        shown_line("Tim hotline", "team.show_teams", "hotline.view", order=60, address="/hotline/tim"),
    ),
    tasks=late("app.hotline.tasks:TASKS"),
    case_sheets=(
        late(f"{VIEWS}.articles:article_sheet"),
        late(f"{VIEWS}.messages:message_sheet"),
        late(f"{VIEWS}.contacts:contact_sheet"),
    ),
    line_links=(late(f"{VIEWS}.contacts:line_link"),),
)
