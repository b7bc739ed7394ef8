"""Values of indicators: how they are written, compared and shown."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schema.indicator_values import (
    NO_RATIO,
    NOT_A_VALUE,
    WRONG_RANGE,
    Value,
    exact_text,
    format_value,
    is_reached,
    number,
    parse_value,
    read_exact,
    round_half_up,
)


@pytest.mark.parametrize(
    ("written", "exact", "shown"),
    [
        ("90", "90", "90%"),
        ("2,5", "5/2", "2,5%"),
        ("3.4", "17/5", "3,4%"),
        ("1.250", "1250", "1250%"),
        ("1.250,5", "2501/2", "1250,5%"),
        ("-3,5", "-7/2", "-3,5%"),
        ("1:30", "1:30", "1:30"),
        (" 1 : 22 ", "1:22", "1:22"),
        ("2-5", "2-5", "2-5%"),
        ("2\u20135", "2-5", "2-5%"),
        ("7,50-10", "15/2-10", "7,5-10%"),
    ],
)
def test_values_are_read_stored_and_shown_exactly(written: str, exact: str, shown: str) -> None:
    value = parse_value(written)
    assert (exact_text(value), format_value(value, "percent")) == (exact, shown)
    assert read_exact(exact) == value


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", NOT_A_VALUE),
        ("sembilan", NOT_A_VALUE),
        ("1e5", NOT_A_VALUE),
        ("1/2", NOT_A_VALUE),
        ("1:", NOT_A_VALUE),
        ("12.34.5", NOT_A_VALUE),
        ("1" * 13, NOT_A_VALUE),
        ("\u0665", NOT_A_VALUE),
        ("0:30", NO_RATIO),
        ("1:0", NO_RATIO),
        ("5-2", WRONG_RANGE),
        ("-5-2", WRONG_RANGE),
    ],
)
def test_what_is_no_value_gets_a_sentence(written: str, why: str) -> None:
    with pytest.raises(ValueError, match="^" + why[:20].replace("(", r"\(")):
        parse_value(written)


def test_units_and_nouns_stand_behind_a_value() -> None:
    shown = [
        format_value(parse_value("30"), "count", "judul"),
        format_value(parse_value("2-5"), "count", "tim"),
        format_value(parse_value("5"), "days"),
        format_value(parse_value("1:16"), "ratio", "ribu"),
        format_value(number(Fraction(200, 3)), "percent"),
        format_value(number(Fraction(995, 1000)), "index"),
        format_value(number(Fraction(7647, 100)), "index"),
        format_value(number(400), "minutes"),
    ]
    assert shown == ["30 judul", "2-5 tim", "5 hari", "1:16", "66,67%", "1", "76,47", "400 menit"]


@pytest.mark.parametrize(
    ("value", "target", "direction", "ideal", "reached"),
    [
        ("90", "90", "more", "", True),
        ("89,99", "90", "more", "", False),
        ("7", "7", "less", "", True),
        ("7,01", "7", "less", "", False),
        # A ratio by how many there are for one: fewer students for an adviser, more applicants for a place.
        ("1:19", "1:20", "less", "", True),
        ("1:21", "1:20", "less", "", False),
        ("2:40", "1:20", "less", "", True),
        ("1:6", "1:5", "more", "", True),
        ("1:4", "1:5", "more", "", False),
        # A range as target: more needs its lower edge, less its upper one, nearer lies inside.
        ("2", "2-5", "more", "", True),
        ("1", "2-5", "more", "", False),
        ("7", "2-5", "more", "", True),
        ("5", "2-5", "less", "", True),
        ("6", "2-5", "less", "", False),
        ("2", "2-5", "nearer", "", True),
        ("5", "2-5", "nearer", "", True),
        ("6", "2-5", "nearer", "", False),
        ("3-4", "2-5", "nearer", "", True),
        ("4-6", "2-5", "nearer", "", False),
        ("1-4", "2-5", "more", "", False),
        ("4-6", "2-5", "less", "", False),
        # Nearer without an ideal: only the target itself; with one: as near as the target, on either side.
        ("90", "90", "nearer", "", True),
        ("91", "90", "nearer", "", False),
        ("1:25", "1:30", "nearer", "1:10", True),
        ("1:31", "1:30", "nearer", "1:10", False),
        ("1:16", "1:16", "nearer", "1:30", True),
        ("1:15", "1:16", "nearer", "1:30", False),
        ("1:44", "1:16", "nearer", "1:30", True),
        ("1:45", "1:16", "nearer", "1:30", False),
    ],
)
def test_reached_by_direction(value: str, target: str, direction: str, ideal: str, reached: bool) -> None:
    best = parse_value(ideal) if ideal else None
    assert is_reached(parse_value(value), parse_value(target), direction, best) is reached


def test_two_thirds_are_not_rounded_before_they_are_compared() -> None:
    assert is_reached(number(Fraction(200, 3)), parse_value("66,66"), "more")
    assert not is_reached(number(Fraction(200, 3)), parse_value("66,67"), "more")
    assert format_value(number(Fraction(200, 3)), "percent") == "66,67%"


def test_a_ratio_is_not_compared_with_a_number() -> None:
    with pytest.raises(ValueError, match="Rasio"):
        is_reached(parse_value("30"), parse_value("1:30"), "more")


@given(some.fractions(), some.integers(0, 4))
def test_rounding_is_that_of_decimal_where_decimal_can_say_it(amount: Fraction, places: int) -> None:
    tenths = Fraction(int(amount * 10**6), 10**6)
    plain = Decimal(tenths.numerator) / Decimal(tenths.denominator)
    if Fraction(plain) == tenths:
        assert round_half_up(tenths, places) == plain.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(some.fractions(0, 1000), some.fractions(0, 1000))
def test_what_is_stored_comes_back(low: Fraction, more: Fraction) -> None:
    for value in (number(-low), Value("range", low, low + more), Value("ratio", low + 1, more + 1)):
        assert read_exact(exact_text(value)) == value
