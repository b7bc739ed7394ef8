"""What the desk's papers share: letterhead and document number, the subject, the checklist."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from app.cases.queries import form_of, items, requirements
from app.cases.rules import ServiceRules
from app.cases.sight import LACKING, sight
from app.cases.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.permissions import Actor
from app.office import service as office
from app.office.letterhead import control, letterhead
from app.printing import data as shapes
from app.sop import engine
from schema.database import Database
from schema.service_flow import Definition, Requirement

NUMBERS = {
    "filled_form": "F-00",
    "blank_form": "F-00",
    "receipt": "F-01",
    "promise_slip": "F-02",
    "return_slip": "F-04",
    "register": "F-09",
    "ready_codes": "F-11",
}
"""Form numbers below the number of the service standard."""


def base(db: Database, definition: Definition, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """The fields that every paper has."""
    return {
        "head": letterhead(db),
        "control": control(definition, NUMBERS[paper]),
        "printed_at": now,
        "printed_by": actor.name,
    }


def subject(db: Database, definition: Definition, case: CaseFile) -> shapes.Subject:
    """The applicant and the file as slips name them."""
    return shapes.Subject(
        number=case.number,
        code=show_code(case.code),
        service=definition.short_name,
        kind=engine.kind(definition, case.kind).label,
        name=case.name,
        nik=case.main_key,
        village=office.area_names(db).get(case.area, ""),
        qr=case.code,
    )


class Checked(NamedTuple):
    """One line of the checklist: what is asked, how it was found, and what was seen of it (or nothing)."""

    need: Requirement
    state: str
    sight: str

    @property
    def text(self) -> str:
        """The item as a list of what was brought says it."""
        return f"{self.need.label} ({lower_first(self.sight)})" if self.sight else self.need.label

    @property
    def lacking(self) -> bool:
        """Whether the file is not complete because of it."""
        return self.need.mandatory and self.state in LACKING


def checklist(db: Database, definition: Definition, case: CaseFile, rules: ServiceRules) -> list[Checked]:
    """The checklist of a case as it was found last."""
    known, form = items(db, case.id), form_of(definition, case)
    facts = {**form.facts, **rules.supplied(form)}
    lines = []
    for one in requirements(definition, case, facts, form):
        row = known.get(one.id)
        look = sight(one, facts, row.seen if row else "")
        lines.append(Checked(one, row.state if row else "missing", look.text if look else ""))
    return lines


def lower_first(text: str) -> str:
    """`Warna latar` as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def other_day(day: str, at: str) -> date | None:
    """The day of a deed that was written down on another one (back-dated); None when both are the same."""
    on = date.fromisoformat(day)
    return None if on == office_date(datetime.fromisoformat(at)) else on
