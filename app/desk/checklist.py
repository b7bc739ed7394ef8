"""What was seen of a paper beside its tick, against what the case asks for. The program compares, a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.desk import queries
from app.desk.form import Form
from app.desk.queries import case_form
from app.desk.tables import CaseFile, CaseItem
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition, Requirement


def missing_items(db: Database, definition: Definition, case: CaseFile) -> list[str]:
    rows = {row.item: row for row in CaseItem.rows(db, CaseItem.case_id == case.id)}
    return [
        need.label
        for need in case_requirements(definition, case)
        if need.mandatory and (need.id not in rows or rows[need.id].state in LACKING)
    ]


WRONG = "wrong"
"""State of an item that lies there but is not in order."""

LACKING = ("missing", WRONG)
"""States of an item that keep a file from being complete."""


@dataclass(frozen=True)
class Observed:
    """What was seen of one paper, in words; `expected` is empty while the form does not tell it."""

    label: str
    seen: str
    expected: str

    @property
    def differs(self) -> bool:
        return bool(self.seen and self.expected and self.seen != self.expected)

    @property
    def text(self) -> str:
        if not self.seen:
            return ""
        return f"{self.label}: {self.seen.lower()}" + (
            f", yang diminta {self.expected.lower()}" if self.differs else ""
        )


def observation_of(need: Requirement, facts: Mapping[str, Any], seen: str) -> Observed | None:
    if need.observed is None:
        return None
    words = {one.value: one.label for one in need.observed.choices}
    expected = str(facts.get(need.observed.expected, ""))
    return Observed(need.observed.label, words.get(seen, ""), words.get(expected, expected))


def observation_fault(need: Requirement, facts: Mapping[str, Any], state: str, note: str, seen: str) -> str:
    """What is wrong with the finding of an item that is looked at, as a sentence; empty when nothing is."""
    found = observation_of(need, facts, seen)
    if found is None:
        return "" if state != WRONG else "Pilih ada, tidak ada, atau tidak perlu."
    if seen and not found.seen:
        return f"Pilih {found.label.lower()} dari daftar."
    if state == WRONG and not found.differs and not note.strip():
        return f"Pilih {found.label.lower()}, atau tulis di catatan apa yang tidak sesuai."
    return ""


def open_observations(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """Item → sentence: what was not looked at yet, and what differs without a note that says why it is accepted."""
    facts, rows = queries.case_form(definition, case).facts, checked_items(db, case.id)
    wrong = {}
    for need in case_requirements(definition, case):
        row = rows.get(need.id)
        found = observation_of(need, facts, row.seen) if row is not None and row.state == "present" else None
        if row is None or found is None:
            continue
        if not found.seen:
            wrong[need.id] = f"Pilih {found.label.lower()}."
        elif found.differs and not row.note.strip():
            wrong[need.id] = (
                f"{found.text}. Tandai tidak sesuai lalu kembalikan, atau tulis di catatan mengapa tetap diterima."
            )
    return wrong


def item_fault(need: Requirement, state: str, note: str) -> str:
    if state not in ("present", "missing", WRONG, "not_needed") or len(note) > 300:
        return "Pilih ada, tidak ada, atau tidak perlu; catatan paling panjang 300 huruf."
    if state == "not_needed" and asked_of_everybody(need):
        return f"Wajib untuk setiap permohonan ({need.rule}), jadi tidak dapat ditandai tidak perlu."
    return "Tulis mengapa tidak perlu." if state == "not_needed" and not note.strip() else ""


def asked_of_everybody(need: Requirement) -> bool:
    """Whether the standard asks this item of every application; then nobody at the desk may waive it."""
    return need.mandatory and not need.kinds and not need.when


def case_requirements(
    definition: Definition,
    case: CaseFile,
    form: Form | None = None,
) -> list[Requirement]:
    facts = (form or case_form(definition, case)).facts
    return list(engine.requirements_for(definition, case.kind, facts))


def lacking_items(db: Database, case_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for start in range(0, len(case_ids), 500):
        part = case_ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        rows = db.run(
            f"SELECT case_id, item FROM case_item WHERE case_id IN ({marks}) AND state IN ('missing', 'wrong')",
            part,
        )
        for case_id, item in rows:
            found.setdefault(case_id, []).append(item)
    return found


def checked_items(db: Database, case_id: int) -> dict[str, CaseItem]:
    return {row.item: row for row in CaseItem.rows(db, CaseItem.case_id == case_id)}


class CheckedLine(NamedTuple):
    """One line of the checklist: what is asked, how it was found, and what was seen of it (or nothing)."""

    need: Requirement
    state: str
    sight: str

    @property
    def text(self) -> str:
        return f"{self.need.label} ({lower_first(self.sight)})" if self.sight else self.need.label

    @property
    def lacking(self) -> bool:
        return self.need.mandatory and self.state in LACKING


def read_checklist(db: Database, definition: Definition, case: CaseFile) -> list[CheckedLine]:
    known, form = checked_items(db, case.id), case_form(definition, case)
    lines = []
    for one in case_requirements(definition, case, form):
        row = known.get(one.id)
        look = observation_of(one, form.facts, row.seen if row else "")
        lines.append(CheckedLine(one, row.state if row else "missing", look.text if look else ""))
    return lines


def lower_first(text: str) -> str:
    """`Warna latar` as it stands within a sentence."""
    return text[:1].lower() + text[1:]
