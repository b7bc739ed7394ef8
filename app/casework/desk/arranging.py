"""How what waits becomes a desk: parts with at most eight rows, and everything else folded by group with its number.

Pure: the rooms' tasks and the desk plans of the person's roles (`schema/profiles/desks.toml`) come in, and every task
is in exactly one place. Equal work stands in one row, which says for how many things it stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

import msgspec

from app.casework.desk.parts import Task
from schema.profiles import DeskPart, DeskPlan

MOST_ROWS = 8
ACTS = {
    "approve": "Setujui",
    "decide": "Putuskan",
    "verify": "Verifikasi",
    "check": "Periksa",
    "draft": "Lanjutkan",
    "bring": "Bawa",
    "tell": "Beri tahu",
    "record": "Rekam",
    "look": "Cek status",
    "send": "Kirim",
    "count": "Hitung",
    "call": "Panggil",
    "give": "Serahkan",
    "answer": "Jawab",
    "follow": "Tindak lanjuti",
    "write": "Susun",
    "keep": "Rawat",
}
"""What work asks of a person: the words of a profile for it, and the verb."""


class Fold(msgspec.Struct, frozen=True):
    """Rows of one group that are not in sight, and for how many things they stand."""

    label: str
    rows: list[Task]

    @property
    def count(self) -> int:
        return count_things(self.rows)


class Part(msgspec.Struct, frozen=True):
    """A part of the desk with the rows in sight and what of it is folded."""

    plan: DeskPart
    rows: list[Task]
    folds: list[Fold]

    @property
    def count(self) -> int:
        return count_things(self.rows) + sum(fold.count for fold in self.folds)

    @property
    def people(self) -> bool:
        """Whether each row in sight is about a person."""
        return all(row.case_id is not None or row.main_key for row in self.rows)

    @property
    def dated(self) -> bool:
        return any(row.due_on for row in self.rows)

    @property
    def has_buttons(self) -> bool:
        return any(row.verb for row in self.rows)


class Stage(msgspec.Struct, frozen=True):
    """An act of the line of production with its number, and the first row of it."""

    label: str
    count: int
    first: Task | None

    @property
    def place(self) -> tuple[str, Mapping[str, Any]]:
        """Endpoint and values of the page where all of it stands, or of its first row."""
        if self.first is None:
            return "", {}
        page = self.first.same or self.first
        return page.endpoint, page.values


class Desk(msgspec.Struct, frozen=True):
    work: str
    box: str
    stages: list[Stage]
    parts: list[Part]
    folds: list[Fold]

    @property
    def decisions(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def blocks(self) -> list[list[Part]]:
        """Parts that stand side by side, as cards do that follow each other; any other stands alone."""
        blocks: list[list[Part]] = []
        for part in self.parts:
            if blocks and part.plan.form == "card" == blocks[-1][0].plan.form:
                blocks[-1].append(part)
            else:
                blocks.append([part])
        return blocks

    @property
    def first(self) -> Task | None:
        """The first row of the desk."""
        return next((row for part in self.parts for row in part.rows), None)

    @property
    def others(self) -> int:
        return sum(fold.count for fold in self.folds)


def arrange_desk(tasks: Sequence[Task], plans: Sequence[DeskPlan], today: date) -> Desk:
    """The desk of a person with these plans: the first says what it is, the parts of the others follow."""
    rows = sorted(merge_equal(tasks), key=lambda row: urgency(row, today))
    parts = plan_parts(plans)
    places: dict[int, list[Task]] = defaultdict(list)
    for row in rows:
        places[next((number for number, part in enumerate(parts) if row.act in part.acts), -1)].append(row)
    shown = choose_rows([places[number] for number in range(len(parts))])
    first = plans[0] if plans else DeskPlan()
    return Desk(
        first.work,
        next((plan.box for plan in plans if plan.box), ""),
        [count_stage(act, rows) for act in first.stages],
        [
            Part(plan, chosen, fold_rows(row for row in places[number] if row not in chosen))
            for number, (plan, chosen) in enumerate(zip(parts, shown, strict=True))
        ],
        fold_rows(places[-1]),
    )


def plan_parts(plans: Sequence[DeskPlan]) -> list[DeskPart]:
    """The parts of all plans; an act stands where it is named first."""
    known: set[str] = set()
    parts = []
    for part in chain.from_iterable(plan.parts for plan in plans):
        if acts := tuple(act for act in part.acts if act not in known):
            known.update(acts)
            parts.append(msgspec.structs.replace(part, acts=acts))
    return parts


def merge_equal(tasks: Sequence[Task]) -> list[Task]:
    """Equal work in one row: tasks that say so, as soon as they are two."""
    by_work: dict[tuple[str, str, str], list[Task]] = defaultdict(list)
    alone = []
    for task in tasks:
        if task.same is None or not task.same.whole:
            alone.append(task)
        else:
            by_work[(task.tab, task.same.many, repr(task.same.values))].append(task)
    return alone + [merge_rows(rows) for rows in by_work.values()]


def merge_rows(rows: Sequence[Task]) -> Task:
    """One row for all of them; what stands for one thing alone stays as it is."""
    same = rows[0].same
    count = count_things(rows)
    assert same is not None
    if count < 2:
        return rows[0]
    return same.row(rows[0], count, min((row.due_on for row in rows if row.due_on), default=None))


def urgency(row: Task, today: date) -> tuple[bool, bool, date, int]:
    """Sooner is smaller: what somebody else took comes last, what is late or wrong first."""
    pressing = row.state == "bad" or (row.due_on is not None and row.due_on < today)
    return row.state == "idle", not pressing, row.due_on or date.max, row.case_id or 0


def is_rest(row: Task) -> bool:
    """Whether a row stands for those of its kind that found no place of their own: it is folded with them."""
    return row.same is not None and not row.same.whole and row.endpoint == row.same.endpoint


def choose_rows(parts: Sequence[Sequence[Task]]) -> list[list[Task]]:
    """At most eight rows of all parts, the most urgent of each: an equal share, and what is left in their order."""
    able = [[row for row in rows if not is_rest(row)] for rows in parts]
    share = MOST_ROWS // max(1, len(able))
    room = MOST_ROWS - sum(min(share, len(rows)) for rows in able)
    shown = []
    for rows in able:
        more = min(room, max(0, len(rows) - share))
        shown.append(rows[: share + more])
        room -= more
    return shown


def fold_rows(rows: Iterable[Task]) -> list[Fold]:
    groups: dict[str, list[Task]] = defaultdict(list)
    for row in rows:
        groups[row.tab].append(row)
    return [Fold(label, found) for label, found in groups.items()]


def count_stage(act: str, rows: Sequence[Task]) -> Stage:
    mine = [row for row in rows if row.act == act]
    return Stage(ACTS[act], count_things(mine), next(iter(mine), None))


def count_things(rows: Iterable[Task]) -> int:
    return sum(row.count for row in rows)
