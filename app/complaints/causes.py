"""What came back in a quarter, and what the LTPPs did about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from app.complaints.figures import CapaItem, Cause
from app.complaints.masks import Masker
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


def causes(db: Database, quarter: Quarter, received: Sequence[Line], cut: str) -> list[Cause]:
    """Categories with at least three lines, the most frequent first, with the LTPPs of their lines."""
    counts = Counter(line.category for line in received)
    again = [key for key, count in counts.most_common() if count >= AGAIN]
    if not again:
        return []
    category = {line.id: line.category for line in received}
    numbers: dict[str, set[str]] = {}
    for complaint_id, number in db.run(
        "SELECT x.complaint_id, k.number FROM capa_complaint x JOIN capa k ON k.id = x.capa_id"
        " JOIN complaint c ON c.id = x.complaint_id WHERE c.received_on BETWEEN ? AND ? AND k.opened_on <= ?",
        (quarter.start.isoformat(), quarter.end.isoformat(), quarter.end.isoformat()),
    ):
        numbers.setdefault(category.get(complaint_id, ""), set()).add(number)
    before = categories_of(db, quarter.before, cut)
    found = [
        Cause(key, CATEGORIES[key].label, counts[key], before.get(key, 0), sorted(numbers.get(key, ())))
        for key in again
    ]
    return sorted(found, key=lambda one: (-one.count, one.key))


def categories_of(db: Database, quarter: Quarter, cut: str) -> dict[str, int]:
    """Lines of a quarter by category, as known at `cut`."""
    start, end = quarter.start.isoformat(), quarter.end.isoformat()
    return dict(db.run(
        "SELECT coalesce((SELECT x.category FROM complaint_past x WHERE x.complaint_id = c.id AND x.until_at > ?"
        " ORDER BY x.until_at, x.id LIMIT 1), c.category), count(*) FROM complaint c"
        " WHERE c.received_on BETWEEN ? AND ? AND c.entered_at <= ? GROUP BY 1", (cut, start, end, cut)))  # fmt: skip


def capa_items(db: Database, quarter: Quarter, mask: Masker) -> list[CapaItem]:
    """LTPPs that were open at some time in the quarter, as they stood on its last day."""
    start, end = quarter.start.isoformat(), quarter.end.isoformat()
    rows = db.run(
        "SELECT k.number, k.opened_on, k.source, k.problem, r.whys, r.corrective, r.person, r.due_on, r.done_on,"
        " r.checked_on, r.effective FROM capa k LEFT JOIN capa_round r ON r.capa_id = k.id WHERE k.opened_on <= ?"
        " ORDER BY k.id, r.round", (end,))  # fmt: skip
    rounds: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        rounds.setdefault(row[0], []).append(row)
    items = [capa_item(one, end, mask) for one in rounds.values()]
    return [one for one in items if one.state != "effective" or one.on >= start]


def capa_item(rounds: Sequence[tuple[Any, ...]], end: str, mask: Masker) -> CapaItem:
    """The round that ran on the last day: a later one begins only after the check that called for it."""
    row = rounds[0]
    for one in rounds[1:]:
        if row[9] and row[9] <= end:
            row = one
    number, opened_on, source, problem, whys, action, person, due_on, done_on, checked_on, effective = row
    state, on = "open", ""
    if done_on and done_on <= end:
        state, on = "done", done_on
    if checked_on and checked_on <= end:
        state, on = ("effective" if effective else "again"), checked_on
    cause = (json.loads(whys or "[]") or [""])[-1]
    return CapaItem(number, opened_on, source, mask.gist(problem), mask.gist(cause), mask.gist(action or ""),
                    person or "", due_on or "", state, on)  # fmt: skip
