"""What the pages of this room share: the service that a page is about, its cases, papers and their questions."""

from collections.abc import Iterable
from string import capwords
from typing import Any, Literal

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches import partners
from app.casework.batches.queries import PaperPrint, unjudged_prints
from app.casework.desk.opening import CaseFile, get_case
from app.casework.desk.views.papers import judge_answer
from app.core.permissions import may, require
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.procedure.deadline import counting_calendar
from app.core.text import in_small_letters, typed_number
from app.platform.office.exchange import ExchangeState
from app.platform.office.queries import office_calendar
from app.platform.people.queries import profile_of
from app.platform.printing.papers import PAPERS
from app.platform.web import guard
from app.platform.web.context import current_actor, current_db, current_loket, surroundings
from app.platform.web.forms import ticks_all
from app.platform.web.guard import needs_permission
from schema.definitions import load_all
from schema.service_procedure import Definition

pages = Blueprint("ktp_paper", __name__)
JUDGED = {
    "covering_letter": ("dispatch", "case.reveal"),
    "minutes": ("dispatch", "dispatch.view"),
    "hand_over": ("case", "card.hand_over"),
    "reconciliation": ("balance", "dispatch.view"),
    "recording_list": ("recording-list recording-day", "recording.view"),
    "call_list": ("calls", "card.call"),
}
"""Paper of these pages → what it is printed of, and the permission that its own page asks."""


def print_questions(subject: str) -> list[tuple[PaperPrint, str]]:
    """(print, title) of what was printed of a subject and is not judged, for whoever could have printed it."""
    asked = [sheet for sheet in unjudged_prints(current_db(), subject) if sheet.paper in PAPERS]
    return [(sheet, in_small_letters(PAPERS[sheet.paper].title)) for sheet in asked if can_judge(sheet.paper)]


def can_judge(paper: str) -> bool:
    """Whether this person may say how a paper of these pages came out."""
    permission = JUDGED.get(paper, ("", "paper.print"))[1]
    return may(current_actor(), "paper.print") and may(current_actor(), permission)


@pages.post("/kertas/ktp/jawaban")
@needs_permission("paper.print")
def judge_print() -> ResponseReturnValue:
    subject = request.form.get("subject", "")
    name = request.form.get("paper", "")
    check_printable(subject, name)
    return judge_answer(subject, name, guard.local_path(request.form.get("back"), url_for(current_loket().shell.home)))


def check_printable(subject: str, name: str) -> None:
    """The form names subject and paper, so both are asked again: only what this person could have printed here.

    Raises Problem `not_found` for a paper of another page, another village's case or list; `forbidden`.
    """
    kinds, permission = JUDGED.get(name, ("", "paper.print"))
    kind, _, rest = subject.partition("/")
    if kind not in kinds.split():
        raise Problem.of("not_found", what="Cetakan itu")
    require(current_actor(), permission)
    own = rest.rpartition("/")[2] == (current_actor().area or "all")
    if kind in ("recording-list", "recording-day", "calls") and not own:
        raise Problem.of("not_found", what="Cetakan itu")
    if kind == "case":
        find_partner_case(whole_number(rest) or 0)


def find_partner_case(case_id: int) -> tuple[CaseFile, Definition]:
    """A case that goes to a partner and that this person may see. Raises Problem `not_found`."""
    get_case(current_db(), current_actor(), case_id)
    return partners.CaseReader(current_db()).find(case_id)


def seen_case(case_id: int) -> dict[str, int]:
    """The case of a command, where this person may see it. Raises Problem `not_found`."""
    return {"case_id": find_partner_case(case_id)[0].id}


def asked_service(role: partners.Role | Literal[""] = "") -> Definition:
    """The service whose lists a page shows: the one in the address, else the first that has a step of this role.

    Before its first standard an office reads the words of the file that ships with the program, and prints nothing.
    """
    db = current_db()
    if request.method == "GET" and not partners.partner_services(db):
        known = load_all()
        own = profile_of(db).services
        own_first = sorted(known.values(), key=lambda definition: definition.id not in own)
        return next(definition for definition in own_first if definition.partner)
    first = next(iter(partners.partner_services(db, role)), "")
    return partners.find_partner_service(db, request.values.get("layanan", "") or first)


def service_values(definition: Definition) -> dict[str, Any]:
    """What an address needs to stay with this service; nothing for the first one."""
    first = next(iter(partners.partner_services(current_db())), "")
    if definition.id == first:
        return {}
    return {"layanan": definition.id}


def service_words(definition: Definition, role: partners.Role | Literal[""] = "") -> dict[str, Any]:
    """What every template of this room is given of the service that it shows; others are offered of the same role."""
    value = partners.answer_value(definition)
    promise = definition.promise
    unit = "working_days"
    if promise:
        unit = promise.unit
    return {
        "service": definition,
        "services": list(partners.partner_services(current_db(), role).values()),
        "here": service_values(definition),
        "partner": partners.partner_of(definition),
        "product": partners.partner_of(definition).made,
        "key": partners.key_field(definition),
        "results": partners.result_labels(definition),
        "records": partners.records_again(definition),
        "kinds": {kind.id: kind.label for kind in definition.kinds},
        "value": value,
        "promise_calendar": counting_calendar(unit, office_calendar(current_db())),
        "number_label": partners.number_label(definition),
        "can_judge": can_judge,
    }


def case_words(case: CaseFile, definition: Definition) -> dict[str, Any]:
    """The same on the page of one case, with where it stands on its way (nothing once it is closed)."""
    if case.closed:
        role = ""
    else:
        role = partners.role_of(definition, case.step)
    known = {"case": case, "name": to_spoken_name(case), "role": role, "who_else": who_else(definition, case)}
    return service_words(definition) | known


def who_else(definition: Definition, case: CaseFile) -> str:
    """The roles that do the present step of a case, where it is not this person's; empty where it is."""
    if case.closed:
        return ""
    step = engine.step_named(definition, case.step)
    if engine.does_step(definition, step, current_actor()):
        return ""
    by_people = [outcome for outcome in step.outcomes if not outcome.by_word_of]
    roles = {role for outcome in by_people for role in engine.roles_of(definition, step, outcome)}
    return current_actor().profile.labels(roles)


def to_spoken_name(case: CaseFile) -> str:
    """`Anisa Rahmawati` of the block letters on the form."""
    return capwords(case.name)


def ticked_ids(name: str) -> list[int]:
    """Ids of the ticked boxes of one name, in the order of the page, each once; nonsense is left out."""
    found = [whole_number(text) for text in request.form.getlist(name)[:1000]]
    return list(dict.fromkeys(number for number in found if number is not None))


def ticked_boxes(name: str, every: Iterable[int]) -> set[int]:
    """What of a list is ticked on its page: what was sent, else all of it where that was asked (`ui.tick_all`)."""
    if request.method == "POST":
        return set(ticked_ids(name))
    if ticks_all():
        return set(every)
    return set()


def whole_number(text: str) -> int | None:
    return typed_number(text.strip(), 11)


def partner_exchange(definition: Definition) -> ExchangeState:
    """How the exchange with the partner of a service stands; not enrolled where that partner runs no Loket."""
    return partners.find_exchange(current_db(), definition) or ExchangeState(enrolled=False)


def exchange_state() -> ExchangeState:
    """How the exchange with the centre stands, as the composition root put it together."""
    state: ExchangeState = surroundings().sync.state()
    return state
