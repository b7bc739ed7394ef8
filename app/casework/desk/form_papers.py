"""The application form on paper: filled, blank with reserved numbers, and the population form beside it."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import schema
from app.casework.desk.checklist import CheckedLine, read_checklist
from app.casework.desk.form import shown_fields
from app.casework.desk.paper_heads import POPULATION_FORM, other_day, paper_fields
from app.casework.desk.queries import case_form
from app.casework.desk.tables import CaseFile, CaseItem, ReservedForm
from app.core.clock import office_date
from app.core.codes import show_code, with_check
from app.core.dates import stored_date
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.text import lower_first
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.printing.data import cases as shapes
from schema.database import Database
from schema.service_procedure import Definition, Field

HINTS = {"date": "ttbbtttt"}
"""What each box is for, by the type of the field; of a date: tanggal, bulan, tahun."""
BOXES = {"nik": 16, "kk": 16, "date": 8, "rt": 3, "rw": 3, "postcode": 5}
HALF_LINES = frozenset({"date", "rt", "rw", "postcode", "village", "sex", "phone"})
SHORT_TEXT = 60
"""A text of at most so many letters fits half a line."""
STATEMENT = "Saya menyatakan isian ini benar. Bila ternyata tidak benar, saya bersedia dituntut menurut aturan."


def filled_form(db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime) -> shapes.FilledForm:
    form = case_form(definition, case)
    lines = read_checklist(db, definition, case)
    counter = counted_by(db, case)
    names = office.village_names(db)
    fields = shown_fields(db, engine.fields_for(definition, form.facts), form.values)
    body = shapes.FormBody(
        title=f"Permohonan {definition.short_name}",
        form_label=form_label(definition, form.values.values()),
        photo=next(
            (str(form.facts[derived.id]) for derived in definition.derived_facts if derived.id in form.facts), ""
        ),
        village=names.get(case.area, ""),
        village_head=next((village.head_name for village in office.list_villages(db) if village.code == case.area), ""),
        without_village=asks_no_village(definition),
        without_photo=not definition.derived_facts,
        statement=STATEMENT,
        sections=form_sections(definition, fields, form.values, names),
        requirements=tuple(
            shapes.FormRequirement(
                label=checked.text, rule=checked.need.rule, chosen=bool(counter) and checked.state == "present"
            )
            for checked in lines
        ),
    )
    return shapes.FilledForm(
        **paper_fields(db, definition, "filled_form", actor, now),
        number=case.number,
        code=show_code(case.code),
        body=body,
        applicant=case.name,
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.person_names(db).get(case.entered_by, case.entered_by),
        checked_by=counter,
        qr=with_check(case.number),
    )


def asks_no_village(definition: Definition) -> bool:
    return engine.field_with_role(definition, "area") is None


def counted_by(db: Database, case: CaseFile) -> str:
    """The name of the officer who counted the papers last; empty while only the village has said what is there."""
    office_staff = {person.username: person.name for person in people.list_people(db) if not person.area}
    counted = [row for row in CaseItem.rows(db, case_id=case.id, order="on_date") if row.actor in office_staff]
    if not counted:
        return ""
    return office_staff[counted[-1].actor]


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
        without_village=asks_no_village(definition),
        without_photo=not definition.derived_facts,
        statement=STATEMENT,
        sections=form_sections(definition, shown_fields(db, definition.fields, {}), {}, names, blank=True),
        requirements=all_requirements(definition),
    )
    reserved_for = ""
    if village:
        reserved_for = f"Desa {village}"
    return shapes.BlankForm(
        **paper_fields(db, definition, "blank_form", actor, now),
        body=body,
        numbers=tuple(shapes.ReservedNumber(number=form.number, qr=form.code) for form in forms),
        reserved_for=reserved_for,
    )


def form_label(definition: Definition, values: Iterable[str]) -> str:
    """The form's code with its explanation, never bare: the chosen one, else the newest."""
    known = set(values)
    chosen = [form for form in definition.form_codes if form.id in known]
    current = [code for code in definition.form_codes if code.valid_until is None]
    if chosen or current:
        return (chosen or current)[-1].label
    return definition.name


