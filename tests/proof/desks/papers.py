"""What a paper says that came in the place of a page: a PDF, a spreadsheet, a table of values with commas."""

import io
import zipfile
from pathlib import Path

import openpyxl

from tests.platform.printing.reading import text_of

WORKBOOK = "xl/workbook.xml"


def read_paper(content: bytes, kind: str, folder: Path) -> str:
    """The text of a paper by its content and the kind that its answer names; empty for pictures, archives, programs'
    own files. `folder` takes what the reader of PDF writes."""
    if content.startswith(b"%PDF"):
        return text_of(content, folder)
    if kind.startswith(("text/csv", "text/plain")):
        return content.decode("utf-8-sig")
    return " ".join(cells_of(content)) if is_workbook(content) else ""


def is_workbook(content: bytes) -> bool:
    """Whether this is a spreadsheet of Excel, which is an archive with a workbook in it."""
    archive = io.BytesIO(content)
    return zipfile.is_zipfile(archive) and WORKBOOK in zipfile.ZipFile(archive).namelist()


def cells_of(content: bytes) -> list[str]:
    """The names of the sheets and all that stands in their cells."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return [*book.sheetnames, *(str(cell) for cell in cells if cell is not None)]
