"""What is done with one case: outcomes, notes, places, pauses, and the small pages for check, correction and exit."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.dates import parse_date
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.desk import checklist, moving, service
from app.desk.checklist import LACKING, WRONG
from app.desk.events import CaseAdvanced
from app.desk.findings import case_explanations, key_disagreements
from app.desk.opening import get_case
from app.desk.views import case_page as shared
from app.desk.views.case_page import CheckLine, check_lines
from app.desk.views.forms import held_reasons
from app.desk.views.registry import rules_for
from app.people import queries
from app.procedure import engine
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import confirm_pin, redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.service_procedure import Definition, Outcome

pages = Blueprint("case_work", __name__, url_prefix="/berkas/<int:case_id>")


def change_case(
    case_id: int, command: Callable[..., object], toast: str, *, pin: bool = False, **values: object
) -> ResponseReturnValue:
    """Run a command on the case; what an officer can mend comes back with the page and everything typed."""
    return run_command(
        lambda: command(current_journal(), current_actor(), case_id=case_id, now=current_time(), **values),
        lambda problem: shared.draw_case(case_id, problem.status, problem=problem, typed=request.form),
        url_for("cases.show_case", case_id=case_id),
        toast,
        pin=pin,
    )


def typed_day(name: str = "on") -> date | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_date(text, current_date())
    except ValueProblem as problem:
        raise Problem.of("invalid", {name: problem.sentence}) from problem


def typed_note() -> str:
    return service.join_reasons(request.form.getlist("reasons"), typed_words())


@pages.post("/langkah")
@needs_permission("case.view")  # the step of the file says who may end it
def advance_case(case_id: int) -> ResponseReturnValue:
    def advance(*args: Any, **values: Any) -> None:
        moving.advance_case(*args, **values, on=typed_day(), note=typed_note())

    outcome = request.form.get("outcome", "")
    return change_case(
        case_id,
        advance,
        "Tercatat.",
        pin=is_pin_asked(case_id, outcome),
        outcome=outcome,
        seen_step=request.form.get("step", ""),
    )


def is_pin_asked(case_id: int, outcome: str) -> bool:
    case = get_case(current_db(), current_actor(), case_id)
    definition = moving.case_definition(current_db(), case)
    return not case.closed and any(
        one.id == outcome and one.needs_pin for one in engine.step_named(definition, case.step).outcomes
    )


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


def after_check(case_id: int, body: CaseAdvanced | None) -> ResponseReturnValue:
    """Back to the case, or to the paper that belongs to the decision."""
    paper = "" if body is None else "slip" if body.promise == "start" else paper_after(case_id)
    if paper:
        where = url_for("papers.show_paper", case_id=case_id, name=paper)
        return redirect_to(where, "Keputusan tercatat. Cetak kertasnya.")
    toast = "Pemeriksaan disimpan." if body is None else "Tercatat."
    return redirect_to(url_for("cases.show_case", case_id=case_id), toast)


def write_check(case_id: int) -> CaseAdvanced | None:
    return service.check_case(
        current_journal(),
        current_actor(),
        case_id=case_id,
        states=typed_states(case_id),
        seen=typed_sights(case_id),
        outcome=request.form.get("outcome", ""),
        now=current_time(),
        note=typed_note() if is_reason_wanted(case_id) else typed_words(),
        on=typed_day(),
        seen_step=request.form.get("step", ""),
        place_number=typed_folder(case_id),
        reasons=held_reasons(request.form),
    )


def paper_after(case_id: int) -> str:
    """The paper that belongs to the present step: the return slip while the applicant has the file."""
    case = get_case(current_db(), current_actor(), case_id)
    at = engine.state_named(moving.case_definition(current_db(), case), case.step)
    return "pengembalian" if getattr(at, "side", False) else ""


def draw_check(case_id: int, status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id)
    definition, step = moving.case_definition(current_db(), case), moving.open_step(current_db(), case)
    typed = request.form if request.method == "POST" else None
    lines = check_lines(definition, case)
    if typed is not None:
        put_typed(lines)
    outcomes = [] if step.special else engine.outcomes_for(definition, step, current_actor())
    return show_page(
        "desk/check.html",
        status=status,
        case=case,
        definition=definition,
        step=step,
        lines=lines,
        problem=problem,
        outcomes=outcomes,
        typed=typed or {},
        explain=key_disagreements(definition, moving.form_values(case)),
        explained=case_explanations(current_db(), case_id),
        people=queries.person_names(current_db()),
        facts=shared.form_facts(definition, case),
        numbers=shared.identity_numbers(definition, case),
        full=False,
        numbered=numbered_outcomes(definition, case),
        reasons=ticked_reasons(lines),
    )


@pages.post("/alasan")
@needs_permission("case.check")
def explain_case(case_id: int) -> ResponseReturnValue:
    rules = rules_for(get_case(current_db(), current_actor(), case_id).service)
    reasons = held_reasons(request.form)
    return change_case(case_id, service.explain_case, "Alasan disimpan.", reasons=reasons, rules=rules)


@pages.post("/catatan")
@needs_permission("case.note")
def note_on_case(case_id: int) -> ResponseReturnValue:
    return change_case(case_id, service.note_on_case, SENTENCES["note_saved"], **typed_texts("action", "text"))


@pages.post("/tempat")
@needs_permission("case.place")
def place_case(case_id: int) -> ResponseReturnValue:
    return change_case(case_id, service.place_case, "Tempat berkas dicatat.", **typed_texts("place", "number"))


@pages.post("/jeda")
@needs_permission("case.pause")
def pause_case(case_id: int) -> ResponseReturnValue:
    return change_case(case_id, service.pause_case, "Hitungan hari dijeda.", **typed_texts("reason", "text"))


@pages.post("/lanjut")
@needs_permission("case.pause")
def resume_case(case_id: int) -> ResponseReturnValue:
    return change_case(case_id, service.resume_case, "Hitungan hari berjalan lagi; tanggal janji bergeser.")


def typed_texts(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in names}


@pages.get("/tutup")
@needs_permission("case.close")
def show_leave(case_id: int) -> ResponseReturnValue:
    return draw_leave(case_id)


@pages.post("/tutup")
@needs_permission("case.close")
def leave_case(case_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: write_leave(case_id, request.form.get("exit", ""), request.form.get("note", "")),
        lambda problem: draw_leave(case_id, problem.status, problem),
        url_for("cases.show_case", case_id=case_id),
        "Berkas ditutup.",
    )


def write_leave(case_id: int, exit_id: str, reason: str) -> None:
    wrong = {} if exit_id else {"exit": "Pilih alasan penutupan."}
    wrong |= {} if reason.strip() else {"note": SENTENCES["reason"]}
    if wrong:
        raise Problem.of("invalid", wrong)
    confirm_pin(request.form.get("pin"))
    moving.leave_case(
        current_journal(),
        current_actor(),
        case_id=case_id,
        exit_id=exit_id,
        reason=reason,
        now=current_time(),
        seen_step=request.form.get("step", ""),
    )


def draw_leave(case_id: int, status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id)
    definition, step = moving.case_definition(current_db(), case), moving.open_step(current_db(), case)
    exits = engine.exits_for(definition, step, current_actor())
    return show_page(
        "desk/leave.html",
        status=status,
        case=case,
        step=step,
        exits=exits,
        product=engine.product_word(definition),
        problem=problem,
        typed=request.form,
    )


LONGEST_NUMBER = 30


def typed_states(case_id: int) -> dict[str, tuple[str, str]]:
    case = get_case(current_db(), current_actor(), case_id)
    asked = checklist.case_requirements(moving.case_definition(current_db(), case), case)
    return {
        one.id: (request.form.get(f"state-{one.id}", "missing"), request.form.get(f"note-{one.id}", ""))
        for one in asked
    }


def typed_sights(case_id: int) -> dict[str, str]:
    case = get_case(current_db(), current_actor(), case_id)
    asked = checklist.case_requirements(moving.case_definition(current_db(), case), case)
    return {one.id: request.form.get(f"seen-{one.id}", "")[:LONGEST_NUMBER] for one in asked if one.observed}


def put_typed(lines: Sequence[CheckLine]) -> None:
    for line in lines:
        line.state = request.form.get(f"state-{line.id}", "missing")
        line.note = request.form.get(f"note-{line.id}", "")
        line.seen = request.form.get(f"seen-{line.id}", "")


def typed_folder(case_id: int) -> str:
    """The folder's number, when the chosen outcome puts the papers into a numbered place. Raises Problem `invalid`."""
    case, chosen = get_case(current_db(), current_actor(), case_id), request.form.get("outcome", "")
    typed = request.form.get("folder", "").strip()
    if len(typed) > LONGEST_NUMBER:
        raise Problem.of("invalid", {"folder": f"Nomor tempat paling panjang {LONGEST_NUMBER} huruf."})
    goes = any(one.id == chosen for one in numbered_outcomes(moving.case_definition(current_db(), case), case))
    return typed if goes else ""


