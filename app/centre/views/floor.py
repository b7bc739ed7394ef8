"""The first page of the floor: blanks, what has just come in, the print queue, every office; search and refusals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.centre import books, holding, lists
from app.centre.queries import balance, blanks, queue_length, stock
from app.core.dates import relative_workdays
from app.core.permissions import Actor
from app.core.workdays import Calendar, Holiday
from app.web.context import db, today
from app.web.guard import needs, passive
from app.web.pages import PER_PAGE, cut, page, page_number
from schema.calendar import seed_holidays
from schema.database import Database

pages = Blueprint("centre", __name__)
AT_ONCE = 10
"""Lines of the queue on the first page: work goes on from line to line by itself."""


@cache
def calendar() -> Calendar:
    """The national calendar that the program brings along; local days of a kecamatan are not known here."""
    return Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})


def due_words(due_on: str, on: date) -> str:
    """How far away a promise is, in the words of the office; empty for none."""
    return relative_workdays(date.fromisoformat(due_on), on, calendar()) if due_on else ""


def due_kind(due_on: str, on: date) -> str:
    """The state of a promise: bad when it is over, warn today and tomorrow."""
    if not due_on:
        return "idle"
    left = (date.fromisoformat(due_on) - on).days
    return "bad" if left < 0 else "warn" if left < 2 else "wait"


@pages.app_context_processor
def words() -> dict[str, Any]:
    """What the templates of the floor call on promises."""
    return {"due_words": due_words, "due_kind": due_kind}


def queued(db: Database, _actor: Actor, _now: datetime) -> int:
    """For the rail: lines to print."""
    return queue_length(db)


def chosen_office() -> str:
    """The office that the address narrows the queue to."""
    return request.args.get("kantor", "")[:20]


def queue_values() -> dict[str, Any]:
    """What the part of the page that refreshes itself needs."""
    number, office = page_number(), chosen_office()
    rows = lists.queue(db(), office, AT_ONCE + 1, (number - 1) * AT_ONCE)
    return {"queue": cut(rows, number, AT_ONCE), "office": office, "names": books.office_names(db()),
            "arrived": lists.undecided(db(), office), "recalls": lists.asked_back(db()),
            "waiting": queue_length(db()), "held": sum(one.held for one in holding.unheard(db()))}  # fmt: skip


@pages.get("/")
@needs("centre.floor")
def queue() -> ResponseReturnValue:
    """The whole desk."""
    on = today()
    recent = (on - timedelta(days=28)).isoformat()
    return page("centre/queue.html", **queue_values(), blanks=blanks(db(), on.isoformat()), stock=stock(db()),
                counted=books.last_count(db()), pace=books.cards_a_day(db(), recent),
                offices=books.office_queues(db()), balance=balance(db()), on=on)  # fmt: skip


@pages.get("/antrean")
@needs("centre.floor")
@passive
def queue_fragment() -> ResponseReturnValue:
    """The queue alone; the page asks for it while it lies open."""
    return page("centre/_queue.html", **queue_values(), on=today())


@pages.post("/cari")
@needs("centre.floor")
def search() -> ResponseReturnValue:
    """Lines by number, name, code or serial. A POST, so that no NIK stands in an address or a log."""
    asked = request.form.get("q", "")[:100]
    return page("centre/found.html", asked=asked.strip(), lines=lists.find(db(), asked), on=today())


@pages.get("/ditolak")
@needs("centre.floor")
def refused() -> ResponseReturnValue:
    """Refused lines with their reasons."""
    number = page_number()
    rows = lists.refused(db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    return page("centre/refused.html", lines=cut(rows, number), on=today())
