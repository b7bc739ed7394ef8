"""The checklist of a case as its pages draw it."""

from __future__ import annotations

from typing import Any

import msgspec

from app.cases import queries, service
from app.cases.fields import Form
from app.cases.sight import WRONG, sight
from app.cases.views.registry import rules_for
from app.sop import engine
from app.web.context import db
from schema.service_flow import Definition
from schema.service_form import Observation

STATES = {"not_needed": ("idle", "Tidak perlu"), WRONG: ("warn", "Tidak sesuai")}


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


def checks(definition: Definition, case: Any, form: Form | None = None) -> list[CheckLine]:
    """The checklist of a case, in the order of the definition."""
    found = queries.items(db(), case.id)
    form = form or queries.form_of(definition, case)
    supplied = rules_for(case.service).supplied(form)
    known = {**form.facts, **supplied}
    lines = []
    for need in queries.requirements(definition, case, supplied, form):
        row = found.get(need.id)
        state, seen = (row.state, row.seen) if row else ("missing", "")
        look = sight(need, known, seen)
        kind, word = {"present": ("warn" if look and look.differs else "good", "Ada"), **STATES}.get(
            state, ("warn" if need.mandatory else "idle", "Belum ada")
        )
        expected = str(known.get(need.observed.expected, "")) if need.observed else ""
        lines.append(CheckLine(
            need.id, kind, word, need.label, need.detail, need.hint, row.note if row else "",
            row.on_date if row else "", state, service.asked_of_everybody(need),
            ", ".join(engine.rules_asking(need, case.kind)), need.group, need.mandatory, need.missing_reason,
            need.observed, seen, expected, look.text if look else "",
        ))  # fmt: skip
    return lines
