"""What came back in a quarter, and what the LTPPs did about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from app.complaints.figures import CapaItem, Cause
from app.complaints.masks import Masker
from app.complaints.membership import lines_of, moved
from app.complaints.words import CATEGORIES
from app.core.quarters import Quarter
from schema.database import Database

AGAIN = 3
"""So many lines of one category in a quarter are a cause that repeats itself (house rule)."""


class Line(Protocol):
    """What is read of a line of the book."""

    @property
    def id(self) -> int: ...
    @property
    def category(self) -> str: ...


def causes(db: Database, quarter: Quarter, received: Sequence[Line], cut: str, form: int) -> list[Cause]:
    """Categories with at least three lines, the most frequent first, with the LTPPs of their lines."""
    counts = Counter(line.category for line in received)
    again = [key for key, count in counts.most_common() if count >= AGAIN]
    if not again:
        return []
    category = {line.id: line.category for line in received}
    numbers: dict[str, set[str]] = {}
    for complaint_id, number in db.run(
        "SELECT x.complaint_id, k.number FROM capa_complaint x JOIN capa k ON k.id = x.capa_id"
        " WHERE k.opened_on <= ? AND x.at <= ?",
        (quarter.end.isoformat(), cut),
    ):
        numbers.setdefault(category.get(complaint_id, ""), set()).add(number)
    before = categories_before(db, quarter, cut, form)
    found = [
        Cause(key, CATEGORIES[key].label, counts[key], before.get(key, 0), sorted(numbers.get(key, ())))
        for key in again
    ]
    return sorted(found, key=lambda one: (-one.count, one.key))


def categories_before(db: Database, quarter: Quarter, cut: str, form: int) -> dict[str, int]:
    """Lines of the quarter before this one by category, as known at `cut`."""
    days = (one.isoformat() for one in (quarter.start, quarter.before.start, quarter.before.end))
    return dict(db.run(
        f"WITH {moved('?2', '?5')} SELECT coalesce((SELECT x.category FROM complaint_past x WHERE x.complaint_id = c.id"
        " AND x.until_at > ?1 ORDER BY x.until_at, x.id LIMIT 1), c.category), count(*) FROM complaint c"
        f" WHERE {lines_of('?3', '?4')} AND c.entered_at <= ?1 AND NOT coalesce((SELECT x.aside FROM complaint_past x"
        " WHERE x.complaint_id = c.id AND x.until_at > ?1 ORDER BY x.until_at, x.id LIMIT 1), c.aside) GROUP BY 1",
        (cut, *days, form)))  # fmt: skip


def capa_items(db: Database, quarter: Quarter, mask: Masker) -> list[CapaItem]:
    """LTPPs that were open at some time in the quarter, as they stood on its last day."""
    start, end = quarter.start.isoformat(), quarter.end.isoformat()
    rows = db.run(
        "SELECT k.number, k.opened_on, k.source, k.problem, r.whys, r.corrective, r.person, r.due_on, r.done_on,"
        " r.checked_on, r.effective FROM capa k LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = (SELECT"
        " max(x.round) FROM capa_round x WHERE x.capa_id = k.id AND x.planned_on <= ?1) WHERE k.opened_on <= ?1"
        " ORDER BY k.id", (end,))  # fmt: skip
    items = [capa_item(row, end, mask) for row in rows]
    return [one for one in items if one.state != "effective" or one.on >= start]


def capa_item(row: tuple[Any, ...], end: str, mask: Masker) -> CapaItem:
    """An LTPP in the round that was planned last by the last day; before a plan, without one."""
    number, opened_on, source, problem, whys, action, person, due_on, done_on, checked_on, effective = row
    state, on = "open", ""
    if done_on and done_on <= end:
        state, on = "done", done_on
    if checked_on and checked_on <= end:
        state, on = ("effective" if effective else "again"), checked_on
    cause = (json.loads(whys or "[]") or [""])[-1]
    return CapaItem(number, opened_on, source, mask.gist(problem), mask.gist(cause), mask.gist(action or ""),
                    person or "", due_on or "", state, on)  # fmt: skip
