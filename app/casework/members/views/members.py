"""The people of a request: their table with one move for many, one person's data and story, papers and data file."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.batches.views.forms import PinForm
from app.casework.batches.views.printing import ticked_ids
from app.casework.desk.opening import CaseFile
from app.casework.desk.views.papers import file_answer, printed_answer
from app.casework.members import papers, queries, schedule, service
from app.casework.members.judging import people_in
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.text import typed_number
from app.platform.people.queries import person_names
from app.platform.web.context import (
    MOST_OF_A_KIND,
    CaseSheet,
    Found,
    current_actor,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import has_pin, read_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from schema.body_limits import takes_body
from schema.database import Database
from schema.service_procedure import Definition, Field

pages = Blueprint("members", __name__, url_prefix="/berkas/<int:case_id>/orang")
PER_PAGE = 100
MANY = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen_people(case_id: int) -> list[int]:
    """The ticked people, or everybody in the state for which the page was asked to take all."""
    state = request.form.get("semua", "")
    if state:
        return [row.id for row in queries.member_rows(current_db(), case_id, state)]
    return ticked_ids("orang")


def find_people(db: Database, actor: Actor, text: str) -> list[Found]:
    """For the search: people of the requests that this person may see, by their number or name."""
    return [name_person(row, text) for row in queries.find_people(db, actor.own_area, text, MOST_OF_A_KIND)]


def name_person(row: Any, text: str) -> Found:
    address = url_for("members.show_member", case_id=row.case_id, member_id=row.id)
    return Found(row.name, f"{row.number}, {row.agency}", address, exact=row.member_key == text.replace(" ", ""))


def people_sheet(db: Database, actor: Actor, case: CaseFile, definition: Definition, now: datetime) -> CaseSheet | None:
    if definition.people is None:
        return None
    planned = queries.schedule_lines(queries.member_rows(db, case.id))
    body = render_template(
        "casework/members/_sheet.html", case=case, planned=planned, **sum_words(db, definition, case)
    )
    return CaseSheet(f"Daftar {definition.people.label}", Markup(body), wide=True)


def sum_words(db: Database, definition: Definition, case: CaseFile) -> dict[str, Any]:
    """What the sheet of a request and its table say alike."""
    people = people_in(definition)
    counts = queries.state_counts(db, case.id)
    return {
        "people": people,
        "states": {state.id: state for state in people.states},
        "counts": counts,
        "total": sum(counts.values()),
        "balance": papers.balance_parts(people, counts),
    }


@pages.get("")
@needs_permission("case.view")
def show_members(case_id: int, status: int = 200, problem: Problem | None = None, **more: Any) -> ResponseReturnValue:
    """The table of the people in one state or in all; what was ticked and typed stays."""
    db = current_db()
    actor = current_actor()
    case, definition = service.find_list(db, actor, case_id)
    people = people_in(definition)
    wanted = request.values.get("keadaan", "")
    if wanted not in {state.id for state in people.states}:
        wanted = ""
    plannable = people.schedule and next(move for move in people.moves if move.id == people.schedule.move)
    may_plan = bool(plannable and service.can_make(definition, case, actor, plannable))
    values: dict[str, Any] = {
        "case": case,
        "definition": definition,
        "wanted": wanted,
        "rows": read_slice(partial(queries.member_rows, db, case_id, wanted), PER_PAGE),
        "key_field": field_named(definition, people.key),
        "moves": service.possible_moves(definition, case, actor),
        "may_change": service.may_change_list(definition, case, actor),
        **planning_values(definition, case_id, may_plan),
        "ticked": set(ticked_ids("orang")),
        "typed": request.form,
        "problem": problem,
        "form": PinForm(formdata=None),
        "has_pin": has_pin(),
    }
    words = sum_words(db, definition, case)
    return show_page("casework/members/list.html", status=status, **(values | words | more))


def planning_values(definition: Definition, case_id: int, may_plan: bool) -> dict[str, Any]:
    """How many people wait for a slot, and which slots there are, for whoever may give them."""
    if not may_plan:
        return {"may_plan": False, "waiting": 0, "slots": []}
    waiting = schedule.waiting_members(current_db(), definition, case_id)
    slots = schedule.offered_slots(current_db(), definition, current_time())
    return {"may_plan": True, "waiting": len(waiting), "slots": slots}


def field_named(definition: Definition, name: str) -> Field:
    return next(field for field in people_in(definition).fields if field.id == name)


def back_to_list(case_id: int) -> str:
    return url_for("members.show_members", case_id=case_id, keadaan=request.form.get("keadaan") or None)


@pages.post("/pindah")
@needs_permission("case.view")  # the move of the file says who may make it
@takes_body(MANY)
def move_members(case_id: int) -> ResponseReturnValue:
    move = request.form.get("move", "")
    parts = [request.form.get(f"{name}-{move}", "").strip() for name in ("reasons", "reason")]
    return run_command(
        lambda: service.move_members(
            current_journal(),
            current_actor(),
            case_id=case_id,
            move_id=move,
            ids=chosen_people(case_id),
            reason=". ".join(filter(None, parts)),
            now=current_time(),
        ),
        lambda problem: show_members(case_id, problem.status, problem),
        lambda count: redirect_to(back_to_list(case_id), f"{count} orang dicatat."),
    )


@pages.post("/jadwal")
@needs_permission("case.view")  # the move of the file says who may make it
@takes_body(MANY)
def plan_members(case_id: int) -> ResponseReturnValue:
    """Put the ticked people into a slot, or (`tunggu`) everybody who waits into the next free ones."""

    def plan() -> int:
        if request.form.get("tunggu"):
            ids = []
        else:
            ids = chosen_people(case_id)
        if not ids and not request.form.get("tunggu"):
            raise Problem.of("conflict", why=service.NOBODY)
        return schedule.plan_members(
            current_journal(),
            current_actor(),
            case_id=case_id,
            ids=ids,
            slot_id=chosen_slot(),
            now=current_time(),
        )

    return run_command(
        plan,
        lambda problem: show_members(case_id, problem.status, problem),
        lambda count: redirect_to(back_to_list(case_id), f"{count} orang dijadwalkan."),
    )


def chosen_slot() -> int | None:
    """The slot that was chosen; None for the next free one. Raises Problem `not_found` for what is no slot."""
    text = request.form.get("slot", "")
    slot_id = typed_number(text)
    if text and slot_id is None:
        raise Problem.of("not_found", what="Slot itu")
    return slot_id


# -- one person ------------------------------------------------------------------------------------------------------


@pages.get("/tambah")
@needs_permission("case.view")
def new_member(case_id: int) -> ResponseReturnValue:
    service.open_list(current_db(), current_actor(), case_id)
    return draw_person(case_id)


@pages.post("/tambah")
@needs_permission("case.view")  # the list of the file says who keeps it
def add_member(case_id: int) -> ResponseReturnValue:
    journal = current_journal()
    actor = current_actor()
    now = current_time()
    return run_command(
        lambda: service.add_members(journal, actor, case_id=case_id, rows=[typed_person(case_id)], now=now),
        lambda problem: draw_person(case_id, problem=problem),
        lambda judged: redirect_to(
            url_for("members.new_member", case_id=case_id), " ".join(["Orang ditambahkan.", *judged[0].warnings])
        ),
    )


def typed_person(case_id: int) -> dict[str, str]:
    _, definition = service.find_list(current_db(), current_actor(), case_id)
    return {field.id: request.form.get(field.id, "")[:4000] for field in people_in(definition).fields}


@pages.get("/<int:member_id>")
@needs_permission("case.view")
def show_member(case_id: int, member_id: int) -> ResponseReturnValue:
    return draw_person(case_id, member_id)


@pages.post("/<int:member_id>")
@needs_permission("case.view")  # the list of the file says who keeps it
def correct_member(case_id: int, member_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: service.correct_member(
            current_journal(),
            current_actor(),
            case_id=case_id,
            member_id=member_id,
            raw=typed_person(case_id),
            reason=request.form.get("reason", ""),
            now=current_time(),
        ),
        lambda problem: draw_person(case_id, member_id, problem),
        lambda judged: redirect_to(
            url_for("members.show_members", case_id=case_id), " ".join(["Data diperbaiki.", *judged.warnings])
        ),
    )


def draw_person(case_id: int, member_id: int | None = None, problem: Problem | None = None) -> ResponseReturnValue:
    """The form of one person, with his story; whole numbers are shown to whoever keeps the list, and that is logged."""
    db = current_db()
    actor = current_actor()
    case, definition = service.find_list(db, actor, case_id)
    member = None
    if member_id is not None:
        member = service.find_member(db, case_id, member_id)
    editable = service.may_change_list(definition, case, actor) and (member is None or member.claim is not None)
    if member is not None and editable and problem is None:
        record_access("case.reveal", f"case/{case_id}")
    people = people_in(definition)
    if member_id is not None:
        story = queries.member_story(db, member_id)
    else:
        story = []
    held: Any = {}
    if member:
        held = queries.field_values(member)
    if problem:
        status = problem.status
        values = request.form
        errors = problem.fields
    else:
        status = 200
        values = held
        errors = {}
    return show_page(
        "casework/members/person.html",
        status=status,
        case=case,
        people=people,
        member=member,
        editable=editable,
        values=values,
        typed=request.form,
        problem=problem,
        errors=errors,
        states={state.id: state for state in people.states},
        story=story,
        actions={move.id: move.history for move in people.moves} | service.OWN_WORDS,
        names=person_names(db),
    )


# -- papers ----------------------------------------------------------------------------------------------------------


@pages.post("/kertas/<paper>")
@needs_permission("paper.print")
def print_paper(case_id: int, paper: str) -> Response:
    db = current_db()
    actor = current_actor()
    case, definition = service.find_list(db, actor, case_id)
    data = papers.people_paper(db, case, definition, paper, actor, current_time())
    return printed_answer("people_list", data, f"case/{case_id}/{paper}", f"{paper}-{case_id}.pdf")


@pages.post("/data.xlsx")
@needs_permission("case.reveal")
def download_data(case_id: int) -> ResponseReturnValue:
    """Everything the list holds, whole numbers included, so it asks the PIN and leaves a line."""
    form = PinForm()
    case, definition = service.find_list(current_db(), current_actor(), case_id)

    def write_data() -> bytes:
        record_access("member.data", f"case/{case_id}")
        return papers.data_workbook(current_db(), case, definition, current_time())

    return run_command(
        write_data,
        lambda problem: show_members(case_id, problem.status, form=form),
        lambda content: file_answer(content, XLSX, f"data-{case_id}.xlsx"),
        form=form,
        pin=True,
    )
