"""JSON into structs, safely from many threads.

msgspec reads a struct's type hints when it meets the struct for the first time, and crashes the whole process when
two threads do that at once (seen with 0.22: eight first requests after a start were enough). So a decoder is made
under a lock; afterwards decoding needs none.
"""

import re
import threading
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter, le
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=512)
def json_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    with _one_at_a_time:
        return msgspec.json.Decoder(kind)


def decode_json(data: bytes | str, kind: type[T]) -> T:
    """As `msgspec.json.decode(data, type=kind)`. Raises msgspec.DecodeError or ValidationError."""
    return json_decoder(kind).decode(data)  # type: ignore[arg-type]  # every class is hashable


def convert_values(values: Any, kind: type[T], *, strict: bool = True) -> T:
    """As `msgspec.convert(values, kind, strict=strict)`. Raises msgspec.ValidationError."""
    json_decoder(kind)  # type: ignore[arg-type]
    return msgspec.convert(values, kind, strict=strict)


BIGGEST = 2**53 - 1
MOST_ITEMS = 2000
MOST_FIELDS = 200
MOST_IN_NAME = 60
WIDEST = 2000

Test = Callable[[Any], object]
"""What it answers is true or not."""


class BoundError(ValueError):
    """A value lies outside what its field may hold. `sentence` names the field, never the value."""

    def __init__(self, field: str) -> None:
        self.sentence = f"Isian {field} di luar batas yang boleh."
        super().__init__(self.sentence)


Lengths = tuple[int, int]


@dataclass(frozen=True)
class Bound:
    """A bound beside a field's type: `Annotated[str, Bound(is_day)]`.

    `lengths`: printable text of so many characters certainly holds, so that many are looked at together.
    """

    holds: Test
    lengths: Lengths | None = None


# -- bounds that messages use ----------------------------------------------------------------------------------


def is_printable(text: str) -> bool:
    """No control character, none that turns the direction of reading, no half of a pair."""
    return text.isprintable() or text.replace("\u00a0", " ").isprintable()


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
"""Python also reads the day of a week and any sign before the hour, `2026-W10-1` and `2026-03-02-01:14:00`, which sort
elsewhere."""


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """A real calendar date of these two centuries as ISO text."""
    try:
        return _DAY.fullmatch(text) is not None and 1900 <= date.fromisoformat(text).year < 2200
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def is_moment(text: str) -> bool:
    """A UTC moment as the journal writes it, `2026-03-02T01:14:00Z`, in years that a PC's clock can show."""
    try:
        return _MOMENT.fullmatch(text) is not None and 1970 <= datetime.fromisoformat(text).year < 2200
    except ValueError:
        return False


def number_within(low: int, high: int = BIGGEST) -> Bound:
    """A whole number from `low` to `high`."""
    return Bound(lambda number: type(number) is int and low <= number <= high)


def text_up_to(most: int, *, lines: bool = False, least: int = 0) -> Bound:
    """Printable text of at most `most` characters; `lines` allows line breaks."""

    def holds(value: str) -> bool:
        if not least <= len(value) <= most:
            return False
        if value.isprintable():
            return True
        if lines:
            line = value.replace("\n", " ")
        else:
            line = value
        return is_printable(line)

    return Bound(holds, (least, most))


def text_like(pattern: str, *, empty: bool = False) -> Bound:
    if empty:
        pattern = f"(?:{pattern})?"
    return Bound(re.compile(pattern).fullmatch)


def word_among(*words: str) -> Bound:
    return Bound(lambda value: value in words)


Day = Annotated[str, Bound(is_day)]
DayOrNone = Annotated[str, Bound(lambda value: not value or is_day(value))]
Moment = Annotated[str, Bound(is_moment)]
Id = Annotated[int, number_within(1)]
Count = Annotated[int, number_within(0, 10_000_000)]
Short = Annotated[str, text_up_to(100)]
Named = Annotated[str, text_up_to(200, least=1)]
Text = Annotated[str, text_up_to(WIDEST, lines=True)]
Hex64 = Annotated[str, text_like("[0-9a-f]{64}")]
Hex64OrNone = Annotated[str, text_like("[0-9a-f]{64}", empty=True)]
LineId = Annotated[str, text_like("[1-9][0-9]{0,7}/[a-z0-9-]{1,40}/[1-9][0-9]{0,15}")]


# -- checking ----------------------------------------------------------------------------------------------------


def check_fields(value: msgspec.Struct) -> None:
    """Raise BoundError, naming the field, unless every field of a struct holds what it may."""
    read, shortest, longest, others = grouped_tests(type(value))
    if are_plain_texts(read(value), shortest, longest):
        tests = others
    else:
        tests = field_tests(type(value))
    for name, holds in tests:
        if not holds(getattr(value, name)):
            raise BoundError(name)


