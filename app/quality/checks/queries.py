"""What pages ask of internal checks, the questions that a standard gives, and out of what a sample is drawn."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import NamedTuple

from app.core.permissions import Actor, may
from app.core.problems import check_found
from app.core.procedure import engine
from app.platform.office.numbers import find_numbered
from app.platform.office.queries import UNITS, adopted_definition, list_standards
from app.quality.checks.tables import CheckFinding, CheckSample, CheckVerdict, InternalCheck
from schema.database import Database, cached_until_next_entry, first_value
from schema.service_procedure import Definition

PARTS = {"process": "Proses", "product": "Produk"}
"""What is looked at in running files, and in what came out of finished ones."""
STATES = {
    "planned": "Direncanakan",
    "judging": "Diperiksa",
    "answering": "Menunggu jawaban",
    "closed": "Ditutup",
    "cancelled": "Dibatalkan",
}
VERDICTS = {
    "conforms": "Sesuai",
    "light": "Temuan ringan",
    "moderate": "Temuan sedang",
    "heavy": "Temuan berat",
    "not_applicable": "Tidak berlaku",
}
FAULTS = ("light", "moderate", "heavy")
MOST_QUESTIONS = 30
"""Questions of a part of a check for each service that it looks at."""


class SampledCase(NamedTuple):
    """A case of the sample; `judged` once every question was answered for it."""

    part: str
    ordinal: int
    case_id: int
    number: str
    service: str
    revision: str
    judged: bool


class FindingLine(NamedTuple):
    """A finding as pages show it: which case and question, how heavy, what was seen, and the row with its answer."""

    row: CheckFinding
    number: str
    question: str
    weight: str
    note: str


def load_check(db: Database, check_id: int) -> InternalCheck:
    return check_found(InternalCheck.first(db, id=check_id), "Pemeriksaan itu")


def newest_check(db: Database) -> int:
    return int(first_value(db, "SELECT coalesce(max(id), 0) FROM internal_check"))


def running_checks(db: Database) -> list[InternalCheck]:
    return InternalCheck.rows(db, state=("planned", "judging", "answering"), order="on_date, id")


def list_checks(db: Database) -> list[InternalCheck]:
    return InternalCheck.rows(db, order="on_date DESC, id DESC")


def questions_of(check: InternalCheck, part: str) -> list[str]:
    if part == "process":
        stored = check.process_questions
    else:
        stored = check.product_questions
    questions: list[str] = json.loads(stored)
    return questions


def population_of(check: InternalCheck, part: str) -> list[int]:
    """The cases out of which the sample of a part was drawn."""
    if part == "process":
        held = check.process_population
    else:
        held = check.product_population
    return unpack_ids(json.loads(held or "[]"))


def is_reproduced(db: Database, check: InternalCheck) -> bool:
    """Whether seed and population give the very sample that stands in the tables."""
    sizes = {"process": check.process_size, "product": check.product_size}
    for part, size in sizes.items():
        sample = [row.case_id for row in CheckSample.rows(db, check_id=check.id, part=part, order="ordinal")]
        if sample != draw_sample(check.seed, part, population_of(check, part), size):
            return False
    return True


def sampled_cases(db: Database, check_id: int) -> list[SampledCase]:
    rows = db.run(
        "SELECT s.part, s.ordinal, s.case_id, c.number, c.service, c.revision, s.judged_at <> '' FROM check_sample s"
        " JOIN case_file c ON c.id = s.case_id WHERE s.check_id = ? ORDER BY s.part, s.ordinal",
        (check_id,),
    )
    return [SampledCase(*row) for row in rows]


def find_sampled(db: Database, check_id: int, part: str, ordinal: int) -> SampledCase:
    known = (case for case in sampled_cases(db, check_id) if (case.part, case.ordinal) == (part, ordinal))
    return check_found(next(known, None), "Sampel itu")


def verdicts_of(db: Database, check_id: int, part: str, ordinal: int) -> list[CheckVerdict]:
    return CheckVerdict.rows(db, check_id=check_id, part=part, ordinal=ordinal, order="question")


def faults_of(db: Database, check_id: int) -> list[CheckVerdict]:
    """Verdicts that do not conform, in the order of the sample."""
    return CheckVerdict.rows(db, check_id=check_id, verdict=FAULTS, order="part, ordinal, question")


def findings_of(db: Database, check: InternalCheck) -> list[FindingLine]:
    verdicts = {(fault.part, fault.ordinal, fault.question): fault for fault in faults_of(db, check.id)}
    numbers = {(case.part, case.ordinal): case.number for case in sampled_cases(db, check.id)}
    lines = []
    for row in CheckFinding.rows(db, check_id=check.id, order="number"):
        seen = verdicts[row.part, row.ordinal, row.question]
        question = questions_of(check, row.part)[row.question - 1]
        lines.append(FindingLine(row, numbers[row.part, row.ordinal], question, seen.verdict, seen.note))
    return lines


def section_of_case(db: Database, case: SampledCase) -> str:
    return engine.section_of(adopted_definition(db, case.service, case.revision))


def may_answer(actor: Actor, finding: CheckFinding) -> bool:
    return may(actor, "check.answer", finding.section)


# -- from what a sample is drawn -----------------------------------------------------------------------------------


def regular_ends(db: Database, service: str) -> set[str]:
    """The states in which a case of a service ends as it should, in any revision: exits that nobody takes by hand."""
    adopted = (
        adopted_definition(db, standard.service, standard.revision)
        for standard in list_standards(db)
        if standard.service == service
    )
    return {f"@{end.id}" for definition in adopted for end in definition.exits if not end.by_hand}


def running_cases(db: Database, services: Sequence[str]) -> list[int]:
    marks = ", ".join("?" * len(services))
    rows = db.run(f"SELECT id FROM case_file WHERE closed = 0 AND service IN ({marks}) ORDER BY id", list(services))
    return [case_id for (case_id,) in rows]


def finished_cases(db: Database, services: Sequence[str], from_on: str, until_on: str) -> list[int]:
    """Cases that ended as they should within these days."""
    found: list[int] = []
    for service in services:
        ends = sorted(regular_ends(db, service))
        marks = ", ".join("?" * len(ends))
        rows = db.run(
            "SELECT id FROM case_file WHERE closed = 1 AND service = ? AND closed_on BETWEEN ? AND ?"
            f" AND step IN ({marks})",
            [service, from_on, until_on, *ends],
        )
        found += [case_id for (case_id,) in rows]
    return sorted(found)


# -- what to ask ---------------------------------------------------------------------------------------------------


def proposed_questions(definitions: Sequence[Definition]) -> tuple[list[str], list[str]]:
    """Questions on process and product out of the clauses of the standards; whoever plans a check changes them."""
    several = len(definitions) > 1
    parts: tuple[list[str], list[str]] = ([], [])
    for definition in definitions:
        head = ""
        if several:
            head = f"{definition.short_name}, "
        asked_of = (process_questions(definition), product_questions(definition))
        for found, asked in zip(parts, asked_of, strict=True):
            found += [f"{head}{text}"[:200] for text in asked]
    return parts


def most_questions(definitions: Sequence[Definition]) -> int:
    """How many questions a part of a check may ask: so many for each chosen service, never fewer than it proposes."""
    return sum(max(MOST_QUESTIONS, len(list(process_questions(definition)))) for definition in definitions)


def process_questions(definition: Definition) -> Iterator[str]:
    if definition.requirements:
        yield "Persyaratan lengkap dan diperiksa sebelum berkas diproses?"
    steps = engine.main_line(definition)
    times = Counter((step.clause, step.title) for step in steps)
    for step in steps:
        clause = ""
        if step.clause:
            clause = f"Butir {step.clause}: "
        by = ""
        if times[step.clause, step.title] > 1:
            by = f" ({engine.actor_of(definition, step).label})"
        yield f"{clause}{step.title}{by}, dikerjakan sesuai standar?"


def product_questions(definition: Definition) -> Iterator[str]:
    if definition.promise:
        span = f"{definition.promise.days} {UNITS[definition.promise.unit]}"
        yield f"Butir {definition.promise.clause}: selesai dalam {span}?"
    if definition.fee:
        if not definition.fee.rupiah:
            tariff = "tanpa biaya"
        else:
            tariff = "biaya sesuai tarif"
        yield f"Butir {definition.fee.clause}: {tariff}?"
    if definition.product:
        yield f"Butir {definition.product.clause}: {definition.product.name} sesuai data pemohon dan uraian standar?"
    yield "Tanda terima atau bukti penyerahan ada?"


@cached_until_next_entry
def checked_on(db: Database, first: date, last: date) -> bool:
    """Whether a check was made, or is planned, for a day of that span."""
    rows = InternalCheck.rows(
        db,
        InternalCheck.on_date >= first.isoformat(),
        InternalCheck.on_date <= last.isoformat(),
        InternalCheck.state != "cancelled",
        limit=1,
    )
    return bool(rows)


# -- the sample ------------------------------------------------------------------------------------------------------


def draw_sample(seed: str, part: str, population: Iterable[int], size: int) -> list[int]:
    """The `size` cases of a population whose `SHA-256("seed/part/case")` are smallest, in that order; all of fewer.

    Every case has the same chance, and whoever knows seed and population reckons the same sample.
    """

    def rank(case_id: int) -> bytes:
        return hashlib.sha256(f"{seed}/{part}/{case_id}".encode("ascii")).digest()

    return sorted(population, key=rank)[:size]


def pack_ids(ids: Iterable[int]) -> list[int]:
    """Ids in their order as the first and then the gaps: short, though the ids themselves are long."""
    known = sorted(ids)
    return [*known[:1], *(after - before for before, after in pairwise(known))]


def unpack_ids(gaps: Sequence[int]) -> list[int]:
    return list(accumulate(gaps))


def population_digest(ids: Iterable[int]) -> str:
    """SHA-256 (hex) of the ids in their order, one a line: what a population is compared by on paper."""
    return hashlib.sha256("\n".join(map(str, sorted(ids))).encode("ascii")).hexdigest()


def find_checks(db: Database, text: str, most: int) -> list[InternalCheck]:
    """By what was typed of their number, the newest first."""
    ids = find_numbered(db, "check", text)[:most]
    if not ids:
        return []
    return InternalCheck.rows(db, id=tuple(ids), order="id DESC")
