"""Spreadsheets out: one sheet with real dates, numbers that add up, and NIKs that stay text.

Excel keeps fifteen digits of a number, so a NIK written as a number loses its last one; text is therefore
always written as text (a cell that begins with `=` too, so that nothing typed by a citizen becomes a formula).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from app.core.clock import office_time
from schema.data_folder import temporary_folder

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


SheetCell = str | int | float | date | datetime | None
FOLIO = 14
"""Excel's number of the paper size 8.5 × 13 inch, which is F4."""

CELL_LIMIT = 32_767
"""Letters in one cell; Excel refuses more."""

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SheetColumn(msgspec.Struct, frozen=True):
    """A column: `width` in characters, `kind` decides how its cells are shown."""

    title: str
    width: int = 16
    kind: Literal["text", "date", "moment", "number"] = "text"


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
) -> bytes:
    """An XLSX file: headers in row 1 (frozen, filtered, repeated in print), one row for each of `rows`.

    Rows are written one by one and not kept, so a long register costs little memory. The same input gives
    the same bytes; `made_at` is the creation time in the file. Raises ValueError for a row of another length.
    """
    return write_book(title, [Sheet(title, columns, rows)], made_at=made_at)


def write_book(title: str, sheets: Iterable[Sheet], *, made_at: datetime = BEFORE_ALL) -> bytes:
    import xlsxwriter  # imported late: 10 MiB that an idle office need not hold

    out = io.BytesIO()
    with temporary_folder() as scratch:
        options = {
            "constant_memory": True,
            "tmpdir": str(scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(out, options) as book:
            book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
            formats = {
                "date": book.add_format({"num_format": "dd-mm-yyyy", "align": "left"}),
                "moment": book.add_format({"num_format": "dd-mm-yyyy hh.mm", "align": "left"}),
                "head": book.add_format({"bold": True, "bg_color": "#E3EEE8", "border": 1, "text_wrap": True}),
                "text": book.add_format({"num_format": "@"}),
            }
            for one in sheets:
                sheet = book.add_worksheet(_sheet_name(one.title))
                count = _fill_sheet(sheet, one.columns, one.rows, formats)
                _prepare_print(sheet, one.title, len(one.columns), count)
    return out.getvalue()


def _fill_sheet(
    sheet: Worksheet,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[SheetCell]],
    formats: dict[str, Format],
) -> int:
    """Headers and rows; returns how many rows there were."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats["text"] if column.kind == "text" else None)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, formats["head"])
    count = 0
    for count, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"row {count} has {len(row)} cells, not {len(columns)}")
        for place, cell in enumerate(row):
            _write_cell(sheet, count, place, cell, formats)
    return count


def _write_cell(sheet: Worksheet, row: int, place: int, cell: SheetCell, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, office_time(cell).replace(tzinfo=None), formats["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, formats["date"])
    elif isinstance(cell, int | float):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_string(row, place, _CONTROL.sub(" ", cell)[:CELL_LIMIT], formats["text"])


def _prepare_print(sheet: Worksheet, title: str, columns: int, rows: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows, 1), columns - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(FOLIO)
    sheet.fit_to_pages(1, 0)
    if title:
        sheet.set_header("&L" + title[:200].replace("&", "&&"))
    sheet.set_footer("&RHal &P dari &N")


def _sheet_name(title: str) -> str:
    """At most 31 letters, without the signs that Excel refuses in the name of a sheet."""
    return _FORBIDDEN.sub(" ", title).strip()[:31].strip() or "Lembar"
