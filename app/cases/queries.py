"""What pages ask of cases: lists as tuples, search, timeline, due list, register. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from app.cases.fields import Form, supplied
from app.cases.tables import CaseFile, CaseItem
from app.core.codes import check_code
from app.core.permissions import Actor
from app.core.text import fold
from app.core.value_problem import ValueProblem
from app.sop import engine
from schema.database import Database
from schema.remembered import remembered
from schema.service_flow import Definition, Requirement


class CaseRow(NamedTuple):
    """One line of a list. `main_key` is whole: mask it before it is shown."""

    id: int
    number: str
    code: str
    service: str
    revision: str
    kind: str
    name: str
    area: str
    main_key: str
    step: str
    closed: int
    received_on: str
    completed_on: str | None
    due_on: str | None
    kept_on: str | None
    changed_at: str


COLUMNS = ", ".join("c." + name for name in CaseRow._fields)


def select(
    db: Database, actor: Actor, where: str, params: Sequence[Any], order: str, limit: int
) -> list[CaseRow]:
    """Rows of case_file that the actor may see; `where` and `order` are this module's own text."""
    own, values = ("c.area = ? AND ", [actor.area]) if actor.village_only else ("", [])
    rows = db.run(f"SELECT {COLUMNS} FROM case_file c WHERE {own}{where} ORDER BY {order} LIMIT ?",
                  [*values, *params, limit])  # fmt: skip
    return [CaseRow(*row) for row in rows]


def waiting(
    db: Database, actor: Actor, steps: Sequence[str], limit: int = 200, *, of: tuple[str, str] | None = None
) -> list[CaseRow]:
    """Open cases in the given steps, the nearest promise first; `of` keeps one (service, revision)."""
    if not steps:
        return []
    marks = ", ".join("?" * len(steps))
    where = f"c.closed = 0 AND c.step IN ({marks})" + (" AND c.service = ? AND c.revision = ?" if of else "")
    return select(db, actor, where, [*steps, *(of or ())], "c.due_on IS NULL, c.due_on, c.id", limit)


def due(db: Database, actor: Actor, until: date, limit: int = 500) -> list[CaseRow]:
    """Open promises due up to and including a date."""
    return select(db, actor, "c.closed = 0 AND c.due_on IS NOT NULL AND c.kept_on IS NULL AND c.due_on <= ?",
                  [until.isoformat()], "c.due_on, c.id", limit)  # fmt: skip


def overdue(db: Database, actor: Actor, today: date, limit: int = 200) -> list[CaseRow]:
    """Open promises whose date has passed, the oldest first."""
    return due(db, actor, today - timedelta(days=1), limit)


def due_counts(db: Database, actor: Actor) -> Mapping[date, int]:
    """Open promises by due date."""
    return open_promises(db, actor.area if actor.village_only else None)


@remembered
def open_promises(db: Database, area: str | None) -> Mapping[date, int]:
    """Open promises by due date, of one village or of all."""
    own, values = ("area = ? AND ", [area]) if area is not None else ("", [])
    rows = db.run(f"SELECT due_on, count(*) FROM case_file WHERE {own}closed = 0 AND due_on IS NOT NULL"
                  " AND kept_on IS NULL GROUP BY due_on", values)  # fmt: skip
    return MappingProxyType({date.fromisoformat(on): count for on, count in rows})


def step_counts(db: Database, actor: Actor) -> Mapping[str, int]:
    """Open cases by step."""
    return open_steps(db, actor.area if actor.village_only else None)


@remembered
def open_steps(db: Database, area: str | None) -> Mapping[str, int]:
    """Open cases by step, of one village or of all."""
    own, values = ("area = ? AND ", [area]) if area is not None else ("", [])
    rows = db.run(f"SELECT step, count(*) FROM case_file WHERE {own}closed = 0 GROUP BY step", values)
    return MappingProxyType(dict(rows))


class Page(msgspec.Struct, frozen=True):
    """One page of a list: rows and whether more follow; `before` is the id from which the next page goes on."""

    rows: list[CaseRow]
    more: bool

    @property
    def before(self) -> int | None:
        """Id to continue below."""
        return self.rows[-1].id if self.more and self.rows else None


def latest(db: Database, actor: Actor, *, closed: int | None = None, step: str = "", area: str | None = None,
           before: int | None = None, size: int = 50) -> Page:  # fmt: skip
    """Cases, the newest first, page by page (keyset, so that deep pages stay quick). The empty area is one too.

    Finished cases are nearly all there are: `+` keeps SQLite from sorting them out of an index and lets it walk down
    the ids instead. Open ones and other exits are few, so their index is the short way.
    """
    parts: list[str] = ["1 = 1"]
    params: list[Any] = []
    if step:
        closed = int(step.startswith("@"))
    plus = "+" if closed == 1 and area is None and step in ("", "@done") else ""
    for column, value in (
        (f"{plus}c.closed", closed),
        (f"{plus}c.step", step or None),
        ("c.area", area),
    ):
        if value is not None:
            parts.append(f"{column} = ?")
            params.append(value)
    if before is not None:
        parts.append("c.id < ?")
        params.append(before)
    rows = select(db, actor, " AND ".join(parts), params, "c.id DESC", size + 1)
    return Page(rows[:size], len(rows) > size)


