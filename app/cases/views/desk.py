"""Meja kerja: what waits for me, what is due, what is unsent, and the box that begins a new application."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.tasks import Task
from app.cases.views.ahead import days_ahead
from app.cases.views.registry import cards, tasks
from app.core.clock import office_date
from app.core.dates import relative_workdays
from app.core.permissions import Actor, may
from app.office import service as office
from app.sop import engine
from app.web.context import current_actor, db, now, today
from app.web.guard import needs, passive
from app.web.layout import road
from app.web.pages import page
from schema.database import Database
from schema.remembered import remembered

pages = Blueprint("desk", __name__)
SHOWN = 60


@pages.get("/")
@needs("desk.view")
def home() -> ResponseReturnValue:
    """The desk of whoever is signed in."""
    return page(
        "cases/desk.html",
        "cases/_waiting.html",
        **mine(request.args.get("tab", "")),
        **new_box(),
        cards=cards(),
        road=road(),
        strip=days_ahead(due_address),
        villages=office.area_names(db()),
    )


def mine(tab: str) -> dict[str, Any]:
    """The list of what waits, whole or one tab of it; an unknown tab is the whole."""
    waiting = tasks()
    tabs = Counter(one.tab for one in waiting)
    shown = [one for one in waiting if tab not in tabs or one.tab == tab]
    return {
        "waiting": [(one, when(one)) for one in shown[:SHOWN]],
        "tabs": tabs,
        "tab": tab if tab in tabs else "",
        "total": len(waiting),
        "beside": waiting_count(db(), current_actor(), now()),
        "rest": len(shown) - SHOWN,
    }


def new_box() -> dict[str, Any]:
    """What the box for a new application needs: the first service and its key field."""
    services = office.services(db(), today()) if may(current_actor(), "case.open") else []
    service = services[0] if services else None
    return {"service": service, "key": engine.field_with_role(service, "key") if service else None}


def due_address(day: date) -> str:
    """The due list up to a day, for those who may open it."""
    return url_for("lists.due", sampai=day.isoformat()) if may(current_actor(), "due.view") else ""


@pages.get("/meja/belum-terkirim")
@needs("desk.view")
@passive
def unsent() -> ResponseReturnValue:
    """The card of what is not sent yet; the page asks for it now and then."""
    return render_template("cases/_unsent.html", road=road())


def when(task: Task) -> tuple[str, str]:
    """(state class, words) of a task's date."""
    if task.due_on is None:
        # Only a file of the desk itself can be one whose promise has not begun; a card that waits has kept its own.
        own = task.endpoint.partition(".")[0] in ("cases", "case_work")
        return "", task.word if task.state == "idle" else "Belum mulai" if own else ""
    calendar = office.calendar(db())
    word = relative_workdays(task.due_on, today(), calendar)
    if task.due_on < today():
        return "bad", word
    return ("warn" if calendar.workdays_between(today(), task.due_on) <= 1 else ""), word


def waiting_count(database: Database, actor: Actor, at: datetime) -> int | None:
    """The number beside the rail's line: cases in steps that this person's roles end, one grouped query."""
    counts = queries.step_counts(database, actor)
    if not counts:
        return None
    mine = steps_of(database, office_date(at), actor.duties)
    return sum(count for step, count in counts.items() if step in mine)


@remembered
def steps_of(database: Database, on: date, roles: frozenset[str]) -> frozenset[str]:
    """Steps of the services in force that one of these roles ends."""
    return frozenset(
        one.id
        for definition in office.services(database, on)
        for one in definition.steps
        if one.waits_for == "office" and engine.allowed_outcomes(definition, one, roles)
    )
