"""The overview of the room; a request from the day it came to its answer, and what is held of the person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField

from app.casework.desk.views.lists import DueLine, draw_due_item
from app.casework.desk.views.papers import printed_answer
from app.core.holdings import EMPTY, Sought, read_sought
from app.core.permissions import may
from app.core.problems import Problem
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import AtMost, Filled, Form, TextLine, asked_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.records.privacy import queries, service
from app.records.privacy.tasks import due_items


class SearchForm(Form):
    number = TextLine("Nomor", [Filled(EMPTY["number"]), AtMost(40)])
    name = TextLine("Nama", [Filled(EMPTY["name"]), AtMost(100)])
    phone = TextLine("Nomor telepon (boleh kosong)", [AtMost(20)])
    code = TextLine("Kode slip pengaduan (boleh kosong)", [AtMost(20)])
    word = TextLine("Kata rahasianya (boleh kosong)", [AtMost(100)])
    own = SelectMultipleField("Miliknya", choices=[], validate_choice=False)


pages = Blueprint("privacy", __name__, url_prefix="/data-pribadi")
LOOKED, PRINTED = "privacy.looked", "privacy.printed"
"""Actions of the access log: what is held of a person was shown, or printed for him."""
MOST_NOTED = 50
"""Things of one look that are noted each by itself; the request is noted always."""


@pages.get("")
@needs_permission("privacy.view")
def show_overview() -> ResponseReturnValue:
    db = current_db()
    return show_page(
        "records/privacy/overview.html",
        requests=asked_slice(service.newest_requests(db)),
        incidents=service.newest_incidents(db),
        limits=running_limits(),
        kinds=service.REQUESTS,
        decisions=service.DECISIONS,
    )


def running_limits() -> dict[tuple[str, int], DueLine]:
    """(endpoint, id) → its limit as *Jatuh tempo* says it, of everything of this room that runs."""
    items = due_items(current_db(), current_actor(), current_time())
    return {(item.endpoint, next(iter(item.values.values()))): draw_due_item(item) for item in items}


@pages.get("/permintaan/baru")
@needs_permission("privacy.answer")
def new_request(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    form = refused.form_for(service.receive_request, kind="access", received_at=current_time())
    return show_page("records/privacy/request_new.html", status=status, form=form)


def show_received(request_id: int) -> ResponseReturnValue:
    toast = "Permintaan dicatat. Jawab dalam 3 × 24 jam."
    return redirect_to(url_for("privacy.show_request", request_id=request_id), toast)


@pages.get("/permintaan/<int:request_id>")
@needs_permission("privacy.view")
def show_request(
    request_id: int,
    status: int = 200,
    refused: Refused = NOT_REFUSED,
    search: SearchForm | None = None,
    found: queries.FoundData | None = None,
) -> ResponseReturnValue:
    """Draw a request; `found` is what a search has brought, which stands in this one answer and in no address."""
    db = current_db()
    request = service.load_request(db, request_id)
    values: dict[str, Any] = {
        "asked": request,
        "words": service.REQUESTS[request.kind],
        "decisions": service.DECISIONS,
        "limit": running_limits().get(("privacy.show_request", request_id)),
        "names": people.person_names(db),
        "key_label": queries.key_label(db, current_time()),
        "search": search or SearchForm(formdata=None, data={"name": request.name}),
        "answer": refused.form_for(service.answer_request),
        "found": found,
        "problem": refused.sentence,
        "can_answer": may(current_actor(), "privacy.answer") and not request.decision,
    }
    return show_page("records/privacy/request.html", status=status, **values)


@pages.post("/permintaan/<int:request_id>/cari-data")
@needs_permission("privacy.answer")
def find_data(request_id: int) -> ResponseReturnValue:
    """Show all that is held of the person. The look is noted at the request and at each thing that was found."""
    form = SearchForm()

    def look() -> queries.FoundData:
        found = ask_rooms(request_id, form)
        note_look(LOOKED, request_id, found)
        return found

    return run_command(
        look,
        lambda problem: show_request(request_id, problem.status, search=form),
        lambda found: show_request(request_id, search=form, found=found),
        form=form,
    )


def ask_rooms(request_id: int, form: SearchForm) -> queries.FoundData:
    """What is held of whom the form names, who is the person of the request. Raises Problem `invalid`, `conflict`."""
    request = service.load_request(current_db(), request_id)
    service.check_open(request)
    sought = read_form(form)
    if not sought.is_named_in(request.name):
        raise Problem.of("invalid", {"name": "Nama ini lain dari nama pada permintaan. Periksa bukti dirinya."})
    own = f"data_request/{request_id}"
    return queries.find_person(current_db(), current_actor(), sought, form.own.data or (), own)


def read_form(form: SearchForm) -> Sought:
    texts = (str(field.data or "") for field in (form.number, form.name, form.phone, form.code, form.word))
    return read_sought(*texts)


def note_look(action: str, request_id: int, found: queries.FoundData) -> None:
    record_access(action, f"data_request/{request_id}", f"{len(found.sure)} pasti, {len(found.perhaps)} mungkin")
    for subject in found.subjects[:MOST_NOTED]:
        record_access(action, subject, f"permintaan {request_id}")


@pages.post("/permintaan/<int:request_id>/cetak-data")
@needs_permission("privacy.answer")
def print_data(request_id: int) -> ResponseReturnValue:
    """What is surely his, and what was ticked as his, as a paper for the person."""
    from app.records.privacy.papers import held_paper

    form = SearchForm()

    def make() -> Response:
        found = ask_rooms(request_id, form)
        request = service.load_request(current_db(), request_id)
        data = held_paper(current_db(), request, found, current_actor(), current_time())
        answer = printed_answer("held_data", data, f"data_request/{request_id}", f"data-tersimpan-{request_id}.pdf")
        note_look(PRINTED, request_id, found)
        return answer

    return run_command(
        make, lambda problem: show_request(request_id, problem.status, search=form), lambda made: made, form=form
    )


ANSWERED = "Jawaban dicatat. Cetak jawabannya dan serahkan."
add_command(pages, "/permintaan/baru", service.receive_request, new_request, then=show_received)
add_command(pages, "/permintaan/<int:request_id>/jawab", service.answer_request, show_request, ANSWERED)


@pages.post("/permintaan/<int:request_id>/cetak-jawaban")
@needs_permission("privacy.answer")
def print_answer(request_id: int) -> Response:
    from app.records.privacy.papers import answer_paper

    request = service.load_request(current_db(), request_id)
    if not request.decision:
        raise Problem.of("conflict", why="Permintaan ini belum dijawab. Tulis keputusannya dulu.")
    data = answer_paper(current_db(), request, current_actor(), current_time())
    return printed_answer("request_answer", data, f"data_request/{request_id}", f"jawaban-data-{request_id}.pdf")


@pages.get("/pemberitahuan")
@needs_permission("desk.view")
def show_notice() -> ResponseReturnValue:
    from app.records.privacy.notice import notice_parts, sms_sentence

    parts = notice_parts(current_db(), current_time())
    return show_page("records/privacy/notice.html", parts=parts, short=sms_sentence(current_db()))


@pages.post("/pemberitahuan/cetak")
@needs_permission("desk.view")
def print_notice() -> Response:
    from app.records.privacy.papers import notice_paper

    data = notice_paper(current_db(), current_actor(), current_time())
    return printed_answer("privacy_notice", data, "privacy_notice", "pemberitahuan-data-pribadi.pdf")
