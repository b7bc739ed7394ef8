"""The time promise of a definition: from when it counts, and what an outcome does to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.date_input import birthday
from app.sop import engine
from schema.service_flow import Definition


def promise_mark(d: Definition, step_id: str, outcome_id: str, *, alternative: bool = False) -> str:
    """What an outcome does to the promise: "starts", "keeps", "reopens" or "".

    A promise has one point at which it is kept: `kept_on`, or with `alternative` the office's other choice.
    """
    if d.promise is None:
        return ""
    kept_on = (alternative and d.promise.kept_on_alternative) or d.promise.kept_on
    name = f"{step_id}.{outcome_id}"
    if name == d.promise.starts_on:
        return "starts"
    if name == kept_on:
        return "keeps"
    return "reopens" if engine.outcome(d, step_id, outcome_id).reopens_promise else ""


def promise_start(d: Definition, values: Mapping[str, Any], on: date) -> date:
    """The day from which the promise is counted for these form values when its starting outcome falls on `on`."""
    birth = engine.field_with_role(d, "birth")
    if d.promise is None or not d.promise.from_age or birth is None or not values.get(birth.id):
        return on
    facts = engine.facts_of(d, values, on)
    if facts.get("age", d.promise.from_age) >= d.promise.from_age:
        return on
    if d.promise.from_age_unless and engine.holds(d.promise.from_age_unless, facts):
        return on
    born = values[birth.id]
    return birthday(born if isinstance(born, date) else date.fromisoformat(born), d.promise.from_age)
