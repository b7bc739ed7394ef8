"""A form in work, read as a whole: values, errors, findings, checklist, suggestions, the promise if complete today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from app.cases.fields import Form, read_form
from app.cases.notices import Aside, Notice, Review
from app.cases.opening import kind_field
from app.cases.rules import ServiceRules
from app.core.dates import numeric_date, plain_date
from app.core.identity import Nik
from app.core.value_problem import ValueProblem
from app.office import service as office
from app.office import settings
from app.sop import engine
from schema.database import Database
from schema.regions import kecamatan
from schema.service_flow import Definition, Field, Requirement

SEX_WORDS = {"female": "perempuan", "male": "laki-laki"}


class Suggestion(msgspec.Struct, frozen=True):
    """A value that another field tells; `shown` is how an officer reads it."""

    value: str
    shown: str


class Reading(msgspec.Struct, frozen=True):
    """Everything the desk can say about a form in work."""

    definition: Definition
    form: Form
    review: Review
    facts: dict[str, object]
    fields: tuple[Field, ...]
    checklist: list[Requirement]
    asides: list[Aside]
    suggestions: dict[str, Suggestion]
    read_back: dict[str, list[tuple[str, str]]] = msgspec.field(default_factory=dict)
    inside: str | None = None

    def told(self, field_id: str) -> list[Notice]:
        """Findings to show at a field that ask nothing."""
        return [one for one in self.review.about(field_id) if one.level == "show"]

    def asked(self, field_id: str) -> list[Notice]:
        """Findings at a field that refuse or want a decision."""
        return [one for one in self.review.about(field_id) if one.level != "show"]

    def said(self, notice: Notice) -> str:
        """A finding in full; whoever sees one village only learns nothing of a file of another."""
        tells = notice.detail and self.inside in (None, notice.inside)
        return f"{notice.sentence} {notice.detail}" if tells else notice.sentence


def read(
    db: Database,
    definition: Definition,
    rules: ServiceRules,
    typed: Mapping[str, str],
    today: date,
    own_case: int | None = None,
    inside: str | None = None,
) -> Reading:
    """Read what was typed so far; an unfinished form is no error. `inside`: the only village that the reader sees."""
    form = read_form(definition, typed, today, office.village_names(db))
    facts = {**form.facts, **rules.supplied(form)}
    kind = form.values.get(kind_field(definition), "")
    asked = engine.requirements_for(definition, kind or definition.kinds[0].id, facts)
    return Reading(
        definition,
        form,
        rules.review(db, definition, form, today, own_case),
        facts,
        engine.fields_for(definition, form.facts),
        asked,
        rules.asides(db, definition, form, today),
        suggestions(definition, form, today),
        read_back(db, definition, form, today),
        inside,
    )


def first_values(db: Database, definition: Definition, today: date) -> dict[str, str]:
    """What a form holds before anybody types: the newest form code in force, the office's own postcode."""
    codes = [one for one in definition.form_codes if one.valid_until is None or one.valid_until >= today]
    started = [one for one in codes if one.valid_from is None or one.valid_from <= today]
    newest = max(started, key=lambda one: one.valid_from or date.min, default=None)
    own = str(settings.get(db, "office.postcode"))
    known = {"form_codes": newest.id if newest else "", "postcode": own if len(own) == 5 else ""}
    wanted = {one.id: known.get(one.choices_from or one.type, "") for one in definition.fields}
    return {key: value for key, value in wanted.items() if value}


def suggestions(definition: Definition, form: Form, today: date) -> dict[str, Suggestion]:
    """Birth date and sex as the NIK tells them, where the form says nothing or something else."""
    key = engine.field_with_role(definition, "key")
    if key is None or key.type != "nik" or not form.values.get(key.id):
        return {}
    nik = Nik(form.values[key.id])
    try:
        born = nik.suggest_birth_on(today)
    except ValueProblem:
        return {}
    found = {
        "birth": Suggestion(numeric_date(born), numeric_date(born)),
        "sex": Suggestion(nik.sex, SEX_WORDS[nik.sex]),
    }
    stored = {"birth": born.isoformat(), "sex": nik.sex}
    return {
        one.id: found[one.role]
        for one in definition.fields
        if one.role in found and form.values.get(one.id) != stored[one.role]
    }


def read_back(
    db: Database, definition: Definition, form: Form, today: date
) -> dict[str, list[tuple[str, str]]]:
    """A NIK read back in its three parts, as it stands in boxes on the paper form."""
    own = office_code(db)
    parts = {}
    for one in definition.fields:
        if one.type == "nik" and form.values.get(one.id):
            parts[one.id] = nik_parts(Nik(form.values[one.id]), own, today)
    return parts


def office_code(db: Database) -> str:
    """Six digits of this kecamatan, taken from its villages' codes."""
    return next((code[:6] for code in office.village_names(db)), "")


def nik_parts(nik: Nik, own: str, today: date) -> list[tuple[str, str]]:
    """(figure, meaning) of region, birth and serial."""
    region = nik.region6
    names = {one.code: one.name for one in kecamatan()}
    where = "wilayah kita" if region == own else names.get(region, "bukan wilayah kita")
    day, month, year2 = nik.birth_day_month_year2
    try:
        born = plain_date(nik.suggest_birth_on(today))
    except ValueProblem:
        born = f"{day:02d}-{month:02d}-{year2:02d}"
    sex = f"perempuan ({day:02d} + 40)" if nik.sex == "female" else "laki-laki"
    return [(f"{region[:2]}.{region[2:4]}.{region[4:]}", where), (born, sex), (nik.serial, "nomor urut")]


def depends_on(definition: Definition, field_id: str) -> bool:
    """Whether other fields or the checklist may change with this field: kind, birth date, or one they name."""
    own = next((one for one in definition.fields if one.id == field_id), None)
    if own is None:
        return False
    named = {each.fact for one in definition.fields for each in one.when}
    named |= {each.fact for one in definition.requirements for each in one.when}
    return own.role == "birth" or own.choices_from == "kinds" or own.id in named
