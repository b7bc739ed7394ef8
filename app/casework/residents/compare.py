"""A form beside the reference of residents: what differs, how it is said, and that somebody looked.

The reference is asked about the one person whose NIK stands in the form, for a post that may open a case; a village
clerk is told of residents of the own village only. Each person asked about is one line a day in the access log.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from app.casework.desk.findings import BIRTH_PLACE, SEX_WORDS, Aside, Notice, Reader, Suggestion
from app.casework.residents import reference
from app.casework.residents.reference import Answer, Part
from app.casework.residents.rows import Resident
from app.core.clock import at_office, office_date
from app.core.dates import age_words, numeric_date, plain_date
from app.core.permissions import Actor, may
from app.core.procedure import engine
from app.core.similarity import is_same_address, match_names
from app.platform.office import queries as office
from app.platform.people.access_log import log_access_once
from schema.database import Database
from schema.database_errors import is_environment_error
from schema.residents import load_residents_list
from schema.service_fields import Field
from schema.service_procedure import Definition

COMPARED, TAKEN = "residents.compared", "residents.taken"
"""Actions in the access log: a look, once for each person asked about and day; a value that was taken over."""
DIGEST = 8
"""Letters of the mark in a finding's id, as :func:`app.casework.desk.findings.value_digest` has them."""
OTHER_PERSON = (
    "Nama untuk NIK ini di acuan penduduk lain sama sekali. Cocokkan NIK dan nama dengan KK asli; isian lain tidak "
    "dibandingkan."
)
NOT_WRONG = "Itu belum berarti keliru; cocokkan dengan KK asli."
HINT = "Misalnya: KK asli yang dibawa memang tertulis begitu dan lebih baru. Bila isian keliru, betulkan."


class Difference(msgspec.Struct, frozen=True):
    """A field in which form and reference do not agree. `held` is what the reference has, in the form's own spelling;
    `quiet`: only the spelling differs."""

    field: str
    typed: str
    held: str
    quiet: bool = False


class Compared(msgspec.Struct, frozen=True):
    """What the reference says of the person in a form: the answer, and what differs; `other`: another name at all."""

    answer: Answer
    differences: tuple[Difference, ...] = ()
    other: bool = False


def compare_form(db: Database, definition: Definition, values: Mapping[str, str], reader: Reader) -> Compared | None:
    """As :func:`compare_values`, and note that the reader looked, also when nobody was found.

    Where the look cannot be noted (a full disk) nothing is told, and the work goes on without a comparison.
    """
    compared = compare_values(db, definition, values, reader.actor)
    if compared is None:
        return None
    try:
        note_look(db, reader, compared.answer.mark(key_value(definition, values)))
    except Exception as error:
        if not is_environment_error(error):
            raise
        return None
    return compared


def compare_values(db: Database, definition: Definition, values: Mapping[str, str], actor: Actor) -> Compared | None:
    """Ask the reference about the person in a form. None: no reference, no NIK, or nobody who may ask."""
    nik = key_value(definition, values)
    if not nik or not may(actor, "case.open", engine.section_of(definition)):
        return None
    answer = reference.ask(db, nik)
    if answer is None:
        return None
    resident = answer.resident
    if resident is None or (actor.village_only and resident.village != actor.area):
        told = parts_for(answer.parts, actor)
        return Compared(msgspec.structs.replace(answer, resident=None, parts=told))
    differences = tuple(find_differences(definition, values, resident))
    return Compared(answer, differences, is_other_person(definition, values, resident))


def key_value(definition: Definition, values: Mapping[str, str]) -> str:
    key = engine.field_with_role(definition, "key")
    if key and key.type == "nik":
        return values.get(key.id, "")
    return ""


def parts_for(parts: Sequence[Part], actor: Actor) -> tuple[Part, ...]:
    """The villages of which somebody is told: a village clerk of the own one."""
    return tuple(part for part in parts if not actor.village_only or part.village == actor.area)


def note_look(db: Database, reader: Reader, mark: str) -> None:
    since = reader.now - at_office(office_date(reader.now), 0)
    log_access_once(
        db,
        at=reader.now,
        person_id=reader.actor.person_id,
        action=COMPARED,
        subject=f"resident/{mark}",
        address=reader.address,
        within=since + timedelta(seconds=1),
    )


# -- what differs ----------------------------------------------------------------------------------------------------


def is_other_person(definition: Definition, values: Mapping[str, str], resident: Resident) -> bool:
    name = engine.field_with_role(definition, "name")
    typed = ""
    if name:
        typed = values.get(name.id, "")
    return bool(typed) and match_names(typed, resident.name) == "other"


