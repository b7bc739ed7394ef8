"""Pages of the recording and of the register import."""

from app.ktp.queries import TASKS
from app.ktp.rules import RULES
from app.ktp.views import recording, register_import
from app.web.context import WebRoom

ROOM = WebRoom(
    (recording.pages, register_import.pages),
    (*recording.NAV, *register_import.NAV),
    special={"ktp.recording": "recording.show_recording"},
    rules=RULES,
    tasks=TASKS,
)
