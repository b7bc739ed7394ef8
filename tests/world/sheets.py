"""A spreadsheet as whoever opens it sees it: headings, what does not fit into its column, days written as such."""

import io
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook


class Book:
    """A workbook in memory, sheet by sheet."""

    def __init__(self, data: bytes) -> None:
        self.book = load_workbook(io.BytesIO(data))

    @property
    def names(self) -> list[str]:
        return list(self.book.sheetnames)

    def heads(self, name: str) -> list[str]:
        return [str(cell.value) for cell in self.book[name][1]]

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        """What stands under the headings."""
        return list(self.book[name].iter_rows(min_row=2, values_only=True))

    def misfits(self) -> list[str]:
        """Words of headings that are wider than their column, days and moments that are not written as such."""
        wrong = []
        for sheet in self.book.worksheets:
            widths = {n: held.width for held in sheet.column_dimensions.values() for n in range(held.min, held.max + 1)}
            for n, cell in enumerate(sheet[1], start=1):
                longest = max(map(len, str(cell.value).split()))
                wrong += [f"{sheet.title}/{cell.value}"] if widths.get(n, 0) < longest else []
            for row in sheet.iter_rows(min_row=2):
                wrong += [
                    f"{sheet.title}/{cell.coordinate}"
                    for cell in row
                    if isinstance(cell.value, date | datetime) and not cell.is_date
                ]
        return wrong
