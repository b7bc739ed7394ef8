"""Pages of the recording and of the register import."""

from app.core.late import late
from app.core.messages import FIRST_SERVICE
from app.platform.web.context import Nav, ServicePages, WebRoom
from app.platform.web.own_flask import Pages

count_unrecorded = late("app.services.ktp.queries:count_unrecorded")
ROOM = WebRoom(
    (
        Pages("recording", "/perekaman", "app.services.ktp.views.recording:pages"),
        Pages("register_import", "/impor", "app.services.ktp.views.register_import:pages"),
    ),
    (
        Nav(
            "Perekaman",
            "recording.show_recordings",
            "recording.view",
            order=50,
            count=lambda db, actor, _now: count_unrecorded(db, actor.own_area),
            counted="orang menunggu",
            address="/perekaman/",
        ),
        Nav(
            "Impor register",
            "register_import.show_upload",
            "import.run",
            group="Kantor",
            order=60,
            shown=late("app.services.ktp.views.registers:reads_registers"),
            address="/impor",
        ),
    ),
    special={"ktp.recording": "recording.show_recording"},
    services={
        FIRST_SERVICE: ServicePages(
            rules=late("app.services.ktp.rules:KTP_RULES"),
            register=late("app.services.ktp.register_cases:read_register"),
        )
    },
    desk=late("app.services.ktp.queries:DESK"),
    guide={
        "recording": "operator#perekaman desa#sesudah-itu",
        "register_import": "kasi#impor-register-lama",
    },
)
