"""Charts of a quarter as SVG text: one drawing for page, recap and poster.

Only attributes, no style sheet and no script, so that a page with a strict policy may hold it. Everything must still
be told apart on a black-only printer: settled is solid, open is hatched, the quarter before is an outline.
"""

from collections.abc import Sequence
from html import escape

from app.core.dates import MONTHS
from app.core.quarters import ROMAN, Quarter
from app.quality.quarter.figures import Kept, Month, Totals

INK = "#1b2320"
QUIET = "#4a544f"
ACCENT = "#14594a"
SOFT = "#c9dcd3"
BAD = "#9c211b"
PAPER = "#ffffff"
FONT = 'font-family="Noto Sans, sans-serif"'
WIDE = 560
HIGH = 254
SMALL, MIDDLE, LARGE = 22, 24, 26
"""Sizes of letters in the charts of a recap, which stand there 33 mm high: capitals of the smallest have 2 mm."""


QUARTER, TREND_END = 56, 480
"""How far apart the quarters of the promise stand, and where its lines end: the last share stands beyond them."""


def draw_svg(wide: float, high: float, title: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img" {FONT} class="chart">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def draw_text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 13,
    anchor: str = "start",
    bold: bool = False,
    fill: str = INK,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{escape(words)}</text>"
    )


def draw_rect(x: float, y: float, wide: float, high: float, fill: str, edge: str = "") -> str:
    stroke = ""
    if edge:
        stroke = f' stroke="{edge}" stroke-width="1.2"'
    return f'<rect x="{x:g}" y="{y:g}" width="{max(0.0, wide):g}" height="{max(0.0, high):g}" fill="{fill}"{stroke}/>'


def draw_hatch(name: str, colour: str) -> str:
    """A hatched fill; `name` must be unique on its page."""
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="7" height="7" fill="{PAPER}"/><rect width="2.4" height="7" fill="{colour}"/></pattern></defs>'
    )


