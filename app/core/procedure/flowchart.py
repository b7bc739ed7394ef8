"""Geometry of the official flowchart (SOP-AP, PermenPANRB 35/2012): where every cell, symbol and arrow
stands.

Columns: No, Kegiatan, Pelaksana (one sub-column per actor), Mutu Baku (Kelengkapan, Waktu, Output), Ket. Five
symbols: capsule, box, diamond, arrow, pentagon (off-page connector). An arrow that leaves its sheet is cut
where it crosses the edge; both cuts carry a pentagon with the same letter. A star beside the number says that
the performer is inferred. Units are SVG pixels. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from itertools import count, pairwise
from string import ascii_uppercase
from typing import Literal

from schema.service_procedure import Actor, Branch, Definition, Row

NO = 34.0
TITLE = 190.0
ACTOR = 88.0
PAPERS = 160.0
TIME = 72.0
OUTPUT = 130.0
REMARK = 110.0
FONT = 11.0
LEADING = 14.0
PAD = 8.0
HEAD = 76.5
STRIP = 34.0
ROW_LEAST = 66.0
LITTLE_TOO_HIGH = 1.1
SHAPE_W = 56.0
SHAPE_H = 30.0
Point = tuple[float, float]
Symbol = Literal["capsule", "box", "diamond", "pentagon"]


@dataclass(frozen=True, slots=True)
class Cell:
    x: float
    y: float
    w: float
    h: float
    lines: tuple[str, ...] = ()
    centred: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A symbol, by its centre; `text` is the letter of a pentagon or the number of a row."""

    symbol: Symbol
    x: float
    y: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through `points`; `pointed` ends in an arrow head. A label stands beside its start, right of a falling one
    or left (`label_left`) where another arrow leaves to the right.
    """

    points: tuple[Point, ...]
    label: str = ""
    pointed: bool = True
    label_left: bool = False


@dataclass(slots=True)
class Sheet:
    """One page of the flowchart; `rows` are the numbers of its rows."""

    width: float
    height: float = 0.0
    cells: list[Cell] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Spot:
    sheet: int
    x: float
    y: float
    column: int


def flowchart_layout(d: Definition, ratio: float = 0.0) -> list[Sheet]:
    """The flowchart of a definition on one sheet, or on sheets that are at most `ratio` times as high as wide."""
    groups = _rows_by_sheet(d, ratio * _column_edges(d)[-1][1])
    sheets: list[Sheet] = []
    spots: dict[int, _Spot] = {}
    for number, group in enumerate(groups):
        sheet = Sheet(width=_column_edges(d)[-1][1] + 1)
        _draw_head(d, sheet)
        _draw_body(d, sheet, group, number, spots)
        if number + 1 < len(groups):
            sheet.height += STRIP
        sheets.append(sheet)
    _draw_arrows(d, sheets, spots)
    return sheets


def _rows_by_sheet(d: Definition, most: float) -> list[tuple[Row, ...]]:
    """The rows that fit each sheet below its head, with room for connectors above and below; at least one.

    A chart that is a little too high is drawn a little smaller, on one sheet.
    """
    edges = _column_edges(d)
    height = most
    heights = []
    for row in d.rows:
        cells = [wrap_text(text, right - left) for text, (left, right) in _row_texts(d, row, edges)]
        heights.append(_row_height(cells))
    if not most or HEAD + sum(heights) <= most * LITTLE_TOO_HIGH:
        return [d.rows]
    groups: list[tuple[Row, ...]] = []
    for row, own in zip(d.rows, heights, strict=True):
        if height + own > most - HEAD - 2 * STRIP:
            groups.append((row,))
            height = own
        else:
            groups[-1] = (*groups[-1], row)
            height += own
    return groups


def _row_height(cells: list[tuple[str, ...]]) -> float:
    return max(ROW_LEAST, 2 * PAD + LEADING * max(len(lines) for lines in cells))


def wrap_text(text: str, width: float, font: float = FONT) -> tuple[str, ...]:
    """Break text into lines that fit `width`, by an average letter width; a longer word stands alone."""
    most = max(4, int((width - PAD) / (font * 0.58)))
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def performing_actors(d: Definition) -> list[Actor]:
    performing = {name for row in d.rows for name in (row.actor, *row.also)}
    return [actor for actor in d.actors if actor.id in performing]


def has_times(d: Definition) -> bool:
    """Whether a row says how long it takes; where none does there is no column for it."""
    return any(row.time for row in d.rows)


def _column_edges(d: Definition) -> list[tuple[float, float]]:
    # without a column of times its room goes to its neighbours: the drawing keeps its shape
    if has_times(d):
        quality = [PAPERS, TIME, OUTPUT]
    else:
        quality = [PAPERS + TIME / 2, OUTPUT + TIME / 2]
    widths = [NO, TITLE, *(ACTOR for _ in performing_actors(d)), *quality, REMARK]
    edges = []
    x = 0.5
    for width in widths:
        edges.append((x, x + width))
        x += width
    return edges


def _draw_head(d: Definition, sheet: Sheet) -> None:
    """Two rows of headings and the row of column numbers that every page repeats."""
    edges = _column_edges(d)
    actors = len(performing_actors(d))
    first = edges[2][0]
    last = edges[1 + actors][1]
    quality = (edges[2 + actors][0], edges[-2][1])
    for (left, right), text in ((edges[0], "No"), (edges[1], "Kegiatan"), (edges[-1], "Ket.")):
        sheet.cells.append(_heading_cell(left, 0.5, right, 58, text))
    sheet.cells.append(_heading_cell(first, 0.5, last, 20, "Pelaksana"))
    sheet.cells.append(_heading_cell(*(quality[0], 0.5, quality[1]), 20, "Mutu Baku"))
    time = ["Waktu"] if has_times(d) else []
    names = [*(actor.short_label or actor.label for actor in performing_actors(d)), "Kelengkapan", *time, "Output"]
    for (left, right), text in zip(edges[2:-1], names, strict=True):
        sheet.cells.append(_heading_cell(left, 20.5, right, 38, text))
    for number, (left, right) in enumerate(edges, start=1):
        sheet.cells.append(Cell(left, 58.5, right - left, 18, (str(number),), centred=True))


def _heading_cell(left: float, top: float, right: float, height: float, text: str) -> Cell:
    lines = wrap_text(text, right - left, FONT * 1.15)
    return Cell(left, top, right - left, height, lines, centred=True, bold=True)


def _draw_body(d: Definition, sheet: Sheet, rows: tuple[Row, ...], number: int, spots: dict[int, _Spot]) -> None:
    """The rows of one sheet; above those of a later sheet a strip is left for pentagons."""
    edges = _column_edges(d)
    y = HEAD
    if number:
        y += STRIP
    for row in rows:
        cells = [wrap_text(text, right - left) for text, (left, right) in _row_texts(d, row, edges)]
        height = _row_height(cells)
        for (_, (left, right)), lines in zip(_row_texts(d, row, edges), cells, strict=True):
            sheet.cells.append(Cell(left, y, right - left, height, lines, centred=(left == edges[0][0])))
        for left, right in edges[2 : 2 + len(performing_actors(d))]:
            sheet.cells.append(Cell(left, y, right - left, height))
        _draw_symbols(d, sheet, row, number, y + height / 2, spots)
        sheet.rows.append(row.no)
        y += height
    sheet.height = y + 1


def _row_texts(d: Definition, row: Row, edges: list[tuple[float, float]]) -> Iterator[tuple[str, tuple[float, float]]]:
    quality = edges[2 + len(performing_actors(d)) :]
    if row.inferred_because:
        number = f"{row.no}*"
    else:
        number = str(row.no)
    if row.question:
        title = f"{row.title}. {row.question}"
    else:
        title = row.title
    if not has_times(d):
        time = []
    elif row.time:
        time = [row.time.text]
    else:
        time = ["–"]
    texts = (number, title, "; ".join(row.papers), *time, row.output, row.remark)
    yield from zip(texts, (edges[0], edges[1], *quality), strict=True)


def _draw_symbols(d: Definition, sheet: Sheet, row: Row, number: int, y: float, spots: dict[int, _Spot]) -> None:
    columns = [actor.id for actor in performing_actors(d)]
    symbols: dict[str, Symbol] = {"terminal": "capsule", "process": "box", "decision": "diamond"}
    places = [columns.index(name) for name in (row.actor, *row.also)]
    middles = [_column_edges(d)[2 + place][0] + ACTOR / 2 for place in places]
    for x in middles:
        sheet.shapes.append(Shape(symbols[row.symbol], x, y))
    for left, right in pairwise(sorted(middles)):
        sheet.arrows.append(Arrow(((left + SHAPE_W / 2, y), (right - SHAPE_W / 2, y)), pointed=False))
    spots[row.no] = _Spot(number, middles[0], y, places[0])


def _draw_arrows(d: Definition, sheets: list[Sheet], spots: dict[int, _Spot]) -> None:
    letters = (f"{letter}{turn or ''}" for turn in count() for letter in ascii_uppercase)
    for i, row in enumerate(d.rows):
        following = 0
        if i + 1 < len(d.rows):
            following = d.rows[i + 1].no
        branches = row.branches
        if following and not branches:
            branches = (Branch(label="–", to=following),)
        crowded = any(branch.to != following and spots[branch.to].x >= spots[row.no].x for branch in branches)
        for nth, branch in enumerate(branches):
            down = branch.to == following
            source = spots[row.no]
            target = spots[branch.to]
            label = branch.label if row.branches else ""
            if down:
                points = _points_down(source, target)
            else:
                points = _points_aside(source, target, nth)
            if source.sheet == target.sheet:
                sheets[source.sheet].arrows.append(Arrow(points, label, label_left=crowded))
            else:
                _cut_arrow(sheets, source, target, Arrow(points, label, label_left=crowded), next(letters))


def _points_down(source: _Spot, target: _Spot) -> tuple[Point, ...]:
    """From the foot of a symbol to the head of the next row's, bending just above it."""
    start = (source.x, source.y + SHAPE_H / 2)
    end = (target.x, target.y - SHAPE_H / 2)
    bend = end[1] - 10
    if source.x == target.x:
        return (start, end)
    return (start, (source.x, bend), (target.x, bend), end)