def register_month(db: Database, actor: Actor, year: int, month: int) -> list[CaseRow]:
    """The register book of one month, in order of receipt."""
    first = date(year, month, 1)
    after = (first + timedelta(days=32)).replace(day=1)
    return select(db, actor, "c.received_on >= ? AND c.received_on < ?", [first.isoformat(), after.isoformat()],
                  "c.received_on, c.id", 5000)  # fmt: skip


def search(db: Database, actor: Actor, text: str, limit: int = 30) -> list[CaseRow]:
    """NIK, KK or another key, case number, slip code, or name; the best exact match first, then names by id."""
    text = " ".join(text.split())[:100]
    if not text:
        return []
    exact = by_key(db, actor, text, limit)
    return exact or by_name(db, actor, text, limit)


def looks_like_number(text: str) -> bool:
    """Whether a search asks for a NIK or No. KK, or the better part of one, instead of a name, case number or code."""
    return sum(sign.isdigit() for sign in text) >= 12


def by_key(db: Database, actor: Actor, text: str, limit: int) -> list[CaseRow]:
    """Cases found by number, slip code or one of their keys."""
    digits = "".join(one for one in text if one.isdigit())
    found = select(db, actor, "c.number = ?", [text.upper()], "c.id DESC", limit)
    if not found:
        try:
            found = select(db, actor, "c.code = ?", [check_code(text)], "c.id DESC", limit)
        except ValueProblem:
            found = []
    if not found and len(digits) >= 8 and len(digits) >= len(text) - 6:
        found = select(
            db, actor, "c.id IN (SELECT case_id FROM case_key WHERE value = ?)", [digits], "c.id DESC", limit
        )
    return found


def by_name(db: Database, actor: Actor, text: str, limit: int) -> list[CaseRow]:
    """Cases whose name holds every typed word, or words that begin so."""
    words = ["".join(one for one in word if one.isalnum()) for word in fold(text).split()]
    query = " ".join(f'"{word}"*' for word in words if word)
    if not query:
        return []
    own, values = ("AND c.area = ?", [actor.area]) if actor.village_only else ("", [])
    rows = db.run(f"SELECT {COLUMNS} FROM case_fts f JOIN case_file c ON c.id = f.rowid WHERE case_fts MATCH ? {own}"
                  " ORDER BY f.rowid DESC LIMIT ?", [query, *values, limit])  # fmt: skip
    return [CaseRow(*row) for row in rows]


def same_key(db: Database, main_key: str) -> list[CaseRow]:
    """All cases of one person (or whatever the definition's key names), the newest first."""
    rows = db.run(
        f"SELECT {COLUMNS} FROM case_file c WHERE c.main_key = ? ORDER BY c.id DESC LIMIT 50", (main_key,)
    )
    return [CaseRow(*row) for row in rows]


# -- one case --------------------------------------------------------------------------------------------------


def form_of(definition: Definition, case: CaseFile) -> Form:
    """The stored form of a case; ages count on the day of receipt."""
    values: dict[str, str] = json.loads(case.fields)
    on = date.fromisoformat(case.received_on)
    return Form(values, {}, engine.facts_of(definition, values, on, supplied(definition, values)))


def requirements(
    definition: Definition,
    case: CaseFile,
    supplied: Mapping[str, Any] | None = None,
    form: Form | None = None,
) -> list[Requirement]:
    """The checklist that the definition demands of this case; `supplied` facts fill in its details."""
    facts = {**(form or form_of(definition, case)).facts, **(supplied or {})}
    return list(engine.requirements_for(definition, case.kind, facts))


def lacking(db: Database, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """Case id → checklist items noted as missing or not in order."""
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


def items(db: Database, case_id: int) -> dict[str, CaseItem]:
    """Checklist lines of a case by item."""
    return {row.item: row for row in CaseItem.rows(db, CaseItem.case_id == case_id)}


class Event(NamedTuple):
    """One line of the way of a case: moment in UTC and office date as text, outcome, steps, who, and a note."""

    at: str
    on_date: str
    action: str
    step_from: str
    step_to: str
    actor: str
    note: str


def events(db: Database, case_id: int) -> list[Event]:
    """The way of a case, oldest first."""
    rows = db.run(
        f"SELECT {', '.join(Event._fields)} FROM case_event WHERE case_id = ? ORDER BY id", (case_id,)
    )
    return [Event(*row) for row in rows]
