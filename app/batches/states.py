"""What a dispatch and each of its lines can be, and what may turn one state into the next: the whole of it."""

from app.batches.tables import Dispatch
from app.core.problems import Problem

DISPATCH_MOVES: dict[tuple[str, str], str] = {
    ("", "draft"): "draft",
    ("draft", "arrange"): "draft",
    ("draft", "drop"): "dropped",
    ("draft", "send"): "sent",
}
"""(state, move) → next state. What is sent or dropped stays so."""

ANSWER_MOVES = frozenset(
    {("waiting", "accepted"), ("waiting", "printed"), ("waiting", "refused"), ("accepted", "printed")}
    | {("accepted", "refused")}
)
"""(state of a line, answer) that simply takes effect. Printed and refused contradict each other: there a person
decides which of two answers holds, and only that turns a line round."""

OPEN = ("waiting", "accepted")
"""States of a line for which the partner still owes the answer."""


def check_move(dispatch: Dispatch, move: str) -> None:
    """Raise Problem `state` for a move that a dispatch no longer allows."""
    if (dispatch.state, move) not in DISPATCH_MOVES:
        raise Problem.of("state", what=f"Pengiriman {dispatch.number}", state="sudah ditutup")
