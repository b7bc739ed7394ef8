"""The application form as paper: filled from a case, or empty with reserved numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.cases.paper_base import base, checklist, other_day
from app.cases.queries import form_of
from app.cases.rules import ServiceRules
from app.cases.tables import CaseFile, ReservedForm
from app.core.codes import show_code
from app.core.permissions import Actor
from app.office import service as office
from app.people import service as people
from app.printing import data as shapes
from app.printing.qr import with_check
from app.sop import engine
from schema.database import Database
from schema.service_flow import Definition, Field

BOXES = {"nik": 16, "kk": 16, "date": 8, "rt": 3, "rw": 3, "postcode": 5}
HALVES = frozenset({"date", "rt", "rw", "postcode", "village", "sex", "phone"})
SHORT = 60
"""A text of at most so many letters fits half a line."""
STATEMENT = (
    "Saya menyatakan isian ini benar. Bila ternyata tidak benar, saya bersedia dituntut menurut aturan."
)
COLOUR_WORDS = ("merah", "biru")


def filled_form(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime, rules: ServiceRules
) -> shapes.FilledForm:
    """The application form with what was typed."""
    form, supplied = form_of(definition, case), rules.supplied(form_of(definition, case))
    lines = checklist(db, definition, case, rules)
    names = office.village_names(db)
    fields = engine.fields_for(definition, form.facts)
    body = shapes.FormBody(
        title=f"Permohonan {definition.short_name}",
        form_label=form_label(definition, form.values.values()),
        photo=next((word for word in supplied.values() if word in COLOUR_WORDS), ""),
        village=names.get(case.area, ""),
        village_head=next((one.head_name for one in office.villages(db) if one.code == case.area), ""),
        statement=STATEMENT,
        sections=sections(definition, fields, form.values, names),
        requirements=tuple(
            shapes.FormRequirement(label=one.text, rule=one.need.rule, chosen=one.state == "present")
            for one in lines
        ),
    )
    return shapes.FilledForm(
        **base(db, definition, "filled_form", actor, now),
        number=case.number,
        code=show_code(case.code),
        body=body,
        applicant=case.name,
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.names(db).get(case.entered_by, case.entered_by),
        qr=with_check(case.number),
    )


def blank_form(
    db: Database, definition: Definition, forms: Sequence[ReservedForm], actor: Actor, now: datetime
) -> shapes.BlankForm:
    """Empty forms with their reserved numbers; the QR holds the code that the counter scans."""
    names = office.village_names(db)
    village = names.get(forms[0].area, "")
    body = shapes.FormBody(
        title=f"Permohonan {definition.short_name}",
        form_label=form_label(definition, ()),
        village=village,
        statement=STATEMENT,
        sections=sections(definition, definition.fields, {}, names, blank=True),
        requirements=all_requirements(definition),
    )
    return shapes.BlankForm(
        **base(db, definition, "blank_form", actor, now),
        body=body,
        numbers=tuple(shapes.ReservedNumber(number=one.number, qr=one.code) for one in forms),
        reserved_for=f"Desa {village}" if village else "",
    )


def form_label(definition: Definition, values: Iterable[str]) -> str:
    """The form's code with its explanation, never bare: the chosen one, else the newest."""
    known = set(values)
    chosen = [one for one in definition.form_codes if one.id in known]
    current = [one for one in definition.form_codes if one.valid_until is None]
    return (chosen or current)[-1].label if chosen or current else definition.name


def sections(
    definition: Definition,
    fields: Sequence[Field],
    values: Mapping[str, str],
    villages: Mapping[str, str],
    blank: bool = False,
) -> tuple[shapes.FormSection, ...]:
    """The form's sections that have fields. Which form was used stands above, so it is no field."""
    made = (
        shapes.FormSection(
            title=section.label,
            fields=tuple(
                paper_field(
                    definition, one, values.get(one.id, ""), villages, only(definition, one) if blank else ""
                )
                for one in fields
                if one.section == section.id and one.choices_from != "form_codes"
            ),
        )
        for section in definition.form_sections
    )
    return tuple(section for section in made if section.fields)


def all_requirements(definition: Definition) -> tuple[shapes.FormRequirement, ...]:
    """On a blank form: what every kind needs, then one line for each kind that needs more."""
    known = definition.requirements
    lines = [shapes.FormRequirement(label=one.label, rule=one.rule) for one in known if not one.kinds]
    for kind in definition.kinds:
        more = [one.label for one in known if kind.id in one.kinds and one.mandatory]
        if more:
            lines.append(shapes.FormRequirement(label=f"{kind.label}: {'; '.join(more)}"))
    return tuple(lines)


def paper_field(
    definition: Definition, one: Field, value: str, villages: Mapping[str, str], told: str = ""
) -> shapes.FormField:
    """One field as a paper form draws it: boxes, options or a dotted line."""
    options: dict[str, Any] = {choice.value: choice.label for choice in engine.choices_of(definition, one)}
    if one.type == "sex":
        options = {"male": "Laki-laki", "female": "Perempuan"}
    if options:
        picks = tuple(shapes.Choice(label=label, chosen=value == key) for key, label in options.items())
        return shapes.FormField(label=one.label, options=picks)
    shown = villages.get(value, value) if one.type == "village" else value
    if one.type == "date" and value:
        year, month, day = value.split("-")
        shown = f"{day}{month}{year}"
    short = one.type in HALVES or (one.type == "text" and 0 < one.max_length <= SHORT)
    return shapes.FormField(
        label=one.label, value=shown, boxes=BOXES.get(one.type, 0), help="" if short else told, half=short
    )


def only(definition: Definition, one: Field) -> str:
    """For a field of a blank form that a single kind of application fills in: which one."""
    kinds = {kind.id: kind.label for kind in definition.kinds}
    named = [kinds[each.equals] for each in one.when if each.fact == "kind" and each.equals in kinds]
    return f"hanya {named[0].lower()}" if named else ""