def find_differences(definition: Definition, values: Mapping[str, str], resident: Resident) -> Iterator[Difference]:
    """Only of fields that hold something, here and there; none but the name where it is another one at all."""
    left_out = frozenset(load_residents_list().words_left_out)
    other = is_other_person(definition, values, resident)
    for field, held in held_values(definition, resident):
        typed = values.get(field.id, "")
        if not (typed and held) or (other and field.role != "name"):
            continue
        if field.role == "name":
            match = match_names(typed, held)
            if match != "same":
                yield Difference(field.id, typed, held, quiet=match == "spelling")
        elif field.id in LOOSE:
            if not is_same_address(typed, held, left_out):
                yield Difference(field.id, typed, held)
        elif typed != held:
            yield Difference(field.id, typed, held)


LOOSE = frozenset({BIRTH_PLACE, "street"})
"""Fields whose words are compared with their spelling forgiven."""
ROLES = {"name": "name", "family_key": "kk", "birth": "birth_on", "sex": "sex", "area": "village"}
"""Role of a field → what a resident has for it."""
FIELDS = {BIRTH_PLACE: "birth_place", "street": "street", "rt": "rt", "rw": "rw"}
"""The same by the id of a field that has no role."""


def held_values(definition: Definition, resident: Resident) -> Iterator[tuple[Field, str]]:
    for field in definition.fields:
        known = ROLES.get(field.role) or FIELDS.get(field.id, "")
        if known:
            yield field, getattr(resident, known)


# -- how it is said --------------------------------------------------------------------------------------------------


def difference_notices(
    db: Database, definition: Definition, compared: Compared, today: date, *, expected: bool
) -> list[Notice]:
    """The differences as findings at their fields. `expected`: the application itself changes the data, so that they
    are shown and nobody has to explain them."""
    part = compared.answer.own_part
    dated = ""
    if part:
        dated = f" Data per {part_words(part, today)}."
    fields = {field.id: field for field in definition.fields}
    names = office.village_names(db)
    return [
        difference_notice(compared, difference, fields[difference.field], dated, names, expected)
        for difference in compared.differences
    ]


def difference_notice(
    compared: Compared, difference: Difference, field: Field, dated: str, names: Mapping[str, str], expected: bool
) -> Notice:
    held = say_value(field, difference.held, names)
    typed = say_value(field, difference.typed, names)
    told = OTHER_PERSON
    offer = None
    if not compared.other:
        told = f"{field.heading} di acuan penduduk: {held}; di formulir: {typed}."
        offer = Suggestion(difference.held, held, noted=TAKEN)
    level = "explain"
    if expected or difference.quiet:
        level = "show"
    mark = compared.answer.mark(difference.typed, difference.held)[:DIGEST]
    return Notice(
        f"residents-{difference.field.replace('_', '')}-{mark}",
        level,
        told + dated,
        difference.field,
        title="Acuan penduduk dan formulir berbeda",
        hint=HINT,
        offer=offer,
    )


def say_value(field: Field, value: str, names: Mapping[str, str]) -> str:
    """A value as pages show it: numbers masked, a date as written, a village by its name."""
    if field.mask:
        return field.masked(value)
    if field.role == "area":
        return names.get(value, value)
    if field.role == "sex":
        return SEX_WORDS.get(value, value)
    if field.type == "date":
        return numeric_date(date.fromisoformat(value))
    return value


def part_words(part: Part, today: date) -> str:
    """`1 November 2026 (3 minggu lalu)`, and that it is old where it is."""
    if part.is_old(today):
        old = ", sudah lama"
    else:
        old = ""
    return f"{plain_date(date.fromisoformat(part.as_of))} ({age_words(part.age(today))}{old})"


def comparison_card(db: Database, compared: Compared, today: date) -> Aside:
    """The card beside a form: found and agreeing, found and differing, or not in the reference; always with its day."""
    return Aside("residents", "Acuan penduduk", *card_words(db, compared, today))


def card_words(db: Database, compared: Compared, today: date) -> tuple[str, str]:
    """The lead and the sentences of the card."""
    names = office.village_names(db)
    spoken = {}
    for known in compared.answer.parts:
        name = names.get(known.village, known.village)
        spoken[known.village] = f"{name} per {part_words(known, today)}"
    part = compared.answer.own_part
    if part is None:
        of_what = "Acuan tidak memuat desa Anda."
        if spoken:
            of_what = f"Acuan memuat {'; '.join(spoken.values())}."
        return "Tidak ada pembanding", f"NIK ini tidak ada di acuan. {of_what} {NOT_WRONG}"
    telling = sum(not difference.quiet for difference in compared.differences)
    lead = "Tidak ada yang berbeda"
    if telling:
        lead = f"{telling} isian berbeda"
    return lead, f"Data {spoken[part.village]}. Yang menentukan tetap KK asli."
