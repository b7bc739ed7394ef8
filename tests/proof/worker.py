"""The people of both sides as a machine that does one random thing after another."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.casework.desk.opening import Undecided
from app.core.problems import Problem
from schema.database import Row
from sync.entries import Kind
from tests.proof.pair import Pair

Deed = Callable[["Worker"], None]
JUMPS = (-20_000, -30, -2, 9, 300)
"""Days by which a clock may be wrong; the first lies before the office was founded."""


@dataclass
class Worker:
    """One day's people, as a machine that does something somewhere. `refused` counts Problems by code."""

    pair: Pair
    chance: random.Random
    serial: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, list[Kind]] = field(default_factory=dict)
    """Side → kinds that its program, an older one, does not know yet."""

    def step(self, deeds: Mapping[Deed, int], tries: int = 1) -> None:
        """Do one random thing; the clock moves a little, now and then to the next day. What cannot be done just now
        is followed by something else, `tries` times at most."""
        self.pair.later(minutes=self.chance.randint(1, 40))
        if self.chance.random() < 0.05:
            self.pair.later(days=1)
        for _ in range(tries):
            if self.do_one(deeds):
                return

    def strange_hour(self, deeds: Mapping[Deed, int]) -> None:
        """A few things while the clocks of both sides show another day, as after an empty battery."""
        right = self.pair.now
        self.pair.later(days=self.chance.choice(JUMPS))
        for _ in range(3):
            self.do_one(deeds)
        self.pair.now = right

    def do_one(self, deeds: Mapping[Deed, int]) -> bool:
        """Do one random thing now; whether it could be done."""
        deed = self.chance.choices(list(deeds), list(deeds.values()))[0]
        try:
            deed(self)
        except (Problem, Undecided) as problem:
            self.refused[problem.code] += 1
            return False
        self.done[deed.__name__] += 1
        return True

    def at_desk(self, command: Callable[..., Any], by: str, *args: Any, **named: Any) -> Any:
        """A command of the office's rooms, by somebody, now."""
        return command(self.pair.office.journal, self.pair.who(by), *args, **named, now=self.pair.now)

    def at_floor(self, command: Callable[..., Any], **named: Any) -> Any:
        """A command of the centre's rooms, by its administrator, now."""
        return command(self.pair.centre.journal, self.pair.who("yuni"), **named, now=self.pair.now)

    def one(self, sql: str, *params: object) -> Row | None:
        """A random row of a query on the office's side."""
        rows = list(self.pair.office.db.run(sql, params))
        return self.chance.choice(rows) if rows else None

    def key(self, sql: str, *params: object) -> int:
        """The first column of a random row, or an impossible number."""
        row = self.one(sql, *params)
        return int(row[0]) if row else 0

    def case_in(self, step: str) -> int:
        """A random case in a step (or closed by an exit), or an impossible one."""
        row = self.one("SELECT id FROM case_file WHERE step = ?", step)
        return int(row[0]) if row else 0

    def any_case(self) -> int:
        """A random case, open or closed, or an impossible one."""
        return self.key("SELECT id FROM case_file ORDER BY id")

    def line_in(self, state: str) -> str:
        """A random line of the print room in a state, or an impossible one."""
        rows = list(self.pair.centre.db.run("SELECT line FROM incoming_line WHERE state = ?", (state,)))
        return str(self.chance.choice(rows)[0]) if rows else "1/dukcapil/999999"


def other_people(run: Callable[[list[str]], object]) -> None:
    """Run a command; whoever looks like somebody else is answered to be another person, a difference is not."""
    try:
        run([])
    except Undecided as asked:
        run([notice.id for notice in asked.notices if notice.id.startswith("similar-")])
