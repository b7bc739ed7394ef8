"""New applications: the form in work, saved field by field, until it becomes a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from msgspec.structs import replace

from app.core.dates import parse_date
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.desk import drafts, moving, opening, queries, service
from app.desk.findings import FormReview, case_explanations, first_values, is_depended_on, review_form
from app.desk.opening import get_case
from app.desk.views import forms as shape
from app.desk.views.registry import rules_for
from app.office import queries as office
from app.procedure import deadline, engine
from app.web.context import current_actor, current_date, current_db, current_journal, current_loket, current_time
from app.web.filters import short_holiday
from app.web.forms import confirm_pin, has_pin, redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.service_procedure import Definition, Field

pages = Blueprint("form", __name__, url_prefix="/permohonan")


@pages.get("/baru")
@needs_permission("case.open")
def start_application() -> ResponseReturnValue:
    services = office.services_in_force(current_db(), current_date())
    chosen = next((one for one in services if one.id == request.args.get("layanan")), services[0] if services else None)
    return show_page(
        "desk/start.html",
        services=services,
        chosen=chosen,
        drafts=draft_lines(services),
        key=engine.field_with_role(chosen, "key") if chosen else None,
    )


@pages.post("/baru")
@needs_permission("case.open")
def begin_application() -> ResponseReturnValue:
    """Begin a draft, or go on with the one that already holds this number (a second click makes no second draft)."""
    definition = office.current_definition(current_db(), request.form.get("layanan", ""), current_date())
    key = engine.field_with_role(definition, "key")
    typed = request.form.get("kunci", "")[:40].strip()
    draft_id = drafts.resume_draft(
        current_db(), current_actor(), service=definition.id, now=current_time(), fields={key.id: typed} if key else {}
    )
    return redirect(url_for("form.show_draft", draft_id=draft_id), 303)


@pages.get("/draf/<int:draft_id>")
@needs_permission("case.open")
def show_draft(draft_id: int) -> ResponseReturnValue:
    one = drafts.get_draft(current_db(), current_actor(), draft_id)
    if one.case_id is not None:
        return redirect(url_for("cases.show_case", case_id=one.case_id), 303)
    return draw_form(one, drafts.draft_fields(one))


@pages.post("/draf/<int:draft_id>/isian")
@needs_permission("case.open")
def save_field(draft_id: int) -> ResponseReturnValue:
    """A field was left: save what stands in the form, answer with what it means."""
    one = drafts.get_draft(current_db(), current_actor(), draft_id)
    definition = office.current_definition(current_db(), one.service, current_date())
    typed, too_long = shape.split_storable(posted_form(definition))
    held = drafts.save_draft(current_db(), current_actor(), draft_id, typed, current_time())
    name = request.headers.get("HX-Trigger-Name", "")
    reading = review_now(definition, held)
    values = form_values(one, reading, held, typed_errors(reading, held) | too_long)
    changed = is_depended_on(definition, name)
    redrawn = shape.changed_fields(definition, request.form, values["visible"]) if changed else set()
    return make_response(render_template("desk/_answers.html", changed=changed, redrawn=redrawn, **values))


@pages.post("/draf/<int:draft_id>")
@needs_permission("case.open")
def send_form(draft_id: int) -> ResponseReturnValue:
    """The buttons of the form: register, save, take over a suggestion, later. What was typed is saved first."""
    one = drafts.get_draft(current_db(), current_actor(), draft_id)
    if one.case_id is not None:
        return redirect(url_for("papers.show_paper", case_id=one.case_id, name="tanda-terima"), 303)
    definition = office.current_definition(current_db(), one.service, current_date())
    sent = posted_form(definition)
    fits, too_long = shape.split_storable(sent)
    held = drafts.save_draft(current_db(), current_actor(), draft_id, fits, current_time())
    if too_long:
        return draw_form(one, held | sent, too_long, status=422)
    if "pakai" in request.form:
        return take_suggestion(draft_id, definition, held, request.form["pakai"])
    if request.form.get("aksi") == "daftar":
        return register_case(one, held)
    where = (
        url_for(current_loket().shell.home)
        if request.form.get("aksi") == "nanti"
        else url_for("form.show_draft", draft_id=draft_id)
    )
    return redirect_to(where, "Draf disimpan.")


@pages.post("/draf/<int:draft_id>/buang")
@needs_permission("case.open")
def drop_draft(draft_id: int) -> ResponseReturnValue:
    drafts.drop_draft(current_db(), current_actor(), draft_id)
    return redirect_to(url_for("form.start_application"), SENTENCES["draft_dropped"])


# -- what stands behind the views ------------------------------------------------------------------------------


def posted_form(definition: Definition) -> dict[str, str]:
    """The form of this request in the keys of a draft; the fixed village of a village clerk is not asked again."""
    lists = {"have": request.form.getlist("have"), "heeded": request.form.getlist("heeded")}
    typed = shape.posted_values(definition, request.form, lists)
    actor = current_actor()
    if actor.village_only:
        typed |= {one.id: actor.area or "" for one in definition.fields if one.role == "area"}
    return typed


def take_suggestion(draft_id: int, definition: Definition, held: Mapping[str, str], field: str) -> ResponseReturnValue:
    """Put a suggested value into its field (without script; with it the page fills the field itself)."""
    reading = review_now(definition, held)
    suggestion = reading.suggestions.get(field)
    if suggestion is not None:
        drafts.save_draft(current_db(), current_actor(), draft_id, {field: suggestion.value}, current_time())
    return redirect(url_for("form.show_draft", draft_id=draft_id, _anchor=field), 303)


def register_case(one: drafts.Draft, held: dict[str, str]) -> ResponseReturnValue:
    """Open the case and go to its receipt; anything that is missing comes back with the form."""

    def draw_again(problem: Problem) -> ResponseReturnValue:
        return draw_form(one, held, problem.fields, problem, status=problem.status)

    return run_command(
        lambda: opening.open_case(
            current_journal(),
            current_actor(),
            service=one.service,
            raw=held,
            now=current_time(),
            rules=rules_for(one.service),
            ticked=dict.fromkeys(shape.held_words(held, shape.HAVE), ""),
            heeded=shape.held_words(held, shape.HEEDED),
            reasons=shape.held_reasons(held),
            received_on=typed_received_day(held),
            late_reason=held.get(shape.LATE, ""),
            form_code=one.form_code,
            draft_id=one.id,
        ),
        draw_again,
        lambda opened: redirect_to(
            url_for("papers.show_paper", case_id=opened.id, name="tanda-terima"),
            f"Terdaftar dengan nomor {opened.number}.",
        ),
    )


def typed_received_day(held: Mapping[str, str]) -> Any:
    text = held.get(shape.RECEIVED, "").strip()
    if not text:
        return None
    try:
        return parse_date(text, current_date())
    except ValueProblem as problem:
        raise Problem.of("invalid", {"received_on": problem.sentence}) from problem


def typed_errors(reading: FormReview, held: Mapping[str, str]) -> dict[str, str]:
    """Errors of fields that hold something; what is still empty is no error while typing."""
    return {key: sentence for key, sentence in reading.form.errors.items() if held.get(key, "").strip()}


def draw_form(
    one: drafts.Draft,
    held: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    definition = office.current_definition(current_db(), one.service, current_date())
    held = {**first_values(current_db(), definition, current_date()), **held}
    reading = review_now(definition, held)
    shown = dict(errors) if errors is not None else typed_errors(reading, held)
    return show_page(
        "desk/form.html",
        status=status,
        summary=faults_summary(reading, shown, problem),
        problem=problem,
        changed=True,
        start=first_empty_field(reading, held) if not shown and problem is None else "",
        **form_values(one, reading, held, shown),
    )


def review_now(definition: Definition, held: Mapping[str, str]) -> FormReview:
    actor = current_actor()
    return review_form(
        current_db(),
        definition,
        rules_for(definition.id),
        held,
        current_date(),
        inside=actor.area if actor.village_only else None,
    )


def first_empty_field(reading: FormReview, held: Mapping[str, str]) -> str:
    """The field where typing begins: the first that is asked and holds nothing; empty when all are filled."""
    asked = [one for one in reading.fields if not (one.role == "area" and current_actor().village_only)]
    return next((one.id for one in asked if not held.get(one.id, "").strip()), "")


def faults_summary(reading: FormReview, errors: Mapping[str, str], problem: Problem | None) -> list[tuple[str, str]]:
    """(element id, sentence) of everything to mend, in the order of the form; nothing while it is only being typed."""
    if problem is None and not errors:
        return []
    if isinstance(problem, opening.Undecided):
        return [(f"found-{one.id}", one.sentence) for one in problem.notices]
    order = [one.id for one in reading.definition.fields]
    return sorted(errors.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def form_values(
    one: drafts.Draft, reading: FormReview, held: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    definition = reading.definition
    return {
        "draft": one,
        "definition": definition,
        "reading": reading,
        "shape": shape,
        "held": held,
        "form": shape.filled_form(definition, current_actor(), held, errors),
        "errors": errors,
        "visible": {each.id for each in reading.fields},
        "have": shape.held_words(held, shape.HAVE),
        "heeded": shape.held_words(held, shape.HEEDED),
        **promise_if_complete(definition),
        "action": url_for("form.send_form", draft_id=one.id),
        "save": url_for("form.save_field", draft_id=one.id),
        "village_only": current_actor().village_only,
    }


def promise_if_complete(definition: Definition) -> dict[str, Any]:
    days = list(deadline.explain_due(definition, office.office_calendar(current_db()), current_date()))
    off = dict.fromkeys(short_holiday(day.reason) for day in days if day.kind == "off")
    return {"promise_days": days, "days_off": [name for name in off if name]}


def draft_lines(services: Sequence[Definition]) -> list[tuple[drafts.Draft, str, str]]:
    known = {one.id: one for one in services}
    lines = []
    for one in drafts.own_drafts(current_db(), current_actor()):
        definition = known.get(one.service)
        name = (
            next(
                (drafts.draft_fields(one).get(each.id, "") for each in definition.fields if each.role == "name"),
                "",
            )
            if definition
            else ""
        )
        lines.append((one, name or "Belum bernama", definition.short_name if definition else one.service))
    return lines


correction_pages = Blueprint("correction", __name__, url_prefix="/berkas/<int:case_id>/perbaiki")


@correction_pages.get("")
@needs_permission("case.correct")
def show_correction(case_id: int) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id)
    definition = moving.case_definition(current_db(), case)
    moving.open_step(current_db(), case)
    return draw_correction(case_id, cover_numbers(definition, queries.case_form(definition, case).values))


@correction_pages.post("")
@needs_permission("case.correct")
def send_correction(case_id: int) -> ResponseReturnValue:
    case = get_case(current_db(), current_actor(), case_id)
    definition = moving.case_definition(current_db(), case)
    held = shape.posted_values(definition, request.form, {"heeded": request.form.getlist("heeded")})
    reason = request.form.get("reason", "")

    def correct() -> list[str]:
        if not reason.strip():
            raise Problem.of("invalid", {"reason": SENTENCES["reason"]})
        confirm_pin(request.form.get("pin"))
        return write_correction(case, uncover_numbers(definition, case, held), reason)

    def say_changed(changed: list[str]) -> ResponseReturnValue:
        toast = f"{len(changed)} isian diperbaiki." if changed else "Tidak ada isian yang berubah."
        return redirect_to(url_for("cases.show_case", case_id=case_id), toast)

    return run_command(
        correct, lambda problem: draw_correction(case_id, held, reason, problem.fields, problem), say_changed
    )


def write_correction(case: Any, raw: Mapping[str, str], reason: str) -> list[str]:
    return service.correct_case(
        current_journal(),
        current_actor(),
        case_id=case.id,
        raw=raw,
        reason=reason,
        now=current_time(),
        rules=rules_for(case.service),
        heeded=shape.held_words(raw, shape.HEEDED),
        reasons=shape.held_reasons(raw),
    )


def cover_numbers(definition: Definition, values: Mapping[str, str]) -> dict[str, str]:
    """Stored values with masked numbers: who corrects a street need not see them whole."""
    fields = number_fields(definition)
    return {key: fields[key].masked(text) if key in fields else text for key, text in values.items()}


def uncover_numbers(definition: Definition, case: Any, held: Mapping[str, str]) -> dict[str, str]:
    stored, fields = queries.case_form(definition, case).values, number_fields(definition)
    return {
        key: stored[key]
        if key in fields and key in stored and text.strip() == fields[key].masked(stored[key])
        else text
        for key, text in held.items()
    }


def number_fields(definition: Definition) -> dict[str, Field]:
    return {one.id: one for one in engine.masked_fields(definition)}


def draw_correction(
    case_id: int,
    held: Mapping[str, str],
    reason: str = "",
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    case = get_case(current_db(), actor, case_id)
    definition, wrong = moving.case_definition(current_db(), case), dict(errors or {})
    reading = review_form(
        current_db(),
        definition,
        rules_for(case.service),
        uncover_numbers(definition, case, held),
        current_date(),
        case_id,
    )
    if any("*" in held.get(key, "") for key in number_fields(definition)):
        reading = replace(reading, read_back={}, suggestions={})
    values: dict[str, Any] = {
        "case": case,
        "definition": definition,
        "reading": reading,
        "shape": shape,
        "held": held,
        "errors": wrong,
        "form": shape.filled_form(definition, actor, held, wrong),
        "visible": {one.id for one in reading.fields},
        "save": "",
        "explained": case_explanations(current_db(), case_id),
        "heeded": shape.held_words(held, shape.HEEDED),
        "reason": reason,
        "has_pin": has_pin(),
        "problem": problem,
        "summary": faults_summary(reading, wrong, problem),
    }
    return show_page("desk/correct.html", status=problem.status if problem else 200, **values)
