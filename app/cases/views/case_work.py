"""What is done with one case: outcomes, notes, places, pauses, and the small pages for check, correction and exit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import checking, moving, service
from app.cases.disagreements import disagreements
from app.cases.events import CaseAdvanced
from app.cases.explaining import explanations
from app.cases.opening import get_case
from app.cases.views import case_page as shared
from app.cases.views import check_form
from app.cases.views.check_line import checks
from app.cases.views.registry import rules_for
from app.cases.views.service_form import reasons
from app.core.date_input import parse_date
from app.core.problems import Problem
from app.core.value_problem import ValueProblem
from app.people import service as people
from app.sop import engine
from app.web.context import current_actor, db, journal, now, today
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("case_work", __name__, url_prefix="/berkas/<int:case_id>")
MENDABLE = (409, 422, 423, 429)


def attempt(case_id: int, command: Callable[[], Any]) -> ResponseReturnValue | None:
    """Run a command; what an officer can mend comes back with the page and everything typed, the rest goes on."""
    try:
        command()
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return shared.case_page(case_id, problem.status, problem=problem, typed=request.form)
    return None


def back(case_id: int, toast: str) -> ResponseReturnValue:
    """To the case after it changed."""
    return done(url_for("cases.show", case_id=case_id), toast)


def typed_day(name: str = "on") -> date | None:
    """A back-dated day, or None for today. Raises Problem `invalid` at its field."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_date(text, today())
    except ValueProblem as problem:
        raise Problem.of("invalid", {name: problem.sentence}) from problem


def typed_note() -> str:
    """Reasons that were ticked and the one that was typed."""
    return checking.joined(request.form.getlist("reasons"), check_form.typed_words())


@pages.post("/langkah")
@needs("case.advance", "case.resubmit")
def advance(case_id: int) -> ResponseReturnValue:
    """End the present step with one of its outcomes."""
    outcome = request.form.get("outcome", "")

    def command() -> None:
        confirm(case_id, outcome)
        moving.advance(
            journal(),
            current_actor(),
            case_id=case_id,
            outcome=outcome,
            now=now(),
            on=typed_day(),
            note=typed_note(),
            seen_step=request.form.get("step", ""),
        )

    return attempt(case_id, command) or back(case_id, "Tercatat.")


def confirm(case_id: int, outcome: str) -> None:
    """Ask the PIN for an outcome that needs it."""
    case = get_case(db(), current_actor(), case_id)
    definition = moving.definition_of(db(), case)
    if not case.closed and any(
        one.id == outcome and one.needs_pin for one in engine.step(definition, case.step).outcomes
    ):
        people.confirm_pin(
            db(), current_actor(), request.form.get("pin", ""), now=now(), address=request.remote_addr or ""
        )


@pages.get("/periksa")
@needs("case.check")
def check_page(case_id: int) -> ResponseReturnValue:
    """The counter check: checklist, then accept or return."""
    return draw_check(case_id)


@pages.post("/periksa")
@needs("case.check")
def check(case_id: int) -> ResponseReturnValue:
    """Write the checklist and the decision together, then print what belongs to it."""
    try:
        body = write_check(case_id)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return draw_check(case_id, problem.status, problem)
    if body is None:
        return back(case_id, "Pemeriksaan disimpan.")
    paper = "slip" if body.promise == "start" else paper_after(case_id)
    if not paper:
        return back(case_id, "Tercatat.")
    return done(url_for("papers.sheet", case_id=case_id, name=paper), "Keputusan tercatat. Cetak kertasnya.")


def write_check(case_id: int) -> CaseAdvanced | None:
    """The checklist and decision of this request, in one transaction."""
    return checking.check(
        journal(),
        current_actor(),
        case_id=case_id,
        states=check_form.typed_states(case_id),
        seen=check_form.typed_sights(case_id),
        outcome=request.form.get("outcome", ""),
        now=now(),
        note=typed_note() if check_form.wants_reason(case_id) else check_form.typed_words(),
        on=typed_day(),
        seen_step=request.form.get("step", ""),
        place_number=check_form.typed_folder(case_id),
        reasons=reasons(request.form),
    )


def paper_after(case_id: int) -> str:
    """The paper that belongs to the present step: the return slip while the applicant has the file."""
    case = get_case(db(), current_actor(), case_id)
    at = engine.state(moving.definition_of(db(), case), case.step)
    return "pengembalian" if getattr(at, "side", False) else ""