def are_plain_texts(texts: Sequence[str], shortest: Sequence[int], longest: Sequence[int]) -> bool:
    """Whether texts are printable and not too long, seen together: a test of each costs ten times as much."""
    sizes = list(map(len, texts))
    return "".join(texts).isprintable() and all(map(le, shortest, sizes)) and all(map(le, sizes, longest))


@lru_cache(maxsize=256)
def grouped_tests(
    kind: type[msgspec.Struct],
) -> tuple[Callable[[Any], Sequence[str]], tuple[int, ...], tuple[int, ...], tuple[tuple[str, Test], ...]]:
    """What reads the fields of plain text, their least and greatest lengths, and the tests of all other fields."""
    hints = get_type_hints(kind, include_extras=True)
    plain = {name: size for name in kind.__struct_fields__ if (size := text_lengths(hints[name]))}
    others = tuple((name, test) for name, test in field_tests(kind) if name not in plain)
    least = tuple(size[0] for size in plain.values())
    most = tuple(size[1] for size in plain.values())
    return fields_reader(tuple(plain)), least, most, others


def fields_reader(names: tuple[str, ...]) -> Callable[[Any], Sequence[Any]]:
    """What reads fields of an object, all at once."""
    if len(names) < 2:
        return lambda value: [getattr(value, name) for name in names]
    return attrgetter(*names)


def text_lengths(hint: Any) -> Lengths | None:
    """Between which lengths printable text fits a type; None for a type that asks more, or something else."""
    if hint is str:
        return 0, WIDEST
    if get_origin(hint) is Annotated and get_args(hint)[0] is str:
        marks = get_args(hint)[1:]
    else:
        marks = ()
    if len(marks) == 1 and isinstance(marks[0], Bound):
        return marks[0].lengths
    return None


@lru_cache(maxsize=256)
def field_tests(kind: type[msgspec.Struct]) -> tuple[tuple[str, Test], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, type_test(hints[name])) for name in kind.__struct_fields__)


def type_test(hint: Any) -> Test:
    kind = get_origin(hint)
    inner = get_args(hint)
    if kind is Annotated:
        own = [mark.holds for mark in inner[1:] if isinstance(mark, Bound)]
        if own and inner[0] in (str, int):
            return own[0]
        return combine_tests(own, type_test(inner[0]))
    if kind in (Union, types.UnionType):
        choices = [type_test(argument) for argument in inner if argument is not types.NoneType]
        known = any_test_of(choices)
        if types.NoneType in inner:
            return lambda value: value is None or known(value)
        return known
    if kind in (list, tuple):
        items = [type_test(argument) for argument in inner if argument is not Ellipsis]
        return each_item_test(kind, items)
    if kind is dict:
        plain = all(text_lengths(argument) == (0, WIDEST) for argument in inner)
        return pairs_test(type_test(inner[0]), type_test(inner[1]), plain)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return lambda value: (
            isinstance(value, hint) and all(holds(getattr(value, name)) for name, holds in field_tests(hint))
        )
    return DEFAULT_TESTS.get(hint, lambda _value: True)


DEFAULT_TESTS: Mapping[Any, Test] = {
    str: text_up_to(WIDEST, lines=True).holds,
    int: number_within(-BIGGEST).holds,
    type(None): lambda value: value is None,
}


def combine_tests(own: Sequence[Test], inner: Test) -> Test:
    return lambda value: inner(value) and all(holds(value) for holds in own)


def any_test_of(tests: Sequence[Test]) -> Test:

    def fits(value: Any) -> Iterator[bool]:
        for holds in tests:
            try:
                yield bool(holds(value))
            except (TypeError, AttributeError):
                yield False

    return lambda value: any(fits(value))


def each_item_test(kind: type, tests: Sequence[Test]) -> Test:
    if kind is tuple and len(tests) > 1:
        return lambda value: all(holds(item) for holds, item in zip(tests, value, strict=True))
    return lambda value: len(value) <= MOST_ITEMS and all(map(tests[0], value))


def pairs_test(key: Test, held: Test, plain: bool) -> Test:
    """A mapping with keys of at most 60 characters. `plain`: of texts, so that short printable ones surely fit."""

    def holds(value: Any) -> bool:
        if len(value) > MOST_FIELDS or max(map(len, value), default=0) > MOST_IN_NAME:
            return False
        if plain:
            whole = "".join((*value, *value.values()))
            if len(whole) <= WIDEST and whole.isprintable():
                return True
        return all(key(name) and held(inner) for name, inner in value.items())

    return holds


Sender = Literal["office", "centre"]


class Travel(NamedTuple):
    """`sender` writes it into its stream for the other side. `subject` is what the line must name as its subject:
    `{field}` stands for the message's own field, `{stream}` for the stream, a last `*` for a number. `about`: which
    records of the sender the receiver compares it with, in words for the documentation.
    """

    sender: Sender
    subject: str
    about: str = ""
