"""The first page of the floor: blanks, what has just come in, the print queue, every office; search and refusals."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.centre import lists, queries, service
from app.centre.queries import blank_figures, blank_stock, line_balance, queue_length
from app.centre.views.forms import AcceptForm
from app.core.dates import relative_workdays
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.workdays import Calendar, Holiday
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import PER_PAGE, cut_slice, page_number, redirect_to, run_command, show_page
from app.web.guard import needs_permission, passive
from schema.database import Database
from schema.seed_data import seed_holidays

pages = Blueprint("centre", __name__)
AT_ONCE = 10
"""Lines of the queue on the first page: work goes on from line to line by itself."""


@cache
def national_calendar() -> Calendar:
    return Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})


def due_words(due_on: str, on: date) -> str:
    """How far away a promise is, in the words of the office; empty for none."""
    return relative_workdays(date.fromisoformat(due_on), on, national_calendar()) if due_on else ""


def due_kind(due_on: str, on: date) -> str:
    """The state of a promise: bad when it is over, warn today and tomorrow."""
    if not due_on:
        return "idle"
    left = (date.fromisoformat(due_on) - on).days
    return "bad" if left < 0 else "warn" if left < 2 else "wait"


@pages.app_context_processor
def promise_words() -> dict[str, Any]:
    return {"due_words": due_words, "due_kind": due_kind}


def count_queued(db: Database, _actor: Actor, _now: datetime) -> int:
    return queue_length(db)


def chosen_office() -> str:
    return request.args.get("kantor", "")[:20]


def queue_values() -> dict[str, Any]:
    number, office = page_number(), chosen_office()
    rows = lists.list_queue(current_db(), office, AT_ONCE + 1, (number - 1) * AT_ONCE)
    return {
        "queue": cut_slice(rows, number, AT_ONCE),
        "office": office,
        "names": queries.office_names(current_db()),
        "arrived": lists.list_undecided_dispatches(current_db(), office),
        "recalls": lists.list_recalled_lines(current_db()),
        "waiting": queue_length(current_db()),
        "held": sum(one.held for one in lists.list_silent_offices(current_db())),
    }


@pages.get("/")
@needs_permission("centre.floor")
def show_queue() -> ResponseReturnValue:
    on = current_date()
    recent = (on - timedelta(days=28)).isoformat()
    return show_page(
        "centre/queue.html",
        **queue_values(),
        blanks=blank_figures(current_db(), on.isoformat()),
        stock=blank_stock(current_db()),
        counted=queries.last_count(current_db()),
        pace=queries.blanks_per_day(current_db(), recent),
        offices=queries.list_office_queues(current_db()),
        balance=line_balance(current_db()),
        on=on,
    )


@pages.get("/antrean")
@needs_permission("centre.floor")
@passive
def show_queue_part() -> ResponseReturnValue:
    """The queue alone; the page asks for it while it lies open."""
    return show_page("centre/_queue.html", **queue_values(), on=current_date())


@pages.post("/cari")
@needs_permission("centre.floor")
def show_search() -> ResponseReturnValue:
    """Lines by number, name, code or serial. A POST, so that no NIK stands in an address or a log."""
    asked = request.form.get("q", "")[:100]
    return show_page(
        "centre/found.html", asked=asked.strip(), lines=lists.search_lines(current_db(), asked), on=current_date()
    )


@pages.get("/ditolak")
@needs_permission("centre.floor")
def show_refused() -> ResponseReturnValue:
    number = page_number()
    rows = lists.list_refused_lines(current_db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    return show_page("centre/refused.html", lines=cut_slice(rows, number), on=current_date())


dispatch_pages = Blueprint("incoming", __name__, url_prefix="/masukan")


def draw_dispatch(office: str, dispatch_id: int, form: AcceptForm | None = None) -> ResponseReturnValue:
    dispatch = lists.find_dispatch(current_db(), office, dispatch_id)
    if dispatch is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    return show_page(
        "centre/dispatch.html",
        status=422 if form else 200,
        dispatch=dispatch,
        on=current_date(),
        lines=lists.list_dispatch_lines(current_db(), office, dispatch_id),
        form=form or AcceptForm(formdata=None),
    )


@dispatch_pages.get("/<office>/<int:dispatch_id>")
@needs_permission("centre.floor")
def show_dispatch(office: str, dispatch_id: int) -> ResponseReturnValue:
    return draw_dispatch(office, dispatch_id)


@dispatch_pages.post("/<office>/<int:dispatch_id>/terima")
@needs_permission("centre.print")
def accept_ticked(office: str, dispatch_id: int) -> ResponseReturnValue:
    lines = request.form.getlist("lines")
    return run_acceptance(
        office,
        dispatch_id,
        lambda: service.accept_lines(
            current_journal(), current_actor(), office=office, lines=lines, now=current_time()
        ),
    )


@dispatch_pages.post("/<office>/<int:dispatch_id>/terima-semua")
@needs_permission("centre.print")
def accept_whole_dispatch(office: str, dispatch_id: int) -> ResponseReturnValue:
    return run_acceptance(
        office,
        dispatch_id,
        lambda: service.accept_dispatch(
            current_journal(), current_actor(), office=office, dispatch_id=dispatch_id, now=current_time()
        ),
    )


def run_acceptance(office: str, dispatch_id: int, command: Callable[[], int]) -> ResponseReturnValue:
    def refuse(problem: Problem) -> ResponseReturnValue:
        form = AcceptForm()
        form.take(problem)
        return draw_dispatch(office, dispatch_id, form)

    def say_count(count: int) -> ResponseReturnValue:
        toast = f"{count} baris masuk antrean cetak." if count else "Baris itu sudah ada di antrean."
        return redirect_to(url_for("incoming.show_dispatch", office=office, dispatch_id=dispatch_id), toast)

    return run_command(command, refuse, say_count)