def _points_aside(source: _Spot, target: _Spot, nth: int) -> tuple[Point, ...]:
    """Out of the side, along the edge of the column, and into the side of the target."""
    right = target.x > source.x or target.x == source.x
    way = 1 if right else -1
    lane = source.x + way * (ACTOR / 2 - 5 - 3 * nth)
    into = target.x - SHAPE_W / 2
    if lane > target.x:
        into = target.x + SHAPE_W / 2
    return ((source.x + way * SHAPE_W / 2, source.y), (lane, source.y), (lane, target.y), (into, target.y))


def _cut_arrow(sheets: list[Sheet], source: _Spot, target: _Spot, arrow: Arrow, letter: str) -> None:
    """Split an arrow that changes sheets: its long vertical run ends in a pentagon on either sheet."""
    start = sheets[source.sheet]
    end = sheets[target.sheet]
    points = arrow.points
    if points[0][1] == points[1][1]:
        kept = 2
    else:
        kept = 1
    run = points[kept - 1][0]
    if target.sheet > source.sheet:
        way = 1
    else:
        way = -1
    head = HEAD + STRIP / 2
    if way > 0:
        leave = start.height - STRIP / 2
        enter = head
    else:
        leave = head
        enter = end.height - STRIP / 2
    start.shapes.append(Shape("pentagon", run, leave, letter))
    end.shapes.append(Shape("pentagon", run, enter, letter))
    start.arrows.append(replace(arrow, points=(*points[:kept], (run, leave - way * 11))))
    end.arrows.append(Arrow(((run, enter + way * 11), *points[kept:])))


