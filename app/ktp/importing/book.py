"""What a file gives after reading: sheets, rows and cells, before anybody judges them."""

from __future__ import annotations

from datetime import date

import msgspec

from app.core.problems import Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 60_000
MAX_COLUMNS = 80
MAX_TEXT = 32_767

TEXT, NUMBER, DATE, ERROR, FORMULA = "text", "number", "date", "error", "formula"


class ImportProblem(Problem):
    """The file as a whole cannot be taken. The sentence says why and what to do."""

    def __init__(self, why: str) -> None:
        problem = Problem.of("bad_file", why=why)
        super().__init__(problem.code, problem.status, problem.sentence)


class Cell(msgspec.Struct, frozen=True):
    """One cell: the text that a person sees, how it was stored, and the stored date or number."""

    text: str = ""
    kind: str = TEXT
    value: date | int | float | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing but blanks stands in the cell."""
        return not self.text.strip()


EMPTY = Cell()


class Row(msgspec.Struct, frozen=True):
    """A row that holds something; `number` is the row number that the spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell:
        """The cell of a column (from 0); empty beyond the end."""
        return self.cells[column] if 0 <= column < len(self.cells) else EMPTY

    @property
    def filled(self) -> list[Cell]:
        """The cells that hold something, in order."""
        return [cell for cell in self.cells if not cell.empty]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet by its name; rows without content are left out, so row numbers may jump."""

    name: str
    rows: tuple[Row, ...]


class Book(msgspec.Struct, frozen=True):
    """A file that could be read: `format` is xlsx or csv."""

    format: str
    sheets: tuple[Sheet, ...]


def clip(text: str) -> str:
    """Cut a text at what a spreadsheet cell can hold."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def row_of(number: int, cells: list[Cell]) -> Row | None:
    """A row without the empty cells at its end, or None when nothing is left."""
    end = len(cells)
    while end and cells[end - 1].empty:
        end -= 1
    return Row(number, tuple(cells[:end])) if end else None
