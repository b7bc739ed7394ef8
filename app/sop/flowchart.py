"""The official flowchart of a service as SVG: one string per sheet, for a page or inside a paper.

Only presentation attributes are used (no style, no script), so the strictest content policy shows it; colours
are those of paper. Text is Noto Sans. Pure, and the same bytes for the same definition.
"""

from html import escape

from app.sop.flow_layout import FONT, LEADING, PAD, SHAPE_H, SHAPE_W, Arrow, Cell, Shape, Sheet, layout
from schema.definitions import Definition

INK, PAPER, MARK = "#1b2320", "#ffffff", "#e3eee8"


def flowchart(d: Definition, rows_per_sheet: int = 0, here: int = 0) -> list[str]:
    """The flowchart, one SVG document per sheet; the row numbered `here` is tinted (0: none)."""
    sheets = layout(d, rows_per_sheet)
    return [_document(d, sheet, i, len(sheets), here) for i, sheet in enumerate(sheets, start=1)]


def _document(d: Definition, sheet: Sheet, number: int, count: int, here: int) -> str:
    page = f", lembar {number} dari {count}" if count > 1 else ""
    title = f"Bagan alir {d.identity.title}, {d.identity.number} revisi {d.identity.revision}{page}"
    size = f"{_n(sheet.width)} {_n(sheet.height)}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{_n(sheet.width)}" '
        f'height="{_n(sheet.height)}" role="img" aria-label="{escape(title)}" '
        f'font-family="Noto Sans, sans-serif" font-size="{_n(FONT)}" fill="{INK}">'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f'<rect width="{_n(sheet.width)}" height="{_n(sheet.height)}" fill="{PAPER}"/>',
    ]
    if here in sheet.bands:
        top, height = sheet.bands[here]
        parts.append(f'<rect y="{_n(top)}" width="{_n(sheet.width)}" height="{_n(height)}" fill="{MARK}"/>')
    parts += [_cell(cell) for cell in sheet.cells]
    parts += [_arrow(arrow) for arrow in sheet.arrows]
    parts += [_shape(shape) for shape in sheet.shapes]
    parts += [_label(arrow) for arrow in sheet.arrows if arrow.label]
    return "".join([*parts, "</svg>"])


def _cell(cell: Cell) -> str:
    box = (
        f'<rect x="{_n(cell.x)}" y="{_n(cell.y)}" width="{_n(cell.w)}" height="{_n(cell.h)}" '
        f'fill="none" stroke="{INK}" stroke-width="0.7"/>'
    )
    if not cell.lines:
        return box
    x = cell.x + (cell.w / 2 if cell.centred else PAD / 2)
    top = cell.y + cell.h / 2 - LEADING * (len(cell.lines) - 1) / 2 + FONT * 0.36
    anchor = ' text-anchor="middle"' if cell.centred else ""
    weight = ' font-weight="700"' if cell.bold else ""
    lines = "".join(
        f'<tspan x="{_n(x)}" y="{_n(top + i * LEADING)}">{escape(line)}</tspan>'
        for i, line in enumerate(cell.lines)
    )
    return f"{box}<text{anchor}{weight}>{lines}</text>"


def _shape(shape: Shape) -> str:
    x, y, w, h = shape.x, shape.y, SHAPE_W / 2, SHAPE_H / 2
    if shape.symbol == "pentagon":
        points = ((-10, -11), (10, -11), (10, 4), (0, 11), (-10, 4))
        body = _polygon([(x + dx, y + dy) for dx, dy in points])
    elif shape.symbol == "diamond":
        body = _polygon([(x, y - h), (x + w, y), (x, y + h), (x - w, y)])
    else:
        radius = h if shape.symbol == "capsule" else 0
        body = (
            f'<rect x="{_n(x - w)}" y="{_n(y - h)}" width="{_n(2 * w)}" height="{_n(2 * h)}" '
            f'rx="{_n(radius)}" fill="{PAPER}" stroke="{INK}" stroke-width="1.2"/>'
        )
    letter = f'<text x="{_n(x)}" y="{_n(y + 2)}" text-anchor="middle">{shape.text}</text>'
    return body + (letter if shape.text else "")


def _polygon(points: list[tuple[float, float]]) -> str:
    return f'<polygon points="{_points(points)}" fill="{PAPER}" stroke="{INK}" stroke-width="1.2"/>'


def _arrow(arrow: Arrow) -> str:
    line = f'<polyline points="{_points(arrow.points)}" fill="none" stroke="{INK}" stroke-width="1.2"/>'
    if not arrow.pointed:
        return line
    (fx, fy), (x, y) = arrow.points[-2:]
    dx, dy = (x > fx) - (x < fx), (y > fy) - (y < fy)
    tip = ((x, y), (x - 6 * dx - 3 * dy, y - 6 * dy - 3 * dx), (x - 6 * dx + 3 * dy, y - 6 * dy + 3 * dx))
    return f'{line}<polygon points="{_points(tip)}"/>'


def _label(arrow: Arrow) -> str:
    """The answer beside the start of its arrow: over a level start, or right of a falling one."""
    (x, y), (nx, ny) = arrow.points[:2]
    if y == ny:
        place, anchor = (nx + (2 if nx < x else -2), y - 12), ("start" if nx < x else "end")
    else:
        place, anchor = (x + 4, y + 11), "start"
    return f'<text x="{_n(place[0])}" y="{_n(place[1])}" text-anchor="{anchor}">{escape(arrow.label)}</text>'


def _points(points: tuple[tuple[float, float], ...] | list[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A number as short as it can be: 12, 12.5."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
