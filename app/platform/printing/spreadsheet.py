"""Spreadsheets out: one sheet with real dates, numbers that add up, and NIKs that stay text.

Excel keeps fifteen digits of a number, so a NIK written as a number loses its last one; text is therefore
always written as text (a cell that begins with `=` too, so that nothing typed by a citizen becomes a formula).
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from app.core.clock import office_time
from schema.cipher import keeps_plain_bytes_in_memory
from schema.data_folder import temporary_folder

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


SheetCell = str | int | float | date | datetime | None
"""`Percent` is a float of its own look."""
FOLIO = 14
"""Excel's number of the paper size 8.5 × 13 inch, which is F4."""

CELL_LIMIT = 32_767
"""Letters in one cell; Excel refuses more."""

LINE_HEIGHT, HIGHEST = 15, 405
"""Points of a line and of the highest row: Excel allows 409."""

CAPITALS = 0.75
"""How many capitals find room where there is room for one small letter."""

LOOKS: dict[str, dict[str, Any]] = {
    "date": {"num_format": "dd-mm-yyyy", "align": "left"},
    "moment": {"num_format": "dd-mm-yyyy hh.mm", "align": "left"},
    "percent": {"num_format": "0.0%"},
    "number": {},
    "head": {"bold": True, "bg_color": "#E3EEE8", "border": 1, "text_wrap": True},
    "text": {"num_format": "@", "text_wrap": True},
    "sum": {"bold": True, "top": 1},
}
"""How cells are shown. Text wraps in its column; Excel writes a percentage with the comma of its language."""

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Percent(float):
    """A part of one that is shown as a percentage: 0.96 is 96,0%."""


class SheetColumn(msgspec.Struct, frozen=True):
    """A column: `width` in characters, `kind` decides how its cells are shown; one with a `sum` ends in it."""

    title: str
    width: int = 16
    kind: Literal["text", "date", "moment", "number"] = "text"
    sum: bool = False

    @property
    def room(self) -> int:
        """The width that also holds the longest word of the head."""
        return max(self.width, *(len(word) + 2 for word in self.title.split()))


class Sheet(msgspec.Struct, frozen=True):
    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[SheetCell]]


def write_sheet(
    title: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[SheetCell]],
    *,
    made_at: datetime = BEFORE_ALL,
    office: str = "",
    restricted: bool = False,
) -> bytes:
    """An XLSX file: headers in row 1 (frozen, filtered, repeated in print), one row for each of `rows`.

    Rows are written one by one and not kept, so a long register costs little memory. The same input gives
    the same bytes; `made_at` is the creation time in the file. `office` and title stand above every printed page, and
    TERBATAS where whole numbers of people stand (`restricted`). Raises ValueError for a row of another length.
    """
    sheets = [Sheet(title, columns, rows)]
    return write_book(title, sheets, made_at=made_at, office=office, restricted=restricted)


def write_book(
    title: str,
    sheets: Iterable[Sheet],
    *,
    made_at: datetime = BEFORE_ALL,
    office: str = "",
    restricted: bool = False,
) -> bytes:
    """An XLSX file of several sheets, each as :func:`write_sheet` makes one; `title` stands above every sheet."""
    import xlsxwriter  # imported late: 10 MiB that an idle office need not hold

    out = io.BytesIO()
    with temporary_folder() as scratch:
        options = {
            "constant_memory": not keeps_plain_bytes_in_memory(),
            "in_memory": keeps_plain_bytes_in_memory(),
            "tmpdir": str(scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(out, options) as book:
            book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
            formats = {name: book.add_format({"valign": "top", **look}) for name, look in LOOKS.items()}
            for content in sheets:
                sheet = book.add_worksheet(_sheet_name(content.title))
                count = _fill_sheet(sheet, content.columns, content.rows, formats)
                _prepare_print(sheet, len(content.columns), count)
                if content.title == title:
                    about = title
                else:
                    about = f"{title}: {content.title}"
                sheet.set_header(page_head(office, about, restricted))
    return out.getvalue()


def _fill_sheet(
    sheet: Worksheet,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[SheetCell]],
    formats: dict[str, Format],
) -> int:
    """Headers and rows; returns how many rows there were."""
    for place, column in enumerate(columns):
        if column.kind == "text":
            sheet.set_column(place, place, column.room, formats["text"])
        else:
            sheet.set_column(place, place, column.room)
    _make_room(sheet, 0, columns, [column.title for column in columns])
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, formats["head"])
    count = 0
    sums = [0.0] * len(columns)
    for count, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"row {count} has {len(row)} cells, not {len(columns)}")
        _make_room(sheet, count, columns, row)
        for place, cell in enumerate(row):
            _write_cell(sheet, count, place, cell, formats)
            sums[place] += cell if isinstance(cell, int | float) else 0
    if count and any(column.sum for column in columns):
        _write_sums(sheet, columns, count, sums, formats)
    return count


def _make_room(sheet: Worksheet, n: int, columns: Sequence[SheetColumn], row: Sequence[SheetCell]) -> None:
    """A row is as high as its longest text needs: LibreOffice leaves it at one line, and what wraps lies under it."""
    texts = ((cell, column.room) for cell, column in zip(row, columns, strict=True) if isinstance(cell, str))
    lines = max((lines_in(text[:CELL_LIMIT], room) for text, room in texts), default=1)
    if lines > 1:
        sheet.set_row(n, min(lines * LINE_HEIGHT, HIGHEST))


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes in a column of this width."""
    if text.isupper():
        letters = int(room * CAPITALS)
    else:
        letters = room
    if len(text) <= letters and "\n" not in text:
        return 1
    return sum(len(textwrap.wrap(line, letters)) or 1 for line in text.splitlines())


def _write_sums(
    sheet: Worksheet, columns: Sequence[SheetColumn], count: int, sums: Sequence[float], formats: dict[str, Format]
) -> None:
    """The last row: what the columns with a sum come to, reckoned by the spreadsheet; who only reads finds it too."""
    from xlsxwriter.utility import xl_range

    sheet.write_string(count + 1, 0, "Jumlah", formats["sum"])
    for place, column in enumerate(columns):
        if column.sum:
            formula = f"=SUM({xl_range(1, place, count, place)})"
            sheet.write_formula(count + 1, place, formula, formats["sum"], sums[place])


def _write_cell(sheet: Worksheet, row: int, place: int, cell: SheetCell, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, office_time(cell).replace(tzinfo=None), formats["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, formats["date"])
    elif isinstance(cell, Percent):
        sheet.write_number(row, place, cell, formats["percent"])
    elif isinstance(cell, int | float):
        sheet.write_number(row, place, cell, formats["number"])
    else:
        sheet.write_string(row, place, _CONTROL.sub(" ", cell)[:CELL_LIMIT], formats["text"])


def page_head(office: str, title: str, restricted: bool) -> str:
    """What stands above every printed page: whose it is, what it is, and that it is not for everybody."""
    parts = [("&L", office, 80), ("&C", title, 120)]
    if restricted:
        parts.append(("&R", "TERBATAS", 20))
    return "".join(code + text[:limit].replace("&", "&&") for code, text, limit in parts if text)


def _prepare_print(sheet: Worksheet, columns: int, rows: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows, 1), columns - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(FOLIO)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&RHal &P dari &N")


def harmless_cell(cell: Any) -> Any:
    """A cell of CSV that no spreadsheet takes for a formula; numbers stay what they are."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell


def _sheet_name(title: str) -> str:
    """At most 31 letters, without the signs that Excel refuses in the name of a sheet."""
    return _FORBIDDEN.sub(" ", title).strip()[:31].strip() or "Lembar"
