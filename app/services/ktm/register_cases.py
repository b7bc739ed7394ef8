"""Lists of students into cases."""

from typing import Any

from msgspec.structs import replace

from app.casework.desk.events import ImportedCase
from app.casework.importing.headings import Vocabulary
from app.casework.importing.lines import Record
from app.services.ktm.events import StudentImported
from app.services.ktm.words import SERVICE
from schema.register import load_register


def imported_student(case: ImportedCase, record: Record) -> StudentImported:
    """Whom the list shows as gone is not written down as enrolled."""
    if record.state.step == "not_enrolled":
        case = replace(case, fields=case.fields | {"status": "left"})
    return StudentImported(case)


def read_register() -> tuple[Any, Any]:
    return Vocabulary(load_register(SERVICE)), lambda _journal: imported_student
