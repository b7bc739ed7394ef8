"""A definition as the official SOP form shows it (PermenPANRB 35/2012): identity, paired boxes, table of steps."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from app.core.dates import plain_date
from app.core.procedure.limits import amount_text
from schema.service_procedure import Definition, Row
from schema.service_standard import Competence, Section, Signatory

BOXES = (
    ("qualification", "Kualifikasi Pelaksana"),
    ("relation", "Keterkaitan"),
    ("equipment", "Peralatan/Perlengkapan"),
    ("warning", "Peringatan"),
    ("records", "Pencatatan dan Pendataan"),
)
"""The boxes beside the legal basis, in the order of the form, two in a line."""
SYMBOLS = {"terminal": "kapsul", "process": "kotak", "decision": "belah ketupat"}


class SopBox(NamedTuple):
    title: str
    items: tuple[str, ...]


class SopRow(NamedTuple):
    """A row of the table of steps in words; `inferred` says why its performer is believed to be that one.

    `clock` is the time that the program counts, `branches` names where the answers of a question lead, `targets` gives
    the number of each.
    """

    no: int
    clause: str
    title: str
    performers: str
    papers: str
    time: str
    output: str
    remark: str
    inferred: str
    symbol: str
    clock: str
    branches: str
    targets: tuple[tuple[str, int], ...]


def identity_block(d: Definition, in_force_on: date | None = None) -> list[tuple[str, str]]:
    """The right half of the identity block; what the source leaves empty stays so, but the day of coming in force."""
    one = d.identity
    days = [plain_date(day) if day else "" for day in (one.issued_on, one.revised_on, one.effective_on or in_force_on)]
    return [
        ("Nomor SOP", one.full_number or one.number),
        ("Tanggal Pembuatan", days[0]),
        ("Tanggal Revisi", days[1]),
        ("Tanggal Efektif", days[2]),
        ("Disahkan Oleh", enacting_signatory(d).post),
        ("Nama SOP", one.title),
    ]


def enacting_signatory(d: Definition) -> Signatory:
    """Whose signature enacts the document: who *disahkan* it, else the last of the chain."""
    chain = d.identity.signatories
    return next((signatory for signatory in chain if signatory.label.startswith("Disahkan")), chain[-1])


def sop_boxes(d: Definition) -> list[SopBox]:
    """The six boxes. A chapter that names a box fills it; beside it stands what the file writes for the box itself."""
    own = {name: getattr(d.boxes, name) if d.boxes else () for name, _ in BOXES}
    filled = [SopBox("Dasar Hukum", tuple(one.text for one in d.legal_basis))]
    for name, title in BOXES:
        chapters = (item for section in d.sections if section.box == name for item in _chapter_items(d, section))
        filled.append(SopBox(title, (*chapters, *own[name])))
    return filled


def _chapter_items(d: Definition, section: Section) -> Iterator[str]:
    if section.shows == "facilities":
        yield from (f"{facility.name}, {facility.quantity} {facility.unit}" for facility in d.facilities)
    elif section.shows == "competence":
        yield from (_competence_text(one) for one in d.competence)
    said = (": ".join(part for part in (clause.title, clause.text) if part) for clause in section.clauses)
    yield from (text for text in said if not text.endswith(":"))  # a sentence that only leads to a list


def _competence_text(one: Competence) -> str:
    asked = (one.education, *one.training, *one.skills, one.experience)
    return f"{one.reading or one.post}: {'; '.join(part.strip(' ;') for part in asked if part)}"


def sop_rows(d: Definition) -> list[SopRow]:
    return [_sop_row(d, row) for row in d.rows]


def _sop_row(d: Definition, row: Row) -> SopRow:
    labels, titles = {actor.id: actor.label for actor in d.actors}, {one.no: one.title for one in d.rows}
    clock = row.standard_time
    return SopRow(
        row.no,
        row.clause,
        f"{row.title}. {row.question}" if row.question else row.title,
        ", ".join(labels[name] for name in (row.actor, *row.also)),
        "; ".join(row.papers),
        row.time.text if row.time else "",
        row.output,
        row.remark,
        row.inferred_because,
        SYMBOLS[row.symbol],
        amount_text(clock.amount, clock.unit) if clock else "",
        "; ".join(f"{branch.label}: {titles[branch.to]}" for branch in row.branches),
        tuple((branch.label, branch.to) for branch in row.branches),
    )
