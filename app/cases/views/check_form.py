"""What the page of the counter check sent: the checklist as found, and the folder into which the papers go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request

from app.cases import moving, queries
from app.cases.opening import get_case
from app.cases.sight import LACKING, WRONG
from app.cases.views.check_line import CheckLine
from app.core.problems import Problem
from app.sop import engine
from app.web.context import current_actor, db
from schema.service_flow import Definition, Outcome

LONGEST = 30


def typed_states(case_id: int) -> dict[str, tuple[str, str]]:
    """Item → (state, note) as the page sent them."""
    case = get_case(db(), current_actor(), case_id)
    asked = queries.requirements(moving.definition_of(db(), case), case)
    return {
        one.id: (request.form.get(f"state-{one.id}", "missing"), request.form.get(f"note-{one.id}", ""))
        for one in asked
    }


def typed_sights(case_id: int) -> dict[str, str]:
    """Item → what was seen of it, as the page sent it."""
    case = get_case(db(), current_actor(), case_id)
    asked = queries.requirements(moving.definition_of(db(), case), case)
    return {one.id: request.form.get(f"seen-{one.id}", "")[:LONGEST] for one in asked if one.observed}


def as_typed(lines: Sequence[CheckLine]) -> None:
    """Put what the page just sent into the lines of the checklist."""
    for line in lines:
        line.state = request.form.get(f"state-{line.id}", "missing")
        line.note = request.form.get(f"note-{line.id}", "")
        line.seen = request.form.get(f"seen-{line.id}", "")


def typed_folder(case_id: int) -> str:
    """The folder's number, when the chosen outcome puts the papers into a numbered place. Raises Problem `invalid`."""
    case, chosen = get_case(db(), current_actor(), case_id), request.form.get("outcome", "")
    typed = request.form.get("folder", "").strip()
    if len(typed) > LONGEST:
        raise Problem.of("invalid", {"folder": f"Nomor tempat paling panjang {LONGEST} huruf."})
    goes = any(one.id == chosen for one in numbered(moving.definition_of(db(), case), case))
    return typed if goes else ""


def numbered(definition: Definition, case: Any) -> list[Outcome]:
    """Outcomes of the present step after which the papers lie in a numbered place, such as a folder."""
    if case.closed:
        return []
    places = {one.id for one in definition.places if "{n}" in one.label}
    outcomes = engine.step(definition, case.step).outcomes
    return [one for one in outcomes if (one.place or engine.state(definition, one.to).place) in places]


def wants_reason(case_id: int) -> bool:
    """Whether the chosen outcome takes reasons; those that came ticked say nothing about any other."""
    case, chosen = get_case(db(), current_actor(), case_id), request.form.get("outcome", "")
    if case.closed:
        return False
    outcomes = engine.step(moving.definition_of(db(), case), case.step).outcomes
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
    return list(dict.fromkeys(reason for one in lacking if (reason := reason_of(one))))


def reason_of(line: CheckLine) -> str:
    """The reason of a return that an item gives: what was seen differs, or the item is not there."""
    if line.observed and line.state == WRONG and line.seen not in ("", line.expected):
        return line.observed.differs_reason or line.missing_reason
    return line.missing_reason
