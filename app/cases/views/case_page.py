"""One case: its page, its numbers shown on request, and the sheet of facts that other pages of a case share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.cases import moving, papers, queries, service, story
from app.cases.doubt import promise_in_doubt
from app.cases.explaining import explanations
from app.cases.fields import SEXES, Form
from app.cases.opening import get_case
from app.cases.papers import CASE_PAPERS
from app.cases.promise import completion
from app.cases.sight import LACKING
from app.cases.views.check_line import CheckLine, checks
from app.cases.views.registry import rules_for, special_page
from app.core.dates import plain_date
from app.core.permissions import may
from app.core.text import mask_phone
from app.office import service as office
from app.office import settings
from app.people import service as people
from app.people.access_words import words_of
from app.printing.papers import PAPERS
from app.sop import engine
from app.web.access import note_access
from app.web.context import current_actor, db, now, today
from app.web.filters import as_date, as_moment, mask_nik, moment
from app.web.guard import needs
from app.web.pages import page
from schema.service_flow import Definition, Field

pages = Blueprint("cases", __name__, url_prefix="/berkas")
pages.add_app_template_filter(story.spoken, "spoken")

NUMBERS = ("nik", "kk")


@pages.get("/<int:case_id>")
@needs("case.view")
def show(case_id: int) -> ResponseReturnValue:
    """The page of a case; who opens it leaves a line in the access log, one an hour."""
    answer = case_page(case_id)
    note_access("case.opened", f"case/{case_id}")
    return answer


@pages.post("/<int:case_id>/nomor")
@needs("case.reveal")
def reveal(case_id: int) -> ResponseReturnValue:
    """Show the whole numbers; who looked is written into the access log."""
    actor = current_actor()
    case = get_case(db(), actor, case_id)
    people.log_access(
        db(),
        at=now(),
        person_id=actor.person_id,
        action="case.reveal",
        subject=f"case/{case_id}",
        address=request.remote_addr or "",
    )
    if request.htmx:
        definition = moving.definition_of(db(), case)
        return render_template("cases/_numbers.html", case=case, numbers=numbers(definition, case), full=True)
    return case_page(case_id, full=True)


def case_page(case_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw the page of a case; `more` carries what a refused form on it held."""
    actor = current_actor()
    case = get_case(db(), actor, case_id)
    told = story.tell(db(), case, today(), people.names(db()))
    form = queries.form_of(told.definition, case)
    found = checks(told.definition, case, form)
    values: dict[str, Any] = {
        "case": case,
        "told": told,
        "doubted": promise_in_doubt(db(), case),
        "definition": told.definition,
        "numbers": numbers(told.definition, case, form),
        "facts": facts(told.definition, case, form),
        "times": times(told),
        "checks": found,
        "places": told.definition.places,
        "notes": service.NOTE_ACTIONS,
        "trail": trail(case_id),
        "prints": prints(case_id),
        "papers": [
            (name, PAPERS[CASE_PAPERS[name]].title) for name in papers.offered(db(), case, actor, told.way)
        ],
        "village": office.area_names(db()).get(case.area, case.area),
        "explain": [] if case.closed else rules_for(case.service).explain(db(), told.definition, case),
        "explained": explanations(db(), case_id),
        "people": people.names(db()),
        "full": False,
        "problem": None,
        "typed": {},
        **actions(told, found),
    }
    return page("cases/case.html", status=status, **(values | more))


def actions(told: story.Story, found: list[CheckLine]) -> dict[str, Any]:
    """What this person may do with the case now; `found` is its checklist."""
    actor, step, definition = current_actor(), told.step, told.definition
    outcomes = engine.allowed_outcomes(definition, step, actor.duties) if step else ()
    running = next((one for one in told.pauses if one.to_on is None), None)
    listed = engine.pause_reasons(definition, settings.get(db(), "pauses.enabled"))
    return {
        "outcomes": () if step is None or step.special else outcomes,
        "checking": step is not None and not step.special and any(one.needs_complete for one in outcomes),
        "special": special_page(step.special, told.case.id) if step and step.special and outcomes else "",
        "exits": engine.allowed_exits(definition, step, actor.duties)
        if step and may(actor, "case.close")
        else (),
        "may_pause": bool(step)
        and may(actor, "case.pause")
        and bool(told.case.due_on)
        and not told.case.kept_on
        and (bool(listed) or running is not None),
        "pause_reasons": listed,
        "running": running,
        "closed": step is None,
        "away": moving.partner_of(definition) if step and step.waits_for == "partner" else "",
        "completing": step is not None
        and bool(told.case.completed_on)
        and step.waits_for == "office"
        and any(one.mandatory and one.state in LACKING for one in found),
    }


def numbers(definition: Definition, case: Any, form: Form | None = None) -> list[tuple[str, str, str]]:
    """(field id, label, whole number) of the identity numbers; the template masks them."""
    values = (form or queries.form_of(definition, case)).values
    return [
        (one.id, one.label, values[one.id])
        for one in definition.fields
        if one.type in NUMBERS and values.get(one.id)
    ]


def facts(definition: Definition, case: Any, form: Form | None = None) -> list[tuple[str, str]]:
    """The rest of the form in words."""
    form = form or queries.form_of(definition, case)
    return [
        (one.label, worded(definition, one, form.values[one.id]))
        for one in engine.fields_for(definition, form.facts)
        if one.type not in NUMBERS and one.role != "name" and form.values.get(one.id)
    ]


def times(told: story.Story) -> list[tuple[str, str, str]]:
    """(label, when, warning): received, complete and entered are three times; a back-dated receipt says why."""
    case, noted = told.case, completion(told.definition, told.way)
    complete = (noted.on_date if noted else case.completed_on) if case.completed_on else ""
    who = people.names(db()).get(case.entered_by, "")
    return [
        ("Diterima", plain_date(as_date(case.received_on)), case.late_reason),
        ("Lengkap", plain_date(as_date(complete)) if complete else "Belum", ""),
        ("Dicatat", ", ".join(part for part in (moment(as_moment(case.entered_at)), who) if part), ""),
    ]


def worded(definition: Definition, one: Field, value: str) -> str:
    """A stored value as an officer reads it; a telephone number is masked."""
    if one.type == "date":
        return plain_date(as_date(value))
    if one.type == "village":
        return office.village_names(db()).get(value, value)
    if one.type == "phone":
        return mask_phone(value)
    if one.type == "sex":
        return SEXES.get(value, value)
    if one.type == "tick":
        return "Ya"
    return next((each.label for each in engine.choices_of(definition, one) if each.value == value), value)


def trail(case_id: int) -> list[tuple[Any, str, str]]:
    """(moment, person, what) of everybody who opened the case or its numbers; not for village clerks."""
    if current_actor().village_only:
        return []
    lines = people.access_lines(db(), subject=f"case/{case_id}", limit=30)
    return [(seen.at, seen.name, words_of(seen.action)) for _, seen in lines]


def prints(case_id: int) -> list[Any]:
    """Papers printed of this case, the latest first, with their titles."""
    names = people.names(db())
    return [
        (PAPERS[one.paper].title if one.paper in PAPERS else one.paper, one, names.get(one.actor, one.actor))
        for one in service.prints(db(), f"case/{case_id}")
    ]


def masked(number: str) -> str:
    """A number as lists show it."""
    return mask_nik(number)
