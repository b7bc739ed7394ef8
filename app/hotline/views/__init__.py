"""Pages of the hotline."""

from functools import partial

from app.hotline.queries import is_in_use
from app.hotline.tasks import TASKS
from app.hotline.views import articles, contacts, messages, reports, team
from app.web.context import Nav, WebRoom

shown_line = partial(Nav, group="Hotline", shown=is_in_use)
ROOM = WebRoom(
    (contacts.pages, articles.pages, messages.pages, messages.setting_pages, reports.pages, team.pages),
    (
        shown_line("Kontak hotline", "hotline.show_contacts", "hotline.view", order=10),
        shown_line("Desk information", "articles.list_articles", "hotline.view", order=20),
        shown_line("SMS", "messages.show_messages", "hotline.view", order=30),
        shown_line("Laporan harian", "hotline_reports.show_day", "hotline.report", order=40),
        shown_line("Analisis kebutuhan", "hotline_reports.show_analysis", "hotline.report", order=50),
        shown_line("Tim hotline", "team.show_teams", "hotline.view", order=60),
    ),
    tasks=TASKS,
    case_sheets=(articles.article_sheet, messages.message_sheet, contacts.contact_sheet),
    line_links=(contacts.line_link,),
)
