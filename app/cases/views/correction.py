"""The Kasi corrects the form of a case, with a reason; every other field keeps what it held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from app.cases import moving, queries, service
from app.cases.explaining import explanations
from app.cases.opening import get_case
from app.cases.reading import read
from app.cases.views import service_form as shape
from app.cases.views.form import summary
from app.cases.views.registry import rules_for
from app.core.problems import Problem
from app.web.context import current_actor, db, journal, now, today
from app.web.filters import mask_nik
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import MENDABLE, confirm_pin, has_pin
from schema.service_flow import Definition

pages = Blueprint("correction", __name__, url_prefix="/berkas/<int:case_id>/perbaiki")


@pages.get("")
@needs("case.correct")
def form(case_id: int) -> ResponseReturnValue:
    """The form with what the case holds."""
    case = get_case(db(), current_actor(), case_id)
    definition = moving.definition_of(db(), case)
    moving.step_of(db(), case)
    return draw(case_id, covered(definition, queries.form_of(definition, case).values))


@pages.post("")
@needs("case.correct")
def send(case_id: int) -> ResponseReturnValue:
    """Write the correction, or show what is wrong with everything still in its place."""
    case = get_case(db(), current_actor(), case_id)
    definition = moving.definition_of(db(), case)
    held = shape.posted(definition, request.form, {"heeded": request.form.getlist("heeded")})
    reason = request.form.get("reason", "")
    try:
        confirm(reason)
        changed = write(case, uncovered(definition, case, held), reason)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return draw(case_id, held, reason, problem.fields, problem)
    told = f"{len(changed)} isian diperbaiki." if changed else "Tidak ada isian yang berubah."
    return done(url_for("cases.show", case_id=case_id), told)


def confirm(reason: str) -> None:
    """Ask what is missing before the PIN. Raises Problem."""
    if not reason.strip():
        raise Problem.of("invalid", {"reason": "Tulis alasannya."})
    confirm_pin(request.form.get("pin"))


def write(case: Any, raw: Mapping[str, str], reason: str) -> list[str]:
    """The correction of this request; returns the changed fields."""
    return service.correct(
        journal(),
        current_actor(),
        case_id=case.id,
        raw=raw,
        reason=reason,
        now=now(),
        rules=rules_for(case.service),
        heeded=shape.words(raw, shape.HEEDED),
        reasons=shape.reasons(raw),
    )


def covered(definition: Definition, values: Mapping[str, str]) -> dict[str, str]:
    """Stored values with masked identity numbers: who corrects a street need not see a NIK."""
    return {key: mask_nik(text) if key in numbers(definition) else text for key, text in values.items()}


def uncovered(definition: Definition, case: Any, held: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with numbers that stayed masked read as unchanged."""
    stored = queries.form_of(definition, case).values
    return {
        key: stored[key]
        if key in numbers(definition) and key in stored and text.strip() == mask_nik(stored[key])
        else text
        for key, text in held.items()
    }


def numbers(definition: Definition) -> set[str]:
    """Fields that hold identity numbers."""
    return {one.id for one in definition.fields if one.type in ("nik", "kk")}


def draw(
    case_id: int,
    held: Mapping[str, str],
    reason: str = "",
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> ResponseReturnValue:
    """Draw the correction page."""
    actor = current_actor()
    case = get_case(db(), actor, case_id)
    definition, wrong = moving.definition_of(db(), case), dict(errors or {})
    reading = read(
        db(), definition, rules_for(case.service), uncovered(definition, case, held), today(), case_id
    )
    if any("*" in held.get(key, "") for key in numbers(definition)):
        reading = replace(reading, read_back={}, suggestions={})
    values: dict[str, Any] = {
        "case": case,
        "definition": definition,
        "reading": reading,
        "shape": shape,
        "held": held,
        "errors": wrong,
        "form": shape.filled(definition, actor, held, wrong),
        "visible": {one.id for one in reading.fields},
        "save": "",
        "explained": explanations(db(), case_id),
        "heeded": shape.words(held, shape.HEEDED),
        "reason": reason,
        "has_pin": has_pin(),
        "problem": problem,
        "summary": summary(reading, wrong, problem),
    }
    return page("cases/correct.html", status=problem.status if problem else 200, **values)
