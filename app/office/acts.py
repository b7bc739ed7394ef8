"""A move of a table (`app/core/transitions.py`) made: right, state and facts checked, recorded in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Generic, NamedTuple

import msgspec

from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.transitions import Move, Subject, Thing, check_move, may_move
from sync.journal import Journal


class Act(NamedTuple, Generic[Thing]):
    """A move that was found possible, inside its transaction; `state` is the state after it."""

    journal: Journal
    actor: Actor
    subject: Subject[Thing]
    state: str
    now: datetime

    @property
    def thing(self) -> Thing:
        return self.subject.thing

    @property
    def today(self) -> date:
        return office_date(self.now)

    def record(self, body: msgspec.Struct, **stream: str) -> None:
        """The entry of the move; its kind is that of the body. `stream` where it travels."""
        self.journal.record(body, subject=self.subject.key, actor=self.actor.username, at=self.now, **stream)


@contextmanager
def make_move(
    journal: Journal, actor: Actor, move: Move, now: datetime, load: Callable[[], Subject[Thing]]
) -> Iterator[Act[Thing]]:
    """Make a move on what `load` finds inside the transaction; the program itself (SYSTEM) needs no permission.

    Raises Problem `forbidden`, `state`, `conflict`, and whatever `load` raises.
    """
    if actor is not SYSTEM and not may_move(actor, move):
        require(actor, move.permissions[0])
    with journal.transaction():
        subject = load()
        yield Act(journal, actor, subject, check_move(move, subject), now)
