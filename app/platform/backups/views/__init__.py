"""Backups, and what others say that this side has lost: the same pages on both sides."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("backups", "/cadangan", "app.platform.backups.views.page:pages"),
        Pages("claims", "/pernyataan", "app.platform.backups.views.claims:pages"),
    ),
    (
        Nav(
            "Cadangan",
            "backups.page",
            "backup.make",
            group="Kantor",
            order=45,
            count=late("app.platform.backups.views.page:waiting_count"),
            live=True,
            address="/cadangan/",
        ),
    ),
    guide={
        "backups": "administrator#cadangan-dan-pemulihan",
        "claims": "administrator#dua-komputer-menulis-untuk-kantor-yang-sama",
    },
)
