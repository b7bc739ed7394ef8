"""Charts of a survey as SVG text, drawn with the tools of the quarter's charts: told apart on a black-only printer."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.quality.quarter.charts import ACCENT, BAD, INK, QUIET, draw_hatch, draw_line, draw_rect, draw_svg, draw_text

WIDE, ROW, ROW_ON_PAPER = 560, 54, 38
"""On a page rows are so high that a label also stands free of its bar where a telephone's style sheet enlarges it."""
LEFT = 12
RIGHT = 500


def place_of(value: float) -> float:
    """Where a value between 25 and 100 stands."""
    return LEFT + (value - 25) / 75 * (RIGHT - LEFT)


def elements_chart(elements: Sequence[dict[str, Any]], target: str = "", row: int = ROW) -> str:
    """A bar for each element on the scale of the index; below the target hatched, the target as a line."""
    body = [draw_hatch("unsur-low", BAD)]
    goal = Decimal(target or 0)
    for place, element in enumerate(elements):
        y = place * row + 4
        bar = y + row // 2 - 1
        thick = row // 3 - 2
        below = bar + thick - 2
        body.append(draw_text(LEFT, y + row // 3, f"{element['id']} {element['name']}", size=13))
        if element["value"] is None:
            body.append(draw_text(LEFT, below, "tidak ada data", size=12, fill=QUIET))
            continue
        value = float(element["value"])
        low = Decimal(element["value"]) < goal
        if low:
            fill = "url(#unsur-low)"
            edge = BAD
        else:
            fill = ACCENT
            edge = ACCENT
        body.append(draw_rect(LEFT, bar, place_of(value) - LEFT, thick, fill, edge))
        body.append(draw_text(WIDE - 2, below, comma(element["value"]), size=14, anchor="end", bold=True))
    high = len(elements) * row + 6
    if target:
        body.append(draw_line([(place_of(float(goal)), 2), (place_of(float(goal)), high - 4)], INK, 1.5))
    words = "; ".join(f"{element['id']} {comma(element['value'] or 'tidak ada data')}" for element in elements)
    return draw_svg(WIDE, high, f"Nilai tiap unsur: {words}", body)


def trend_chart(found: Sequence[tuple[str, str | None]], target: str = "") -> str:
    """The index over periods, oldest first; a period without data leaves a gap."""
    body = []
    for mark in (25, 50, 75, 100):
        y = trend_height(mark)
        body += [
            draw_line([(40, y), (WIDE - 10, y)], "#c9c5b8"),
            draw_text(34, y + 4, str(mark), size=12, anchor="end"),
        ]
    step = (WIDE - 90) / max(1, len(found) - 1)
    points = [(65 + place * step, trend_height(float(value))) for place, (_, value) in enumerate(found) if value]
    if target:
        y = trend_height(float(target))
        body.append(draw_line([(40, y), (WIDE - 10, y)], INK, 1.5))
    body.append(draw_line(points, ACCENT, 3))
    body += [f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{ACCENT}"/>' for x, y in points]
    for place, (label, value) in enumerate(found):
        x = 65 + place * step
        if len(label) < 5:
            short = label
        else:
            short = label[2:]
        body.append(draw_text(x, 222, short, size=12, anchor="middle", fill=QUIET))
        if value:
            body.append(
                draw_text(x, trend_height(float(value)) - 12, comma(value), size=13, anchor="middle", bold=True)
            )
    words = "; ".join(f"{label} {comma(value or 'tidak ada data')}" for label, value in found)
    return draw_svg(WIDE, 234, f"Indeks per masa: {words}", body)


def trend_height(value: float) -> float:
    return 200 - (value - 25) / 75 * 180


def comma(text: str) -> str:
    return text.replace(".", ",")
