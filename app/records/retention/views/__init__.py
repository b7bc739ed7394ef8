"""The page of retention and destruction."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("retention", "/pemusnahan", "app.records.retention.views.page:pages"),),
    (
        Nav(
            "Masa simpan dan pemusnahan",
            "retention.show",
            "records.view",
            group="Kantor",
            order=62,
            address="/pemusnahan",
        ),
    ),
    desk=late("app.records.retention.tasks:DESK"),
    guide={"": "pemusnahan"},
)
