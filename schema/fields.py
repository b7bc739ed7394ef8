"""What a field of a travelling message may hold: written beside the field, checked once, when a line is received.

A replay does not ask again: what was taken years ago under other bounds stays readable for ever. A field without a
bound of its own is held to the widest one, so that no new field is ever unbounded.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

BIGGEST = 2**53 - 1
MOST_ITEMS, MOST_FIELDS = 2000, 200
WIDEST = 2000

Test = Callable[[Any], bool]


class BoundError(ValueError):
    """A value lies outside what its field may hold. `sentence` names the field, never the value."""

    def __init__(self, field: str) -> None:
        self.sentence = f"Isian {field} di luar batas yang boleh."
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Bound:
    """A bound beside a field's type: `Annotated[str, Bound(is_day)]`."""

    holds: Test


# -- bounds that messages use ----------------------------------------------------------------------------------


def printable(text: str) -> bool:
    """No control character, none that turns the direction of reading, no half of a pair."""
    return text.isprintable() or text.replace("\u00a0", " ").isprintable()


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """A real calendar date of these two centuries as ISO text."""
    try:
        return len(text) == 10 and 1900 <= date.fromisoformat(text).year < 2200
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def is_moment(text: str) -> bool:
    """A UTC moment as the journal writes it, `2026-03-02T01:14:00Z`, in years that a PC's clock can show."""
    try:
        return (
            re.fullmatch(r"[0-9T:-]{19}Z", text) is not None
            and 1970 <= datetime.fromisoformat(text).year < 2200
        )
    except ValueError:
        return False


def within(low: int, high: int = BIGGEST) -> Bound:
    """A whole number from `low` to `high`."""
    return Bound(lambda number: type(number) is int and low <= number <= high)


def text(most: int, *, lines: bool = False, least: int = 0) -> Bound:
    """Printable text of at most `most` characters; `lines` allows line breaks."""
    return Bound(
        lambda value: (
            least <= len(value) <= most
            and (value.isprintable() or printable(value.replace("\n", " ") if lines else value))
        )
    )


def like(pattern: str, *, empty: bool = False) -> Bound:
    """Text that a regular expression matches as a whole."""
    shape = re.compile(pattern)
    return Bound(lambda value: (empty and not value) or shape.fullmatch(value) is not None)


def among(*words: str) -> Bound:
    """One of some words."""
    return Bound(lambda value: value in words)


Day = Annotated[str, Bound(is_day)]
DayOrNone = Annotated[str, Bound(lambda value: not value or is_day(value))]
Moment = Annotated[str, Bound(is_moment)]
Id = Annotated[int, within(1)]
Count = Annotated[int, within(0, 10_000_000)]
Short = Annotated[str, text(100)]
Named = Annotated[str, text(200, least=1)]
Text = Annotated[str, text(WIDEST, lines=True)]
Hex64 = Annotated[str, like("[0-9a-f]{64}")]
Hex64OrNone = Annotated[str, like("[0-9a-f]{64}", empty=True)]
LineId = Annotated[str, like("[1-9][0-9]{0,7}/[a-z0-9-]{1,40}/[1-9][0-9]{0,15}")]


# -- checking ----------------------------------------------------------------------------------------------------


def check_fields(value: msgspec.Struct) -> None:
    """Raise BoundError, naming the field, unless every field of a struct holds what it may."""
    for name, holds in tests_of(type(value)):
        if not holds(getattr(value, name)):
            raise BoundError(name)


@lru_cache(maxsize=256)
def tests_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, Test], ...]:
    """(field, test) of a struct."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, test_of(hints[name])) for name in kind.__struct_fields__)


def test_of(hint: Any) -> Test:
    """The test that a type stands for."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Annotated:
        own = [mark.holds for mark in inner[1:] if isinstance(mark, Bound)]
        return own[0] if own and inner[0] in (str, int) else both(own, test_of(inner[0]))
    if kind in (Union, types.UnionType):
        return either([test_of(one) for one in inner])
    if kind in (list, tuple):
        return each_of(kind, [test_of(one) for one in inner if one is not Ellipsis])
    if kind is dict:
        return pairs_of(test_of(inner[0]), test_of(inner[1]))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return lambda value: (
            isinstance(value, hint) and all(holds(getattr(value, name)) for name, holds in tests_of(hint))
        )
    return WHOLE.get(hint, lambda _value: True)


WHOLE: Mapping[Any, Test] = {
    str: text(WIDEST, lines=True).holds,
    int: within(-BIGGEST).holds,
    type(None): lambda value: value is None,
}


def both(own: Sequence[Test], inner: Test) -> Test:
    """Every test of a field and the one of its type."""
    return lambda value: inner(value) and all(holds(value) for holds in own)


def either(tests: Sequence[Test]) -> Test:
    """Whether one of several types fits; a test of another type may raise."""

    def fits(value: Any) -> Iterator[bool]:
        for holds in tests:
            try:
                yield holds(value)
            except (TypeError, AttributeError):
                yield False

    return lambda value: any(fits(value))


def each_of(kind: type, tests: Sequence[Test]) -> Test:
    """A list of one type, or a tuple with a type for each place."""
    if kind is tuple and len(tests) > 1:
        return lambda value: all(holds(one) for holds, one in zip(tests, value, strict=True))
    return lambda value: len(value) <= MOST_ITEMS and all(map(tests[0], value))


def pairs_of(key: Test, held: Test) -> Test:
    """A mapping with keys of at most 60 characters."""
    return lambda value: (
        len(value) <= MOST_FIELDS
        and all(len(name) <= 60 and key(name) and held(one) for name, one in value.items())
    )