INK = "#1b2320"
PAPER = "#ffffff"


def flowchart_sheets(d: Definition, ratio: float = 0.0) -> list[str]:
    """The flowchart, one SVG document per sheet."""
    sheets = flowchart_layout(d, ratio)
    return [_sheet_svg(d, sheet, i, len(sheets)) for i, sheet in enumerate(sheets, start=1)]


def _sheet_svg(d: Definition, sheet: Sheet, number: int, total: int) -> str:
    page = ""
    if total > 1:
        page = f", lembar {number} dari {total}"
    title = f"Bagan alir {d.identity.title}, {d.identity.number or d.short_name} revisi {d.identity.revision}{page}"
    size = f"{_short_number(sheet.width)} {_short_number(sheet.height)}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{_short_number(sheet.width)}" '
        f'height="{_short_number(sheet.height)}" role="img" aria-label="{escape(title)}" '
        f'font-family="Noto Sans, sans-serif" font-size="{_short_number(FONT)}" fill="{INK}">'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f'<rect width="{_short_number(sheet.width)}" height="{_short_number(sheet.height)}" fill="{PAPER}"/>',
    ]
    parts += [_cell_svg(cell) for cell in sheet.cells]
    parts += [_arrow_svg(arrow) for arrow in sheet.arrows]
    parts += [_shape_svg(shape) for shape in sheet.shapes]
    parts += [_label_svg(arrow) for arrow in sheet.arrows if arrow.label]
    return "".join([*parts, "</svg>"])


