"""One case: its page, its numbers shown on request, and the sheet of facts that other pages of a case share."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from markupsafe import Markup

from app.casework.desk import citizen, moving, papers, queries, service, story
from app.casework.desk.checklist import CheckedLine, read_checklist
from app.casework.desk.findings import NO_RULES, case_explanations, findings_to_explain
from app.casework.desk.form import SEXES, Form
from app.casework.desk.limits import case_limit_lines
from app.casework.desk.opening import CaseFile, can_remove_file, can_see_case, get_case
from app.casework.desk.papers import CASE_PAPERS
from app.casework.desk.waiting import StepWait
from app.core.dates import plain_date
from app.core.permissions import may
from app.core.procedure import engine
from app.core.procedure.deadline import DueDay
from app.core.text import mask_phone
from app.platform.office import queries as office
from app.platform.people import access_log
from app.platform.people import queries as people
from app.platform.people.access_log import action_words
from app.platform.printing.papers import PAPERS
from app.platform.web.commands import NOT_REFUSED, Refused
from app.platform.web.context import (
    CaseSheet,
    FileOwner,
    current_actor,
    current_date,
    current_db,
    current_loket,
    current_time,
    service_rules,
)
from app.platform.web.filters import as_date, as_moment, format_moment
from app.platform.web.forms import show_page
from app.platform.web.guard import may_open, needs_permission, note_access, record_access
from app.room import those_of_case
from schema.database import Database
from schema.service_procedure import Definition, Exit, Field, Outcome, Step

pages = Blueprint("cases", __name__, url_prefix="/berkas")
CASE_PAGE = "cases.show_case"
"""Where all that is done with a case leads back."""


def find_case(case_id: int) -> tuple[CaseFile, Definition]:
    """A case that this person may see, and its definition. Raises Problem `not_found`."""
    db = current_db()
    case = get_case(db, current_actor(), case_id)
    return case, moving.case_definition(db, case)


def name_case(db: Database, case_id: int) -> tuple[str, str]:
    """What a case is called and the address of its page, for pages of lower rooms."""
    case = CaseFile.first(db, id=case_id)
    number = str(case_id)
    if case:
        number = case.number
    return f"Berkas {number}", url_for("cases.show_case", case_id=case_id)


FILES = FileOwner(can_see=can_see_case, page=name_case, can_remove=can_remove_file, rights=("case.view", "file.remove"))
"""What pages of files know of those of a case."""


def special_address(name: str, case_id: int) -> str:
    """The address of the page that performs a step's special work; nothing where there is none for this person."""
    target = next((room.special[name] for room in current_loket().rooms if name in room.special), None)
    if callable(target):
        return target(case_id)
    if target and may_open(target):
        return url_for(target, case_id=case_id)
    return ""