def form_sections(
    definition: Definition,
    fields: Sequence[Field],
    values: Mapping[str, str],
    villages: Mapping[str, str],
    blank: bool = False,
) -> tuple[shapes.FormSection, ...]:
    told = {}
    if blank:
        told = {field.id: only_kind(definition, field) for field in fields}
    made = (
        shapes.FormSection(
            title=section.label,
            fields=tuple(
                paper_field(definition, field, values.get(field.id, ""), villages, told.get(field.id, ""))
                for field in fields
                if field.section == section.id and field.choices_from != "form_codes"
            ),
        )
        for section in definition.form_sections
    )
    return tuple(section for section in made if section.fields)


def all_requirements(definition: Definition) -> tuple[shapes.FormRequirement, ...]:
    """On a blank form: what every kind needs, then one line for each kind that needs more."""
    known = definition.requirements
    lines = [shapes.FormRequirement(label=need.named(), rule=need.rule) for need in known if not need.kinds]
    for kind in definition.kinds:
        more = [requirement.named() for requirement in known if kind.id in requirement.kinds and requirement.mandatory]
        if more:
            lines.append(shapes.FormRequirement(label=f"{kind.label}: {'; '.join(more)}"))
    return tuple(lines)


def paper_field(
    definition: Definition, field: Field, value: str, villages: Mapping[str, str], told: str = ""
) -> shapes.FormField:
    options: dict[str, Any] = {choice.value: choice.label for choice in engine.choices_of(definition, field)}
    if field.type == "sex":
        options = {"male": "Laki-laki", "female": "Perempuan"}
    if field.type == "tick":
        return shapes.FormField(label="", options=(shapes.Choice(label=field.label, chosen=value == "1"),), half=True)
    if options:
        picks = tuple(shapes.Choice(label=label, chosen=value == key) for key, label in options.items())
        return shapes.FormField(label=field.label, options=picks)
    shown = value
    if field.type == "village":
        shown = villages.get(value, value)
    if field.type == "date" and value:
        year, month, day = value.split("-")
        shown = f"{day}{month}{year}"
    short = field.type in HALF_LINES or (field.type == "text" and 0 < field.max_length <= SHORT_TEXT)
    if short:
        told = ""
    return shapes.FormField(
        label=field.label,
        value=shown,
        boxes=BOXES.get(field.type, 0),
        help=told,
        hint=HINTS.get(field.type, ""),
        half=short,
    )


def only_kind(definition: Definition, field: Field) -> str:
    kinds = {kind.id: kind.label for kind in definition.kinds}
    named = [kinds[each.equals] for each in field.when if each.fact == "kind" and each.equals in kinds]
    if not named:
        return ""
    return f"hanya {lower_first(named[0])}"


@lru_cache(maxsize=1)
def form_words() -> dict[str, Any]:
    """Columns of (letter, words, kind) and attachments as (words, item), as the file says them."""
    folder = Path(schema.__file__ or "").parent / "forms"
    return tomllib.loads((folder / f"{POPULATION_FORM}.toml").read_text(encoding="utf-8"))


def population_form(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PopulationForm:
    """The form as far as the case fills it; papers are ticked only where the counter has counted them."""
    form = case_form(definition, case)
    counter = counted_by(db, case)
    lines = []
    if counter:
        lines = read_checklist(db, definition, case)
    return shapes.PopulationForm(
        **paper_fields(db, definition, "population_form", actor, now),
        number=case.number,
        code=POPULATION_FORM,
        name=case.name,
        nik=case.main_key,
        family_key=form.role(definition, "family_key"),
        phone=form.role(definition, "phone"),
        columns=marked_columns(case.kind),
        attachments=marked_attachments(lines),
        on=stored_date(case.received_on) or office_date(now),
        checked_by=counter,
    )


def marked_columns(kind: str) -> tuple[shapes.MarkedColumn, ...]:
    """The columns with the line of this kind of application chosen."""
    return tuple(
        shapes.MarkedColumn(
            title=column["title"],
            notes=tuple(column.get("notes", ())),
            lines=tuple(
                shapes.MarkedLine(code=code, label=label, chosen=bool(own) and own == kind)
                for code, label, own in column["lines"]
            ),
        )
        for column in form_words()["columns"]
    )


def marked_attachments(lines: Sequence[CheckedLine]) -> tuple[shapes.Choice, ...]:
    there = {checked.need.id for checked in lines if checked.state == "present"}
    return tuple(shapes.Choice(label=label, chosen=item in there) for label, item in form_words()["attachments"])
