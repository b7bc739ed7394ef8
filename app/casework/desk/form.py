"""Read a form that a definition describes: every field cleaned by its type, every error a sentence at its field."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from app.casework.desk.events import CaseSubject
from app.core.problems import SENTENCES
from app.core.procedure import engine
from app.core.similarity import blocking_keys
from app.core.text import clean_fields, is_mobile
from app.platform.office import settings
from schema.database import Database
from schema.service_procedure import Definition, Field


class Form(msgspec.Struct, frozen=True):
    """A read form: `values` holds what is sound (dates ISO, numbers as digits), `errors` one sentence per field."""

    values: dict[str, str]
    errors: dict[str, str]
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    def role(self, definition: Definition, role: str, otherwise: str = "") -> str:
        """The value of the field with a role; `otherwise` where the form has no such field."""
        return next((self.values.get(field.id, "") for field in definition.fields if field.role == role), otherwise)


def read_form(definition: Definition, raw: Mapping[str, str], today: date, villages: Collection[str]) -> Form:
    """Clean all fields of a definition. Missing required fields are errors; unknown keys are dropped.

    What a field holds that the form does not ask of this applicant is dropped too, errors included: a village typed
    before the kind said that he lives elsewhere would else stay in the record.
    """
    known = engine.values_to_choose(definition, definition.fields, {"village": villages, "sex": SEXES})
    values, errors = clean_fields(definition.fields, raw, today, known)
    values, facts, asked = engine.asked_only(definition, values, today)
    errors = {question.id: errors[question.id] for question in asked if question.id in errors}
    for question in asked:
        if question.id not in values and question.id not in errors and question.required:
            errors[question.id] = f"{question.label} belum diisi."
        if question.role == "sms" and values.get(question.id) and "phone" not in roles_filled(definition, values):
            errors[question.id] = SENTENCES["sms_without_number"]
    return Form(values, errors, facts)


def key_heading(definition: Definition) -> str:
    """How the service heads the number by which it knows its people: `NIK`."""
    key = engine.field_with_role(definition, "key")
    return key.heading if key else "Kunci"


def roles_filled(definition: Definition, values: Mapping[str, str]) -> set[str]:
    """The roles of fields that hold something; of a telephone only where an SMS can reach it."""
    held = {field.role: values[field.id] for field in definition.fields if values.get(field.id)}
    return {role for role, value in held.items() if role != "phone" or is_mobile(value)}


def shown_fields(db: Database, fields: Iterable[Field], values: Mapping[str, str]) -> tuple[Field, ...]:
    """Those of the asked fields that page and paper show: whether an SMS may come only where the office sends any."""
    sends = settings.sends_sms(db)
    return tuple(field for field in fields if field.role != "sms" or sends or values.get(field.id))


SEXES = {"female": "Perempuan", "male": "Laki-laki"}


def project_form(definition: Definition, form: Form, kind: str) -> CaseSubject:
    """Columns and indexes of a case of a kind from its form."""
    name = form.role(definition, "name")
    birth = form.role(definition, "birth") or None
    blocks: list[str] = []
    if name and birth:
        blocks = sorted(blocking_keys(name, date.fromisoformat(birth)))
    return CaseSubject(
        kind=kind,
        name=name,
        area=form.role(definition, "area", engine.NO_AREA),
        main_key=form.role(definition, "key"),
        fields=form.values,
        birth_on=birth,
        phone=form.role(definition, "phone"),
        accepts_sms=form.role(definition, "sms") == "1",
        keys=[
            (field.id, form.values[field.id])
            for field in definition.fields
            if field.searchable and field.role != "name" and form.values.get(field.id)
        ],
        blocks=blocks,
    )
