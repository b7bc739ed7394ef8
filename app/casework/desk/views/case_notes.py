"""What is noted of a case beside its steps, each on its own page: a visit or call, where its papers lie, a pause."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.casework.desk import service
from app.casework.desk.moving import case_definition
from app.casework.desk.opening import CaseFile, get_case
from app.casework.desk.views.case_work import change_case
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.platform.web.context import current_actor, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, Filled, Form, TextLine, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from schema.service_procedure import Definition

pages = Blueprint("case_notes", __name__, url_prefix="/berkas/<int:case_id>")


class NoteForm(Form):
    action = SelectField("Apa", choices=to_choices(service.NOTE_ACTIONS.items()))
    text = TextLine("Isinya", [Filled("Tulis isinya."), AtMost(1000)])


class PlaceForm(Form):
    place = SelectField("Tempat")
    number = TextLine("Nomor", [AtMost(30)], description="bila ada")


class PauseForm(Form):
    reason = SelectField("Alasan")
    text = TextLine("Keterangan", [AtMost(300)], description="boleh kosong")


def make_note_form(_case: CaseFile, _definition: Definition) -> Form:
    return NoteForm()


def make_place_form(case: CaseFile, definition: Definition) -> Form:
    form = PlaceForm(data={"place": case.place, "number": case.place_number})
    form.place.choices = to_choices((one.id, one.label.replace("{n}", "…")) for one in definition.places)
    return form


def make_pause_form(case: CaseFile, definition: Definition) -> Form:
    """Raises Problem `conflict` where the office lists no reason, and where no clock runs that a listed one stops."""
    possible = service.possible_pauses(current_db(), definition, case, current_time())
    if not possible:
        listed = service.listed_pauses(current_db(), definition)
        raise Problem.of("conflict", why=service.NOTHING_RUNS if listed else service.NONE_LISTED)
    form = PauseForm()
    form.reason.choices = to_choices((one.id, one.label) for one in possible)
    return form


class NotePage(NamedTuple):
    """A page: its address, who may open it and whether only for cases of the own section, its title and the words of
    its button, its form, the command that takes the fields of the form, and what is said when it is done."""

    path: str
    permission: str
    own_section: bool
    title: str
    button: str
    make_form: Callable[[CaseFile, Definition], Form]
    command: Callable[..., object]
    done: str


NOTE_PAGES = {
    "note_on_case": NotePage(
        "/catatan",
        "case.note",
        False,
        "Catat kunjungan atau telepon",
        "Catat",
        make_note_form,
        service.note_on_case,
        SENTENCES["note_saved"],
    ),
    "place_case": NotePage(
        "/tempat",
        "case.place",
        True,
        "Pindah tempat",
        "Simpan tempat",
        make_place_form,
        service.place_case,
        "Tempat berkas dicatat.",
    ),
    "pause_case": NotePage(
        "/jeda",
        "case.pause",
        True,
        "Jeda hitungan",
        "Jeda",
        make_pause_form,
        service.pause_case,
        "Hitungan hari dijeda.",
    ),
}


def add_note_page(endpoint: str, page: NotePage) -> None:
    @needs_permission(page.permission)
    def show_or_note(case_id: int) -> ResponseReturnValue:
        case = get_case(current_db(), current_actor(), case_id, page.permission if page.own_section else "")
        definition = case_definition(current_db(), case)
        form = page.make_form(case, definition)
        if request.method != "POST":
            return draw_note_page(page, case, definition, form)
        return run_command(
            lambda: note(page, case_id, form),
            lambda problem: draw_note_page(page, case, definition, form, problem.status),
            url_for("cases.show_case", case_id=case_id),
            page.done,
            form=form,
        )

    pages.add_url_rule(page.path, endpoint, show_or_note, methods=["GET", "POST"])


def note(page: NotePage, case_id: int, form: Form) -> None:
    fields = {name: value for name, value in form.data.items() if name != "csrf_token"}
    page.command(current_journal(), current_actor(), case_id=case_id, now=current_time(), **fields)


def draw_note_page(
    page: NotePage, case: CaseFile, definition: Definition, form: Form, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "casework/desk/note.html",
        status=status,
        page=page,
        case=case,
        state=engine.state_named(definition, case.step).state_label,
        place=engine.place_label(definition, case.place, case.place_number),
        form=form,
    )


for endpoint, page in NOTE_PAGES.items():
    add_note_page(endpoint, page)


@pages.post("/lanjut")
@needs_permission("case.pause")
def resume_case(case_id: int) -> ResponseReturnValue:
    return change_case(case_id, service.resume_case, "Hitungan hari berjalan lagi; tanggal janji bergeser.")
