"""Reads .xlsx workbooks row by row, keeping what each cell was stored as: text, number, date or error."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from app.ktp.importing import guard
from app.ktp.importing.book import (
    DATE,
    EMPTY,
    ERROR,
    FORMULA,
    MAX_COLUMNS,
    NUMBER,
    Book,
    Budget,
    Cell,
    ImportProblem,
    Row,
    Sheet,
    clip,
    row_of,
)

MAX_SHEETS = 120


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
        except (ImportProblem, MemoryError):
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


def _rows(sheet: Any, twin: Any, budget: Budget) -> Iterator[Row]:
    for number, cells in enumerate(_cells(sheet, twin), start=1):
        row = row_of(number, cells)
        budget.spend(row)
        if row is not None:
            yield row


def _cells(sheet: Any, twin: Any) -> Iterator[list[Cell]]:
    """The cells of each row, none for a blank one: those are many in some files and must cost little."""
    for own, other in _raw(sheet, twin):
        if other is not None:
            yield [_cell(a, b) for a, b in zip(own, other, strict=True)]
        elif any(cell.value is not None for cell in own):
            yield [_cell(cell) for cell in own]
        else:
            yield []


def _raw(sheet: Any, twin: Any) -> Iterator[tuple[Any, Any]]:
    sheet.reset_dimensions()  # some programs write a wrong extent, which would hide rows
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    if twin is None:
        return ((row, None) for row in rows)
    twin.reset_dimensions()
    return zip(rows, twin.iter_rows(max_col=MAX_COLUMNS), strict=True)


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
    if isinstance(value, int) and abs(value) >= 1e18:
        return Cell(clip(str(value)), NUMBER, float(value))
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
