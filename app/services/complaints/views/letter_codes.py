"""Whether a letter that somebody brings is genuine: anybody of the office asks by its check code and learns what the
kiosk tells a visitor, number, day and subject without names. Who may read the letter finds it by the search."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.casework.letters.queries import letter_of_code, typed_code
from app.core.problems import Problem
from app.platform.web.context import current_date, current_db
from app.platform.web.forms import AtMost, Form, TextLine, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.services.complaints.kiosk import answer_letter_panel, letter_panel
from app.services.complaints.queries import answer_letter_of_code

pages = Blueprint("letter_codes", __name__, url_prefix="/periksa-surat")
UNKNOWN = "Tidak ada surat kantor ini dengan kode itu. Cocokkan hurufnya dengan kaki surat, lalu coba lagi."


class LetterCodeForm(Form):
    code = TextLine("Kode periksa di kaki surat", [AtMost(20)])


def draw(form: Form, panel: Any = None, status: int = 200) -> ResponseReturnValue:
    return show_page("services/complaints/letter_code.html", status=status, form=form, panel=panel)


@pages.get("")
@needs_permission("letter.view")
def show_form() -> ResponseReturnValue:
    return draw(LetterCodeForm(formdata=None))


@pages.post("")
@needs_permission("letter.view")
def ask_code() -> ResponseReturnValue:
    form = LetterCodeForm()
    return run_command(
        lambda: panel_of(str(form["code"].data or "")),
        lambda problem: draw(form, status=problem.status),
        lambda panel: draw(LetterCodeForm(formdata=None), panel),
        form=form,
    )


def panel_of(text: str) -> Any:
    """What the kiosk says of the letter with a code. Who asked is noted. Raises Problem `invalid`."""
    db = current_db()
    code = typed_code(text)
    today = current_date()
    letter = letter_of_code(db, code)
    answer = answer_letter_of_code(db, code)
    if letter is not None:
        record_access("letter.code", f"outgoing/{letter.id}")
        return letter_panel(db, letter, today)
    if answer is not None:
        record_access("letter.code", f"complaint/{answer.complaint_id}")
        return answer_letter_panel(db, answer, today)
    raise Problem.of("invalid", {"code": UNKNOWN})
