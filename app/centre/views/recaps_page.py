"""The complaint recap that an office published: to read, and to take along as it came."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from app.centre import neighbours, recaps
from app.centre.recaps import Received
from app.centre.views.neighbours_page import pages
from app.core.problems import Problem
from app.web.context import db, now
from app.web.guard import needs
from app.web.pages import page

STATES = {"settled": ("good", "Selesai"), "late": ("bad", "Lewat batas"), "process": ("wait", "Berjalan")}


def asked(code: str, quarter: str) -> Received:
    """The recap of an address. Raises Problem `not_found`."""
    found = recaps.one(db(), code, quarter)
    if found is None:
        raise Problem.of("not_found", what="Rekap itu")
    return found


@pages.get("/<code>/rekap/<quarter>")
@needs("centre.floor")
def recap(code: str, quarter: str) -> ResponseReturnValue:
    """One recap."""
    found, office = asked(code, quarter), neighbours.neighbour(db(), code, now())
    return page("centre/recap.html", recap=found, told=found.told, office=office, states=STATES)


@pages.get("/<code>/rekap/<quarter>/rekap.json")
@needs("centre.floor")
def recap_file(code: str, quarter: str) -> Response:
    """The text as the office published it, byte for byte: its SHA-256 is the digest."""
    answer = Response(asked(code, quarter).public.encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="rekap-{code}-{quarter}.json"'
    return answer
