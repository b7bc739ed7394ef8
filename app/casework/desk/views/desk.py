"""Meja kerja: a sentence, the decisions of this role, the rest folded, what is due, and where applications begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk import queries
from app.casework.desk.arranging import Desk, arrange_desk
from app.casework.desk.opening import services_open_to
from app.casework.desk.parts import Card, Task, parts_of
from app.core.dates import format_number, relative_due
from app.core.permissions import may
from app.core.procedure import engine
from app.core.procedure.deadline import counting_calendar
from app.core.procedure.limits import counts_minutes
from app.core.workdays import WEEKDAYS
from app.platform.office import queries as office
from app.platform.web.context import Nav, current_actor, current_date, current_db, current_loket, current_time
from app.platform.web.filters import mask_number, short_holiday
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission, passive
from app.platform.web.layout import road_status
from app.platform.web.palette import acts_of_rooms
from schema.profiles import DeskPlan

if TYPE_CHECKING:
    from app.casework.desk.readiness import Readiness

pages = Blueprint("desk", __name__)


@pages.get("/")
@needs_permission("desk.view")
def show_desk() -> ResponseReturnValue:
    actor = current_actor()
    ready = what_is_missing()
    road = road_status()
    plans = actor.profile.desk_plans(actor.roles)
    tasks = [task for task in waiting_tasks() if not (ready and ready.tells(task))]
    desk = arrange_desk(tasks, plans, current_date())
    box: dict[str, Any] = {}
    if desk.box == "apply":
        box = new_box()
    if ready and road and road.note:
        road = None
    return show_page(
        "casework/desk/desk.html",
        "casework/desk/_desk.html",
        desk=desk,
        digest=digest_sentence(desk),
        ready=ready,
        begins=own_beginnings(plans),
        task_date=task_date,
        task_key=task_key,
        **box,
        cards=side_cards(),
        road=road,
        strip=days_ahead(),
        strip_note=estimate_note(),
        villages=office.area_names(current_db()),
    )


def own_beginnings(plans: Sequence[DeskPlan]) -> list[Nav]:
    """Where this person's own work begins, in the order of the desks."""
    acts = {act.endpoint: act for act in acts_of_rooms()}
    wanted = dict.fromkeys(endpoint for plan in plans for endpoint in plan.begins)
    return [acts[endpoint] for endpoint in wanted if endpoint in acts]


def what_is_missing() -> Readiness | None:
    """*Siap melayani?*: only an office is asked, and only while it cannot register anything."""
    if current_loket().shell.side != "office" or office.services_in_force(current_db(), current_date()):
        return None
    from app.casework.desk.readiness import readiness

    return readiness(current_db(), current_actor(), current_time())


@pages.get("/meja/lagi")
@needs_permission("desk.view")
@passive
def show_desk_again() -> ResponseReturnValue:
    """Asked for by a desk on which nothing waits, and while the office cannot serve: what came shows by itself."""
    return show_desk()


def waiting_tasks() -> list[Task]:
    asked = (current_db(), current_actor(), current_time())
    return [task for parts in parts_of(current_loket().rooms) for ask in parts.tasks for task in ask(*asked)]


def digest_sentence(desk: Desk) -> str:
    """`Hari ini: 3 keputusan, 1 lewat janji, pengiriman terakhir kemarin 16.20.` The rooms add what they know."""
    if desk.decisions:
        lead = f"{format_number(desk.decisions)} {desk.work}"
    else:
        lead = f"tidak ada {desk.work} yang menunggu"
    told = [lead]
    late = count_late()
    if desk.others:
        what = "pekerjaan lain"
        if desk.work == "pekerjaan":
            what = "lainnya"
        told.append(f"{format_number(desk.others)} {what}")
    if late:
        told.append(f"{format_number(late)} lewat janji")
    asked = (current_db(), current_actor(), current_time())
    told += [words for parts in parts_of(current_loket().rooms) for tell in parts.digests if (words := tell(*asked))]
    return f"Hari ini: {', '.join(told)}."


def count_late() -> int:
    """Running promises of this person's area that are over: the first cell of the strip."""
    return queries.count_late(current_db(), current_actor().own_area, current_date())


