"""Pages of student cards."""

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from app.desk.events import ImportedCase
from app.ktm.events import StudentImported
from app.ktm.photos import can_remove_photo
from app.ktm.queries import due_items
from app.ktm.tasks import TASKS
from app.ktm.views import cards, intakes, photos
from app.ktm.words import CHECKING, MAKING
from app.web.context import WebRoom

SERVICE = "ktm"
if TYPE_CHECKING:
    from app.importing.lines import Record


def imported_student(case: ImportedCase, record: "Record") -> StudentImported:
    """Whom the list shows as gone is not written down as enrolled."""
    gone = record.state.step == "not_enrolled"
    return StudentImported(replace(case, fields=case.fields | {"status": "left"}) if gone else case)


def read_register() -> tuple[Any, Any]:
    from app.importing.headings import Vocabulary
    from schema.register import load_register

    return Vocabulary(load_register(SERVICE)), lambda _journal: imported_student


ROOM = WebRoom(
    (intakes.pages, cards.pages, photos.pages),
    (*intakes.NAV, *photos.NAV),
    find=cards.find_by_code,
    special={CHECKING: "student_cards.show_case_work", MAKING: "student_cards.show_case_work"},
    tasks=TASKS,
    due_items=[due_items],
    case_sheets=[cards.draw_card_sheet],
    file_removers={"case": can_remove_photo},
    registers={SERVICE: read_register},
)
