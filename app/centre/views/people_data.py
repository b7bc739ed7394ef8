"""What is held of one person, on his request: a page, a paper, and a line of the access log for each look."""

from functools import partial

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue

from app.centre import people_data, queries
from app.centre.settings import get_setting
from app.centre.views.forms import PersonForm
from app.core.holdings import Sought, read_sought
from app.platform.printing.papers import render_paper
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import run_command, show_page
from app.platform.web.guard import needs_permission, record_access

pages = Blueprint("centre_people", __name__, url_prefix="/data-pribadi")


@pages.get("")
@needs_permission("centre.offices")
def show_search(
    status: int = 200, form: PersonForm | None = None, found: people_data.FoundLines | None = None
) -> ResponseReturnValue:
    """`found` is what a search has brought: it stands in this one answer and in no address."""
    return show_page(
        "centre/people_data.html",
        status=status,
        form=form or PersonForm(formdata=None),
        found=found,
        keys=queries.centre_terms(current_db()).key,
        values=partial(people_data.line_values, current_db()),
        subject=people_data.line_subject,
    )


def look(form: PersonForm, action: str) -> tuple[Sought, people_data.FoundLines]:
    """Ask for a person and note at each of his lines that somebody looked. Raises Problem `invalid`."""
    sought = read_sought(form.number.data or "", form.name.data or "")
    found = people_data.find_person(current_db(), sought, form.own.data or ())
    record_access(action, "person_data", f"{len(found.sure)} pasti, {len(found.perhaps)} mungkin")
    for line in found.sure:
        record_access(action, people_data.line_subject(line))
    return sought, found


@pages.post("/cari")
@needs_permission("centre.offices")
def find_data() -> ResponseReturnValue:
    form = PersonForm()
    return run_command(
        lambda: look(form, "privacy.looked"),
        lambda problem: show_search(problem.status, form),
        lambda seen: show_search(form=form, found=seen[1]),
        form=form,
    )


@pages.post("/cetak")
@needs_permission("centre.offices")
def print_data() -> ResponseReturnValue:
    """What is surely his, and what was ticked as his, as a paper for the person."""
    form = PersonForm()

    def make() -> Response:
        sought, found = look(form, "privacy.printed")
        data = people_data.held_paper(current_db(), sought, found, current_actor().name, current_time())
        size = get_setting(current_db(), "paper.size")
        answer = make_response(render_paper("held_data", data, size=size, dialogue=True))
        answer.headers["Content-Type"] = "application/pdf"
        answer.headers["Content-Disposition"] = 'inline; filename="data-tersimpan.pdf"'
        return answer

    return run_command(make, lambda problem: show_search(problem.status, form), lambda made: made, form=form)
