"""Pages of internal checks."""

from app.core.late import late
from app.web.context import Nav, WebRoom
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
    tasks=late("app.checks.tasks:TASKS"),
    watched=late("app.checks.tasks:WATCHED"),
    clause_pages={"supervision": ("Pemeriksaan internal", "checks.list_checks", "check.view")},
)
