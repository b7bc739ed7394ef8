"""The page of backups, the same on both sides."""

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (Pages("backups", "/cadangan", "app.backups.views.page:pages"),),
    (
        Nav(
            "Cadangan",
            "backups.page",
            "backup.make",
            group="Kantor",
            order=45,
            count=late("app.backups.views.page:waiting_count"),
            live=True,
            address="/cadangan/",
        ),
    ),
)
