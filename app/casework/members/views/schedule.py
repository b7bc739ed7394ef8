"""The schedule of a service: its days and slots, and who comes on one of them."""

from collections.abc import Callable, Mapping
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
from app.platform.web.commands import CommandForm, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body
from schema.service_fields import PeopleSchedule
from schema.service_procedure import Definition

pages = Blueprint("schedule", __name__, url_prefix="/jadwal")
SHOWN_BEFORE = 14
LONGEST_CAPACITY = 5
NOTHING_TYPED: Mapping[int, str] = {}


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
def show_schedule(service_id: str) -> ResponseReturnValue:
    return draw_schedule(service_id)


def draw_schedule(
    name: str,
    status: int = 200,
    problem: Problem | None = None,
    form: CommandForm | None = None,
    typed: Mapping[int, str] = NOTHING_TYPED,
) -> ResponseReturnValue:
    """`typed`: slot → the capacity that was refused."""
    definition, known = known_schedule(name)
    today, db = current_date(), current_db()
    slots = queries.slots_from(db, name, (today - timedelta(days=SHOWN_BEFORE)).isoformat())
    office = settings.get_setting(db, "office.name")
    fresh: dict[str, Any] = {
        "hours": ", ".join(known.hours),
        "capacity": known.capacity,
        "place": known.place or office,
    }
    return show_page(
        "casework/members/schedule.html",
        status=status,
        definition=definition,
        schedule=known,
        days=[(day, list(rows)) for day, rows in groupby(slots, key=lambda slot: slot.on_date)],
        days_off=schedule.booked_days_off(db, definition, today),
        form=form or form_of(schedule.open_slots).holding(**fresh),
        problem=problem,
        typed=typed,
        may_plan=service.has_role(definition, current_actor(), known.roles),
    )


@pages.post("/<service_id>/buka")
@needs_permission("case.list")  # the schedule of the file says who opens days
def open_slots(service_id: str) -> ResponseReturnValue:
    definition, known = known_schedule(service_id)
    service.check_role(definition, current_actor(), known.roles)
    form = form_of(schedule.open_slots)()
    return run_command(
        lambda: schedule.open_slots(
            current_journal(), current_actor(), service=service_id, now=current_time(), **form.values
        ),
        lambda problem: draw_schedule(service_id, problem.status, form=form),
        lambda count: redirect_to(url_for("schedule.show_schedule", service_id=service_id), f"{count} slot dibuka."),
        form=form,
    )


@pages.post("/<service_id>/slot/<int:slot_id>")
@needs_permission("case.list")  # the schedule of the file says who changes slots
def change_slot(service_id: str, slot_id: int) -> ResponseReturnValue:
    text = request.form.get("capacity", "")
    capacity = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_CAPACITY else -1

    def change() -> None:
        if capacity < 0:
            raise Problem.of("invalid", {"capacity": "Isi kapasitas dengan angka; 0 menghapus slotnya."})
        schedule.change_slot(
            current_journal(),
            current_actor(),
            service=service_id,
            slot_id=slot_id,
            capacity=capacity,
            now=current_time(),
        )

    return run_command(
        change,
        lambda problem: draw_schedule(service_id, problem.status, problem, typed={slot_id: text[:LONGEST_CAPACITY]}),
        url_for("schedule.show_schedule", service_id=service_id),
        "Slot diubah." if capacity else "Slot dihapus.",
    )


# -- one day ---------------------------------------------------------------------------------------------------------


def asked_day(text: str) -> date:
    return check_found(stored_date(text) if len(text) == 10 else None, "Hari itu")


@pages.get("/<service_id>/<day>")
@needs_permission("case.list")
def show_day(service_id: str, day: str) -> ResponseReturnValue:
    return draw_day(service_id, day)


def draw_day(name: str, day: str, problem: Problem | None = None) -> ResponseReturnValue:
    definition, known = known_schedule(name)
    people, actor, on = people_in(definition), current_actor(), asked_day(day)
    rows = queries.people_of_day(current_db(), name, on.isoformat())
    able = [one for one in people.moves if one.attends or one.id == known.move]
    able = [one for one in able if service.has_role(definition, actor, one.roles)]
    return show_page(
        "casework/members/day.html",
        status=problem.status if problem else 200,
        definition=definition,
        schedule=known,
        day=on,
        slots=[(slot, list(some)) for slot, some in groupby(rows, key=lambda row: (row.begins, row.ends, row.place))],
        states={one.id: one for one in people.states},
        tickable={state for move in able for state in move.from_states},
        came=[one for one in able if one.attends],
        may_plan=any(one.id == known.move for one in able),
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
    on, back = asked_day(day), url_for("schedule.show_day", service_id=service_id, day=day)
    return run_command(
        lambda: for_each_request(service_id, on, plan_again if request.form.get("ulang") else make_move),
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
    on, (definition, _) = asked_day(day), known_schedule(service_id)
    data: Any = papers.day_paper(current_db(), definition, on, current_actor(), current_time())
    return printed_answer(
        "people_list", data, f"schedule/{service_id}/{on.isoformat()}", f"jadwal-{on.isoformat()}.pdf"
    )
