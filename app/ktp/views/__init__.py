"""Pages of the recording and of the register import."""

from typing import Any

from app.core.messages import FIRST_SERVICE
from app.ktp.queries import TASKS
from app.ktp.rules import RULES
from app.ktp.views import recording, register_import
from app.web.context import WebRoom


def read_register() -> tuple[Any, Any]:
    from app.ktp.register_cases import ktp_bodies, ktp_words  # a few times in an office's life

    return ktp_words(), ktp_bodies


ROOM = WebRoom(
    (recording.pages, register_import.pages),
    (*recording.NAV, *register_import.NAV),
    special={"ktp.recording": "recording.show_recording"},
    rules=RULES,
    registers={FIRST_SERVICE: read_register},
    tasks=TASKS,
)
