"""One case: its page, its numbers shown on request, and the sheet of facts that other pages of a case share."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.core.dates import plain_date
from app.core.permissions import may
from app.core.text import mask_phone
from app.desk import checklist, moving, papers, queries, service, story
from app.desk.checklist import LACKING, WRONG, observation_of
from app.desk.findings import case_explanations, findings_to_explain
from app.desk.form import SEXES, Form
from app.desk.limits import case_limit_lines
from app.desk.opening import get_case
from app.desk.papers import CASE_PAPERS
from app.desk.promise import completion_event, is_promise_doubtful
from app.desk.views.registry import rules_for, special_address
from app.office import queries as office
from app.office import settings
from app.people import access_log
from app.people import queries as people
from app.people.access_log import action_words
from app.printing.papers import PAPERS
from app.procedure import deadline, engine
from app.web.context import current_actor, current_date, current_db, current_time
from app.web.filters import as_date, as_moment, format_moment
from app.web.forms import show_page
from app.web.guard import needs_permission, note_access
from schema.service_procedure import Definition, Field, Observation

pages = Blueprint("cases", __name__, url_prefix="/berkas")
pages.add_app_template_filter(story.spoken_name, "spoken")


@pages.get("/<int:case_id>")
@needs_permission("case.view")
def show_case(case_id: int) -> ResponseReturnValue:
    """The page of a case; who opens it leaves a line in the access log, one an hour."""
    answer = draw_case(case_id)
    note_access("case.opened", f"case/{case_id}")
    return answer


@pages.post("/<int:case_id>/nomor")
@needs_permission("case.reveal")
def reveal_numbers(case_id: int) -> ResponseReturnValue:
    """Show the whole numbers; who looked is written into the access log."""
    actor = current_actor()
    case = get_case(current_db(), actor, case_id)
    access_log.log_access(
        current_db(),
        at=current_time(),
        person_id=actor.person_id,
        action="case.reveal",
        subject=f"case/{case_id}",
        address=request.remote_addr or "",
    )
    if request.htmx:
        definition = moving.case_definition(current_db(), case)
        return render_template("desk/_numbers.html", case=case, numbers=identity_numbers(definition, case), full=True)
    return draw_case(case_id, full=True)


def draw_case(case_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw the page of a case; `more` carries what a refused form on it held."""
    actor = current_actor()
    case = get_case(current_db(), actor, case_id)
    told = story.case_story(current_db(), case, current_date(), people.person_names(current_db()))
    form = queries.case_form(told.definition, case)
    found = check_lines(told.definition, case, form)
    values: dict[str, Any] = {
        "case": case,
        "told": told,
        "doubted": is_promise_doubtful(current_db(), case),
        "definition": told.definition,
        "numbers": identity_numbers(told.definition, case, form),
        "facts": form_facts(told.definition, case, form),
        "times": case_times(told),
        "checks": found,
        "places": told.definition.places,
        "notes": service.NOTE_ACTIONS,
        "trail": access_trail(case_id),
        "prints": printed_papers(case_id),
        "papers": [
            (name, PAPERS[CASE_PAPERS[name]].title)
            for name in papers.offered_papers(current_db(), case, actor, told.way)
        ],
        "village": office.area_names(current_db()).get(case.area, case.area),
        "explain": []
        if case.closed
        else findings_to_explain(current_db(), told.definition, rules_for(case.service), case),
        "explained": case_explanations(current_db(), case_id),
        "people": people.person_names(current_db()),
        "full": False,
        "problem": None,
        "typed": {},
        "limits": case_limit_lines(current_db(), told.definition, case.id, current_time()),
    }
    values |= possible_actions(told, found, any(one.runs for one in values["limits"]))
    return show_page("desk/case.html", status=status, **(values | more))


def possible_actions(told: story.Story, found: list[CheckLine], limited: bool) -> dict[str, Any]:
    """What this person may do with the case; `limited`: a limit beside the promise runs and may be paused too."""
    actor, step, definition = current_actor(), told.step, told.definition
    outcomes = engine.outcomes_for(definition, step, actor) if step else ()
    running = next((one for one in told.pauses if one.to_on is None), None)
    listed = deadline.pause_reasons(definition, settings.get_setting(current_db(), "pauses.enabled"))
    return {
        "outcomes": () if step is None or step.special else outcomes,
        "checking": step is not None and not step.special and any(one.needs_complete for one in outcomes),
        "special": special_address(step.special, told.case.id) if step and step.special and outcomes else "",
        "exits": engine.exits_for(definition, step, actor) if step and may(actor, "case.close") else (),
        "may_pause": bool(step)
        and may(actor, "case.pause")
        and (limited or bool(told.case.due_on and not told.case.kept_on))
        and (bool(listed) or running is not None),
        "pause_reasons": listed,
        "running": running,
        "closed": step is None,
        "away": moving.partner_label(definition) if step and step.waits_for == "partner" else "",
        "completing": step is not None
        and bool(told.case.completed_on)
        and step.waits_for == "office"
        and any(one.mandatory and one.state in LACKING for one in found),
    }


