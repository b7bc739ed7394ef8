"""Read a form that a definition describes: every field cleaned by its type, every error a sentence at its field."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from app.casework.desk.events import CaseSubject
from app.core.dates import parse_date
from app.core.identity import Nik, Nip, NoKK
from app.core.problems import SENTENCES, ValueProblem
from app.core.procedure import engine
from app.core.similarity import blocking_keys
from app.core.text import clean_name, is_mobile, limit_text, parse_phone, parse_rt
from app.platform.office import settings
from schema.database import Database
from schema.service_procedure import Definition, Field

FIELD_LIMIT = 4000
"""Longest raw text of one field that is looked at at all; a browser cannot post more into a draft either."""


class Form(msgspec.Struct, frozen=True):
    """A read form: `values` holds what is sound (dates ISO, numbers as digits), `errors` one sentence per field."""

    values: dict[str, str]
    errors: dict[str, str]
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    def role(self, definition: Definition, role: str) -> str:
        return next((self.values.get(field.id, "") for field in definition.fields if field.role == role), "")


def read_form(definition: Definition, raw: Mapping[str, str], today: date, villages: Mapping[str, str]) -> Form:
    """Clean all fields of a definition. Missing required fields are errors; unknown keys are dropped.

    What a field holds that the form does not ask of this applicant is dropped too, errors included: a village typed
    before the kind said that he lives elsewhere would else stay in the record.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in definition.fields:
        text = raw.get(field.id, "")
        if not text.strip():
            continue
        try:
            values[field.id] = clean_value(field, definition, text, today, villages)
        except ValueProblem as problem:
            errors[field.id] = problem.sentence
    values, facts = asked_only(definition, values, today)
    asked = engine.fields_for(definition, facts)
    errors = {question.id: errors[question.id] for question in asked if question.id in errors}
    for question in asked:
        if question.id not in values and question.id not in errors and question.required:
            errors[question.id] = f"{question.label} belum diisi."
        if question.role == "sms" and values.get(question.id) and "phone" not in roles_filled(definition, values):
            errors[question.id] = SENTENCES["sms_without_number"]
    return Form(values, errors, facts)


def roles_filled(definition: Definition, values: Mapping[str, str]) -> set[str]:
    """The roles of fields that hold something; of a telephone only where an SMS can reach it."""
    held = {field.role: values[field.id] for field in definition.fields if values.get(field.id)}
    return {role for role, value in held.items() if role != "phone" or is_mobile(value)}


def shown_fields(db: Database, fields: Iterable[Field], values: Mapping[str, str]) -> tuple[Field, ...]:
    """Those of the asked fields that page and paper show: whether an SMS may come only where the office sends any."""
    sends = settings.sends_sms(db)
    return tuple(field for field in fields if field.role != "sms" or sends or values.get(field.id))


def asked_only(definition: Definition, values: dict[str, str], today: date) -> tuple[dict[str, str], dict[str, Any]]:
    """The values of fields that the form asks, and its facts. Dropping one may end the asking for another."""
    while True:
        facts = engine.facts_of(definition, values, today)
        asked = {field.id for field in engine.fields_for(definition, facts)}
        kept = {key: value for key, value in values.items() if key in asked}
        if len(kept) == len(values):
            return values, facts
        values = kept


def clean_value(field: Field, definition: Definition, text: str, today: date, villages: Mapping[str, str]) -> str:
    """One field's value in stored form. Raises ValueProblem with the sentence for the officer."""
    if len(text) > FIELD_LIMIT:
        raise ValueProblem(f"{field.label} terlalu panjang: {len(text)} huruf. Batasnya {FIELD_LIMIT}.")
    special = CLEANERS.get(field.type)
    if special is not None:
        value = special(text, today)
        if field.role == "birth" and value > today.isoformat():
            raise ValueProblem(f"{field.label} tidak boleh di masa depan.")
        return value
    if field.type == "village":
        return clean_choice(text, dict(villages), SENTENCES["village"])
    if field.type == "choice":
        return clean_choice(text, choice_labels(field, definition), f"Pilih {field.label.lower()} dari daftar.")
    if field.type == "sex":
        return clean_choice(text, SEXES, "Pilih laki-laki atau perempuan.")
    if field.role in ("name", "mother"):
        return clean_name(text, label=field.label)
    limit = field.max_length or (2000 if field.type == "longtext" else 100)
    return limit_text(text, limit=limit, label=field.label, lines=field.type == "longtext")


def clean_choice(text: str, known: Mapping[str, str], sentence: str) -> str:
    if text.strip() not in known:
        raise ValueProblem(sentence)
    return text.strip()


def choice_labels(field: Field, definition: Definition) -> dict[str, str]:
    return {choice.value: choice.label for choice in engine.choices_of(definition, field)}


SEXES = {"female": "Perempuan", "male": "Laki-laki"}


def clean_postcode(text: str, _today: date) -> str:
    if not re.fullmatch("[0-9]{5}", text.strip()):
        raise ValueProblem("Kode pos harus 5 angka.")
    return text.strip()


CLEANERS: dict[str, Callable[[str, date], str]] = {
    "nik": lambda text, _: Nik.parse(text).full,
    "kk": lambda text, _: NoKK.parse(text).full,
    "nip": lambda text, _: Nip.parse(text).full,
    "date": lambda text, today: parse_date(text, today).isoformat(),
    "rt": lambda text, _: parse_rt(text),
    "rw": lambda text, _: parse_rt(text, label="RW"),
    "phone": lambda text, _: parse_phone(text),
    "postcode": clean_postcode,
    "tick": lambda text, _: "1" if text in ("1", "on", "true", "yes") else "",
}


def project_form(definition: Definition, form: Form, kind: str = "") -> CaseSubject:
    """Columns and indexes of a case from its form; `kind` where the form does not ask it."""
    name, birth = form.role(definition, "name"), form.role(definition, "birth") or None
    return CaseSubject(
        kind=form.values.get(kind_field(definition), kind or definition.kinds[0].id),
        name=name,
        area=form.role(definition, "area") if engine.field_with_role(definition, "area") else engine.NO_AREA,
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
        blocks=sorted(blocking_keys(name, date.fromisoformat(birth))) if name and birth else [],
    )


def kind_field(definition: Definition) -> str:
    """Id of the field that chooses the kind, or an empty text for a service of one kind."""
    return next((field.id for field in definition.fields if field.choices_from == "kinds"), "")
