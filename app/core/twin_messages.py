"""Bodies of what becomes of a line that another PC of the same office wrote, or that no longer fits its own place.

The office decides, in its stream for the centre, so both sides apply them (docs/decisions/0013-forks.md). `place` is
`epoch/stream/n` of the line that is decided on, `hash` the chain's hash there: two PCs share the place, not the hash.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from app.core.messages import DispatchLine, Reason, Result, Word
from schema.fields import Day, DayOrNone, Hex64, Id, LineId, Named, Short, like, within
from schema.travel import Travel

LINE = "dispatch.line"
"""The kind that may be taken over: it stands for a person who waits for a card."""


class Given(msgspec.Struct, frozen=True):
    """A number as a series of the office gave it."""

    text: Named
    year: Annotated[int, within(1900, 2200)]
    n: Annotated[int, within(0)]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the centre had answered to a line already: accepted, refused or printed, and what belongs to it."""

    result: Result
    reason: Reason = ""
    biometric: bool = False
    serial: Short = ""
    on: DayOrNone = ""
    shipment: Short = ""


class TwinTakenOver(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line's case goes on here under a new number. `held`: the centre works with the line already, so it only
    gets the new number there and `dispatch` here; else the case waits in step `step` to be sent."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}", "a line that an office of this code wrote")

    place: LineId
    hash: Hex64
    held: bool
    line: DispatchLine
    case_id: Id
    number: Given
    step: Word
    papers: Word
    note: Reason
    dispatch_id: Annotated[int, within(0)] = 0
    dispatch: Given | None = None
    said: Said | None = None
    code: Short = ""
    """Another slip code, where the one of the line stands on another case here."""


class TwinSetAside(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line is not used, and why. What the centre holds of it is asked back."""

    TRAVEL: ClassVar = Travel("office", "twin/{place}", "a line that an office of this code wrote")

    place: LineId
    hash: Hex64
    kind: Annotated[str, like("[a-z_.?]{1,81}")]
    reason: Reason
    held: bool = False


class TwinSentAgain(msgspec.Struct, frozen=True):
    """Our own line never reached the centre, because its number was taken there: the case waits to be sent again."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}", "a line that this office wrote")

    place: LineId
    hash: Hex64
    case_id: Id
    step: Word
    papers: Word
    on: Day
    reason: Reason


def dispatch_line(text: str) -> DispatchLine | None:
    """The case inside a line's text, or None when it cannot be read."""
    try:
        return msgspec.json.decode(text.partition(',"data":')[2][:-1].encode(), type=DispatchLine)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
