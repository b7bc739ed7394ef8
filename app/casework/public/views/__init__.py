"""Where the office chooses whether the regency's public page tells of its cases."""

from app.core.late import late
from app.platform.web.context import Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("public_states", "/pengaturan/halaman-status", "app.casework.public.views.settings:pages"),
        Pages("case_status", "/berkas/*/halaman-status", "app.casework.public.views.case:pages"),
    ),
    (
        Nav(
            "Halaman status",
            "public_states.show_settings",
            "office.settings",
            group="Kantor",
            order=53,
            shown=late("app.platform.office.queries:runs_loket"),
            address="/pengaturan/halaman-status",
            also="status berkas internet kabupaten kode slip",
        ),
    ),
    sheets=(Sheet(draw=late("app.casework.public.views.case:status_sheet")),),
    guide={"": "halaman-status#di-kantor"},
)