@pages.get("/<int:case_id>")
@needs_permission("case.view")
def show_case(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The page of a case; who opens it leaves a line in the access log, one an hour."""
    answer = draw_case(case_id, status, problem=refused.problem, typed=request.form)
    note_access("case.opened", f"case/{case_id}")
    return answer


@pages.post("/<int:case_id>/nomor")
@needs_permission("case.reveal")
def reveal_numbers(case_id: int) -> ResponseReturnValue:
    """Show the whole numbers; who looked is written into the access log."""
    case, definition = find_case(case_id)
    record_access("case.reveal", f"case/{case_id}")
    if request.htmx:
        numbers = identity_numbers(definition, queries.case_form(definition, case))
        return render_template("casework/desk/_numbers.html", case=case, numbers=numbers, full=True)
    return draw_case(case_id, full=True)


def act_line(case_id: int, what: str, then: str = "") -> str:
    """What was done to a case, as a line: number, promise while it runs, what comes next. No name and no key in it."""
    case, definition = find_case(case_id)
    state = engine.state_named(definition, case.step)
    promised = case.due_on and not case.closed and not case.kept_on
    due = ""
    if promised:
        due = f" Janji paling lambat {plain_date(as_date(case.due_on))}."
    if isinstance(state, Exit):
        title = ""
    else:
        title = state.title
    return act_words(case.number, what, then or title[:1].lower() + title[1:], due)


def act_words(number: str, what: str, following: str, due: str = "") -> str:
    line = f"Berkas {number}: {what}.{due}"
    if following:
        line = f"{line} Berikutnya: {following}."
    return line


OWNER_PRESENT = frozenset({"ktp.recording", "batches.hand_over"})
"""Special steps for which the applicant comes with the slip."""


def next_act_address(case_id: int, *, by_slip: bool = False) -> str:
    """Where this person does what comes next with a case: its check, a page of its step, else its own page.

    `by_slip`: its owner stands here with the slip, so only what is done together with him comes before the page.
    """
    case, definition = find_case(case_id)
    if case.closed:
        step = None
    else:
        step = engine.step_named(definition, case.step)
    facts = queries.case_form(definition, case).facts
    if step:
        outcomes = engine.outcomes_for(definition, step, current_actor(), facts)
    else:
        outcomes = ()
    checks = not by_slip and may(current_actor(), "case.check") and any(outcome.needs_complete for outcome in outcomes)
    special = ""
    if step and outcomes and (not by_slip or step.special in OWNER_PRESENT):
        special = step.special
    where = ""
    if checks and not special:
        where = url_for("case_work.show_check", case_id=case_id)
    if special:
        where = special_address(special, case_id)
    return where or url_for("cases.show_case", case_id=case_id)


def case_sheets(case: CaseFile, definition: Definition) -> list[CaseSheet]:
    """What the rooms above the desk add to the page of a case."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    known = tuple(sheet for room in current_loket().rooms for sheet in room.sheets)
    drawn = (sheet.draw(db, actor, case, definition, now) for sheet in those_of_case(known, definition))
    return [sheet for sheet in drawn if sheet is not None]


def draw_case(case_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw the page of a case; `more` carries what a refused form on it held."""
    db = current_db()
    actor = current_actor()
    today = current_date()
    case, definition = find_case(case_id)
    names = people.person_names(db)
    form = queries.case_form(definition, case)
    checks = read_checklist(db, definition, case, form)
    rules = service_rules(case.service, NO_RULES)
    told = story.case_story(db, case, today, names, checks, rules.words_to_wait(db, case, today), form)
    titles = {name: paper.title for name, paper in PAPERS.items()}
    prints = service.paper_prints(db, f"case/{case_id}")
    offered = papers.offered_papers(definition, case, actor, told.way)
    if case.closed:
        explain = []
    else:
        explain = findings_to_explain(db, definition, rules, case)
    calendar = ""
    if told.days:
        calendar = draw_calendar(citizen.days_to_show(db, told, today), today)
    if explain:
        explained = case_explanations(db, case_id)
    else:
        explained = {}
    values: dict[str, Any] = {
        "case": case,
        "told": told,
        "calendar": calendar,
        "doubted": story.is_promise_doubtful(db, case),
        "definition": definition,
        "numbers": identity_numbers(definition, form),
        "facts": form_facts(definition, form),
        "times": case_times(told, names.get(case.entered_by, "")),
        "lacking": [checked for checked in checks if not checked.settled],
        "settled": [line for line in checks if line.settled],
        "trail": access_trail(case_id),
        "prints": [(titles.get(each.paper, each.paper), each, names.get(each.actor, each.actor)) for each in prints],
        "papers": [(name, PAPERS[CASE_PAPERS[name]].title) for name in offered],
        "village": office.area_names(db).get(case.area, case.area),
        "sheets": case_sheets(case, definition),
        "explain": explain,
        "explained": explained,
        "people": names,
        "full": False,
        "problem": None,
        "typed": {},
        "limits": case_limit_lines(db, definition, case.id, current_time()),
    }
    values |= possible_actions(told, checks, form)
    return show_page("casework/desk/case.html", status=status, **(values | more))


@lru_cache(maxsize=512)
def draw_calendar(days: tuple[DueDay, ...], today: date) -> Markup:
    """The days of a promise as a table. Cases that became complete on one day share it: it says nothing else."""
    caption = f"Hitungan dari {plain_date(days[0].date)} sampai {plain_date(days[-1].date)}"
    calendar = current_app.jinja_env.get_template("_macros.html").module.calendar  # type: ignore[attr-defined]  # a macro
    drawn: Markup = calendar(days, today, caption)
    return drawn


def possible_actions(told: story.Story, checks: list[CheckedLine], form: Form) -> dict[str, Any]:
    """What this person may do with the case."""
    actor = current_actor()
    step = told.step
    definition = told.definition
    case = told.case
    if step is None:
        return {"closed": True}
    outcomes = engine.outcomes_for(definition, step, actor, form.facts)
    checking = not step.special and any(outcome.needs_complete for outcome in outcomes)
    free, reserved = offered_acts(definition, case, step, outcomes, form, checking=checking)
    if may(actor, "case.close"):
        exits = exits_now(definition, case, step)
    else:
        exits = []
    shared = step.taken_by_one and engine.does_step(definition, step, actor)
    running = next((reason for reason in told.pauses if reason.to_on is None), None)
    waits = case.completed_on and step.waits_for == "office"
    pauses = may(actor, "case.pause") and service.possible_pauses(current_db(), definition, case, current_time())
    special = ""
    stays = ""
    if step.special and outcomes and not told.wait:
        special = special_address(step.special, case.id)
    if exits and all(why_not for _, why_not in exits):
        stays = exits[0][1]
    taking = None
    if shared:
        taking = moving.taking_choices(current_db(), definition, case, step)
    return {
        "outcomes": free,
        "reserved": reserved,
        "checking": checking,
        "special": special,
        "mend": mend_address(told.wait, case),
        "exits": exits,
        "stays": stays,
        "can_pause": pauses,
        "running": running,
        "taking": taking,
        "speakers": speakers_of(outcomes),
        "away": partner_away(definition, step),
        "completing": waits and any(checked.lacking for checked in checks),
    }


def mend_address(wait: StepWait | None, case: CaseFile) -> str:
    """Where this person notes the word for which a case waits; empty for anybody else."""
    if wait and may(current_actor(), wait.permission):
        return url_for(wait.endpoint, case_id=case.id)
    return ""


def reserved_acts(definition: Definition, step: Step, form: Form) -> list[tuple[str, str, str]]:
    """(id, label, why) of the outcomes of a step that only others may take."""
    actor = current_actor()
    kept = engine.reserved_outcomes(definition, step, actor, form.facts)
    return [
        (outcome.id, outcome.label, f"Hanya {actor.profile.labels(outcome.roles)} yang dapat melakukannya.")
        for outcome in kept
    ]


def partner_away(definition: Definition, step: Step) -> str:
    """The partner with whom a case lies at a step; empty while it lies with somebody else."""
    if step.waits_for == "partner":
        return moving.partner_label(definition)
    return ""


def offered_acts(
    definition: Definition, case: CaseFile, step: Step, own: Sequence[Outcome], form: Form, *, checking: bool = False
) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """Outcomes to be chosen on this page, and (id, label, why) of the others. A special step is ended on a page of its
    own, and where papers are checked first (`checking`) what cannot be taken yet is told there."""
    free, hindered = acts_now(definition, case, own)
    kept = reserved_acts(definition, step, form)
    if step.special:
        return [], kept
    if checking:
        return free, kept
    return free, [*hindered, *kept]


def acts_now(
    definition: Definition, case: CaseFile, own: Sequence[Outcome]
) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """Of the outcomes that are this person's own those that can be taken now, and (id, label, why) of the others."""
    hindered = {outcome.id: why_not_now(definition, case, outcome) for outcome in own}
    greyed = [(choice.id, choice.label, hindered[choice.id]) for choice in own if hindered[choice.id]]
    return [choice for choice in own if not hindered[choice.id]], greyed


def exits_now(definition: Definition, case: CaseFile, step: Step) -> list[tuple[Exit, str]]:
    """The exits that this person may take, each with what stands against it now."""
    exits = engine.exits_for(definition, step, current_actor())
    return [(exit_, why_not_now(definition, case, exit_)) for exit_ in exits]


def why_not_now(definition: Definition, case: CaseFile, outcome: Outcome | Exit) -> str:
    return moving.why_not(current_db(), case, definition, outcome, current_actor(), current_date())


def speakers_of(outcomes: Sequence[Outcome]) -> dict[str, dict[str, str]]:
    """Outcome → who may have said it by word of mouth: user name → name."""
    return {
        outcome.id: moving.people_with_roles(current_db(), outcome.by_word_of)
        for outcome in outcomes
        if outcome.by_word_of
    }


def identity_numbers(definition: Definition, form: Form) -> list[tuple[str, str, str, str]]:
    """(field id, label, whole value, masked value) of the fields that are masked."""
    masked = [(field, form.values.get(field.id)) for field in engine.masked_fields(definition)]
    return [
        (masked_field.id, masked_field.label, value, masked_field.masked(value))
        for masked_field, value in masked
        if value
    ]


def form_facts(definition: Definition, form: Form) -> list[tuple[str, str]]:
    return [
        (field.label, value_in_words(definition, field, form.values[field.id]))
        for field in engine.fields_for(definition, form.facts)
        if field.mask is None and field.role != "name" and form.values.get(field.id)
    ]


def case_times(told: story.Story, entered_by: str) -> list[tuple[str, str, str]]:
    case = told.case
    noted = story.completion_event(told.definition, told.way)
    times = [("Diterima", plain_date(as_date(case.received_on)), case.late_reason)]
    if told.definition.promise:
        if noted:
            complete = noted.on_date
        else:
            complete = case.completed_on
        complete_day = "Belum"
        if case.completed_on:
            complete_day = plain_date(as_date(complete))
        times.append(("Lengkap", complete_day, ""))
    entered = ", ".join(filter(None, (format_moment(as_moment(case.entered_at)), entered_by)))
    return [*times, ("Dicatat", entered, "")]


def value_in_words(definition: Definition, field: Field, value: str) -> str:
    """A stored value as an officer reads it; a telephone number is masked."""
    if field.type == "date":
        return plain_date(as_date(value))
    if field.type == "phone":
        return mask_phone(value)
    if field.type == "tick":
        return "Ya"
    if field.type == "choice":
        return next((each.label for each in engine.choices_of(definition, field) if each.value == value), value)
    if field.type == "village":
        known = office.village_names(current_db())
    elif field.type == "sex":
        known = SEXES
    else:
        known = {}
    return known.get(value, value)


def access_trail(case_id: int) -> list[tuple[Any, str, str]]:
    """(moment, person, what) of everybody who opened the case or its numbers; not for village clerks."""
    if current_actor().village_only:
        return []
    looks = access_log.latest_looks(current_db(), f"case/{case_id}", limit=30)
    return [(at, name, action_words(action)) for at, name, action in looks]
