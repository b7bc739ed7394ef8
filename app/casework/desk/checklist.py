"""What was seen of a paper beside its tick, against what the case asks for. The program compares, a person decides."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from app.casework.desk.form import Form
from app.casework.desk.queries import case_form
from app.casework.desk.tables import CaseFile, CaseItem
from app.core.dates import short_date
from app.core.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition, Requirement

WRONG = "wrong"
"""State of an item that lies there but is not in order."""

LACKING = ("missing", WRONG)
"""States of an item that keep a file from being complete."""


class Observed(NamedTuple):
    """What was seen of one paper, in words; `expected` is empty while the form does not tell it."""

    label: str
    seen: str
    expected: str

    @property
    def differs(self) -> bool:
        return bool(self.seen and self.expected and self.seen != self.expected)

    @property
    def text(self) -> str:
        asked = ""
        if self.differs:
            asked = f", yang diminta {self.expected.lower()}"
        if not self.seen:
            return ""
        return f"{self.label}: {self.seen.lower()}{asked}"


def observation_of(need: Requirement, facts: Mapping[str, Any], seen: str) -> Observed | None:
    if need.observed is None:
        return None
    words = {choice.value: choice.label for choice in need.observed.choices}
    expected = str(facts.get(need.observed.expected, ""))
    return Observed(need.observed.label, words.get(seen, ""), words.get(expected, expected))


def observation_fault(need: Requirement, facts: Mapping[str, Any], state: str, note: str, seen: str) -> str:
    """What is wrong with the finding of an item that is looked at, as a sentence; empty when nothing is."""
    found = observation_of(need, facts, seen)
    if found is None:
        if state != WRONG:
            return ""
        return "Pilih ada, tidak ada, atau tidak perlu."
    if seen and not found.seen:
        return f"Pilih {found.label.lower()} dari daftar."
    if state == WRONG and not found.differs and not note.strip():
        return f"Pilih {found.label.lower()}, atau tulis di catatan apa yang tidak sesuai."
    return ""


def item_fault(need: Requirement, state: str, note: str, chosen: str = "") -> str:
    if state not in ("present", "missing", WRONG, "not_needed") or len(note) > 300:
        return "Pilih ada, tidak ada, atau tidak perlu; catatan paling panjang 300 huruf."
    if state == "not_needed" and asked_of_everybody(need):
        return f"Wajib untuk setiap permohonan ({need.rule}), jadi tidak dapat ditandai tidak perlu."
    if need.one_of and state == "present" and not is_alternative(need, chosen):
        return f"Pilih yang dibawa: {need.alternatives}."
    if state == "not_needed" and not note.strip():
        return "Tulis mengapa tidak perlu."
    return ""


def is_alternative(need: Requirement, chosen: str) -> bool:
    """Whether this is one of the papers that fulfil an item; none is where only one paper will do."""
    return chosen in [alternative.value for alternative in need.one_of]


def asked_of_everybody(need: Requirement) -> bool:
    """Whether the standard asks this item of every application; then nobody at the desk may waive it."""
    return need.mandatory and not need.kinds and not need.when


def case_requirements(definition: Definition, case: CaseFile, form: Form | None = None) -> list[Requirement]:
    return engine.requirements_for(definition, case.kind, (form or case_form(definition, case)).facts)


def lacking_items(db: Database, case_ids: Sequence[int]) -> dict[int, list[str]]:
    if not case_ids:
        return {}
    marks = ", ".join("?" * len(case_ids))
    found = dict[int, list[str]]()
    sql = f"SELECT case_id, item FROM case_item WHERE case_id IN ({marks}) AND state IN ('missing', 'wrong')"
    for case_id, item in db.run(sql, case_ids):
        found.setdefault(case_id, []).append(item)
    return found


def checked_items(db: Database, case_id: int) -> dict[str, CaseItem]:
    return {row.item: row for row in CaseItem.rows(db, case_id=case_id)}


class CheckedLine(msgspec.Struct):
    """One line of the checklist: what is asked by which `rules`, how it was found, what was `seen` of it, of what the
    form lets one expect, `by` whom. A page puts what was just typed into `state`, `note` and `seen`; what somebody else
    found it puts into `heard`, and leaves the state open: whoever checks sees the paper himself. `chosen` is the one of
    several papers that was brought.
    """

    need: Requirement
    rules: str
    state: str = "missing"
    note: str = ""
    on: str = ""
    seen: str = ""
    expected: str = ""
    look: Observed | None = None
    by: str = ""
    heard: str = ""
    chosen: str = ""

    @property
    def sight(self) -> str:
        return self.look.text if self.look else ""

    @property
    def text(self) -> str:
        if self.sight:
            return f"{self.name} ({self.sight[:1].lower()}{self.sight[1:]})"
        return self.name

    @property
    def name(self) -> str:
        """What the paper is called: of several the one that is there, else all that would do."""
        chosen = ""
        if self.state in ("present", WRONG):
            chosen = self.chosen
        return self.need.named(chosen)

    @property
    def details(self) -> str:
        """Word, day, what was seen, note and who asks for it, in one text."""
        on = ""
        if self.on:
            on = f", {short_date(date.fromisoformat(self.on))}"
        parts = (self.mark[1] + on, self.sight, self.note, f"Diminta oleh {self.rules}")
        return ". ".join(filter(None, parts))

    def hear(self, actor: str, came_back: str) -> None:
        """Keep as a tick only what `actor` found himself since the day on which the file came back, if it did."""
        if self.by != actor or self.on <= came_back:
            if self.by:
                self.heard = self.heard_words
            else:
                self.heard = ""
            self.state = self.seen = self.chosen = ""

    @property
    def heard_words(self) -> str:
        """What somebody else found, in small letters: `ada, ijazah`."""
        which = next((alternative.label for alternative in self.need.one_of if alternative.value == self.chosen), "")
        if which and self.state == "present":
            return f"{self.mark[1]}, {which}".lower()
        return self.mark[1].lower()

    @property
    def lacking(self) -> bool:
        return self.need.mandatory and self.state in LACKING

    @property
    def settled(self) -> bool:
        """Whether the item is there and nobody has to look at it again."""
        return self.mark[0] == "good"

    @property
    def mark(self) -> tuple[str, str]:
        """State class and word."""
        if self.state == "present":
            state = "good"
            if self.look and self.look.differs:
                state = "warn"
            return state, "Ada"
        not_there = ("idle", "Belum ada")
        if self.need.mandatory:
            not_there = ("warn", "Belum ada")
        return {"not_needed": ("idle", "Tidak perlu"), WRONG: ("warn", "Tidak sesuai")}.get(self.state, not_there)


def wanted_text(line: CheckedLine) -> str:
    if line.state == WRONG:
        what = f"{line.name} (tidak sesuai)"
    else:
        what = line.name
    if line.need.detail:
        return f"{what}. {line.need.detail}"
    return what


def form_reasons_covered(line: CheckedLine) -> set[str]:
    """Reasons of the form that the name of the item says already."""
    look = line.need.observed
    if look and line.state == WRONG:
        return {look.differs_reason, line.need.missing_reason}
    return {line.need.missing_reason}


def read_checklist(db: Database, definition: Definition, case: CaseFile, form: Form | None = None) -> list[CheckedLine]:
    known = checked_items(db, case.id)
    form = form or case_form(definition, case)
    lines = []
    for need in case_requirements(definition, case, form):
        line = CheckedLine(need, ", ".join(engine.rules_asking(need, case.kind)))
        row = known.get(need.id)
        if row is not None:
            line.state = row.state
            line.note = row.note
            line.on = row.on_date
            line.seen = row.seen
            line.by = row.actor
            line.chosen = row.chosen
        if need.observed:
            line.expected = str(form.facts.get(need.observed.expected, ""))
            line.look = observation_of(need, form.facts, line.seen)
        lines.append(line)
    return lines


def missing_items(db: Database, definition: Definition, case: CaseFile) -> list[str]:
    return [line.name for line in read_checklist(db, definition, case) if line.lacking]


def open_observations(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """Item → sentence: what was not looked at yet, and what differs without a note that says why it is accepted."""
    wrong = {}
    for line in read_checklist(db, definition, case):
        if line.look is None or line.state != "present":
            continue
        if not line.look.seen:
            wrong[line.need.id] = f"Pilih {line.look.label.lower()}."
        elif line.look.differs and not line.note.strip():
            wrong[line.need.id] = (
                f"{line.look.text}. Tandai tidak sesuai lalu kembalikan, atau tulis di catatan mengapa tetap diterima."
            )
    return wrong
