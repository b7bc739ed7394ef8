"""Values of indicators: a number, a ratio `1:30` or a range `2-5`, exact, and whether one reaches a target.

A ratio `a:b` is compared by how many of the second there are for one of the first: `1:30` by 30. Whether 30 or 20 is
the better one is what the direction of its indicator says.
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

Form = Literal["number", "ratio", "range"]
Direction = Literal["more", "less", "nearer"]
Unit = Literal["percent", "count", "ratio", "days", "hours", "minutes", "index"]

NOT_A_VALUE = "Tulis angka (85 atau 2,5), rasio (1:30), atau rentang (2-5), paling banyak 12 angka."
NO_RATIO = "Rasio tidak boleh dimulai dengan nol; tulis misalnya 1:30."
WRONG_RANGE = "Rentang dimulai dengan angka yang lebih kecil; tulis misalnya 2-5."
UNIT_WORDS = {"percent": "%", "days": "hari", "hours": "jam", "minutes": "menit"}

_AMOUNT = r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,3}(?:,[0-9]{1,6})?|[0-9]{1,12}(?:[.,][0-9]{1,6})?)"
_VALUE = re.compile(rf"(-?{_AMOUNT})(?:\s*([:\u2013-])\s*({_AMOUNT}))?")
_EXACT = re.compile(r"(-?[0-9/]+)(?:([:-])([0-9/]+))?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")


class Value(NamedTuple):
    """A number stands in `first` and in `second`."""

    form: Form
    first: Fraction
    second: Fraction

    @property
    def low(self) -> Fraction:
        if self.form == "ratio":
            return self.second / self.first
        return self.first

    @property
    def high(self) -> Fraction:
        if self.form == "ratio":
            return self.low
        return self.second


def number(amount: Fraction | int) -> Value:
    return Value("number", Fraction(amount), Fraction(amount))


@lru_cache(1024)  # a page of targets reads the same few values for each of its years
def parse_value(text: str) -> Value:
    """What people write: `85`, `2,5` (or `2.5`), `1.250`, `1:30`, `2-5`. Raises ValueError with a sentence."""
    match = _VALUE.fullmatch(text.strip())
    if match is None:
        raise ValueError(NOT_A_VALUE)
    first, sign, second = match.groups()
    return _checked_value(sign or "", _parse_number(first), _parse_number(second or first))


def exact_text(value: Value) -> str:
    """For storing: `200/3`, `1:30`, `2-5`."""
    sign = {"number": "", "ratio": ":", "range": "-"}[value.form]
    if sign:
        return f"{value.first}{sign}{value.second}"
    return str(value.first)


@lru_cache(1024)
def read_exact(text: str) -> Value:
    """What `exact_text` wrote. Raises ValueError for anything else."""
    match = _EXACT.fullmatch(text)
    if match is None:
        raise ValueError(NOT_A_VALUE)
    first, sign, second = match.groups()
    return _checked_value(sign or "", Fraction(first), Fraction(second or first))


def format_value(value: Value, unit: str = "", noun: str = "", places: int = 2) -> str:
    """`2,5%`, `30 judul`, `5 hari`, `1:30`, `2-5 tim`; rounded half up, only here."""
    first = format_number(value.first, places)
    second = format_number(value.second, places)
    if value.form == "ratio":
        return f"{first}:{second}"
    if value.form == "number":
        words = first
    else:
        words = f"{first}-{second}"
    after = noun or UNIT_WORDS.get(unit, "")
    if after == "%":
        return f"{words}%"
    return f"{words} {after}".rstrip()


def format_number(amount: Fraction, places: int = 2) -> str:
    """With a decimal comma, without zeros at its end."""
    rounded = f"{round_half_up(amount, places):f}"
    if "." in rounded:
        rounded = rounded.rstrip("0").rstrip(".")
    return rounded.replace(".", ",")


def round_half_up(amount: Fraction, places: int = 2) -> Decimal:
    """The one rounding at the end: a half goes away from zero."""
    scaled = abs(amount) * 10**places
    sign = 1 if amount >= 0 else -1
    return Decimal(sign * ((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))).scaleb(-places)


def is_reached(value: Value, target: Value, direction: Direction, ideal: Value | None = None) -> bool:
    """Whether a value is at least as good as its target.

    Of a range that is the target, more needs the lower edge and less the upper one. Nearer is measured from the ideal
    or, without one, from the target itself, where a range is reached by whatever lies inside. Raises ValueError where a
    ratio meets what is none.
    """
    if (value.form == "ratio") != (target.form == "ratio"):
        raise ValueError("Rasio hanya dapat dibandingkan dengan rasio.")
    if direction == "more":
        return value.low >= target.low
    if direction == "less":
        return value.high <= target.high
    aim = ideal or target
    return _distance(value, aim) <= _distance(target, aim)


def _distance(value: Value, aim: Value) -> Fraction:
    """How far a value reaches outside of what it should be; 0 inside."""
    return max(aim.low - value.low, value.high - aim.high, Fraction(0))


def _parse_number(text: str) -> Fraction:
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Fraction(text.replace(",", "."))


def _checked_value(sign: str, first: Fraction, second: Fraction) -> Value:
    if not sign:
        return Value("number", first, second)
    if sign == ":":
        if first <= 0 or second <= 0:
            raise ValueError(NO_RATIO)
        return Value("ratio", first, second)
    if not 0 <= first <= second:
        raise ValueError(WRONG_RANGE)
    return Value("range", first, second)
