"""States and moves of what is worked on by rules (a complaint, an LTPP, a recap): one table for service and page.

A room declares `MOVES`, name → :class:`Move`. The service makes a move with :func:`make_move`, the page asks
:func:`can_move` before it offers a button: both read the same row, so neither can allow what the other refuses.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import update_wrapper
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar

import msgspec

from app.core.asked import clean_values
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, may, require
from app.core.problems import Problem
from app.room import NOTHING
from schema.database import Database
from sync.entries import JournalError
from sync.journal import Journal

Thing = TypeVar("Thing")
Result = TypeVar("Result")
P = ParamSpec("P")


class Move(NamedTuple):
    """Permissions of which one is enough, state → next state (only where the move is possible), and the journal kind.

    `needs`: facts that must hold as well, each with the sentence that is said where one does not. `also`: what its
    command writes beside `kind`.
    """

    permissions: tuple[str, ...]
    steps: Mapping[str, str]
    kind: str
    needs: Mapping[str, str] = NOTHING
    also: tuple[str, ...] = ()


class Subject(NamedTuple, Generic[Thing]):
    """Something that may move: its journal subject (`capa/3`), its name in sentences, its state, what holds of it now,
    and its states in words."""

    thing: Thing
    key: str
    title: str
    state: str
    facts: Collection[str]
    words: Mapping[str, str]


Load = Callable[[Database, Actor, Any, date], Subject[Thing]]
"""Finds the subject of a move by its id, inside the transaction: what holds of it for this person on this day."""
Check = Callable[[Database, Actor, Thing, Move, date], None]
"""Raises Problem where a person may not make a move on this thing, although his permission names the move."""


def may_move(actor: Actor, move: Move) -> bool:
    return any(may(actor, permission) for permission in move.permissions)


def stay(*states: str) -> dict[str, str]:
    """Steps of a move that changes no state."""
    return {state: state for state in states}


def become(after: str, *states: str) -> dict[str, str]:
    """Steps of a move that ends in one state."""
    return dict.fromkeys(states, after)


def can_move(move: Move, state: str, facts: Collection[str] = ()) -> bool:
    """Whether state and facts allow a move, whoever asks."""
    return state in move.steps and all(fact in facts for fact in move.needs)


def true_names(holds: Mapping[str, object]) -> set[str]:
    """The facts that are true, as `Move.needs` names them."""
    return {name for name, true in holds.items() if true}


def possible_moves(moves: Mapping[str, Move], actor: Actor, state: str, facts: Collection[str] = ()) -> dict[str, bool]:
    """Move → whether this person may make it and it is possible now: what a page offers."""
    return {name: may_move(actor, move) and can_move(move, state, facts) for name, move in moves.items()}


def check_move(move: Move, subject: Subject[Thing]) -> str:
    """The state after a move. Raises Problem `state` or `conflict` where :func:`can_move` says no."""
    if subject.state not in move.steps:
        raise Problem.of("state", what=subject.title, state=subject.words[subject.state])
    if refusals := [why for fact, why in move.needs.items() if fact not in subject.facts]:
        raise Problem.of("conflict", why=refusals[0])
    return move.steps[subject.state]


class Act(NamedTuple, Generic[Thing]):
    """A move that was found possible, inside its transaction; `state` is the state after it."""

    journal: Journal
    actor: Actor
    move: Move
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
        """The entry of the move. `stream` where it travels.

        Raises JournalError for a body of another kind than the move's: the command stands at the wrong move.
        """
        entry = self.journal.record(body, subject=self.subject.key, actor=self.actor.username, at=self.now, **stream)
        if entry.kind not in (self.move.kind, *self.move.also):
            raise JournalError(f"a command of the move for {self.move.kind} wrote {entry.kind}")


def check_unchanged(seen: int | None, newest: int) -> None:
    """Refuse a form that was drawn before something newer of its kind came, such as its own first sending.

    Raises Problem `conflict`; a command without a form says nothing of what it saw.
    """
    if seen is not None and seen != newest:
        raise Problem.of(
            "conflict", why="Sudah ada catatan yang lebih baru; mungkin isian ini terkirim dua kali. Lihat dulu."
        )


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
        yield Act(journal, actor, move, subject, check_move(move, subject), now)


class MoveCommand(Generic[P, Thing, Result]):
    """A move on one thing as a command: permission, state and facts first, then what was typed; one transaction.

    `asks` is the function as it was written; in the place of journal and actor it gets the :class:`Act`. `key` is the
    parameter that names the thing. Of several moves it makes the first that the person may make, or `by`: the one that
    this parameter's value chooses.
    """

    def __init__(
        self,
        asks: Callable[Concatenate[Act[Thing], P], Result],
        moves: Mapping[object, Move],
        key: str,
        load: Load[Thing],
        by: str = "",
        check: Check[Thing] | None = None,
    ) -> None:
        self.asks = asks
        self.name = asks.__name__
        self.moves = moves
        self.key = key
        self.load = load
        self.by = by
        self.check = check
        self.permissions = tuple(dict.fromkeys(name for move in moves.values() for name in move.permissions))
        update_wrapper(self, asks)

    def __call__(self, journal: Journal, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> Result:
        if actor is not SYSTEM and not any(may(actor, name) for name in self.permissions):
            require(actor, self.permissions[0])
        told: dict[str, Any] = dict(kwargs)
        move = self.move_for(actor, told)

        def load() -> Subject[Thing]:
            today = office_date(told["now"])
            subject = self.load(journal.db, actor, told[self.key], today)
            if self.check is not None and actor is not SYSTEM:
                self.check(journal.db, actor, subject.thing, move, today)
            return subject

        with make_move(journal, actor, move, told["now"], load) as act:
            values: Any = clean_values(self.asks, journal.db, act.today, told)
            return self.asks(act, *args, **values)

    def move_for(self, actor: Actor, told: Mapping[str, Any]) -> Move:
        """The move that a call makes; the first where nothing was chosen, which the check of the values refuses."""
        chosen = None
        if self.by:
            chosen = self.moves.get(told.get(self.by))
        possible = (move for move in self.moves.values() if self.by or may_move(actor, move))
        return chosen or next(possible, next(iter(self.moves.values())))


class Moves(Generic[Thing]):
    """The moves of a room as decorators: `@move("complete")` makes a function the command of that move, and
    `@move("return", "refuse")` the command of the first of them that the person may make.

    `load(db, actor, id, today)` finds the subject, `key` is the parameter that holds its id. `check` refuses whom the
    permission does not yet let do it to this thing.
    """

    def __init__(
        self, moves: Mapping[str, Move], key: str, load: Load[Thing], check: Check[Thing] | None = None
    ) -> None:
        self.moves = moves
        self.key = key
        self.load = load
        self.check = check

    def __call__(
        self, *names: str
    ) -> Callable[[Callable[Concatenate[Act[Thing], P], Result]], MoveCommand[P, Thing, Result]]:
        moves: dict[object, Move] = {name: self.moves[name] for name in names}
        return lambda asks: MoveCommand(asks, moves, self.key, self.load, check=self.check)

    def chosen_by(
        self, parameter: str, names: Mapping[object, str]
    ) -> Callable[[Callable[Concatenate[Act[Thing], P], Result]], MoveCommand[P, Thing, Result]]:
        """A command whose move depends on what a parameter says: value → name of the move."""
        moves = {value: self.moves[name] for value, name in names.items()}
        return lambda asks: MoveCommand(asks, moves, self.key, self.load, parameter, self.check)
