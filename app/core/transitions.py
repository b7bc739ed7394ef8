"""States and moves of what is worked on by rules (a complaint, an LTPP, a recap): one table for service and page.

A room declares `MOVES`, name → :class:`Move`. The service asks :func:`check_move` before it records, the page
:func:`can_move` before it offers a button: both read the same row, so neither can allow what the other refuses.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from app.core.permissions import Actor, may
from app.core.problems import Problem

Thing = TypeVar("Thing")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Move(NamedTuple):
    """Permissions of which one is enough, state → next state (only where the move is possible), and the journal kind.

    `needs`: facts that must hold as well, each with the sentence that is said where one does not.
    """

    permissions: tuple[str, ...]
    steps: Mapping[str, str]
    kind: str
    needs: Mapping[str, str] = NOTHING


class Subject(NamedTuple, Generic[Thing]):
    """Something that may move: its journal subject (`capa/3`), its name in sentences, its state, what holds of it now,
    and its states in words."""

    thing: Thing
    key: str
    title: str
    state: str
    facts: Collection[str]
    words: Mapping[str, str]


def may_move(actor: Actor, move: Move) -> bool:
    return any(may(actor, one) for one in move.permissions)


def stay(*states: str) -> dict[str, str]:
    """Steps of a move that changes no state."""
    return {state: state for state in states}


def become(after: str, *states: str) -> dict[str, str]:
    """Steps of a move that ends in one state."""
    return dict.fromkeys(states, after)


def can_move(move: Move, state: str, facts: Collection[str] = ()) -> bool:
    """Whether state and facts allow a move, whoever asks."""
    return state in move.steps and all(fact in facts for fact in move.needs)


def check_move(move: Move, subject: Subject[Thing]) -> str:
    """The state after a move. Raises Problem `state` or `conflict` where :func:`can_move` says no."""
    if subject.state not in move.steps:
        raise Problem.of("state", what=subject.title, state=subject.words[subject.state])
    if refusals := [why for fact, why in move.needs.items() if fact not in subject.facts]:
        raise Problem.of("conflict", why=refusals[0])
    return move.steps[subject.state]
