"""Estimates for the end of a year, and years side by side."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core.periods import Period, PeriodKind
from app.quality.indicators.charts import scale_floor, scale_top
from app.quality.indicators.outlook import estimate_value, trend_kind, year_outlook, years_compared
from schema.indicator_values import Value, number, parse_value
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import COUNT, FILE, RATIO, SHARE, checked, indicator_of, typed

QUARTERLY = f"{FILE}/evaluasi_pbm"


def values(*texts: str) -> list[Value | None]:
    return [parse_value(text) if text else None for text in texts]


@pytest.mark.parametrize(
    ("key", "known", "periods", "wanted"),
    [
        (SHARE, values("80"), 4, None),  # one figure gives no estimate
        (SHARE, values("", "80", ""), 4, None),
        (SHARE, values("80", "84"), 4, number(92)),
        (SHARE, values("80", "", "84"), 4, number(86)),
        (SHARE, values("90", "98"), 4, number(100)),  # no more than all
        (SHARE, values("10", "2"), 4, number(0)),
        (SHARE, values("80", "84", "85", "90"), 4, None),  # the year is over
        (COUNT, values("3", "5"), 4, number(16)),
        (COUNT, values("3", "", "6"), 4, number(Fraction(27, 2))),
        (RATIO, values("1:20", "1:22"), 4, parse_value("1:26")),
        (RATIO, values("1:20", "1:2"), 4, None),
        (RATIO, values("1:30", "1:20"), 4, None),  # one to nothing is no ratio either
        (COUNT, values("", "0"), 4, None),
        (COUNT, values("0", "0"), 4, number(0)),
    ],
)
def test_the_estimate_follows_its_rule(key: str, known: list[Value | None], periods: int, wanted: Value | None) -> None:
    assert estimate_value(indicator_of(key), known, periods) == wanted


@given(st.lists(st.integers(0, 100), min_size=2, max_size=11), st.integers(12, 12))
def test_a_straight_line_goes_on(heights: list[int], periods: int) -> None:
    first, last = heights[0], heights[-1]
    made = estimate_value(indicator_of(SHARE), [number(one) for one in heights], periods)
    step = Fraction(last - first, len(heights) - 1)
    exact = last + sum((step for _ in range(periods - len(heights))), Fraction(0))
    assert made == number(min(max(exact, Fraction(0)), Fraction(100)))


@pytest.mark.parametrize("unit", ["percent", "days"])
@pytest.mark.parametrize("heights", [[], [0], [100], [100, 100], [99, 100], [75, 80], [0, 100]])
def test_a_scale_has_room_for_its_values_also_where_every_figure_is_whole(heights: list[int], unit: str) -> None:
    found = [number(height) for height in heights]
    assert scale_floor(unit, found) < scale_top(unit, found)
    assert all(scale_floor(unit, found) <= one.low <= one.high <= scale_top(unit, found) for one in found)


def test_a_year_shows_its_periods_and_stands_beside_the_one_before(campus: Campus) -> None:
    for code, above in (("2025-Q4", 8), ("2026-Q1", 9), ("2026-Q2", 10)):
        checked(campus, typed(campus, "yuni", Period.parse(code), QUARTERLY, numerator=str(above), denominator="10"))
    today = campus.clock().date()
    course = year_outlook(campus.db, QUARTERLY, 2026, today)
    assert [point.state for point in course.points] == ["missed", "reached", "no_data"]
    assert (course.estimate, course.reached) == (number(100), True)
    found = [(year.period.year, year.state) for year in years_compared(campus.db, QUARTERLY, today)]
    assert found == [(2026, "missed"), (2025, "missed")], "95 of 100 in the whole year"
    typed(campus, "yuni", Period.parse("2026-Q2"), QUARTERLY, numerator="7", denominator="10", reason="Keliru")
    assert year_outlook(campus.db, QUARTERLY, 2026, today).estimate is None, "what nobody checked gives no estimate"


@pytest.mark.parametrize(
    ("measured", "query", "wanted"),
    [
        ("month", "", "month"),
        ("month", "waiting", "month"),
        ("semester", "waiting", "semester"),
        ("year", "", "year"),
        ("year", "waiting", "quarter"),
        ("activity", "", "activity"),
        ("activity", "waiting", "quarter"),
    ],
)
def test_what_is_measured_once_a_year_is_followed_by_quarters_where_it_is_computed(
    measured: PeriodKind, query: str, wanted: PeriodKind
) -> None:
    assert trend_kind(replace(indicator_of(SHARE), measured=measured, query=query)) == wanted