def draw_line(points: Sequence[tuple[float, float]], colour: str, width: float = 1.0) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def months_chart(found: Sequence[Month], name: str = "bulan") -> str:
    """Received by month over two quarters: settled solid (outline for the quarter before), still open hatched."""
    top = max([month.received for month in found] + [4])
    unit = 150 / top
    step = 84
    base = 200
    body = [draw_hatch(f"{name}-open", BAD)]
    for place, month in enumerate(found):
        x = 38 + place * step
        if place < 3:
            fill = SOFT
            edge = QUIET
        else:
            x += 12
            fill = ACCENT
            edge = ACCENT
        settled = month.settled * unit
        still = (month.received - month.settled) * unit
        body.append(draw_rect(x, base - settled, 54, settled, fill, edge))
        if still:
            body.append(draw_rect(x, base - settled - still, 54, still, f"url(#{name}-open)", BAD))
        body.append(
            draw_text(x + 27, base - settled - still - 7, str(month.received), size=LARGE, anchor="middle", bold=True)
        )
        body.append(
            draw_text(x + 27, 222, MONTHS[int(month.month[5:]) - 1][:3], size=MIDDLE, anchor="middle", fill=QUIET)
        )
    body.append(draw_line([(20, base), (WIDE - 20, base)], INK, 1.5))
    for place, middle in ((0, 149), (3, 413)):
        quarter = Quarter(int(found[place].month[:4]), (int(found[place].month[5:]) + 2) // 3)
        body.append(
            draw_text(
                middle,
                246,
                f"triwulan {ROMAN[quarter.n - 1]} {quarter.year}",
                size=SMALL,
                anchor="middle",
                fill=QUIET,
            )
        )
    return draw_svg(WIDE, HIGH, "Pengaduan per bulan: " + "; ".join(month_words(month) for month in found), body)


def year_chart(found: Sequence[tuple[str, int | None]]) -> str:
    """Complaints of each month of a year as bars with their numbers; a dash where nobody can know."""
    top = max([count or 0 for _, count in found] + [4])
    step = 44
    base = 116
    body = []
    spoken = []
    for place, (name, count) in enumerate(found):
        if count is None:
            words = "–"
            spoken_count = "belum ada"
        else:
            words = spoken_count = str(count)
        spoken.append(f"{name} {spoken_count}")
        x = 24 + place * step
        high = (count or 0) * 88 / top
        body.append(draw_rect(x, base - high, 30, high, ACCENT, ACCENT))
        body.append(draw_text(x + 15, base - high - 5, words, size=12, anchor="middle", bold=True))
        body.append(draw_text(x + 15, 134, name, size=12, anchor="middle", fill=QUIET))
    body.append(draw_line([(14, base), (WIDE - 14, base)], INK, 1.5))
    return draw_svg(WIDE, 140, "Pengaduan per bulan: " + "; ".join(spoken), body)


def month_words(month: Month) -> str:
    words = f"{MONTHS[int(month.month[5:]) - 1]} {month.received}"
    if still := month.received - month.settled:
        words += f", {still} belum selesai"
    return words


def trend_chart(found: Sequence[Kept]) -> str:
    """The KTP promise over eight quarters in percent; quarters without a promise leave a gap."""
    shares = {place: kept.kept * 100 / kept.due for place, kept in enumerate(found) if kept.due}
    floor = min(75, int(min(shares.values(), default=75) // 25 * 25))
    step = 10
    if floor < 50:
        step = 25
    elif floor == 75:
        step = 5
    body = []
    for mark in range(floor, 101, step):
        y = trend_height(mark, floor)
        body += [
            draw_line([(52, y), (TREND_END, y)], "#c9c5b8"),
            draw_text(46, y + 8, str(mark), size=SMALL, anchor="end", fill=QUIET),
        ]
    points = [(78.0 + place * QUARTER, trend_height(share, floor)) for place, share in shares.items()]
    body.append(draw_line(points, ACCENT, 3))
    body += [f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{ACCENT}"/>' for x, y in points]
    for place, kept in enumerate(found):
        quarter = Quarter.parse(kept.quarter)
        x = 78.0 + place * QUARTER
        body.append(draw_text(x, 222, ROMAN[quarter.n - 1], size=MIDDLE, anchor="middle", fill=QUIET))
        if place == 0 or quarter.n == 1:
            body.append(draw_text(x, 246, str(quarter.year), size=SMALL, anchor="middle", fill=QUIET))
    if points and found[-1].due:  # beside its point: the line to it may come from above or below
        x, y = points[-1]
        body.append(draw_text(x + 14, y + 9, found[-1].percent, size=LARGE, bold=True))
    body.append(draw_line([(52, 200), (TREND_END, 200)], INK, 1.5))
    words = "; ".join(f"{Quarter.parse(kept.quarter).label} {kept.percent or 'tidak ada'}" for kept in found)
    return draw_svg(WIDE, HIGH, f"Janji KTP ditepati, persen: {words}", body)


def trend_height(percent: float, floor: int) -> float:
    return 200 - (percent - floor) / (100 - floor) * 172


def squares_chart(totals: Totals) -> str:
    """Every complaint as a box in one strip: settled solid, in process outlined, late hatched."""
    count = max(1, totals.received)
    columns = min(count, 60)
    step = 1000 / columns
    body = [draw_hatch("petak-late", BAD)]
    for place in range(totals.received):
        row, column = divmod(place, columns)
        fill = ACCENT
        edge = ACCENT
        if place >= totals.settled:
            if place < totals.settled + totals.process:
                fill = PAPER
                edge = INK
            else:
                fill = "url(#petak-late)"
                edge = BAD
        body.append(draw_rect(column * step + 1, row * 42 + 1, step - 4, 36, fill, edge))
    deep = (count + columns - 1) // columns * 42
    words = f"{totals.received} masuk: {totals.settled} selesai, {totals.process} berjalan, {totals.late} lewat batas"
    return draw_svg(1000, deep, words, body)