def side_cards() -> list[Card]:
    """Small sheets of the rooms, such as the blanks in stock at the centre."""
    providers = (ask for parts in parts_of(current_loket().rooms) for ask in parts.cards)
    return [card for ask in providers if (card := ask(current_db(), current_actor(), current_time())) is not None]


def new_box() -> dict[str, Any]:
    actor = current_actor()
    if may(actor, "case.open"):
        services = services_open_to(current_db(), actor, current_date())
    else:
        services = []
    service = services[0] if services else None
    key = None
    if service:
        key = engine.field_with_role(service, "key")
    return {"service": service, "key": key, "other_services": services[1:]}


def task_key(task: Task) -> str:
    if not task.main_key or not task.service:
        return mask_number(task.main_key)
    definition = office.current_definition(current_db(), task.service, current_date())
    return engine.mask_key(definition, task.main_key)


def due_address(since: date | None, until: date) -> str:
    """The list of exactly the promises of these days; nothing for whoever may not read it."""
    if not may(current_actor(), "due.view"):
        return ""
    first = ""
    if since:
        first = f"dari={since.isoformat()}&"
    return f"{url_for('lists.show_due')}?{first}sampai={until.isoformat()}"


@pages.get("/meja/belum-terkirim")
@needs_permission("desk.view")
@passive
def show_unsent() -> ResponseReturnValue:
    return render_template("casework/desk/_unsent.html", road=road_status())


def task_date(task: Task) -> tuple[str, str]:
    """(state class, words) of a task's date."""
    if task.due_on is None:
        return "", undated_words(task)
    calendar = office.office_calendar(current_db())
    if not counts_minutes(task.unit):
        calendar = counting_calendar(task.unit, calendar)
    word = relative_due(task.due_on, current_date(), calendar)
    if task.due_on < current_date():
        return "bad", word
    state = ""
    if calendar.workdays_between(current_date(), task.due_on) <= 1:
        state = "warn"
    return state, word


def undated_words(task: Task) -> str:
    if task.state == "idle":
        return task.word
    if waits_for_promise(task):
        return "Belum mulai"
    return ""


def waits_for_promise(task: Task) -> bool:
    """Whether a task is a file of the desk itself whose promise has not begun: a card that waits has kept its own, and
    some services promise nothing."""
    if task.endpoint.partition(".")[0] not in ("cases", "case_work"):
        return False
    return not task.service or office.current_definition(current_db(), task.service, current_date()).promise is not None


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


def days_ahead() -> list[dict[str, Any]]:
    """One cell for everything late, one for today, then the next two weeks; each leads to its rows."""
    counts = queries.open_promises(current_db(), current_actor().own_area)
    first = current_date()
    late = count_late()
    over: dict[str, Any] = {"label": "Lewat", "count": late, "href": "", "kind": ""}
    if late:
        over |= {"href": due_address(None, first - timedelta(days=1)), "kind": "over"}
    return [over, *(day_cell(first + timedelta(days=step), counts) for step in range(DAYS_AHEAD))]


def estimate_note() -> str:
    """What stands under the strip when its last day lies in a year that waits for its decree."""
    return office.office_calendar(current_db()).estimate_note(current_date() + timedelta(days=DAYS_AHEAD - 1))


def day_cell(day: date, counts: Mapping[date, int]) -> dict[str, Any]:
    calendar = office.office_calendar(current_db())
    if day == current_date():
        label = "Hari ini"
    else:
        label = f"{SHORT_DAYS[WEEKDAYS[day.weekday()]]} {day.day}"
    count = counts.get(day, 0)
    if not count and not calendar.is_workday(day):
        holiday = calendar.holiday(day)
        why = ""
        if holiday:
            why = short_holiday(holiday.name)
        return {
            "label": label,
            "count": 0,
            "href": "",
            "kind": "off",
            "why": why,
        }
    cell: dict[str, Any] = {"label": label, "count": count, "href": "", "kind": ""}
    if count:
        cell["href"] = due_address(day, day)
    if count and day == current_date():
        cell["kind"] = "now"
    return cell
