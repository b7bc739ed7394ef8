"""Pages of internal checks."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("checks", "/pemeriksaan", "app.quality.checks.views.checks:pages"),),
    (
        Nav(
            "Pemeriksaan internal",
            "checks.list_checks",
            "check.view",
            group="Kantor",
            order=31,
            address="/pemeriksaan",
        ),
    ),
    acts=(Nav("Pemeriksaan baru", "checks.new_check", "check.make", address="/pemeriksaan/baru"),),
    finders=(Finder("Pemeriksaan internal", "check.view", late("app.quality.checks.views.checks:find_checks")),),
    clause_pages={"supervision": ("Pemeriksaan internal", "checks.list_checks", "check.view")},
    desk=late("app.quality.checks.tasks:DESK"),
    guide={"": "butir#pemeriksaan-internal"},
)
