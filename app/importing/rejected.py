"""Writes the lines that were not taken as a workbook, with the reason, to be repaired and imported again."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from app.importing.headings import OWN_HEADINGS, Layout
from app.importing.judging import VERDICTS, Line, Report
from app.importing.spreadsheet import NUMBER

LONG_NUMBER = 10**15


def rejects_workbook(report: Report, on: date) -> bytes:
    """The rejected lines as .xlsx, one sheet per original sheet, with three columns added at the end.

    Every cell is text as it was, so nothing is reckoned or reformatted. Only a long number keeps its
    storage (in a cell of text format): written as text, a NIK whose last digit Excel lost would look sound.
    """
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:  # in memory: no temporary file may hold personal data
        book.set_properties({"created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
        for name in dict.fromkeys(line.sheet for line in report.rejected):
            page = book.add_worksheet(free_name(name, [sheet.get_name() for sheet in book.worksheets()]))
            write_lines(book, page, [line for line in report.rejected if line.sheet == name])
        if not report.rejected:
            book.add_worksheet("Kosong").write(0, 0, "Tidak ada baris yang ditolak.")
    return target.getvalue()


def write_lines(book: Any, page: Any, lines: Sequence[Line]) -> None:
    """Lines of one sheet, under their headings anew wherever the layout changes."""
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "text_wrap": True})
    why = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    width = max(max(len(line.layout.headings), len(line.source.cells)) for line in lines)
    page.set_column(0, width + 1, 18, text)
    page.set_column(width + 2, width + 2, 80, why)
    rows, layout = count(), ""
    for line in lines:
        if line.layout.key != layout:
            layout, row = line.layout.key, next(rows)
            page.write_row(row, 0, headings_of(line.layout), head)
            page.write_row(row, width, OWN_HEADINGS, head)
        row = next(rows)
        for column, cell in enumerate(line.source.cells):
            is_long = cell.kind == NUMBER and isinstance(cell.value, int | float) and abs(cell.value) >= LONG_NUMBER
            if cell.text:
                page.write(row, column, cell.value if is_long else cell.text, text)
        page.write_row(row, width, (str(line.row), VERDICTS[line.verdict]), text)
        page.write(row, width + 2, line.reason, why)


def headings_of(layout: Layout) -> list[str]:
    """The headings as they were; one that alone would not be understood becomes the field's own name."""
    plain = [" ".join(heading.split()) for heading in layout.headings]
    for meaning, at in layout.columns.items():
        if meaning not in layout.words.score_heading(plain[at]):
            plain[at] = layout.words.columns[meaning].label
    return plain


def free_name(name: str, taken: Iterable[str]) -> str:
    """A sheet name that spreadsheets allow and no other sheet has, at most 31 characters."""
    used = {one.lower() for one in taken}
    base = re.sub(r"[\[\]:*?/\\]", "-", name).strip("' ")[:31] or "Register"
    candidate, number = base, 2
    while candidate.lower() in used:
        candidate, number = f"{base[:27]} ({number})"[:31], number + 1
    return candidate
