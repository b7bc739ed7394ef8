"""The notice board as a page, and the paper that hangs on it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.cases import board
from app.cases.views.papers import printed
from app.office import service as office
from app.web.context import current_actor, db, now, today
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("ready_codes", __name__, url_prefix="/papan/siap")


@pages.get("")
@needs("case.list")
def ready() -> ResponseReturnValue:
    """Slip codes of what may be fetched, service by service."""
    lists = [(one, board.codes_of(db(), one.id)) for one in office.services(db(), today())]
    return page("cases/board.html", lists=lists)


@pages.post("/cetak")
@needs("paper.print")
def make() -> Response:
    """The list of one service as a paper for the board."""
    data = board.paper(db(), current_actor(), request.form.get("layanan", ""), now())
    service = request.form["layanan"]
    return printed(
        "ready_codes", data, board.print_subject(service, data.on, data.codes), f"siap-{data.on}.pdf"
    )
