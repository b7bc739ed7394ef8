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
    identity = d.identity
    return [
        ("Nomor SOP", identity.full_number or identity.number),
        ("Tanggal Pembuatan", _day_text(making_day(d))),
        ("Tanggal Revisi", _day_text(identity.revised_on)),
        ("Tanggal Efektif", _day_text(identity.effective_on or in_force_on)),
        ("Disahkan Oleh", enacting_signatory(d).post),
        ("Nama SOP", identity.title),
    ]


def making_day(d: Definition) -> date | None:
    """The first day that the document knows of itself; none where that is after its revision, so of a later issue."""
    identity = d.identity
    known = [day for day in (identity.issued_on, *(line.on for line in d.chronology)) if day]
    first = min(known, default=None)
    if first and identity.revised_on and first > identity.revised_on:
        return None
    return first


def _day_text(day: date | None) -> str:
    if not day:
        return "tidak tercantum"
    return plain_date(day)


def enacting_signatory(d: Definition) -> Signatory:
    """Whose signature enacts the document: who *disahkan* it, else the last of the chain."""
    chain = d.identity.signatories
    enacting = (signatory for signatory in chain if signatory.label.startswith("Disahkan"))
    return next(enacting, chain[-1])


def sop_boxes(d: Definition) -> list[SopBox]:
    """The boxes. A chapter that names a box fills it; beside it stands what the file writes for the box itself, and
    where both are silent what the definition says elsewhere (:func:`known_items`). A box of which nothing is known is
    left out: an empty one would look like an answer."""
    filled = [SopBox("Dasar Hukum", tuple(law.text for law in d.legal_basis))]
    for name, title in BOXES:
        items: list[str] = []
        for section in d.sections:
            if section.box == name:
                items += _chapter_items(d, section)
        if d.boxes:
            items += getattr(d.boxes, name)
        if items := items or known_items(d, name):
            filled.append(SopBox(title, tuple(items)))
    return filled


def replaced_laws(d: Definition) -> tuple[str, ...]:
    """`nomor 1 oleh Undang-Undang …`: what the form says of its box of law, as far as the file knows."""
    laws = enumerate(d.legal_basis, start=1)
    return tuple(f"nomor {n} oleh {law.superseded_by}" for n, law in laws if law.superseded_by)


def known_items(d: Definition, box: str) -> list[str]:
    """What partner, promise and register of a definition say for a box of which its text has no chapter."""
    if box == "relation" and d.partner:
        return [f"Pengiriman berkas kepada {d.partner.name}"]
    if box == "warning" and d.promise:
        clauses = (clause for section in d.sections for clause in section.clauses)
        return [f"{clause.text} (butir {clause.number})" for clause in clauses if clause.number == d.promise.clause]
    if box != "records":
        return []
    return [f"Buku register {d.short_name}"]


def _chapter_items(d: Definition, section: Section) -> Iterator[str]:
    if section.shows == "facilities":
        yield from (f"{facility.name}, {facility.quantity} {facility.unit}" for facility in d.facilities)
    elif section.shows == "competence":
        yield from map(_competence_text, d.competence)
    for clause in section.clauses:
        text = ": ".join(filter(None, (clause.title, clause.text)))
        if not text.endswith(":"):  # a sentence that only leads to a list
            yield text


def _competence_text(competence: Competence) -> str:
    asked = (competence.education, *competence.training, *competence.skills, competence.experience)
    parts = [part.strip(" ;") for part in asked if part]
    return f"{competence.reading or competence.post}: {'; '.join(parts)}"


def sop_rows(d: Definition) -> list[SopRow]:
    return [_sop_row(d, row) for row in d.rows]


def _sop_row(d: Definition, row: Row) -> SopRow:
    labels = {actor.id: actor.label for actor in d.actors}
    titles = {other.no: other.title for other in d.rows}
    if row.question:
        title = f"{row.title}. {row.question}"
    else:
        title = row.title
    performers = [labels[name] for name in (row.actor, *row.also)]
    time = row.time.text if row.time else ""
    clock = ""
    if row.standard_time:
        clock = amount_text(row.standard_time.amount, row.standard_time.unit)
    branches = [f"{branch.label}: {titles[branch.to]}" for branch in row.branches]
    targets = tuple((branch.label, branch.to) for branch in row.branches)
    return SopRow(
        row.no,
        row.clause,
        title,
        ", ".join(performers),
        "; ".join(row.papers),
        time,
        row.output,
        row.remark,
        row.inferred_because,
        SYMBOLS[row.symbol],
        clock,
        "; ".join(branches),
        targets,
    )
