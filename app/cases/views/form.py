"""New applications: the form in work, saved field by field, until it becomes a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.cases import drafts, opening
from app.cases.reading import Reading, depends_on, first_values, read
from app.cases.views import service_form as shape
from app.cases.views.registry import rules_for
from app.core.date_input import parse_date
from app.core.problems import Problem
from app.core.value_problem import ValueProblem
from app.office import service as office
from app.sop import engine
from app.web.context import current_actor, db, journal, loket, now, today
from app.web.guard import needs
from app.web.pages import done, page
from app.web.weeks import short_holiday
from schema.service_flow import Definition

pages = Blueprint("form", __name__, url_prefix="/permohonan")


@pages.get("/baru")
@needs("case.open")
def start() -> ResponseReturnValue:
    """Choose the service, type the first number; or go on with a draft. Nothing is written by looking."""
    services = office.services(db(), today())
    chosen = next(
        (one for one in services if one.id == request.args.get("layanan")), services[0] if services else None
    )
    return page(
        "cases/start.html",
        services=services,
        chosen=chosen,
        drafts=draft_lines(services),
        key=engine.field_with_role(chosen, "key") if chosen else None,
    )


@pages.post("/baru")
@needs("case.open")
def begin() -> ResponseReturnValue:
    """Begin a draft, or go on with the one that already holds this number (a second click makes no second draft)."""
    definition = office.current_definition(db(), request.form.get("layanan", ""), today())
    key = engine.field_with_role(definition, "key")
    typed = request.form.get("kunci", "")[:40].strip()
    draft_id = drafts.resume(
        db(), current_actor(), service=definition.id, now=now(), fields={key.id: typed} if key else {}
    )
    return redirect(url_for("form.draft", draft_id=draft_id), 303)


@pages.get("/draf/<int:draft_id>")
@needs("case.open")
def draft(draft_id: int) -> ResponseReturnValue:
    """The form as far as it is typed."""
    one = drafts.get(db(), current_actor(), draft_id)
    if one.case_id is not None:
        return redirect(url_for("cases.show", case_id=one.case_id), 303)
    return form_page(one, drafts.fields_of(one))


@pages.post("/draf/<int:draft_id>/isian")
@needs("case.open")
def save_field(draft_id: int) -> ResponseReturnValue:
    """A field was left: save what stands in the form, answer with what it means."""
    one = drafts.get(db(), current_actor(), draft_id)
    definition = office.current_definition(db(), one.service, today())
    typed, too_long = shape.storable(posted(definition))
    held = drafts.save(db(), current_actor(), draft_id, typed, now())
    name = request.headers.get("HX-Trigger-Name", "")
    values = view_values(one, definition, held, typed_errors(definition, held) | too_long)
    changed = depends_on(definition, name)
    redrawn = shape.appearing(definition, request.form, values["visible"]) if changed else set()
    return make_response(render_template("cases/_answers.html", changed=changed, redrawn=redrawn, **values))


@pages.post("/draf/<int:draft_id>")
@needs("case.open")
def send(draft_id: int) -> ResponseReturnValue:
    """The buttons of the form: register, save, take over a suggestion, later. What was typed is saved first."""
    one = drafts.get(db(), current_actor(), draft_id)
    if one.case_id is not None:
        return redirect(url_for("papers.sheet", case_id=one.case_id, name="tanda-terima"), 303)
    definition = office.current_definition(db(), one.service, today())
    sent = posted(definition)
    fits, too_long = shape.storable(sent)
    held = drafts.save(db(), current_actor(), draft_id, fits, now())
    if too_long:
        return form_page(one, held | sent, too_long, status=422)
    if "pakai" in request.form:
        return take_over(draft_id, definition, held, request.form["pakai"])
    if request.form.get("aksi") == "daftar":
        return register(one, held)
    where = (
        url_for(loket().shell.home)
        if request.form.get("aksi") == "nanti"
        else url_for("form.draft", draft_id=draft_id)
    )
    return done(where, "Draf disimpan.")


@pages.post("/draf/<int:draft_id>/buang")
@needs("case.open")
def drop(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    drafts.drop(db(), current_actor(), draft_id)
    return done(url_for("form.start"), "Draf dibuang.")


# -- what stands behind the views ------------------------------------------------------------------------------


def posted(definition: Definition) -> dict[str, str]:
    """The form of this request in the keys of a draft; the fixed village of a village clerk is not asked again."""
    lists = {"have": request.form.getlist("have"), "heeded": request.form.getlist("heeded")}
    typed = shape.posted(definition, request.form, lists)
    actor = current_actor()
    if actor.village_only:
        typed |= {one.id: actor.area or "" for one in definition.fields if one.role == "area"}
    return typed


def take_over(
    draft_id: int, definition: Definition, held: Mapping[str, str], field: str
) -> ResponseReturnValue:
    """Put a suggested value into its field (without script; with it the page fills the field itself)."""
    reading = read_now(definition, held)
    suggestion = reading.suggestions.get(field)
    if suggestion is not None:
        drafts.save(db(), current_actor(), draft_id, {field: suggestion.value}, now())
    return redirect(url_for("form.draft", draft_id=draft_id, _anchor=field), 303)


def register(one: drafts.Draft, held: dict[str, str]) -> ResponseReturnValue:
    """Open the case and go to its receipt; anything that is missing comes back with the form."""
    try:
        opened = opening.open_case(
            journal(),
            current_actor(),
            service=one.service,
            raw=held,
            now=now(),
            rules=rules_for(one.service),
            ticked=dict.fromkeys(shape.words(held, shape.HAVE), ""),
            heeded=shape.words(held, shape.HEEDED),
            reasons=shape.reasons(held),
            received_on=received_day(held),
            late_reason=held.get(shape.LATE, ""),
            form_code=one.form_code,
            draft_id=one.id,
        )
    except opening.Undecided as problem:
        return form_page(one, held, {}, problem, status=problem.status)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return form_page(one, held, problem.fields, problem, status=problem.status)
    return done(
        url_for("papers.sheet", case_id=opened.id, name="tanda-terima"),
        f"Terdaftar dengan nomor {opened.number}.",
    )


def received_day(held: Mapping[str, str]) -> Any:
    """The day of receipt when it is not today. Raises Problem `invalid` at its field."""
    text = held.get(shape.RECEIVED, "").strip()
    if not text:
        return None
    try:
        return parse_date(text, today())
    except ValueProblem as problem:
        raise Problem.of("invalid", {"received_on": problem.sentence}) from problem


def typed_errors(definition: Definition, held: Mapping[str, str]) -> dict[str, str]:
    """Errors of fields that hold something; what is still empty is no error while typing."""
    reading = read_now(definition, held)
    return {key: sentence for key, sentence in reading.form.errors.items() if held.get(key, "").strip()}


def form_page(
    one: drafts.Draft,
    held: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Draw the form with what it holds."""
    definition = office.current_definition(db(), one.service, today())
    held = {**first_values(db(), definition, today()), **held}
    shown = dict(errors or {}) if errors is not None else typed_errors(definition, held)
    values = view_values(one, definition, held, shown)
    return page(
        "cases/form.html",
        status=status,
        summary=summary(values["reading"], shown, problem),
        problem=problem,
        changed=True,
        start=first_empty(values["reading"], held) if not shown and problem is None else "",
        **values,
    )


