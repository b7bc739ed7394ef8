"""Meja kerja: what waits for me, what is due, what is unsent, and the box that begins a new application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.dates import relative_workdays
from app.core.permissions import Actor, may
from app.core.workdays import WEEKDAYS
from app.desk import queries
from app.desk.opening import services_open_to
from app.desk.tasks import Card, Task
from app.office import queries as office
from app.procedure import engine
from app.web.context import current_actor, current_date, current_db, current_loket, current_time
from app.web.filters import mask_number, short_holiday
from app.web.forms import show_page
from app.web.guard import needs_permission, passive
from app.web.layout import road_status
from schema.database import Database
from schema.query_cache import cached_until_next_entry

if TYPE_CHECKING:
    from app.desk.readiness import Readiness

pages = Blueprint("desk", __name__)
TASKS_SHOWN = 60


@pages.get("/")
@needs_permission("desk.view")
def show_desk() -> ResponseReturnValue:
    return show_page(
        "desk/desk.html",
        "desk/_waiting.html",
        **waiting_list(request.args.get("tab", "")),
        ready=what_is_missing(),
        **new_box(),
        cards=side_cards(),
        road=road_status(),
        strip=days_ahead(due_address),
        strip_note=estimate_note(),
        villages=office.area_names(current_db()),
    )


def what_is_missing() -> Readiness | None:
    """*Siap melayani?*: only an office is asked, and only while it cannot register anything."""
    if current_loket().shell.side != "office" or office.services_in_force(current_db(), current_date()):
        return None
    from app.desk.readiness import readiness

    return readiness(current_db(), current_actor(), current_time())


def waiting_list(tab: str) -> dict[str, Any]:
    """The list of what waits, whole or one tab of it; an unknown tab is the whole."""
    waiting = waiting_tasks()
    tabs = Counter(one.tab for one in waiting)
    shown = [one for one in waiting if tab not in tabs or one.tab == tab]
    return {
        "waiting": [(one, task_date(one), task_key(one)) for one in shown[:TASKS_SHOWN]],
        "tabs": tabs,
        "tab": tab if tab in tabs else "",
        "total": len(waiting),
        "beside": waiting_count(current_db(), current_actor(), current_time()),
        "rest": len(shown) - TASKS_SHOWN,
    }


def waiting_tasks() -> list[Task]:
    waiting = [
        task
        for room in current_loket().rooms
        for ask in room.tasks
        for task in ask(current_db(), current_actor(), current_time())
    ]
    return sorted(waiting, key=lambda one: (one.state == "idle", one.due_on or date.max, one.case_id or 0))


def side_cards() -> list[Card]:
    """Small sheets of the rooms, such as the blanks in stock at the centre."""
    providers = (ask for room in current_loket().rooms for ask in room.cards)
    return [card for ask in providers if (card := ask(current_db(), current_actor(), current_time())) is not None]


def new_box() -> dict[str, Any]:
    actor = current_actor()
    services = services_open_to(current_db(), actor, current_date()) if may(actor, "case.open") else []
    service = services[0] if services else None
    key = engine.field_with_role(service, "key") if service else None
    return {"service": service, "key": key, "other_services": services[1:]}


def task_key(task: Task) -> str:
    """The key of a task's case as its service shows it."""
    if not task.main_key or not task.service:
        return mask_number(task.main_key)
    definition = office.current_definition(current_db(), task.service, current_date())
    return engine.mask_key(definition, task.main_key)


def due_address(day: date) -> str:
    return url_for("lists.show_due", sampai=day.isoformat()) if may(current_actor(), "due.view") else ""


@pages.get("/meja/belum-terkirim")
@needs_permission("desk.view")
@passive
def show_unsent() -> ResponseReturnValue:
    return render_template("desk/_unsent.html", road=road_status())


def task_date(task: Task) -> tuple[str, str]:
    """(state class, words) of a task's date."""
    if task.due_on is None:
        # Only a file of the desk itself can be one whose promise has not begun; a card that waits has kept its own.
        own = task.endpoint.partition(".")[0] in ("cases", "case_work")
        return "", task.word if task.state == "idle" else "Belum mulai" if own else ""
    calendar = office.office_calendar(current_db())
    word = relative_workdays(task.due_on, current_date(), calendar)
    if task.due_on < current_date():
        return "bad", word
    return ("warn" if calendar.workdays_between(current_date(), task.due_on) <= 1 else ""), word


def waiting_count(database: Database, actor: Actor, at: datetime) -> int | None:
    """The number beside the rail's line: cases in steps that this person's roles end, one grouped query."""
    counts = queries.open_steps(database, queries.own_area(actor))
    if not counts:
        return None
    mine = steps_for_actor(database, office_date(at), actor)
    return sum(count for where, count in counts.items() if where in mine)


@cached_until_next_entry
def steps_for_actor(database: Database, on: date, actor: Actor) -> frozenset[tuple[str, str]]:
    """(service, step) that this person ends."""
    return frozenset(
        (definition.id, one.id)
        for definition in office.services_in_force(database, on)
        for one in definition.steps
        if one.waits_for == "office" and engine.does_step(definition, one, actor)
    )


DAYS_AHEAD = 14
SHORT_DAYS = {
    "Senin": "Sn",
    "Selasa": "Sl",
    "Rabu": "Rb",
    "Kamis": "Km",
    "Jumat": "Jm",
    "Sabtu": "Sb",
    "Minggu": "Mg",
}


def days_ahead(address: Callable[[date], str]) -> list[dict[str, Any]]:
    """One cell for everything late, one for today, then the next two weeks. `address` gives a day's list."""
    counts, first = queries.open_promises(current_db(), queries.own_area(current_actor())), current_date()
    late = sum(count for day, count in counts.items() if day < first)
    cells = [
        {
            "label": "Lewat",
            "count": late,
            "href": address(first - timedelta(days=1)) if late else "",
            "kind": "over" if late else "",
        }
    ]
    cells += [day_cell(first + timedelta(days=step), counts, address) for step in range(DAYS_AHEAD)]
    return cells


def estimate_note() -> str:
    """What stands under the strip when its last day lies in a year that waits for its decree."""
    return office.office_calendar(current_db()).estimate_note(current_date() + timedelta(days=DAYS_AHEAD - 1))


def day_cell(day: date, counts: Mapping[date, int], address: Callable[[date], str]) -> dict[str, Any]:
    calendar = office.office_calendar(current_db())
    label = "Hari ini" if day == current_date() else f"{SHORT_DAYS[WEEKDAYS[day.weekday()]]} {day.day}"
    count = counts.get(day, 0)
    if not count and not calendar.is_workday(day):
        holiday = calendar.holiday(day)
        return {
            "label": label,
            "count": 0,
            "href": "",
            "kind": "off",
            "why": short_holiday(holiday.name) if holiday else "",
        }
    return {
        "label": label,
        "count": count,
        "href": address(day) if count else "",
        "kind": "now" if day == current_date() and count else "",
    }
