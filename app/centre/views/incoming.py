"""One dispatch of an office: its balance, its lines, accept them all or some."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import lists, service
from app.centre.views.forms import AcceptForm
from app.core.problems import Problem
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("incoming", __name__, url_prefix="/masukan")


def show(office: str, dispatch_id: int, form: AcceptForm | None = None) -> ResponseReturnValue:
    """Draw the dispatch; a form that was just refused says why."""
    dispatch = lists.dispatch(db(), office, dispatch_id)
    if dispatch is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    return page("centre/dispatch.html", status=422 if form else 200, dispatch=dispatch, on=today(),
                lines=lists.of_dispatch(db(), office, dispatch_id),
                form=form or AcceptForm(formdata=None))  # fmt: skip


@pages.get("/<office>/<int:dispatch_id>")
@needs("centre.floor")
def dispatch(office: str, dispatch_id: int) -> ResponseReturnValue:
    """The dispatch with its lines."""
    return show(office, dispatch_id)


@pages.post("/<office>/<int:dispatch_id>/terima")
@needs("centre.print")
def accept(office: str, dispatch_id: int) -> ResponseReturnValue:
    """Take the ticked lines into the queue."""
    form = AcceptForm()
    count = 0
    with told(form):
        count = service.accept_lines(
            journal(), current_actor(), office=office, lines=form.lines.data or [], now=now()
        )
    return accepted(office, dispatch_id, form, count)


@pages.post("/<office>/<int:dispatch_id>/terima-semua")
@needs("centre.print")
def accept_all(office: str, dispatch_id: int) -> ResponseReturnValue:
    """Take every undecided line into the queue."""
    form = AcceptForm()
    count = 0
    with told(form):
        count = service.accept_dispatch(
            journal(), current_actor(), office=office, dispatch_id=dispatch_id, now=now()
        )
    return accepted(office, dispatch_id, form, count)


def accepted(office: str, dispatch_id: int, form: AcceptForm, count: int) -> ResponseReturnValue:
    """Back to the dispatch with the number of lines, or with what was wrong."""
    if not sound(form):
        return show(office, dispatch_id, form)
    toast = f"{count} baris masuk antrean cetak." if count else "Baris itu sudah ada di antrean."
    return done(url_for("incoming.dispatch", office=office, dispatch_id=dispatch_id), toast)
