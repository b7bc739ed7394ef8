"""What a file gives after reading: sheets, rows and cells, before anybody judges them."""

from collections.abc import Iterator
from datetime import date

import msgspec

from app.core.dates import format_number
from app.core.problems import Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 60_000
MAX_ROWS = 300_000
"""The highest row of one sheet, and all rows of a file together, blank ones counted."""
MAX_CELLS = 2_000_000
"""Cells of a file, blank ones with a format counted."""
MAX_COLUMNS = 80
MAX_TEXT = 32_767
MAX_FILLED, MAX_LETTERS = 1_200_000, 30_000_000
"""Cells up to the last filled one of each row, and letters in them: what a program holds while a person looks."""

TEXT = "text"
NUMBER = "number"
DATE = "date"
ERROR = "error"
FORMULA = "formula"


class ImportProblem(Problem):
    """The file as a whole cannot be taken. The sentence says why and what to do."""

    def __init__(self, why: str) -> None:
        self.why = why
        problem = Problem.of("bad_file", why=why)
        super().__init__(problem.code, problem.status, problem.sentence)


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One cell: the text that a person sees, how it was stored, and the stored date or number."""

    text: str = ""
    kind: str = TEXT
    value: date | int | float | None = None

    @property
    def empty(self) -> bool:
        return not self.text.strip()


EMPTY = Cell()


class Row(msgspec.Struct, frozen=True):
    """A row that holds something; `number` is the row number that the spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell:
        if 0 <= column < len(self.cells):
            return self.cells[column]
        return EMPTY

    @property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.empty]


class Sheet(msgspec.Struct, frozen=True):
    name: str
    rows: tuple[Row, ...]


class Book(msgspec.Struct, frozen=True):
    """A file that could be read: `format` is xlsx or csv."""

    format: str
    sheets: tuple[Sheet, ...]


def clip_text(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - 1] + "…"


def too_many_rows(number: int) -> ImportProblem:
    return ImportProblem(
        f"Dokumen berisi sedikitnya {format_number(number)} baris, sedangkan yang dapat dibaca "
        f"{format_number(MAX_ROWS)}. Salin baris "
        "yang terisi ke lembar baru, simpan, lalu impor lagi."
    )


class Limits(msgspec.Struct, frozen=True):
    """What a reading may give: lines, filled cells and letters in them; `part` is by what a longer list is divided."""

    lines: int = MAX_LINES
    filled: int = MAX_FILLED
    letters: int = MAX_LETTERS
    what: str = "Register ini"
    part: str = "tahun"


REGISTER_LIMITS = Limits()


class Piece(msgspec.Struct, frozen=True):
    """Some rows of a sheet, in their order; `first` of the first piece of each sheet."""

    sheet: str
    rows: tuple[Row, ...]
    first: bool = False


class Budget:
    def __init__(self, limits: Limits = REGISTER_LIMITS) -> None:
        self.limits = limits
        self.lines = self.rows = self.filled = self.letters = 0

    def spend_row(self, number: int, cells: list[Cell]) -> Iterator[Row]:
        """The row without the empty cells at its end, unless it is blank. Raises ImportProblem beyond a limit."""
        self.rows += 1
        if self.rows > MAX_ROWS:
            raise too_many_rows(self.rows)
        end = len(cells)
        while end and cells[end - 1].empty:
            end -= 1
        if not end:
            return
        self.lines += 1
        self.filled += end
        self.letters += sum(len(cell.text) for cell in cells[:end])
        most_lines = self.limits.lines
        part = self.limits.part
        if self.lines > most_lines:
            raise ImportProblem(
                f"{self.limits.what} lebih dari {format_number(most_lines)} baris. "
                f"Bagi menjadi satu dokumen per {part}."
            )
        for count, most, what in (
            (self.filled, self.limits.filled, "sel"),
            (self.letters, self.limits.letters, "huruf"),
        ):
            if count > most:
                raise ImportProblem(
                    f"Isi dokumen lebih dari {format_number(most)} {what}. Bagi menjadi satu dokumen per {part}, "
                    "tanpa kolom lain."
                )
        yield Row(number, tuple(cells[:end]))
