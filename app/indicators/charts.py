"""Small charts of figures as SVG text, drawn like those of the quarter (`app/quarter/charts.py`)."""

from __future__ import annotations

from fractions import Fraction

from app.indicators.queries import Achievement

SHORT = {"quarter": "Tw", "semester": "Sem", "semester_end": "Sem"}


def scale_top(one: Achievement) -> Fraction:
    """The value at the end of a scale that holds figure and target."""
    if one.indicator.unit == "percent":
        return max(Fraction(100), one.value.high if one.value else Fraction(0))
    known = [value.high for value in (one.value, one.target.value if one.target else None) if value]
    return max([*known, Fraction(1)]) * Fraction(11, 10)


def target_bar(one: Achievement) -> tuple[float, float | None]:
    """Length of the bar of a figure, and place of the mark of its target, each of a hundred."""
    top = scale_top(one)
    length = float(one.value.high / top * 100) if one.value else 0.0
    mark = float(one.target.value.low / top * 100) if one.target else None
    return round(length, 1), None if mark is None else round(min(mark, 99), 1)
