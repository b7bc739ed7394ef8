"""Pages of the hotline."""

from app.hotline.tasks import TASKS
from app.hotline.views import articles, messages, team
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (articles.pages, messages.pages, messages.setting_pages, team.pages),
    (
        Nav("Desk information", "articles.list_articles", "hotline.view", group="Hotline", order=20),
        Nav("SMS", "messages.show_messages", "hotline.view", group="Hotline", order=30),
        Nav("Tim hotline", "team.show_teams", "hotline.view", group="Hotline", order=60),
    ),
    tasks=TASKS,
    case_sheets=(articles.article_sheet, messages.message_sheet),
)
