"""`python -m tests.rules.layout CHECKOUT > layout.svg`: folders of a checkout, their size, and which imports which.

Rows import columns, lowest room first: a cell above the diagonal is an arrow that points up, and is drawn in red.
"""

import ast
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.rules.source import WINGS

CELL, LEFT, TOP, BARS = 26, 130, 96, 260
CODE = ("app", "sync", "schema")
NAMES = (
    "core sop procedure app printing web people backups office files cases desk letters importing batches members"
    " residents resources ktp ktm complaints hotline capa quarter surveys checks paten indicators evaluation retention"
    " privacy centre compose demo cli"
)
ROOMS = ("schema", "sync", *("app" if name == "app" else f"app.{name}" for name in NAMES.split()))
"""Rooms of the layouts until November 2026, lowest first."""
FOLDERS = ("schema", "app.core", "sync", "app", *(f"app.{wing}" for wing in WINGS[1:-1]), "app.compose", "app.cli")
"""The folders of today, lowest first."""


def order_of(checkout: Path) -> Sequence[str]:
    """What is drawn of a checkout: its wings, or its rooms where it has no wings yet."""
    return FOLDERS if (checkout / "app/platform").is_dir() else ROOMS


def room_name(parts: tuple[str, ...], order: Sequence[str]) -> str:
    """`app.desk` for anything in that folder, `sync`, `schema`, `app.compose`, and `app` for the other files there."""
    if parts[0] != "app" or len(parts) < 2:
        return parts[0]
    name = f"app.{parts[1].removesuffix('.py')}"
    return "app.compose" if name.startswith("app.compose") else name if name in order else "app"


def read_rooms(checkout: Path) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """(room -> statements, (importing room, imported room) -> import statements) of app, sync and schema."""
    sizes: Counter[str] = Counter()
    arrows: Counter[tuple[str, str]] = Counter()
    order = order_of(checkout)
    for top in CODE:
        for path in sorted((checkout / top).rglob("*.py")):
            room = room_name(path.relative_to(checkout).parts, order)
            for node in ast.walk(ast.parse(path.read_text())):
                sizes[room] += isinstance(node, ast.stmt)
                if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in CODE:
                    arrows[room, room_name((*node.module.split("."), node.names[0].name), order)] += 1
    return sizes, arrows


def draw(order: Sequence[str], sizes: Counter[str], arrows: Counter[tuple[str, str]]) -> str:
    """The matrix as SVG."""
    order = [room for room in order if sizes[room]]
    width, height = LEFT + CELL * len(order) + BARS, TOP + CELL * len(order) + 40
    up = sum(arrows[room, other] for row, room in enumerate(order) for other in order[row + 1 :])
    said = f"{sum(sizes.values()):,} statements; import statements that point up: {up}"
    rows = "".join(draw_row(order, row, sizes, arrows) for row in range(len(order)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif"'
        f' font-size="12"><rect width="100%" height="100%" fill="white"/>{rows}{text(8, height - 12, said)}</svg>'
    )


def draw_row(order: list[str], row: int, sizes: Counter[str], arrows: Counter[tuple[str, str]]) -> str:
    """One room: its name at both edges, what it imports, and its size as a bar."""
    room, y, end = order[row], TOP + CELL * row, LEFT + CELL * len(order) + 12
    wide = 160 * sizes[room] / max(sizes.values())
    drawn = [text(LEFT - 8, y + 17, room, ' text-anchor="end"')]
    drawn.append(f'<g transform="translate({LEFT + CELL * row + 17},{TOP - 8}) rotate(-60)">{text(0, 0, room)}</g>')
    drawn += [square(end, y + 5, wide, CELL - 10, "#356"), text(end + wide + 8, y + 17, f"{sizes[room]:,}")]
    drawn.append(square(LEFT + CELL * row, y, CELL, CELL, "#ccc"))
    for column, other in enumerate(order):
        if count := arrows[room, other] * (column != row):
            x = LEFT + CELL * column
            drawn.append(square(x + 1, y + 1, CELL - 2, CELL - 2, "#c33" if column > row else "#9bd"))
            drawn.append(text(x + 13, y + 17, str(count), ' text-anchor="middle"'))
    return "".join(drawn)


def text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{more}>{words}</text>'


def square(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" fill="{colour}"/>'


if __name__ == "__main__":
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    sys.stdout.write(draw(order_of(root), *read_rooms(root)))
