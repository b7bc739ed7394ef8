"""What was seen of a paper beside its tick, against what the case asks for. The program compares, a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.cases import queries
from app.cases.tables import CaseFile
from schema.database import Database
from schema.service_flow import Definition, Requirement

WRONG = "wrong"
"""State of an item that lies there but is not in order."""

LACKING = ("missing", WRONG)
"""States of an item that keep a file from being complete."""


@dataclass(frozen=True)
class Sight:
    """What was seen of one paper, in words; `expected` is empty while the form does not tell it."""

    label: str
    seen: str
    expected: str

    @property
    def differs(self) -> bool:
        """Whether another one was seen than the one asked for."""
        return bool(self.seen and self.expected and self.seen != self.expected)

    @property
    def text(self) -> str:
        """Both in one line, for pages and papers; empty when nothing was seen."""
        if not self.seen:
            return ""
        return f"{self.label}: {self.seen.lower()}" + (
            f", yang diminta {self.expected.lower()}" if self.differs else ""
        )


def sight(need: Requirement, facts: Mapping[str, Any], seen: str) -> Sight | None:
    """The sight of an item, or None where the definition asks for none."""
    if need.observed is None:
        return None
    words = {one.value: one.label for one in need.observed.choices}
    expected = str(facts.get(need.observed.expected, ""))
    return Sight(need.observed.label, words.get(seen, ""), words.get(expected, expected))


def fault(need: Requirement, facts: Mapping[str, Any], state: str, note: str, seen: str) -> str:
    """What is wrong with the finding of an item that is looked at, as a sentence; empty when nothing is."""
    found = sight(need, facts, seen)
    if found is None:
        return "" if state != WRONG else "Pilih ada, tidak ada, atau tidak perlu."
    if seen and not found.seen:
        return f"Pilih {found.label.lower()} dari daftar."
    if state == WRONG and not found.differs and not note.strip():
        return f"Pilih {found.label.lower()}, atau tulis di catatan apa yang tidak sesuai."
    return ""


def doubts(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """Item → sentence: what was not looked at yet, and what differs without a note that says why it is accepted."""
    facts, rows = queries.form_of(definition, case).facts, queries.items(db, case.id)
    wrong = {}
    for need in queries.requirements(definition, case):
        row = rows.get(need.id)
        found = sight(need, facts, row.seen) if row is not None and row.state == "present" else None
        if row is None or found is None:
            continue
        if not found.seen:
            wrong[need.id] = f"Pilih {found.label.lower()}."
        elif found.differs and not row.note.strip():
            wrong[need.id] = (
                f"{found.text}. Tandai tidak sesuai lalu kembalikan, atau tulis di catatan mengapa tetap diterima."
            )
    return wrong
