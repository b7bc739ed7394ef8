"""Pages of student cards."""

from typing import Any

from app.ktm.events import StudentImported
from app.ktm.queries import due_items
from app.ktm.tasks import TASKS
from app.ktm.views import cards, intakes
from app.ktm.words import CHECKING, MAKING
from app.web.context import WebRoom

SERVICE = "ktm"


def read_register() -> tuple[Any, Any]:
    from app.importing.headings import Vocabulary
    from schema.register import load_register

    return Vocabulary(load_register(SERVICE)), lambda _journal: lambda case, _record: StudentImported(case)


ROOM = WebRoom(
    (intakes.pages, cards.pages),
    intakes.NAV,
    find=cards.find_by_code,
    special={CHECKING: "student_cards.show_case_work", MAKING: "student_cards.show_case_work"},
    tasks=TASKS,
    due_items=[due_items],
    case_sheets=[cards.draw_card_sheet],
    registers={SERVICE: read_register},
)
