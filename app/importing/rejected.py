"""Writes the lines that were not taken as a workbook, with the reason, to be repaired and imported again."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.importing.headings import OWN_HEADINGS, Layout
from app.importing.judging import VERDICTS, Line, Report
from app.importing.spreadsheet import NUMBER, Cell

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_DEEPEST_NUMBER = 10**15


def rejects_workbook(report: Report, on: date) -> bytes:
    """The rejected lines as .xlsx, one sheet per original sheet, with three columns added at the end.

    Every cell is text as it was, so nothing is reckoned or reformatted. Only a long number keeps its
    storage (in a cell of text format): written as text, a NIK whose last digit Excel lost would look sound.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:  # no temporary file may hold personal data
        book.set_properties({"created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
        for name in dict.fromkeys(line.sheet for line in report.rejected):
            RejectsSheet(book, name).write_lines([line for line in report.rejected if line.sheet == name])
        if not report.rejected:
            book.add_worksheet("Kosong").write_string(0, 0, "Tidak ada baris yang ditolak.")
    return target.getvalue()


class RejectsSheet:
    def __init__(self, book: Any, name: str) -> None:
        self.page = book.add_worksheet(free_name(name, [sheet.get_name() for sheet in book.worksheets()]))
        self.text = book.add_format({"num_format": "@"})
        self.head = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "text_wrap": True})
        self.why = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.row = 0

    def write_lines(self, lines: Sequence[Line]) -> None:
        width = max(max(len(line.layout.headings), len(line.source.cells)) for line in lines)
        self.page.set_column(0, width + 1, 18, self.text)
        self.page.set_column(width + 2, width + 2, 80, self.why)
        layout = None
        for line in lines:
            if layout is None or line.layout.key != layout.key:
                layout = line.layout
                self._write_headings(layout, width)
            self._write_line(line, width)

    def _write_headings(self, layout: Layout, width: int) -> None:
        for column, heading in enumerate(headings_of(layout)):
            self.page.write_string(self.row, column, heading, self.head)
        for extra, heading in enumerate(OWN_HEADINGS):
            self.page.write_string(self.row, width + extra, heading, self.head)
        self.row += 1

    def _write_line(self, line: Line, width: int) -> None:
        for column, cell in enumerate(line.source.cells):
            self._write_cell(column, cell)
        for extra, text in enumerate((str(line.row), VERDICTS[line.verdict], line.reason)):
            self.page.write_string(self.row, width + extra, text, self.why if extra == 2 else self.text)
        self.row += 1

    def _write_cell(self, column: int, cell: Cell) -> None:
        value = cell.value
        if cell.kind == NUMBER and isinstance(value, int | float) and abs(value) >= _DEEPEST_NUMBER:
            self.page.write_number(self.row, column, value, self.text)
        elif cell.text:
            self.page.write_string(self.row, column, cell.text, self.text)


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
    base = _FORBIDDEN.sub("-", name).strip("' ")[:31] or "Register"
    candidate, number = base, 2
    while candidate.lower() in used:
        candidate, number = f"{base[:27]} ({number})"[:31], number + 1
    return candidate
