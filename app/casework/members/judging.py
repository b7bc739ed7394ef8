"""What a person's row holds, cell by cell, and what speaks against taking it: the same for a form and for a file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.casework.desk.form import SEXES
from app.core.identity import Nip
from app.core.problems import ValueProblem
from app.core.procedure import engine
from app.core.text import NAME_LIMIT, clean_field, name_as_given
from app.platform.office import queries as office
from schema.database import Database
from schema.service_fields import Field, People
from schema.service_procedure import Definition

CHUNK = 500


class Judged(msgspec.Struct, frozen=True):
    """A row as it can be kept: `errors` by field id forbid it, `warnings` ask somebody to look."""

    values: dict[str, str]
    errors: dict[str, str]
    warnings: list[str] = []


def people_in(definition: Definition) -> People:
    assert definition.people is not None
    return definition.people


def claim_of(definition: Definition, case_id: int, key: str) -> str:
    """What only one open row may hold."""
    if people_in(definition).one_open:
        return f"{definition.id}/{key}"
    return f"{case_id}/{key}"


def read_person(db: Database, definition: Definition, raw: Mapping[str, str], today: date) -> Judged:
    """The fields of one row, each cleaned by its type."""
    values = {}
    errors = {}
    warnings = list[str]()
    for field in people_in(definition).fields:
        text = raw.get(field.id, "")
        try:
            if text.strip():
                values[field.id] = read_value(db, definition, field, text, today)
            elif field.required:
                errors[field.id] = f"{field.label} belum diisi."
        except ValueProblem as problem:
            errors[field.id] = problem.sentence
        if field.type == "nip" and field.id in values:
            warnings += Nip(values[field.id]).warnings(today)
    return Judged(values, errors, warnings)


def read_value(db: Database, definition: Definition, field: Field, text: str, today: date) -> str:
    """What a cell says; a name stays as it was given, for lists are told apart by their keys. Raises ValueProblem."""
    if field.role == "name":
        return name_as_given(text, label=field.label, limit=field.max_length or NAME_LIMIT)
    known = engine.values_to_choose(definition, [field], {"village": office.village_names(db), "sex": SEXES})
    return clean_field(field, text, today, known.get(field.id, ()))


def judge_people(
    db: Database,
    definition: Definition,
    case_id: int,
    rows: Sequence[Mapping[str, str]],
    today: date,
    places: Sequence[str] = (),
) -> list[Judged]:
    """Each row by itself, then beside the rows above it and the people who stand in open lists.

    `places`: how each row is named where its like comes again further down.
    """
    people = people_in(definition)
    judged = [read_person(db, definition, row, today) for row in rows]
    keys = [line.values.get(people.key, "") for line in judged]
    claims = {claim_of(definition, case_id, key) for key in keys if key}
    held = claim_holders(db, case_id, claims)
    first: dict[str, int] = {}
    label = next(field.label for field in people.fields if field.id == people.key)
    for at, (key, line) in enumerate(zip(keys, judged, strict=True)):
        if key and first.setdefault(key, at) != at:
            if places:
                place = places[first[key]]
            else:
                place = f"baris ke-{first[key] + 1} daftar yang sama"
            line.errors[people.key] = f"{label} ini sudah ada di {place}."
        elif key and (why := held.get(claim_of(definition, case_id, key))):
            line.errors[people.key] = why
    return judged


def claim_holders(db: Database, case_id: int, claims: Iterable[str]) -> dict[str, str]:
    """Claim → a sentence that says where the person already stands."""
    held = {}
    asked = sorted(claims)
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        sql = (
            "SELECT m.claim, m.case_id, m.ordinal, c.number FROM member m JOIN case_file c ON c.id = m.case_id"
            f" WHERE m.claim IN ({', '.join('?' * len(part))})"
        )
        for claim, other, ordinal, number in db.run(sql, part):
            elsewhere = f"Orang ini masih ada di permohonan lain yang belum selesai: {number}."
            if other == case_id:
                held[claim] = f"Sudah ada di daftar ini, nomor urut {ordinal}."
            else:
                held[claim] = elsewhere
    return held
