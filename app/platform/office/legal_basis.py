"""The next revision of a standard with today's law: every entry is decided, the rest of the text stays as it is.

What is proposed goes the ordinary way of signatures (:mod:`app.platform.office.standards`); both editions are kept.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem, check_found, check_nothing_wrong
from app.core.text import field_text
from app.platform.office.queries import list_standards, newest_standard
from app.platform.office.standards import find_proposal, propose_standard
from app.platform.office.tables import Standard
from app.room import office_command
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import LegalBasis
from schema.toml_lines import KeyPath, lines_of
from sync.journal import Journal

IN_FORCE = "Standar yang berlaku untuk layanan itu"
CHOICES = {"keep": "Tetap", "replace": "Ganti dengan yang tertulis di bawah", "drop": "Cabut"}
LONGEST = 600
MOST_ADDED = 10
ALL_KEPT = "Semua butir tetap dan tidak ada tambahan, jadi tidak ada revisi yang diusulkan."
HEADER = re.compile(r"^\[\[?[A-Za-z0-9_.]+\]\]?\s*(#.*)?$")
"""A line of the text at which a table begins."""


class Decision(NamedTuple):
    """What becomes of an entry: one of :data:`CHOICES`, and the law that takes its place."""

    choice: str
    law: str = ""


class Basis(NamedTuple):
    """The legal basis of the standard in force, with its revision and text."""

    definition: Definition
    revision: str
    text: str


def basis_in_force(db: Database, service: str, on: date) -> Basis:
    """Raises Problem `not_found` before the first standard of a service is in force."""
    definition, adopted = check_found(newest_standard(db, service, on), IN_FORCE)
    row = check_found(Standard.first(db, service=service, revision=adopted.revision), IN_FORCE)
    return Basis(definition, adopted.revision, row.text)


def superseded_entries(definition: Definition) -> list[LegalBasis]:
    """The entries of which the file knows what took their place."""
    return [entry for entry in definition.legal_basis if entry.superseded_by]


def outdated_standards(db: Database, on: date) -> Iterator[tuple[Definition, int]]:
    """Standards in force of which entries were replaced, with their number, where no next revision is proposed yet."""
    for service in dict.fromkeys(row.service for row in list_standards(db) if row.effective_on <= on.isoformat()):
        found = newest_standard(db, service, on)
        if found:
            replaced = superseded_entries(found[0])
        else:
            replaced = []
        if found and replaced and find_proposal(db, service) is None:
            yield found[0], len(replaced)


@office_command("standard.propose")
def propose_todays_law(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    seen: str,
    decisions: Sequence[Decision],
    added: str,
    effective_on: date,
    now: datetime,
) -> Definition:
    """Lay the next revision before those who sign it: `decisions` in the order of the entries of revision `seen`, and
    the laws of `added`, a line each. Raises Problem and what :func:`propose_standard` raises."""
    basis = basis_in_force(journal.db, service, office_date(now))
    if seen != basis.revision or len(decisions) != len(basis.definition.legal_basis):
        why = f"Sekarang berlaku revisi {basis.revision}. Muat ulang halaman dan putuskan lagi."
        raise Problem.of("conflict", why=why)
    laws = decided_laws(basis.definition, decisions, added)
    text = next_text(basis, laws, office_date(now), effective_on)
    return propose_standard(journal, actor, text=text, effective_on=effective_on, now=now, service=service)


class Law(NamedTuple):
    """An entry of the next revision: the place of the old one whose block it keeps, or what it says and replaces."""

    kept: int | None
    text: str = ""
    note: str = ""


def decided_laws(definition: Definition, decisions: Sequence[Decision], added: str) -> list[Law]:
    """The entries of the next revision. Raises Problem `invalid` with a sentence for each field."""
    wrong: dict[str, str] = {}
    laws = []
    for n, (entry, decision) in enumerate(zip(definition.legal_basis, decisions, strict=True)):
        if decision.choice not in CHOICES:
            wrong[f"choice{n}"] = "Putuskan: tetap, ganti, atau cabut."
        elif decision.choice == "keep":
            laws.append(Law(n))
        elif decision.choice == "replace":
            said = field_text(wrong, f"law{n}", decision.law, LONGEST, "Penggantinya", empty="Tulis penggantinya.")
            laws.append(Law(None, said, f"Menggantikan {entry.text.rstrip(';. ')}."))
    more = [line for line in map(str.strip, added.splitlines()) if line]
    laws += [Law(None, field_text(wrong, "added", line, LONGEST, "Satu dasar hukum"), "Ditambahkan.") for line in more]
    if len(more) > MOST_ADDED:
        wrong["added"] = f"Paling banyak {MOST_ADDED} tambahan, satu baris satu peraturan."
    unchanged = [law.kept for law in laws] == list(range(len(definition.legal_basis)))
    if not wrong and (unchanged or not laws):
        if unchanged:
            wrong["added"] = ALL_KEPT
        else:
            wrong["added"] = "Sisakan paling sedikit satu dasar hukum."
    check_nothing_wrong(wrong)
    return laws


# -- the text --------------------------------------------------------------------------------------------------------

Edit = tuple[int, int, list[str]]
"""Lines from the first up to the second, counted from 0, give way to others."""


def next_text(basis: Basis, laws: Sequence[Law], on: date, effective_on: date) -> str:
    """The text with the next number, the day of revision, the decided entries, and a line in its chronology."""
    lines = basis.text.split("\n")
    places = lines_of(basis.text)
    identity = basis.definition.identity
    revision = f"{int(identity.revision) + 1:0{len(identity.revision)}}"
    keys = {"revision": json.dumps(revision), "revised_on": on.isoformat()}
    keys |= {name: effective_on.isoformat() for name in ("issued_on", "effective_on") if getattr(identity, name)}
    edits = [*key_edits(lines, places, keys), *basis_edits(lines, places, basis.definition, laws)]
    for first, last, new in sorted(edits, reverse=True):
        lines[first:last] = new
    return "\n".join([*lines, *chronology_lines(basis.definition, revision, on)])


def key_edits(lines: list[str], places: dict[KeyPath, int], keys: dict[str, str]) -> Iterator[Edit]:
    """Other values for keys of the identity; one that is not there comes behind its revision."""
    behind = places["identity", "revision"]
    for name, value in keys.items():
        at = places.get(("identity", name))
        line = f"{name} = {value}"
        if at:
            yield at - 1, at, [line]
        else:
            yield behind, behind, [line]


def basis_edits(
    lines: list[str], places: dict[KeyPath, int], definition: Definition, laws: Sequence[Law]
) -> Iterator[Edit]:
    """The blocks of the entries give way to those of the next revision, counted anew, where the first of them stood."""
    blocks = [block_of(lines, places, n) for n in range(len(definition.legal_basis))]
    prefix = definition.legal_basis[0].number.rpartition(".")[0]
    numbers = (f"{prefix}.{n}".lstrip(".") for n in range(1, len(laws) + 1))
    fresh: list[str] = []
    for number, law in zip(numbers, laws, strict=True):
        fresh += kept_block(lines[slice(*blocks[law.kept])], number) if law.kept is not None else new_block(number, law)
        fresh.append("")
    for first, last in blocks[1:]:
        yield first, last, []
    yield (*blocks[0], fresh[:-1])


def block_of(lines: list[str], places: dict[KeyPath, int], n: int) -> tuple[int, int]:
    """Where an entry begins and ends; comments behind it stay. Raises Problem for a text that writes it another way."""
    first = places["legal_basis", n] - 1
    if not HEADER.match(lines[first]):
        why = "Naskah ini menulis dasar hukumnya dengan cara lain. Ubah naskahnya sendiri di Usulkan revisi."
        raise Problem.of("conflict", why=why)
    headers = (at for at in range(first + 1, len(lines)) if HEADER.match(lines[at]))
    last = next(headers, len(lines))
    while not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#"):
        last -= 1
    return first, last


def kept_block(block: list[str], number: str) -> list[str]:
    return [re.sub(r"^number\s*=.*$", f"number = {json.dumps(number)}", line) for line in block]


def new_block(number: str, law: Law) -> list[str]:
    said = {"number": number, "printed": law.text, "note": law.note}
    return ["[[legal_basis]]", *(f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in said.items())]


def chronology_lines(definition: Definition, revision: str, on: date) -> list[str]:
    """What happened to the document; a text without a chronology begins it with the revision before."""
    identity = definition.identity
    if not definition.chronology:
        past = [(identity.issued_on, f"Revisi {identity.revision} terbit")]
    else:
        past = []
    told = [(day, note) for day, note in past if day] + [(on, f"Revisi {revision}: dasar hukum disesuaikan")]
    return [line for day, note in told for line in ("[[chronology]]", f"on = {day}", f"note = {json.dumps(note)}", "")]
