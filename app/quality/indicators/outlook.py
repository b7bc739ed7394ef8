"""What figures say over time: periods of a year in their order, an estimate for its end, years side by side.

The estimate is a simple rule, told wherever it is shown. A count adds up: what came so far, and for each period that is
left the mean of those before. Any other measure goes on in a straight line from its first to its last known period.
One figure alone gives no estimate, and neither does a year that is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from app.core.periods import IN_A_YEAR, Period, PeriodKind, periods_of_year
from app.quality.indicators.queries import (
    Achievement,
    figures_of_year,
    load_indicator,
    load_targets,
    make_achievement,
    typing_kind,
    years_in_force,
)
from schema.database import Database

if TYPE_CHECKING:
    from schema.indicator_values import Value
    from schema.indicators import Indicator

RULES = {
    True: "Perkiraan: jumlah sampai kini, ditambah rata-rata per periode untuk setiap periode yang tersisa.",
    False: "Perkiraan: garis lurus dari periode pertama ke periode terakhir yang sudah ada angkanya.",
}


class Outlook(msgspec.Struct, frozen=True):
    """The figures of a year by period, and what its last one may be; `rule` says how that was reckoned."""

    points: Sequence[Achievement]
    estimate: Value | None = None
    reached: bool | None = None
    rule: str = ""


def trend_kind(indicator: Indicator) -> PeriodKind:
    """The periods of a trend: those of measuring; quarters of what is computed and measured once a year."""
    kind = typing_kind(indicator)
    if indicator.query and kind not in IN_A_YEAR:
        return "quarter"
    return kind


def year_outlook(db: Database, key: str, year: int, today: date) -> Outlook:
    """How the year of an indicator went so far. Raises Problem `not_found`."""
    from schema.indicator_values import is_reached

    indicator = load_indicator(db, key)
    target = load_targets(db, year).get(key)
    rows = figures_of_year(db, year).get(key, [])
    kind = trend_kind(indicator)
    if kind == "activity":
        periods = [Period.parse(row.period) for row in rows]
    else:
        periods = [period for period in periods_of_year(kind, year) if period.start <= today]
    points: list[Achievement] = []
    known: list[Value | None] = []
    for period in periods:
        of_period = [row for row in rows if row.period == period.code]
        point = make_achievement(db, key, indicator, period, today, target, of_period)
        settled = point.state != "waiting" and not point.running
        value = point.value if settled else None
        points.append(point)
        known.append(value)
    guess = estimate_value(indicator, known, IN_A_YEAR.get(kind, 0))
    if guess is None:
        return Outlook(points)
    good = None
    if target:
        good = is_reached(guess, target.value, indicator.direction, indicator.best)
    return Outlook(points, guess, good, RULES[indicator.unit == "count"])


def estimate_value(indicator: Indicator, known: Sequence[Value | None], periods: int) -> Value | None:
    """The estimate for the last of `periods` from the first ones; None where fewer than two are known."""
    from schema.indicator_values import Value, number

    places = [(place, value) for place, value in enumerate(known) if value is not None and value.form != "range"]
    if len(places) < 2 or places[-1][0] >= periods - 1:
        return None
    first_place, first = places[0]
    last_place, last = places[-1]
    if indicator.unit == "count":
        total = sum((value.first for _, value in places), Fraction(0))
        return number(total + total / len(places) * (periods - 1 - last_place))
    step = (last.low - first.low) / (last_place - first_place)
    guess = last.low + step * (periods - 1 - last_place)
    if last.form == "ratio":
        if guess > 0:
            return Value("ratio", Fraction(1), guess)
        return None
    guess = max(guess, Fraction(0))
    if indicator.unit == "percent":
        guess = min(guess, Fraction(100))
    return number(guess)


def years_compared(db: Database, key: str, today: date) -> list[Achievement]:
    """What was reached in every year that has a target in force, the newest first."""
    indicator = load_indicator(db, key)
    made = []
    for year in reversed(years_in_force(db)):
        if year <= today.year and (target := load_targets(db, year).get(key)):
            rows = figures_of_year(db, year).get(key, [])
            made.append(make_achievement(db, key, indicator, Period("year", year), today, target, rows))
    return made