def identity_numbers(definition: Definition, case: Any, form: Form | None = None) -> list[tuple[str, str, str, str]]:
    """(field id, label, whole value, masked value) of the fields that are masked."""
    values = (form or queries.case_form(definition, case)).values
    return [
        (one.id, one.label, values[one.id], one.masked(values[one.id]))
        for one in engine.masked_fields(definition)
        if values.get(one.id)
    ]


def form_facts(definition: Definition, case: Any, form: Form | None = None) -> list[tuple[str, str]]:
    form = form or queries.case_form(definition, case)
    return [
        (one.label, value_in_words(definition, one, form.values[one.id]))
        for one in engine.fields_for(definition, form.facts)
        if one.mask is None and one.role != "name" and form.values.get(one.id)
    ]


def case_times(told: story.Story) -> list[tuple[str, str, str]]:
    case, noted = told.case, completion_event(told.definition, told.way)
    complete = (noted.on_date if noted else case.completed_on) if case.completed_on else ""
    who = people.person_names(current_db()).get(case.entered_by, "")
    return [
        ("Diterima", plain_date(as_date(case.received_on)), case.late_reason),
        ("Lengkap", plain_date(as_date(complete)) if complete else "Belum", ""),
        ("Dicatat", ", ".join(part for part in (format_moment(as_moment(case.entered_at)), who) if part), ""),
    ]


def value_in_words(definition: Definition, one: Field, value: str) -> str:
    """A stored value as an officer reads it; a telephone number is masked."""
    if one.type == "date":
        return plain_date(as_date(value))
    if one.type == "village":
        return office.village_names(current_db()).get(value, value)
    if one.type == "phone":
        return mask_phone(value)
    if one.type == "sex":
        return SEXES.get(value, value)
    if one.type == "tick":
        return "Ya"
    return next((each.label for each in engine.choices_of(definition, one) if each.value == value), value)


def access_trail(case_id: int) -> list[tuple[Any, str, str]]:
    """(moment, person, what) of everybody who opened the case or its numbers; not for village clerks."""
    if current_actor().village_only:
        return []
    lines = access_log.access_lines(current_db(), subject=f"case/{case_id}", limit=30)
    return [(seen.at, seen.name, action_words(seen.action)) for _, seen in lines]


def printed_papers(case_id: int) -> list[Any]:
    names = people.person_names(current_db())
    return [
        (PAPERS[one.paper].title if one.paper in PAPERS else one.paper, one, names.get(one.actor, one.actor))
        for one in service.paper_prints(current_db(), f"case/{case_id}")
    ]


STATE_WORDS = {"not_needed": ("idle", "Tidak perlu"), WRONG: ("warn", "Tidak sesuai")}


class CheckLine(msgspec.Struct):
    """One item: state class and word, what it is, what was noted on which day, and the rules that ask for it.

    `seen` is what somebody saw of it beside what was `expected`, `sight` tells both in words; `fixed` items are asked
    of everybody, whatever the case. A page puts what was just typed into `state`, `note` and `seen`.
    """

    id: str
    kind: str
    word: str
    label: str
    detail: str
    hint: str
    note: str
    on: str
    state: str
    fixed: bool
    rules: str
    group: str
    mandatory: bool
    missing_reason: str
    observed: Observation | None
    seen: str
    expected: str
    sight: str


def check_lines(definition: Definition, case: Any, form: Form | None = None) -> list[CheckLine]:
    found = checklist.checked_items(current_db(), case.id)
    form = form or queries.case_form(definition, case)
    known = form.facts
    lines = []
    for need in checklist.case_requirements(definition, case, form):
        row = found.get(need.id)
        state, seen = (row.state, row.seen) if row else ("missing", "")
        look = observation_of(need, known, seen)
        kind, word = {"present": ("warn" if look and look.differs else "good", "Ada"), **STATE_WORDS}.get(
            state, ("warn" if need.mandatory else "idle", "Belum ada")
        )
        expected = str(known.get(need.observed.expected, "")) if need.observed else ""
        lines.append(
            CheckLine(
                need.id,
                kind,
                word,
                need.label,
                need.detail,
                need.hint,
                row.note if row else "",
                row.on_date if row else "",
                state,
                checklist.asked_of_everybody(need),
                ", ".join(engine.rules_asking(need, case.kind)),
                need.group,
                need.mandatory,
                need.missing_reason,
                need.observed,
                seen,
                expected,
                look.text if look else "",
            )
        )
    return lines