def _cell_svg(cell: Cell) -> str:
    box = (
        f'<rect x="{_short_number(cell.x)}" y="{_short_number(cell.y)}" width="{_short_number(cell.w)}" '
        f'height="{_short_number(cell.h)}" '
        f'fill="none" stroke="{INK}" stroke-width="0.7"/>'
    )
    if not cell.lines:
        return box
    top = cell.y + cell.h / 2 - LEADING * (len(cell.lines) - 1) / 2 + FONT * 0.36
    if cell.centred:
        x = cell.x + cell.w / 2
        anchor = ' text-anchor="middle"'
    else:
        x = cell.x + PAD / 2
        anchor = ""
    if cell.bold:
        weight = ' font-weight="700"'
    else:
        weight = ""
    lines = "".join(
        f'<tspan x="{_short_number(x)}" y="{_short_number(top + i * LEADING)}">{escape(line)}</tspan>'
        for i, line in enumerate(cell.lines)
    )
    return f"{box}<text{anchor}{weight}>{lines}</text>"


def _shape_svg(shape: Shape) -> str:
    x = shape.x
    y = shape.y
    w = SHAPE_W / 2
    h = SHAPE_H / 2
    if shape.symbol == "pentagon":
        points = ((-10, -11), (10, -11), (10, 4), (0, 11), (-10, 4))
        body = _polygon_svg([(x + dx, y + dy) for dx, dy in points])
    elif shape.symbol == "diamond":
        body = _polygon_svg([(x, y - h), (x + w, y), (x, y + h), (x - w, y)])
    else:
        radius = h if shape.symbol == "capsule" else 0
        body = (
            f'<rect x="{_short_number(x - w)}" y="{_short_number(y - h)}" width="{_short_number(2 * w)}" '
            f'height="{_short_number(2 * h)}" '
            f'rx="{_short_number(radius)}" fill="{PAPER}" stroke="{INK}" stroke-width="1.2"/>'
        )
    if not shape.text:
        return body
    letter = f'<text x="{_short_number(x)}" y="{_short_number(y + 2)}" text-anchor="middle">{shape.text}</text>'
    return body + letter


def _polygon_svg(points: list[tuple[float, float]]) -> str:
    return f'<polygon points="{_points_text(points)}" fill="{PAPER}" stroke="{INK}" stroke-width="1.2"/>'


def _arrow_svg(arrow: Arrow) -> str:
    line = f'<polyline points="{_points_text(arrow.points)}" fill="none" stroke="{INK}" stroke-width="1.2"/>'
    if not arrow.pointed:
        return line
    (fx, fy), (x, y) = arrow.points[-2:]
    dx = (x > fx) - (x < fx)
    dy = (y > fy) - (y < fy)
    tip = ((x, y), (x - 6 * dx - 3 * dy, y - 6 * dy - 3 * dx), (x - 6 * dx + 3 * dy, y - 6 * dy + 3 * dx))
    return f'{line}<polygon points="{_points_text(tip)}"/>'


def _label_svg(arrow: Arrow) -> str:
    """The answer beside the start of its arrow: right of a falling one; of a level one between lane and symbol, or on
    the other side of the lane where a word is too long for that.
    """
    (x, y), (nx, ny) = arrow.points[:2]
    if y != ny:
        if arrow.label_left:
            away = -4
            anchor = "end"
        else:
            away = 4
            anchor = "start"
        return _text_svg((x + away, y + 11), anchor, (arrow.label,), FONT)
    lines = wrap_text(arrow.label, PAD + LABEL_LETTERS * FONT * 0.58)
    longest = max(map(len, lines))
    if nx < x:
        away = 3
        outside = "end"
        inside = "start"
    else:
        away = -3
        outside = "start"
        inside = "end"
    if longest > LABEL_LETTERS:
        return _text_svg((nx - away, y - 5), outside, (arrow.label,), FONT)
    if longest < LABEL_LETTERS - 1:
        font = FONT
    else:
        font = FONT - 2
    return _text_svg((nx + away, y + 22), inside, lines, font)


LABEL_LETTERS = 7
"""So many letters of an answer fit between the lane of an arrow and the middle of its symbol."""


def _text_svg(place: Point, anchor: str, lines: tuple[str, ...], font: float) -> str:
    left, top = place
    spans = "".join(
        f'<tspan x="{_short_number(left)}" y="{_short_number(top + i * (font + 1))}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" font-size="{_short_number(font)}">{spans}</text>'


def _points_text(points: tuple[tuple[float, float], ...] | list[tuple[float, float]]) -> str:
    return " ".join(f"{_short_number(x)},{_short_number(y)}" for x, y in points)


def _short_number(value: float) -> str:
    """A number as short as it can be: 12, 12.5."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
