"""The page of the reference of residents."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("residents", "/acuan-penduduk", "app.casework.residents.views.page:pages"),),
    (
        Nav(
            "Acuan penduduk",
            "residents.show_reference",
            "residents.keep",
            group="Kantor",
            order=61,
            shown=late("app.casework.residents.queries:has_subject"),
            address="/acuan-penduduk",
        ),
    ),
    guide={"": "acuan#memasukkan-daftar"},
)
