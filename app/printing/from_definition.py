"""From a service definition to the data of its papers: the standard's clauses and the application form.

Knows the definition's structs only. What needs the procedure engine (choices, checklist, flowchart) is handed in
by the caller, so that no paper has rules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from app.printing.data import (
    Choice,
    Clause,
    ClauseItem,
    ClauseTable,
    FormField,
    FormRequirement,
    FormSection,
    LegalEntry,
)
from schema.service_flow import Definition
from schema.service_form import Choice as Answer
from schema.service_form import Field, Requirement
from schema.service_standard import Clause as Sentence
from schema.service_standard import Competence, Section

BOXES = {"nik": 16, "kk": 16, "date": 8, "rt": 3, "rw": 3, "postcode": 5}
"""How many single-character boxes a field of this type has on paper; a date is written as ddmmyyyy."""

SHORT_TEXT = 60
"""A text of at most so many letters fits half a line."""

SEXES = ("Laki-laki", "Perempuan")


def standard_clauses(d: Definition) -> tuple[Clause, ...]:
    """All clauses of the standard in printed order, with what the file keeps as structured data in its place."""
    return tuple(_clause(d, section) for section in d.sections)


def form_sections(
    d: Definition, choices: Callable[[Field], Iterable[Answer]], values: Mapping[str, str] | None = None
) -> tuple[FormSection, ...]:
    """The form's sections. Without `values` an empty form with every field; with them only fields that were asked.

    `values` maps field ids to what is shown: the label of a choice, a date as 25-03-2026. `choices` gives the
    answers of a choice field (`app.sop.engine.choices_of` with the definition filled in).
    """
    shown = [field for field in d.fields if values is None or field.id in values or not field.when]
    found = values or {}
    groups = (
        (section, [_field(each, choices, found) for each in shown if each.section == section.id])
        for section in d.form_sections
    )
    return tuple(
        FormSection(title=section.label, fields=tuple(fields)) for section, fields in groups if fields
    )


def form_requirements(
    d: Definition, asked: Sequence[Requirement], handed_in: Collection[str] | None = None
) -> tuple[FormRequirement, ...]:
    """The tick list of a form. Filled (`handed_in` given), an item names the rule that asks for it; empty, it
    names the kinds that need it, so that one form serves every kind.
    """
    names = {kind.id: kind.label for kind in d.kinds}
    return tuple(
        FormRequirement(
            label=item.label,
            rule=", ".join(names[kind] for kind in item.kinds) if handed_in is None else item.rule,
            chosen=item.id in (handed_in or ()),
        )
        for item in asked
    )


def _clause(d: Definition, section: Section) -> Clause:
    legal: tuple[LegalEntry, ...] = ()
    tables: list[ClauseTable] = []
    if section.shows == "legal_basis":
        legal = tuple(
            LegalEntry(
                number=each.number,
                printed=each.printed,
                reading=each.reading,
                superseded=each.superseded_by,
                note=each.note,
            )
            for each in d.legal_basis
        )
    if section.shows == "facilities":
        rows = tuple((each.clause, each.name, f"{each.quantity} {each.unit}") for each in d.facilities)
        tables.append(ClauseTable(headers=("Butir", "Nama", "Banyaknya"), rows=rows))
    if section.shows == "competence":
        tables += [ClauseTable(rows=_competence(each)) for each in d.competence]
    tables += [ClauseTable(headers=grid.columns, rows=grid.rows) for grid in section.tables]
    items = tuple(_item(each) for each in section.clauses)
    number = int(section.number.split(".")[0])
    return Clause(number=number, title=section.title, items=items, tables=tuple(tables), legal=legal)


def _item(clause: Sentence) -> ClauseItem:
    reading = "" if clause.reading == clause.printed else clause.reading
    return ClauseItem(number=clause.number, text=clause.printed, reading=reading, note=clause.note)


def _competence(post: Competence) -> tuple[tuple[str, str], ...]:
    return (
        ("Jabatan", post.post),
        ("Pendidikan", post.education or "-"),
        ("Pelatihan", "; ".join(post.training) or "-"),
        ("Keterampilan/pengetahuan", "; ".join(post.skills) or "-"),
        ("Pengalaman kerja", post.experience or "-"),
        ("Jumlah personil", f"{post.staff} orang"),
    )


def _field(
    field: Field, choices: Callable[[Field], Iterable[Answer]], values: Mapping[str, str]
) -> FormField:
    value = values.get(field.id, "")
    if field.type == "date":
        value = "".join(sign for sign in value if sign.isdigit())
    labels = SEXES if field.type == "sex" else tuple(answer.label for answer in choices(field))
    if field.type == "tick":
        labels = ("ya",)
    return FormField(
        label=field.label,
        value=value,
        boxes=BOXES.get(field.type, 0),
        options=tuple(Choice(label=label, chosen=label == value) for label in labels),
        help="tgl bln thn" if field.type == "date" else "",
        half=_is_short(field),
    )


def _is_short(field: Field) -> bool:
    if field.type == "text":
        return 0 < field.max_length <= SHORT_TEXT
    return field.type in {"rt", "rw", "postcode", "phone", "date", "village"}
