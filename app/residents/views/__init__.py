"""The page of the reference of residents."""

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (Pages("residents", "/acuan-penduduk", "app.residents.views.page:pages"),),
    (
        Nav(
            "Acuan penduduk",
            "residents.show_reference",
            "residents.keep",
            group="Kantor",
            order=61,
            shown=late("app.residents.queries:has_subject"),
            address="/acuan-penduduk",
        ),
    ),
)
