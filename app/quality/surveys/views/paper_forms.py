"""Paper forms: print numbered ones, type them twice, settle what differs."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.problems import Problem
from app.platform.office.queries import service_names
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, is_id
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import asked_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.quality.surveys import forms, papers
from app.quality.surveys.answers import COMMENT_LIMIT
from app.quality.surveys.views.results import offered_months
from schema.surveys import load_survey

pages = Blueprint("survey_forms", __name__, url_prefix="/kepuasan/lembar")


@pages.get("")
@needs_permission("survey.type")
def show_forms(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    return show_page(
        "quality/surveys/forms.html",
        status=status,
        problem=refused.sentence,
        part=asked_slice(forms.list_forms(db, limit=10_000)),
        counts=forms.count_forms(db),
        states=forms.STATES,
        services=service_names(db, current_date()),
        typed=request.form,
        batches=printed_batches(),
    )


def printed_batches() -> list[tuple[int, int]]:
    """(first, last) number of the forms that are printed and still empty, the newest batch first."""
    numbers = sorted(form.number for form in forms.list_forms(current_db(), "printed", limit=2000))
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(first, last) for first, last in reversed(found)]


def show_made(numbers: list[int]) -> ResponseReturnValue:
    return redirect_to(url_for("survey_forms.show_forms"), f"Lembar {numbers[0]} sampai {numbers[-1]} disiapkan.")


def show_spoiled(number: int) -> ResponseReturnValue:
    return redirect_to(url_for("survey_forms.show_forms"), f"Lembar {number} tidak dipakai lagi.")


add_command(pages, "", forms.print_forms, show_forms, then=show_made)


@pages.post("/cetak")
@needs_permission("survey.type")
def print_batch() -> Response:
    """The empty forms of a range of numbers, at most as many as are made at once."""
    bounds = request.form.get("dari", ""), request.form.get("sampai", "")
    if not all(map(is_id, bounds)):
        raise Problem.of("not_found", what="Lembar itu")
    first, last = map(int, bounds)
    known = forms.list_forms(current_db(), "printed", limit=2000)
    chosen = [form for form in known if first <= form.number <= last]
    chosen.sort(key=lambda form: form.number)
    if not chosen:
        raise Problem.of("not_found", what="Lembar itu")
    chosen = [form for form in chosen if form.service == chosen[0].service][: forms.MOST_FORMS]
    numbers = [form.number for form in chosen]
    data = papers.forms_paper(current_db(), numbers, chosen[0].service, current_actor(), current_time())
    return printed_answer("survey_form", data, f"survey/form/{numbers[0]}", f"lembar-survei-{numbers[0]}.pdf")


@pages.get("/cari")
@needs_permission("survey.type")
def find_form() -> ResponseReturnValue:
    text = request.args.get("nomor", "").strip()
    if not text:
        return redirect_to(url_for("survey_forms.show_forms"))
    if not is_id(text):
        wrong = Problem.of("invalid", {"nomor": "Ketik nomor lembar, hanya angka."})
        return show_forms(422, Refused(problem=wrong))
    return redirect_to(url_for("survey_forms.show_form", number=forms.get_form(current_db(), int(text)).number))


@pages.get("/<int:number>")
@needs_permission("survey.type")
def show_form(number: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The form to type; the second person sees nothing of what the first typed."""
    db = current_db()
    form = forms.get_form(db, number)
    survey, typings = load_survey(form.survey), forms.form_typings(db, number)
    if form.state == "differs":
        differing = forms.differences(db, survey, number)
    else:
        differing = []
    mine = any(typing.actor == current_actor().username for typing in typings)
    differing_fields = {difference.field for difference in differing}
    typed: Mapping[str, Any] = request.form
    if request.method != "POST":
        typed = settled_start(form, typings)
    return show_page(
        "quality/surveys/form.html",
        status=status,
        problem=refused.sentence,
        form=form,
        survey=survey,
        state=forms.STATES[form.state],
        typings=typings,
        names=people.person_names(db),
        mine=mine,
        differing=differing,
        fields=differing_fields,
        typed=typed,
        months=offered_months(current_date()),
        most=COMMENT_LIMIT,
        services=service_names(db, current_date()),
    )


def settled_start(form: Any, typings: Any) -> dict[str, Any]:
    """What the settling person begins with: what both typed alike; what differs is empty."""
    if form.state != "differs":
        return {}
    survey = load_survey(form.survey)
    first, second = (forms.typed_values(typing, survey) for typing in typings[:2])
    return {name: value for name, value in first.items() if second.get(name) == value}


@pages.post("/<int:number>")
@needs_permission("survey.type", "survey.settle")
def type_form(number: int) -> ResponseReturnValue:
    settles = forms.get_form(current_db(), number).state == "differs"
    command: Callable[..., Any] = forms.settle_form if settles else forms.type_form
    return run_command(
        lambda: command(
            current_journal(),
            current_actor(),
            number=number,
            month=request.form.get("month", ""),
            typed=request.form,
            now=current_time(),
        ),
        lambda problem: show_form(number, problem.status, Refused(problem=problem)),
        lambda state: redirect_to(url_for("survey_forms.show_form", number=number), TOASTS[state or "counted"]),
    )


TOASTS = {
    "typed": "Ketikan pertama disimpan; sekarang orang lain mengetiknya sekali lagi.",
    "counted": "Kedua ketikan cocok atau sudah diselesaikan. Lembar ini dihitung.",
    "differs": "Ketikan berbeda. Orang ketiga melihat kertasnya dan menyelesaikannya.",
}


add_command(pages, "/<int:number>/rusak", forms.spoil_form, show_form, then=show_spoiled)
