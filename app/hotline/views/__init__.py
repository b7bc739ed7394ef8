"""Pages of the hotline."""

from app.hotline.tasks import TASKS
from app.hotline.views import articles, contacts, messages, reports, team
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (contacts.pages, articles.pages, messages.pages, messages.setting_pages, reports.pages, team.pages),
    (
        Nav("Kontak hotline", "hotline.show_contacts", "hotline.view", group="Hotline", order=10),
        Nav("Desk information", "articles.list_articles", "hotline.view", group="Hotline", order=20),
        Nav("SMS", "messages.show_messages", "hotline.view", group="Hotline", order=30),
        Nav("Laporan harian", "hotline_reports.show_day", "hotline.report", group="Hotline", order=40),
        Nav("Analisis kebutuhan", "hotline_reports.show_analysis", "hotline.report", group="Hotline", order=50),
        Nav("Tim hotline", "team.show_teams", "hotline.view", group="Hotline", order=60),
    ),
    tasks=TASKS,
    case_sheets=(articles.article_sheet, messages.message_sheet, contacts.contact_sheet),
    line_links=(contacts.line_link,),
)
