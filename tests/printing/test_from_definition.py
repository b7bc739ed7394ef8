"""The KTP definition of the house becomes its papers: nothing of the standard is lost, the form fits one sheet."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
import pytest

from app.printing import data as shapes
from app.printing.from_definition import form_requirements, form_sections, standard_clauses
from app.printing.papers import SHEETS, render
from app.sop.engine import choices_of, requirements_for
from tests.printing.reading import pages_of
from tests.printing.sheets_counter import blank_form, filled_form
from tests.printing.sheets_standard import KTP

CHOICES = partial(choices_of, KTP)
VALUES = {
    "kind": "Rusak",
    "form_code": KTP.form_codes[-1].label,
    "nik": "3508994112080003",
    "kk": "3508990403150007",
    "full_name": "ANISA RAHMAWATI",
    "birth_place": "LUMAJANG",
    "birth_on": "01-12-2008",
    "sex": "Perempuan",
    "village": "Kraton",
    "rt": "003",
    "rw": "001",
}


def by_label(sections: tuple[shapes.FormSection, ...]) -> dict[str, shapes.FormField]:
    return {field.label: field for section in sections for field in section.fields}


def test_standard_keeps_every_clause_in_order() -> None:
    clauses = standard_clauses(KTP)
    assert [clause.number for clause in clauses] == list(range(1, 15))
    assert [entry.number for entry in clauses[0].legal] == [f"1.{n}" for n in range(1, 13)]
    assert clauses[0].legal[2].reading.count("63/KEP") == 1
    assert "631KEP" in clauses[0].legal[2].printed
    assert [item.number for item in clauses[3].items] == [f"4.{n}" for n in range(1, 8)]
    assert len(clauses[7].tables[0].rows) == 8
    assert [table.rows[0][1] for table in clauses[8].tables] == [post.post for post in KTP.competence]
    assert all(clause.items or clause.tables or clause.legal for clause in clauses)


def test_an_empty_form_has_every_field_with_its_boxes() -> None:
    fields = by_label(form_sections(KTP, CHOICES))
    assert len(fields) == len(KTP.fields)
    assert fields["NIK"].boxes == 16
    assert fields["Tanggal lahir"].boxes == 8
    assert [option.label for option in fields["Jenis permohonan"].options] == [
        kind.label for kind in KTP.kinds
    ]
    assert not any(option.chosen for field in fields.values() for option in field.options)


def test_a_filled_form_shows_what_was_asked_and_answered() -> None:
    fields = by_label(form_sections(KTP, CHOICES, VALUES))
    assert fields["Tanggal lahir"].value == "01122008"
    assert [option.label for option in fields["Jenis permohonan"].options if option.chosen] == ["Rusak"]
    assert [option.label for option in fields["Jenis kelamin"].options if option.chosen] == ["Perempuan"]
    assert "Data yang berubah" not in fields


def test_requirements_name_their_rule_or_who_needs_them() -> None:
    filled = form_requirements(KTP, requirements_for(KTP, "rusak"), {"photo"})
    assert [item.label for item in filled if item.chosen] == ["Pas foto berwarna 3 × 4 cm, 1 lembar"]
    assert {item.label: item.rule for item in filled}["KTP-el yang rusak"] == "Perpres 96/2018"
    empty = {item.label: item.rule for item in form_requirements(KTP, KTP.requirements)}
    assert empty["KTP-el yang rusak"] == "Rusak"
    assert empty["Fotokopi Kartu Keluarga (KK)"] == ""


@pytest.mark.parametrize("size", SHEETS)
def test_the_real_form_fits_one_sheet_empty_and_filled(size: str, tmp_path: Path) -> None:
    empty = msgspec.structs.replace(
        blank_form().body,
        sections=form_sections(KTP, CHOICES),
        requirements=form_requirements(KTP, KTP.requirements),
    )
    filled = msgspec.structs.replace(
        filled_form().body,
        sections=form_sections(KTP, CHOICES, VALUES),
        requirements=form_requirements(KTP, requirements_for(KTP, "rusak"), {"photo"}),
    )
    blanks = render("blank_form", msgspec.structs.replace(blank_form(), body=empty), size=size)
    assert len(pages_of(blanks, tmp_path)) == 3
    assert (
        len(
            pages_of(
                render("filled_form", msgspec.structs.replace(filled_form(), body=filled), size=size),
                tmp_path,
            )
        )
        == 1
    )
