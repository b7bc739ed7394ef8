"""What is done with one case: its outcomes, and the small pages for check, correction and exit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from app.casework.desk import moving, queries, service
from app.casework.desk.checklist import WRONG, CheckedLine, asked_of_everybody, case_requirements, read_checklist
from app.casework.desk.events import CaseAdvanced
from app.casework.desk.findings import NO_RULES, case_explanations, findings_to_explain, review_form
from app.casework.desk.opening import CaseFile, get_case
from app.casework.desk.views import case_page
from app.casework.desk.views.case_page import CASE_PAGE, find_case
from app.casework.desk.views.form import (
    FIELD_LOOKS,
    HEEDED,
    faults_summary,
    filled_form,
    held_reasons,
    held_words,
    posted_values,
    typed_day,
)
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    service_rules,
)
from app.platform.web.forms import has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.service_procedure import Definition, Outcome, Requirement

pages = Blueprint("case_work", __name__, url_prefix="/berkas/<int:case_id>")


def change_case(
    case_id: int, command: Callable[..., object], toast: str, *, pin: bool = False, **values: object
) -> ResponseReturnValue:
    """Run a command on the case; what an officer can mend comes back with the page and everything typed.

    Without `toast` the step that ended is told with number, promise and what comes next."""
    where = url_for("cases.show_case", case_id=case_id)
    return run_command(
        lambda: call_command(command, case_id=case_id, **values),
        lambda problem: case_page.draw_case(case_id, problem.status, problem=problem, typed=request.form),
        lambda _: redirect_to(where, toast or case_page.act_line(case_id, "langkah selesai")),
        pin=pin,
    )


def typed_note() -> str:
    return service.join_reasons(request.form.getlist("reasons"), typed_words())


def typed_words() -> str:
    """What was typed as reason, wherever on the page: beside the ticks or beside a day before today."""
    found = request.form.getlist("note") + request.form.getlist("late_reason")
    return " ".join(text for text in found if text.strip())


def chosen_outcome(definition: Definition, case: CaseFile) -> Outcome | None:
    """The outcome of the present step that the form names."""
    if case.closed:
        return None
    outcomes = engine.step_named(definition, case.step).outcomes
    return next((outcome for outcome in outcomes if outcome.id == request.form.get("outcome")), None)


@pages.post("/langkah")
@needs_permission("case.view")  # the step of the file says who may end it
def advance_case(case_id: int) -> ResponseReturnValue:
    case, definition = find_case(case_id)
    outcome = chosen_outcome(definition, case)

    def advance(*args: Any, **values: Any) -> None:
        on = typed_day(request.form.get("on", ""), "on")
        said_by = request.form.get("said_by", "")[:60]
        moving.advance_case(*args, **values, on=on, note=typed_note(), said_by=said_by)

    return change_case(
        case_id,
        advance,
        "",
        pin=outcome is not None and outcome.needs_pin,
        outcome=request.form.get("outcome", ""),
        seen_step=request.form.get("step", ""),
    )


add_command(pages, "/ambil", moving.take_step, case_page.show_case, "Tercatat siapa yang mengerjakan.", to=CASE_PAGE)


@pages.post("/alasan")
@needs_permission("case.check")
def explain_case(case_id: int) -> ResponseReturnValue:
    rules = service_rules(get_case(current_db(), current_actor(), case_id).service, NO_RULES)
    reasons = held_reasons(request.form)
    return change_case(case_id, service.explain_case, "Alasan disimpan.", reasons=reasons, rules=rules)


# -- the check -------------------------------------------------------------------------------------------------


@pages.get("/periksa")
@needs_permission("case.check")
def show_check(case_id: int) -> ResponseReturnValue:
    return draw_check(case_id)


@pages.post("/periksa")
@needs_permission("case.check")
def check_case(case_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: write_check(case_id),
        lambda problem: draw_check(case_id, problem.status, problem),
        lambda body: after_check(case_id, body),
    )


def write_check(case_id: int) -> CaseAdvanced | None:
    """Save the check as posted. A folder's number counts when the outcome puts the papers into a numbered place,
    ticked reasons when it takes reasons.
    """
    case, definition = find_case(case_id)
    outcome = chosen_outcome(definition, case)
    asked = case_requirements(definition, case)
    folder = request.form.get("folder", "").strip()
    if len(folder) > service.LONGEST_NUMBER:
        raise Problem.of("invalid", {"folder": f"Nomor tempat paling panjang {service.LONGEST_NUMBER} huruf."})
    if outcome and outcome.needs_reason:
        note = typed_note()
    else:
        note = typed_words()
    if outcome not in numbered_outcomes(definition, case):
        folder = ""
    return service.check_case(
        current_journal(),
        current_actor(),
        case_id=case_id,
        states={need.id: (typed_at(need, "state"), typed_at(need, "note")) for need in asked},
        seen={need.id: typed_at(need, "seen") for need in asked if need.observed},
        chosen={need.id: typed_at(need, "chosen") for need in asked if need.one_of},
        outcome=request.form.get("outcome", ""),
        now=current_time(),
        note=note,
        on=typed_day(request.form.get("on", ""), "on"),
        seen_step=request.form.get("step", ""),
        place_number=folder,
        reasons=held_reasons(request.form),
        rules=service_rules(case.service, NO_RULES),
    )


PAPERS_OF_CHECK = {
    True: ("slip", "lengkap dan valid", "cetak slip janji"),
    False: ("pengembalian", "dikembalikan", "cetak slip pengembalian"),
}
"""Whether the promise starts → the paper of that decision, how it is told, and what comes next."""


def after_check(case_id: int, body: CaseAdvanced | None) -> ResponseReturnValue:
    """Back to the case, or to the paper that belongs to the decision: the slip, or why the file goes back."""
    if body is None:
        line = case_page.act_line(case_id, "pemeriksaan disimpan")
        return redirect_to(url_for("cases.show_case", case_id=case_id), line)
    _, definition = find_case(case_id)
    goes_back = getattr(engine.state_named(definition, body.step_to), "side", False)
    if body.promise == "start" or goes_back:
        paper, what, then = PAPERS_OF_CHECK[body.promise == "start"]
        where = url_for("papers.show_paper", case_id=case_id, name=paper)
        return redirect_to(where, case_page.act_line(case_id, what, then))
    return redirect_to(url_for("cases.show_case", case_id=case_id), case_page.act_line(case_id, "langkah selesai"))


def draw_check(case_id: int, status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    case, definition = find_case(case_id)
    step = moving.require_open_step(definition, case)
    form = queries.case_form(definition, case)
    outcomes = engine.outcomes_for(definition, step, current_actor(), form.facts)
    free, reserved = case_page.offered_acts(definition, case, step, outcomes, form)
    lines = read_checklist(current_db(), definition, case, form)
    warned = any(line.mark[0] == "warn" for line in lines)
    came_back = queries.day_of_return(current_db(), definition, case)
    for line in lines:
        line.hear(current_actor().username, came_back)
    if request.method == "POST":
        put_typed(lines)
    return show_page(
        "casework/desk/check.html",
        status=status,
        case=case,
        definition=definition,
        step=step,
        lines=lines,
        warned=warned,
        asked_of_everybody=asked_of_everybody,
        problem=problem,
        outcomes=free,
        reserved=reserved,
        typed=request.form,
        explain=findings_to_explain(current_db(), definition, service_rules(case.service, NO_RULES), case),
        explained=case_explanations(current_db(), case_id),
        people=person_names(current_db()),
        facts=case_page.form_facts(definition, form),
        numbers=case_page.identity_numbers(definition, form),
        full=False,
        numbered=numbered_outcomes(definition, case),
        reasons=ticked_reasons(lines),
    )


def put_typed(lines: Sequence[CheckedLine]) -> None:
    for line in lines:
        line.state = typed_at(line.need, "state")
        line.note = typed_at(line.need, "note")
        line.seen = typed_at(line.need, "seen")
        line.chosen = typed_at(line.need, "chosen")


def typed_at(need: Requirement, what: str) -> str:
    """What was typed or chosen at an item of the checklist; a note that is too long is refused."""
    typed = request.form.get(f"{what}-{need.id}", "")
    if what == "note":
        return typed
    return typed[: service.LONGEST_NUMBER]


def numbered_outcomes(definition: Definition, case: CaseFile) -> list[Outcome]:
    """Outcomes of the present step after which the papers lie in a numbered place, such as a folder."""
    if case.closed:
        return []
    places = {place.id for place in definition.places if "{n}" in place.label}
    outcomes = engine.step_named(definition, case.step).outcomes
    return [
        outcome for outcome in outcomes if (outcome.place or engine.state_named(definition, outcome.to).place) in places
    ]


def ticked_reasons(lines: Sequence[CheckedLine]) -> list[str]:
    """Reasons to show ticked: as sent, else those that papers marked as missing or not in order give."""
    sent = request.form.getlist("reasons")
    if sent or typed_words():
        return sent
    reasons = (return_reason(line) for line in lines if line.lacking)
    return list(dict.fromkeys(filter(None, reasons)))


def return_reason(line: CheckedLine) -> str:
    """The reason of a return that an item gives: what was seen differs, or the item is not there."""
    look = line.need.observed
    if look and line.state == WRONG and line.seen not in ("", line.expected):
        return look.differs_reason or line.need.missing_reason
    return line.need.missing_reason


# -- exits by hand ---------------------------------------------------------------------------------------------


@pages.get("/tutup")
@needs_permission("case.close")
def show_leave(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    case, definition = find_case(case_id)
    step = moving.require_open_step(definition, case)
    return show_page(
        "casework/desk/leave.html",
        status=status,
        case=case,
        step=step,
        exits=case_page.exits_now(definition, case, step),
        product=engine.product_word(definition),
        problem=refused.problem,
        form=refused.form_for(moving.leave_case, pin=True),
    )


add_command(pages, "/tutup", moving.leave_case, show_leave, "Berkas ditutup.", to=CASE_PAGE, pin=True)


# -- correction ------------------------------------------------------------------------------------------------

correction_pages = Blueprint("correction", __name__, url_prefix="/berkas/<int:case_id>/perbaiki")


@correction_pages.get("")
@needs_permission("case.correct")
def show_correction(case_id: int) -> ResponseReturnValue:
    """The form of the case, numbers masked: who corrects a street need not see them whole."""
    case, definition = find_case(case_id)
    moving.require_open_step(definition, case)
    values = moving.form_values(case)
    masked = {
        field.id: field.masked(values[field.id]) for field in engine.masked_fields(definition) if field.id in values
    }
    return draw_correction(case, definition, values | masked)


@correction_pages.post("")
@needs_permission("case.correct")
def send_correction(case_id: int) -> ResponseReturnValue:
    case, definition = find_case(case_id)
    held = posted_values(definition, current_actor())
    form = form_of(service.correct_case, pin=True)()

    def correct() -> list[str]:
        return service.correct_case(
            current_journal(),
            current_actor(),
            case_id=case.id,
            raw=with_whole_numbers(definition, case, held),
            now=current_time(),
            rules=service_rules(case.service, NO_RULES),
            heeded=held_words(held, HEEDED),
            reasons=held_reasons(held),
            **form.values,
        )

    def say_changed(changed: list[str]) -> ResponseReturnValue:
        toast = "Tidak ada isian yang berubah."
        if changed:
            toast = f"{len(changed)} isian diperbaiki."
        return redirect_to(url_for("cases.show_case", case_id=case_id), toast)

    def draw_again(problem: Problem) -> ResponseReturnValue:
        return draw_correction(case, definition, held, problem)

    return run_command(correct, draw_again, say_changed, form=form, pin=True)


def with_whole_numbers(definition: Definition, case: CaseFile, held: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the stored number wherever its mask was left as it stood."""
    stored = moving.form_values(case)
    whole = dict(held)
    for field in engine.masked_fields(definition):
        if field.id in stored and held.get(field.id, "").strip() == field.masked(stored[field.id]):
            whole[field.id] = stored[field.id]
    return whole


def draw_correction(
    case: CaseFile, definition: Definition, held: Mapping[str, str], problem: Problem | None = None
) -> ResponseReturnValue:
    if problem:
        errors = dict(problem.fields)
    else:
        errors = {}
    typed = with_whole_numbers(definition, case, held)
    rules = service_rules(case.service, NO_RULES)
    reading = review_form(current_db(), definition, rules, typed, current_date(), case.id)
    if any("*" in held.get(field.id, "") for field in engine.masked_fields(definition)):
        reading = replace(reading, read_back={}, suggestions={})
    status = problem.status if problem else 200
    return show_page(
        "casework/desk/correct.html",
        status=status,
        case=case,
        definition=definition,
        reading=reading,
        shape=FIELD_LOOKS,
        held=held,
        errors=errors,
        form=filled_form(definition, current_actor(), held, errors),
        visible={asked_field.id for asked_field in reading.fields},
        save="",
        explained=case_explanations(current_db(), case.id),
        heeded=held_words(held, HEEDED),
        reason=request.form.get("reason", ""),
        has_pin=has_pin(),
        problem=problem,
        summary=faults_summary(reading, errors, problem),
    )