def numbered_outcomes(definition: Definition, case: Any) -> list[Outcome]:
    """Outcomes of the present step after which the papers lie in a numbered place, such as a folder."""
    if case.closed:
        return []
    places = {one.id for one in definition.places if "{n}" in one.label}
    outcomes = engine.step_named(definition, case.step).outcomes
    return [one for one in outcomes if (one.place or engine.state_named(definition, one.to).place) in places]


def is_reason_wanted(case_id: int) -> bool:
    """Whether the chosen outcome takes reasons; those that came ticked say nothing about any other."""
    case, chosen = get_case(current_db(), current_actor(), case_id), request.form.get("outcome", "")
    if case.closed:
        return False
    outcomes = engine.step_named(moving.case_definition(current_db(), case), case.step).outcomes
    return any(one.id == chosen and one.needs_reason for one in outcomes)


def typed_words() -> str:
    """What was typed as reason, wherever on the page: beside the ticks or beside a day before today."""
    found = request.form.getlist("note") + request.form.getlist("late_reason")
    return " ".join(text for text in found if text.strip())


def ticked_reasons(lines: Sequence[CheckLine]) -> list[str]:
    """Reasons to show ticked: as sent, else those that papers marked as missing or not in order give."""
    sent = request.form.getlist("reasons")
    if sent or typed_words():
        return sent
    lacking = [one for one in lines if one.state in LACKING and one.mandatory]
    return list(dict.fromkeys(reason for one in lacking if (reason := return_reason(one))))


def return_reason(line: CheckLine) -> str:
    """The reason of a return that an item gives: what was seen differs, or the item is not there."""
    if line.observed and line.state == WRONG and line.seen not in ("", line.expected):
        return line.observed.differs_reason or line.missing_reason
    return line.missing_reason
