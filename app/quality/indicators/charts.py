"""Small charts of figures as SVG text, drawn like those of the quarter (`app/quality/quarter/charts.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from app.core.dates import MONTHS
from app.core.periods import IN_A_YEAR, Period
from app.core.quarters import ROMAN
from app.quality.indicators.outlook import Outlook, trend_kind
from app.quality.indicators.queries import Achievement
from app.quality.indicators.wording import amount_words, value_words
from app.quality.quarter.charts import (
    ACCENT,
    BAD,
    HIGH,
    INK,
    PAPER,
    QUIET,
    SOFT,
    WIDE,
    draw_line,
    draw_rect,
    draw_svg,
    draw_text,
)

if TYPE_CHECKING:
    from schema.indicator_values import Value

LEFT = 40
BASE = 200
ROOM = 160
COLOURS = {"reached": ACCENT, "missed": BAD}


def scale_top(unit: str, values: Sequence[Value]) -> Fraction:
    """The value at the end of a scale that holds all of these."""
    most = max([value.high for value in values], default=Fraction(0))
    if unit == "percent":
        return max(Fraction(100), most)
    return max(most * Fraction(11, 10), Fraction(1))


def target_bar(achievement: Achievement) -> tuple[float, float | None]:
    """Length of the bar of a figure, and place of the mark of its target, each of a hundred."""
    aim = None
    if achievement.target:
        aim = achievement.target.value
    top = scale_top(achievement.indicator.unit, [value for value in (achievement.value, aim) if value])
    length = 0.0
    mark = None
    if achievement.value:
        length = float(achievement.value.high / top * 100)
    if aim:
        mark = round(min(float(aim.low / top * 100), 99), 1)
    return round(length, 1), mark


def short_label(period: Period) -> str:
    """`Jan`, `III`, `Ganjil`, as it stands under a point."""
    if period.kind in ("month", "activity"):
        return MONTHS[period.n - 1][:3]
    if period.kind == "semester_end":
        return "Ganjil" if period.n == 1 else "Genap"
    if period.n:
        return ROMAN[period.n - 1]
    return str(period.year)


def scale_floor(unit: str, values: Sequence[Value]) -> Fraction:
    """Where a scale of shares begins, so that small differences are seen, 75 at most; any other begins at nought."""
    least = min([value.low for value in values], default=Fraction(0))
    if unit == "percent":
        return Fraction(min(max(int(least // 25) * 25, 0), 75))
    return min(least, Fraction(0))


def trend_chart(name: str, outlook: Outlook) -> str:
    """The figures of a year by period: a point each, the target as a broken line; what is not over or not known yet, a
    running period or an estimate, is an empty point."""
    from schema.indicator_values import format_number

    points = outlook.points
    if not points:
        return ""
    unit = points[0].indicator.unit
    first = points[0]
    aim = next((point.target.value for point in points if point.target), None)
    values = [value for value in (aim, outlook.estimate) if value]
    values += [point.value for point in points if point.value]
    floor = scale_floor(unit, values)
    top = scale_top(unit, values)
    places = max(IN_A_YEAR.get(trend_kind(first.indicator), 0), len(points))
    step = (WIDE - LEFT - 20) / places

    def height(amount: Fraction) -> float:
        return BASE - float((amount - floor) / (top - floor)) * ROOM

    body = [draw_line([(LEFT, BASE), (WIDE - 20, BASE)], INK, 1.5)]
    marks = [(height(mark) + 4, format_number(mark, 1)) for mark in (floor, top)]
    body += [draw_text(LEFT - 6, y, words, size=12, anchor="end", fill=QUIET) for y, words in marks]
    if aim:
        body += [draw_rect(x, height(aim.low), 8, 1.6, QUIET) for x in range(LEFT, WIDE - 20, 14)]
    known = [
        (LEFT + (place + 0.5) * step, height(point.value.high), point)
        for place, point in enumerate(points)
        if point.value
    ]
    if not known:
        return ""
    body.append(draw_line([(x, y) for x, y, _ in known], SOFT, 3))
    guess = outlook.estimate
    end = LEFT + (places - 0.5) * step
    last_x, last_y, newest = known[-1]
    lower = bool(guess and last_x == end and last_y > height(guess.high)) and newest.running
    for x, y, point in known:
        if point.running:
            colour = ""
        else:
            colour = COLOURS.get(point.state, "")
        body += draw_point(x, y, colour, value_words(point), below=lower and point.running)
    if guess:
        over = not newest.running or lower
        body += draw_point(end, height(guess.high), "", f"± {amount_words(first.indicator, guess)}", below=not over)
    for place, point in enumerate(points):
        x = LEFT + (place + 0.5) * step
        body.append(draw_text(x, 222, short_label(point.period), size=14, anchor="middle", fill=QUIET))
    words = "; ".join(f"{point.period.label} {value_words(point)}" for point in points)
    return draw_svg(WIDE, HIGH - 20, f"{name}: {words}", body)


def draw_point(x: float, y: float, colour: str, words: str, *, below: bool = False) -> list[str]:
    """A full point of a colour, an empty one without, with its figure above or below."""
    if colour:
        fill = colour
        edge = colour
    else:
        fill = PAPER
        edge = QUIET
    words_y = y + 22 if below else y - 11
    return [
        f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{fill}" stroke="{edge}" stroke-width="1.6"/>',
        draw_text(x, words_y, words, size=14, anchor="middle", bold=bool(colour)),
    ]


def states_chart(counts: Sequence[tuple[str, int, str]]) -> str:
    """(word, how many, colour or nothing) as one strip whose parts are as long as they count."""
    total = sum(count for _, count, _ in counts) or 1
    x = 0.0
    body = []
    for place, (word, count, colour) in enumerate(counts):
        length = count / total * 1000
        body.append(draw_rect(x + 1, 4, length - 2, 34, colour or PAPER, colour or QUIET))
        x += length
        body += [
            draw_rect(place * 250 + 1, 54, 16, 16, colour or PAPER, colour or QUIET),
            draw_text(place * 250 + 24, 68, f"{word} {count}", size=16),
        ]
    return draw_svg(1000, 80, "; ".join(f"{word} {count}" for word, count, _ in counts), body)