def draw_check(case_id: int, status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    """The check page with what was found so far, or what was just typed."""
    case = get_case(db(), current_actor(), case_id)
    definition, step = moving.definition_of(db(), case), moving.step_of(db(), case)
    typed = request.form if request.method == "POST" else None
    lines = checks(definition, case)
    if typed is not None:
        check_form.as_typed(lines)
    outcomes = [] if step.special else engine.allowed_outcomes(definition, step, current_actor().duties)
    return page(
        "cases/check.html",
        status=status,
        case=case,
        definition=definition,
        step=step,
        lines=lines,
        problem=problem,
        outcomes=outcomes,
        typed=typed or {},
        explain=disagreements(definition, moving.form_values(case)),
        explained=explanations(db(), case_id),
        people=people.names(db()),
        facts=shared.facts(definition, case),
        numbers=shared.numbers(definition, case),
        full=False,
        numbered=check_form.numbered(definition, case),
        reasons=check_form.ticked_reasons(lines),
    )


@pages.post("/alasan")
@needs("case.check")
def explain(case_id: int) -> ResponseReturnValue:
    """Say why the case stands as it is though it contradicts itself."""

    def command() -> None:
        rules = rules_for(get_case(db(), current_actor(), case_id).service)
        service.explain(
            journal(), current_actor(), case_id=case_id, reasons=reasons(request.form), now=now(), rules=rules
        )

    return attempt(case_id, command) or back(case_id, "Alasan disimpan.")


@pages.post("/catatan")
@needs("case.note")
def note(case_id: int) -> ResponseReturnValue:
    """Write down a visit, a call, a message or a remark."""
    return attempt(
        case_id,
        lambda: service.note(
            journal(),
            current_actor(),
            case_id=case_id,
            action=request.form.get("action", ""),
            text=request.form.get("text", ""),
            now=now(),
        ),
    ) or back(case_id, "Catatan disimpan.")


@pages.post("/tempat")
@needs("case.place")
def put_away(case_id: int) -> ResponseReturnValue:
    """The paper file lies somewhere else."""
    return attempt(
        case_id,
        lambda: service.put_away(
            journal(),
            current_actor(),
            case_id=case_id,
            place=request.form.get("place", ""),
            number=request.form.get("number", ""),
            now=now(),
        ),
    ) or back(case_id, "Tempat berkas dicatat.")


@pages.post("/jeda")
@needs("case.pause")
def pause(case_id: int) -> ResponseReturnValue:
    """Stop the clock for a listed reason."""
    return attempt(
        case_id,
        lambda: service.pause(
            journal(),
            current_actor(),
            case_id=case_id,
            reason=request.form.get("reason", ""),
            text=request.form.get("text", ""),
            now=now(),
        ),
    ) or back(case_id, "Hitungan hari dijeda.")


@pages.post("/lanjut")
@needs("case.pause")
def resume(case_id: int) -> ResponseReturnValue:
    """Let the clock run again."""
    return attempt(
        case_id, lambda: service.resume(journal(), current_actor(), case_id=case_id, now=now())
    ) or back(case_id, "Hitungan hari berjalan lagi; tanggal janji bergeser.")


@pages.get("/tutup")
@needs("case.close")
def leave_page(case_id: int) -> ResponseReturnValue:
    """Withdrawal, refusal, death, move: choose, give the reason, confirm."""
    return draw_leave(case_id)


@pages.post("/tutup")
@needs("case.close")
def leave(case_id: int) -> ResponseReturnValue:
    """Close the case by hand."""
    try:
        write_leave(case_id, request.form.get("exit", ""), request.form.get("note", ""))
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return draw_leave(case_id, problem.status, problem)
    return back(case_id, "Berkas ditutup.")


def write_leave(case_id: int, exit_id: str, reason: str) -> None:
    """Ask what is missing before the PIN, then close."""
    wrong = {} if exit_id else {"exit": "Pilih alasan penutupan."}
    wrong |= {} if reason.strip() else {"note": "Tulis alasannya."}
    if wrong:
        raise Problem.of("invalid", wrong)
    actor, pin = current_actor(), request.form.get("pin", "")
    people.confirm_pin(db(), actor, pin, now=now(), address=request.remote_addr or "")
    seen = request.form.get("step", "")
    moving.leave(journal(), actor, case_id=case_id, exit_id=exit_id, reason=reason, now=now(), seen_step=seen)


def draw_leave(case_id: int, status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    """The page of exits."""
    case = get_case(db(), current_actor(), case_id)
    definition, step = moving.definition_of(db(), case), moving.step_of(db(), case)
    exits = engine.allowed_exits(definition, step, current_actor().duties)
    return page(
        "cases/leave.html",
        status=status,
        case=case,
        step=step,
        exits=exits,
        problem=problem,
        typed=request.form,
    )