def read_now(definition: Definition, held: Mapping[str, str]) -> Reading:
    """What can be said of this request's form, to whoever sits before it."""
    actor = current_actor()
    return read(db(), definition, rules_for(definition.id), held, today(),
                inside=actor.area if actor.village_only else None)  # fmt: skip


def first_empty(reading: Reading, held: Mapping[str, str]) -> str:
    """The field where typing begins: the first that is asked and holds nothing; empty when all are filled."""
    asked = [one for one in reading.fields if not (one.role == "area" and current_actor().village_only)]
    return next((one.id for one in asked if not held.get(one.id, "").strip()), "")


def summary(reading: Reading, errors: Mapping[str, str], problem: Problem | None) -> list[tuple[str, str]]:
    """(element id, sentence) of everything to mend, in the order of the form; nothing while it is only being typed."""
    if problem is None and not errors:
        return []
    if isinstance(problem, opening.Undecided):
        return [(f"found-{one.id}", one.sentence) for one in problem.notices]
    order = [one.id for one in reading.definition.fields]
    return sorted(errors.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def view_values(
    one: drafts.Draft, definition: Definition, held: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """What the form's templates draw."""
    reading = read_now(definition, held)
    return {
        "draft": one,
        "definition": definition,
        "reading": reading,
        "shape": shape,
        "held": held,
        "form": shape.filled(definition, current_actor(), held, errors),
        "errors": errors,
        "visible": {each.id for each in reading.fields},
        "have": shape.words(held, shape.HAVE),
        "heeded": shape.words(held, shape.HEEDED),
        **promise_if_complete(definition),
        "action": url_for("form.send", draft_id=one.id),
        "save": url_for("form.save_field", draft_id=one.id),
        "village_only": current_actor().village_only,
    }


def promise_if_complete(definition: Definition) -> dict[str, Any]:
    """Day by day: the promise if the papers were complete today, and the holidays on the way."""
    days = list(engine.explain_due(definition, office.calendar(db()), today()))
    off = dict.fromkeys(short_holiday(day.reason) for day in days if day.kind == "off")
    return {"promise_days": days, "days_off": [name for name in off if name]}


def draft_lines(services: Sequence[Definition]) -> list[tuple[drafts.Draft, str, str]]:
    """(draft, name, service) of what was begun and not sent."""
    known = {one.id: one for one in services}
    lines = []
    for one in drafts.mine(db(), current_actor()):
        definition = known.get(one.service)
        name = (
            next(
                (drafts.fields_of(one).get(each.id, "") for each in definition.fields if each.role == "name"),
                "",
            )
            if definition
            else ""
        )
        lines.append((one, name or "Belum bernama", definition.short_name if definition else one.service))
    return lines
