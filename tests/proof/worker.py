"""The people of both sides as a machine that does one random thing after another."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.cases.opening import Undecided
from app.core.problems import Problem
from schema.database import Row
from tests.proof.pair import Pair

Deed = Callable[["Worker"], None]


@dataclass
class Worker:
    """One day's people, as a machine that does something somewhere. `refused` counts Problems by code."""

    pair: Pair
    chance: random.Random
    serial: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def step(self, deeds: Mapping[Deed, int]) -> None:
        """Do one random thing; the clock moves a little, now and then to the next day."""
        self.pair.later(minutes=self.chance.randint(1, 40))
        if self.chance.random() < 0.05:
            self.pair.later(days=1)
        deed = self.chance.choices(list(deeds), list(deeds.values()))[0]
        try:
            deed(self)
            self.done[deed.__name__] += 1
        except (Problem, Undecided) as problem:
            self.refused[problem.code] += 1

    def one(self, sql: str, *params: object) -> Row | None:
        """A random row of a query on the office's side."""
        rows = list(self.pair.office.db.run(sql, params))
        return self.chance.choice(rows) if rows else None

    def case_in(self, step: str) -> int:
        """A random case in a step (or closed by an exit), or an impossible one."""
        row = self.one("SELECT id FROM case_file WHERE step = ?", step)
        return int(row[0]) if row else 0

    def line_in(self, state: str) -> str:
        """A random line of the print floor in a state, or an impossible one."""
        rows = list(self.pair.centre.db.run("SELECT line FROM incoming_line WHERE state = ?", (state,)))
        return str(self.chance.choice(rows)[0]) if rows else "1/dukcapil/999999"


def other_people(run: Callable[[list[str]], object]) -> None:
    """Run a command; whoever looks like somebody else is answered to be another person, a difference is not."""
    try:
        run([])
    except Undecided as asked:
        run([one.id for one in asked.notices if one.id.startswith("similar-")])
