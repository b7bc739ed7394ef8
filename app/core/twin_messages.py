"""Bodies of what becomes of a line that another PC of the same office wrote, or that no longer fits its own place.

The office decides, in its stream for the centre, so both sides apply them (docs/decisions/0013-forks.md). `place` is
`epoch/stream/n` of the line that is decided on, `hash` the chain's hash there: two PCs share the place, not the hash.
"""

from __future__ import annotations

import msgspec

from app.core.messages import DispatchLine

LINE = "dispatch.line"
"""The kind that may be taken over: it stands for a person who waits for a card."""


class Given(msgspec.Struct, frozen=True):
    """A number as a series of the office gave it."""

    text: str
    year: int
    n: int


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the centre had answered to a line already: accepted, refused or printed, and what belongs to it."""

    result: str
    reason: str = ""
    biometric: bool = False
    serial: str = ""
    on: str = ""
    shipment: str = ""


class TwinTakenOver(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line's case goes on here under a new number. `held`: the centre works with the line already, so it only
    gets the new number there and `dispatch` here; else the case waits in step `step` to be sent."""

    place: str
    hash: str
    held: bool
    line: DispatchLine
    case_id: int
    number: Given
    step: str
    papers: str
    note: str
    dispatch_id: int = 0
    dispatch: Given | None = None
    said: Said | None = None


class TwinSetAside(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line is not used, and why. What the centre holds of it is asked back."""

    place: str
    hash: str
    kind: str
    reason: str
    held: bool = False


class TwinSentAgain(msgspec.Struct, frozen=True):
    """Our own line never reached the centre, because its number was taken there: the case waits to be sent again."""

    place: str
    hash: str
    case_id: int
    step: str
    papers: str
    on: str
    reason: str


def dispatch_line(text: str) -> DispatchLine | None:
    """The case inside a line's text, or None when it cannot be read."""
    try:
        return msgspec.json.decode(text.partition(',"data":')[2][:-1].encode(), type=DispatchLine)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
