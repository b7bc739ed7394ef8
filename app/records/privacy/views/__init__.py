"""Pages on data of people, and the notice at the kiosk."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("privacy", "/data-pribadi", "app.records.privacy.views.requests:pages"),
        Pages("incidents", "/data-pribadi/kegagalan", "app.records.privacy.views.incidents:pages"),
        Pages("processing", "/data-pribadi/register", "app.records.privacy.views.register:pages"),
    ),
    (
        Nav(
            "Data pribadi",
            "privacy.show_overview",
            "privacy.view",
            group="Kantor",
            order=62,
            address="/data-pribadi",
            also="UU PDP hak pemilik data kegagalan kebocoran register pemrosesan pemberitahuan privasi",
        ),
    ),
    acts=(
        Nav(
            "Permintaan data baru",
            "privacy.new_request",
            "privacy.answer",
            address="/data-pribadi/permintaan/baru",
            also="hak salinan perbaikan keberatan penghapusan",
        ),
        Nav(
            "Kegagalan pelindungan data baru",
            "incidents.new_incident",
            "privacy.incident",
            address="/data-pribadi/kegagalan/baru",
            also="bocor hilang insiden",
        ),
    ),
    desk=late("app.records.privacy.tasks:DESK"),
    guide={
        "privacy": "data-pribadi#seseorang-meminta-datanya",
        "incidents": "data-pribadi#data-hilang-bocor-atau-terbuka",
        "processing": "data-pribadi#register-pemrosesan-dan-pemberitahuan",
    },
)
