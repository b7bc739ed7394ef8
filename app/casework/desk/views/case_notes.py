"""What is noted of a case beside its steps, each on its own page: a visit or call, where its papers lie, a pause."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.casework.desk import service
from app.casework.desk.moving import case_definition
from app.casework.desk.opening import get_case
from app.casework.desk.views.case_page import CASE_PAGE, show_case
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import Form, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("case_notes", __name__, url_prefix="/berkas/<int:case_id>")


class NotePage(NamedTuple):
    """Title of a page, the words of its button, and what stands beside the labels of its fields."""

    title: str
    button: str
    asides: Mapping[str, str] = {}


@pages.get("/catatan")
@needs_permission("case.note")
def show_note(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    page = NotePage("Catat kunjungan atau telepon", "Catat")
    return draw_note_page(page, case_id, refused.form_for(service.note_on_case), status)


@pages.get("/tempat")
@needs_permission("case.place")
def show_place(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id, "case.place")
    form = refused.form_for(service.place_case, place=case.place, number=case.place_number)
    places = case_definition(current_db(), case).places
    form["place"].choices = to_choices((place.id, place.label.replace("{n}", "…")) for place in places)
    page = NotePage("Pindah tempat", "Simpan tempat", {"number": "bila ada"})
    return draw_note_page(page, case_id, form, status)


@pages.get("/jeda")
@needs_permission("case.pause")
def show_pause(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Raises Problem `conflict` where the office lists no reason, and where no clock runs that a listed one stops."""
    case = get_case(current_db(), current_actor(), case_id, "case.pause")
    definition = case_definition(current_db(), case)
    possible = service.possible_pauses(current_db(), definition, case, current_time())
    if not possible:
        listed = service.listed_pauses(current_db(), definition)
        if listed:
            why = service.NOTHING_RUNS
        else:
            why = service.NONE_LISTED
        raise Problem.of("conflict", why=why)
    form = refused.form_for(service.pause_case)
    form["reason"].choices = to_choices((reason.id, reason.label) for reason in possible)
    return draw_note_page(NotePage("Jeda hitungan", "Jeda", {"text": "boleh kosong"}), case_id, form, status)


def draw_note_page(page: NotePage, case_id: int, form: Form, status: int) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id)
    definition = case_definition(current_db(), case)
    return show_page(
        "casework/desk/note.html",
        status=status,
        page=page,
        case=case,
        state=engine.state_named(definition, case.step).state_label,
        place=engine.place_label(definition, case.place, case.place_number),
        form=form,
    )


add_command(pages, "/catatan", service.note_on_case, show_note, SENTENCES["note_saved"], to=CASE_PAGE)
add_command(pages, "/tempat", service.place_case, show_place, "Tempat berkas dicatat.", to=CASE_PAGE)
add_command(pages, "/jeda", service.pause_case, show_pause, "Hitungan hari dijeda.", to=CASE_PAGE)
RUNS_AGAIN = "Hitungan hari berjalan lagi; tanggal janji bergeser."
add_command(pages, "/lanjut", service.resume_case, show_case, RUNS_AGAIN, to=CASE_PAGE)
