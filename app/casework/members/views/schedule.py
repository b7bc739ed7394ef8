"""The schedule of a service: its days and slots, and who comes on one of them."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches.views.printing import ticked_ids
from app.casework.desk.views.papers import printed_answer
from app.casework.members import papers, queries, schedule, service
from app.casework.members.judging import people_in
from app.casework.members.tasks import scheduled_services
from app.casework.members.views.members import MANY
from app.core.dates import stored_date
from app.core.problems import Problem, check_found
from app.platform.office import settings
from app.platform.web.commands import NOT_REFUSED, CommandForm, Form, Refused, add_command, form_of, set_ids
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body
from schema.service_fields import PeopleSchedule
from schema.service_procedure import Definition

pages = Blueprint("schedule", __name__, url_prefix="/jadwal")
SHOWN_BEFORE = 14


def known_schedule(name: str) -> tuple[Definition, PeopleSchedule]:
    """A schedule, for whoever sees requests of all villages: who comes on a day are people of all of them."""
    if current_actor().village_only:
        raise Problem.of("not_found", what="Jadwal itu")
    return schedule.service_schedule(current_db(), name, current_date())


@pages.get("/")
@needs_permission("case.list")
def choose_service() -> ResponseReturnValue:
    """The one schedule in which this person has a part, or the choice between several."""
    known = list(scheduled_services(current_db(), current_actor(), current_date()))
    if len(known) == 1:
        return redirect_to(url_for("schedule.show_schedule", service_id=known[0].id))
    return show_page("casework/members/schedules.html", known=known)


@pages.get("/<service_id>")
@needs_permission("case.list")
def show_schedule(service_id: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    definition, known = known_schedule(service_id)
    today = current_date()
    db = current_db()
    slots = queries.slots_from(db, service_id, (today - timedelta(days=SHOWN_BEFORE)).isoformat())
    office = settings.get_setting(db, "office.name")
    fresh: dict[str, Any] = {
        "hours": ", ".join(known.hours),
        "capacity": known.capacity,
        "place": known.place or office,
    }
    problem = None
    if refused.command is schedule.change_slot:
        problem = refused.problem
    return show_page(
        "casework/members/schedule.html",
        status=status,
        definition=definition,
        schedule=known,
        days=[(day, list(rows)) for day, rows in groupby(slots, key=lambda slot: slot.on_date)],
        days_off=schedule.booked_days_off(db, definition, today),
        form=refused.form_for(schedule.open_slots, **fresh),
        problem=problem,
        slot_form=lambda slot: slot_form(refused, slot),
        may_plan=service.has_role(definition, current_actor(), known.roles),
    )


def slot_form(refused: Refused, slot: Any) -> Form:
    """The capacity of a slot; what was refused stands in its own row."""
    if refused.place.get("slot_id") == slot.id:
        mine = refused
    else:
        mine = NOT_REFUSED
    return set_ids(mine.form_for(schedule.change_slot, slot), f"slot-{slot.id}")


def named_service(service_id: str, **slot: int) -> dict[str, Any]:
    return {"service": service_id} | slot


@pages.post("/<service_id>/buka")
@needs_permission("case.list")  # the schedule of the file says who opens days, before anything typed is judged
def open_slots(service_id: str) -> ResponseReturnValue:
    definition, known = known_schedule(service_id)
    service.check_role(definition, current_actor(), known.roles)
    form = form_of(schedule.open_slots)()
    return run_command(
        lambda: call_command(schedule.open_slots, service=service_id, **form.values),
        lambda problem: show_schedule(service_id, problem.status, Refused(schedule.open_slots, form, problem)),
        lambda count: redirect_to(url_for("schedule.show_schedule", service_id=service_id), f"{count} slot dibuka."),
        form=form,
    )


def tell_changed(_: None, service_id: str, form: CommandForm) -> ResponseReturnValue:
    if form.values["capacity"]:
        done = "Slot diubah."
    else:
        done = "Slot dihapus."
    return redirect_to(url_for("schedule.show_schedule", service_id=service_id), done)


SLOT = "/<service_id>/slot/<int:slot_id>"
add_command(pages, SLOT, schedule.change_slot, show_schedule, named=named_service, then=tell_changed)


# -- one day ---------------------------------------------------------------------------------------------------------


def asked_day(text: str) -> date:
    day = None
    if len(text) == 10:
        day = stored_date(text)
    return check_found(day, "Hari itu")


@pages.get("/<service_id>/<day>")
@needs_permission("case.list")
def show_day(service_id: str, day: str) -> ResponseReturnValue:
    return draw_day(service_id, day)


def draw_day(name: str, day: str, problem: Problem | None = None) -> ResponseReturnValue:
    definition, known = known_schedule(name)
    people = people_in(definition)
    actor = current_actor()
    on = asked_day(day)
    rows = queries.people_of_day(current_db(), name, on.isoformat())
    asked = [move for move in people.moves if move.attends or move.id == known.move]
    able = [move for move in asked if service.has_role(definition, actor, move.roles)]
    offered = {row.id: service.moves_on_day(able, row, on, current_date()) for row in rows}
    moves = [move for move in able if any(move in possible for possible in offered.values())]
    slots = groupby(rows, key=lambda row: (row.begins, row.ends, row.place))
    status = problem.status if problem else 200
    why_not = ""
    if not moves:
        why_not = service.why_nothing_moves(definition, able, rows)
    return show_page(
        "casework/members/day.html",
        status=status,
        definition=definition,
        schedule=known,
        day=on,
        slots=[(slot, list(people_of_slot)) for slot, people_of_slot in slots],
        states={state.id: state for state in people.states},
        tickable={member_id for member_id, possible in offered.items() if possible},
        came=[move for move in moves if move.attends],
        may_plan=known.move in {move.id for move in moves},
        why_not=why_not,
        days_off={off: why for off, why, _ in schedule.booked_days_off(current_db(), definition, on)},
        ticked=set(ticked_ids("orang")),
        problem=problem,
        key_field=next(field for field in people.fields if field.id == people.key),
    )


@pages.post("/<service_id>/<day>/catat")
@needs_permission("case.list")  # the move of the file says who may make it
@takes_body(MANY)
def note_attendance(service_id: str, day: str) -> ResponseReturnValue:
    """One move for the ticked people of all requests of that day, or (`ulang`) new slots for them."""
    on = asked_day(day)
    back = url_for("schedule.show_day", service_id=service_id, day=day)
    deed = make_move
    if request.form.get("ulang"):
        deed = plan_again
    return run_command(
        lambda: for_each_request(service_id, on, deed),
        lambda problem: draw_day(service_id, day, problem),
        lambda count: redirect_to(back, f"{count} orang dicatat."),
    )


def for_each_request(name: str, on: date, deed: Callable[[int, list[int]], int]) -> int:
    """Do something with the ticked people of a day, request by request, all or nothing."""
    ticked = set(ticked_ids("orang"))
    rows = [person for person in queries.people_of_day(current_db(), name, on.isoformat()) if person.id in ticked]
    if not ticked:
        raise Problem.of("conflict", why=service.NOBODY)
    if len(rows) != len(ticked):
        raise Problem.of("not_found", what="Salah satu orang yang dicentang")
    requests = sorted({row.case_id for row in rows})
    with current_journal().transaction():
        return sum(deed(case_id, [row.id for row in rows if row.case_id == case_id]) for case_id in requests)


def make_move(case_id: int, ids: list[int]) -> int:
    move_id = request.form.get("move", "")
    return service.move_members(
        current_journal(), current_actor(), case_id=case_id, move_id=move_id, ids=ids, now=current_time()
    )


def plan_again(case_id: int, ids: list[int]) -> int:
    tomorrow = current_date() + timedelta(days=1)
    return schedule.plan_members(
        current_journal(), current_actor(), case_id=case_id, ids=ids, since=tomorrow, now=current_time()
    )


@pages.post("/<service_id>/<day>/cetak")
@needs_permission("paper.print")
def print_day(service_id: str, day: str) -> Response:
    on = asked_day(day)
    definition, _ = known_schedule(service_id)
    data: Any = papers.day_paper(current_db(), definition, on, current_actor(), current_time())
    return printed_answer(
        "people_list", data, f"schedule/{service_id}/{on.isoformat()}", f"jadwal-{on.isoformat()}.pdf"
    )
