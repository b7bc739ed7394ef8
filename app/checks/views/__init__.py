"""Pages of internal checks."""

from app.core.late import late
from app.web.context import Finder, Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (Pages("checks", "/pemeriksaan", "app.checks.views.checks:pages"),),
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
    finders=(Finder("Pemeriksaan internal", "check.view", late("app.checks.views.checks:find_checks")),),
    tasks=late("app.checks.tasks:TASKS"),
    watched=late("app.checks.tasks:WATCHED"),
    clause_pages={"supervision": ("Pemeriksaan internal", "checks.list_checks", "check.view")},
)
