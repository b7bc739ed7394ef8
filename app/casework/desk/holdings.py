"""What the desk holds of a person: cases in which he stands, their files, and forms that are still being typed."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from app.casework.desk.form import SEXES
from app.casework.desk.queries import case_form
from app.casework.desk.records import rules
from app.casework.desk.tables import CaseFile, Draft
from app.core.dates import plain_date
from app.core.holdings import HeldPage, Holding, Sought
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.text import mask_phone
from app.platform.files.queries import files_of, purpose_labels
from app.platform.office import queries as office
from app.room import Kept
from schema.database import Database
from schema.service_fields import Field
from schema.service_procedure import Definition

NUMBERED = (
    "SELECT case_id FROM case_key WHERE value = ?1 UNION SELECT id FROM case_file WHERE main_key = ?1"
    " UNION SELECT id FROM case_file WHERE instr(fields, ?1) > 0"
)
CALLED = "SELECT id FROM case_file WHERE phone = ?1 OR instr(fields, ?1) > 0"
NAMED = "SELECT id, name, fields FROM case_file WHERE name LIKE ?1 OR fields LIKE ?1"


def cases_of_person(db: Database, sought: Sought) -> dict[int, bool]:
    """Case id → whether a number or telephone says that it is of this person; False where only the name agrees."""
    sure = {int(row[0]): True for row in db.run(NUMBERED, (sought.number,))}
    if sought.phone:
        sure |= {int(row[0]): True for row in db.run(CALLED, (sought.phone,))}
    rows = db.run(NAMED, (sought.like,))
    named = {int(case_id): False for case_id, *texts in rows if sought.is_named_in(*texts)}
    return dict(sorted((named | sure).items()))


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    known = cases_of_person(db, sought)
    if known:
        cases = [hold_case(db, row, known[row.id]) for row in CaseFile.rows(db, id=tuple(known), order="id")]
    else:
        cases = []
    return cases + [
        hold_draft(db, row, sought.is_numbered_in(row.fields))
        for row in Draft.rows(db, case_id=None, order="id")
        if sought.is_numbered_in(row.fields) or sought.is_named_in(row.fields)
    ]


def hold_case(db: Database, row: CaseFile, sure: bool) -> Holding:
    """Everything that the form of a case says, its dates, and the files that were put in for it."""
    definition = office.adopted_definition(db, row.service, row.revision)
    labels = purpose_labels(db)
    values = [("Diterima", plain_date(date.fromisoformat(row.received_on)))]
    values += field_values(db, definition, case_form(definition, row).values, sure)
    values += [
        ("Dokumen", f"{labels.get(file.purpose, file.purpose)} {file.at[:10]}")
        for file in files_of(db, f"case/{row.id}")
    ]
    title = f"{definition.short_name} {row.number}"
    page = HeldPage("cases.show_case", {"case_id": row.id}, "correction.show_correction", "case.correct")
    return Holding("Berkas", title, tuple(values), sure, f"case/{row.id}", page)


def field_values(db: Database, definition: Definition, values: dict[str, str], sure: bool) -> list[tuple[str, str]]:
    return [
        (field.label, value_words(db, definition, field, values[field.id], sure))
        for field in definition.fields
        if values.get(field.id)
    ]


def value_words(db: Database, definition: Definition, field: Field, value: str, sure: bool) -> str:
    """A stored value as the person himself reads it; numbers are masked while it is not sure that they are his."""
    if not sure and (field.mask or field.type == "phone"):
        if field.mask:
            return field.masked(value)
        return mask_phone(value)
    if field.type == "date":
        return plain_date(date.fromisoformat(value))
    if field.type == "choice":
        return next((each.label for each in engine.choices_of(definition, field) if each.value == value), value)
    if field.type == "village":
        known = office.village_names(db)
    elif field.type == "sex":
        known = SEXES
    else:
        known = {}
    if field.type == "tick":
        return "Ya"
    return known.get(value, value)


def said_words(said: Any) -> str:
    if isinstance(said, list):
        return " ".join(said)
    return str(said)


def hold_draft(db: Database, row: Draft, sure: bool) -> Holding:
    values = {name: said_words(said) for name, said in json.loads(row.fields).items()}
    typed = tuple((name, said) for name, said in values.items() if said)
    return Holding("Isian yang belum didaftarkan", f"Draf {row.id}, {row.updated_at[:10]}", typed, sure)


def held_of_cases(db: Database, sought: Sought) -> Sequence[tuple[CaseFile, bool]]:
    """The cases of a person, for rooms that hold something beside a case."""
    known = cases_of_person(db, sought)
    if not known:
        return []
    return [(row, known[row.id]) for row in CaseFile.rows(db, id=tuple(known), order="id")]


KEPT = Kept(rules=rules, find=find_holdings)
