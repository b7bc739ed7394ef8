"""Reads .xlsx workbooks row by row, keeping what each cell was stored as: text, number, date or error."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from app.ktp.importing import guard
from app.ktp.importing.book import (
    DATE,
    EMPTY,
    ERROR,
    FORMULA,
    MAX_COLUMNS,
    MAX_LINES,
    NUMBER,
    Book,
    Cell,
    ImportProblem,
    Row,
    Sheet,
    clip,
    row_of,
)

MAX_SHEETS = 120
MAX_BLANK_ROWS = 2_000_000


def read_xlsx(content: bytes) -> Book:
    """All sheets of a workbook, hidden ones too. Raises ImportProblem."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            uncomputed = guard.inspect(archive)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise guard.broken() from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and validations that we do not need
        try:
            return Book("xlsx", tuple(_sheets(content, uncomputed)))
        except ImportProblem:
            raise
        except (
            Exception
        ) as error:  # a hostile workbook may break the parser anywhere; all of it means "unreadable"
            raise guard.broken() from error


def _sheets(content: bytes, uncomputed: bool) -> Iterator[Sheet]:
    values = _open(content, data_only=True)
    formulas = _open(content, data_only=False) if uncomputed else None
    if len(values.worksheets) > MAX_SHEETS:
        raise ImportProblem(
            f"Buku kerja ini memuat lebih dari {MAX_SHEETS} lembar. Bagi menjadi beberapa berkas."
        )
    budget = Budget()
    for index, sheet in enumerate(values.worksheets):
        twin = formulas.worksheets[index] if formulas else None
        yield Sheet(str(sheet.title), tuple(_rows(sheet, twin, budget)))


def _open(content: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)


class Budget:
    """Counts rows over all sheets, so that no workbook can keep the office waiting."""

    def __init__(self) -> None:
        self.filled = self.seen = 0

    def spend(self, row: Row | None) -> None:
        """Count a row. Raises ImportProblem beyond the limits."""
        self.seen += 1
        self.filled += row is not None
        if self.filled > MAX_LINES or self.seen > MAX_BLANK_ROWS:
            raise ImportProblem(
                f"Register ini lebih dari {MAX_LINES:,} baris. ".replace(",", ".")
                + "Bagi menjadi satu berkas per tahun."
            )


def _rows(sheet: Any, twin: Any, budget: Budget) -> Iterator[Row]:
    for number, cells in enumerate(_cells(sheet, twin), start=1):
        row = row_of(number, cells)
        budget.spend(row)
        if row is not None:
            yield row


def _cells(sheet: Any, twin: Any) -> Iterable[list[Cell]]:
    sheet.reset_dimensions()  # some programs write a wrong extent, which would hide rows
    raw = sheet.iter_rows(max_col=MAX_COLUMNS)
    if twin is None:
        return ([_cell(cell) for cell in row] for row in raw)
    twin.reset_dimensions()
    pairs = zip(raw, twin.iter_rows(max_col=MAX_COLUMNS), strict=True)
    return ([_cell(a, b) for a, b in zip(row, other, strict=True)] for row, other in pairs)


def _cell(raw: Any, twin: Any = None) -> Cell:
    value = raw.value
    if value is None or value == "":
        formula = twin.value if twin is not None else None
        return Cell(clip(str(formula)), FORMULA) if formula not in (None, "") else EMPTY
    if isinstance(value, str):
        return Cell(clip(value), ERROR if raw.data_type == "e" else "text")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return number_cell(value)
    return _moment(value)


def number_cell(value: int | float) -> Cell:
    """A cell stored as a number, shown without exponent or trailing zero."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        value = int(value)
    return Cell(str(value), NUMBER, value)


def _moment(value: object) -> Cell:
    """Dates keep their value; a moment within the day does not matter to a register."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Cell(value.strftime("%d/%m/%Y"), DATE, value)
    if isinstance(value, time):
        return Cell(value.isoformat(timespec="minutes"))
    return Cell(clip(str(value)))
