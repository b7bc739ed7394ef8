"""Tables that only this room writes, and what may turn one state of a dispatch or of a line into the next.

Every state and every move stands in the two tables of moves; there are no others.
"""

from schema.database import Table

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


class Dispatch(Table):
    """A numbered dispatch to a partner, drafted, then confirmed and sent.

    The list of sent ones adds `sent`, `printed`, `refused` and `waiting` (with accepted lines) in figures, and
    `received`: whether the other side has acknowledged the entry that closes it.
    """

    @property
    def agrees(self) -> bool:
        return bool(self.sent == self.printed + self.refused + self.waiting)


class DispatchPick(Table):
    """A case chosen for a draft, in its order; `place` is where its papers lay before and go when it is given up."""


class DispatchLineRow(Table, table="dispatch_line"):
    """A line sent and what became of it; `folder` is the number of the folder that a refused file goes back to.

    The lines of a dispatch add their case (`main_key` is whole: mask it before it is shown), `newest`: no later
    dispatch carried it, `repairing`, open `conflicts`, and what was `typed`, with `checked_by` once it counts.
    """

    @property
    def open(self) -> bool:
        """Whether the partner still owes the answer."""
        return self.result in OPEN

    @property
    def unchecked(self) -> bool:
        return self.typed is not None and not self.checked_by

    @property
    def attention(self) -> bool:
        """Whether somebody should look at this line: refused and not yet repaired, disputed, unchecked, open."""
        return bool(self.conflicts or self.unchecked or self.open or (self.result == "refused" and self.repairing))


class TypedAnswer(Table):
    """An answer typed from the returned list, in force once another person has checked it."""


class AnswerValue(Table):
    """The sealed value that came with an answer, by line and reference."""


class AnswerConflict(Table):
    """Two answers to one line that differ; a person decides. What is in force stands on the line, what came beside it
    here; lists add the case, its dispatch and the answer in force."""


class Shipment(Table):
    """What the partner sent, and how many were counted on arrival."""


class CardCall(Table):
    """One attempt to call the applicant, made by hand."""


class HandOver(Table):
    """Something handed over once, against a signed receipt; `returned_on`: it came back as a misprint."""


class CentreStateRow(Table, table="centre_state"):
    """What the centre last said of its blanks and queue."""


class BalanceCheck(Table):
    """The daily check: sent = printed + refused + waiting."""
