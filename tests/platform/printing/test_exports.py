"""Every export of the office, as the walk downloaded it: the import reads it, and a reader of its values finds sums."""

import io
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.casework.importing.file_formats import read_bytes
from tests.world.walked import walk_once

WHOLE_NUMBERS = {"pengiriman.xlsx", "orang.xlsx"}
"""Exports with whole numbers of people; each says TERBATAS on every printed page."""
AS_TEXT = re.compile(r"\d+(,\d+)? ?%|\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?|\d+,\d+")
EXPORTS = (
    "register.xlsx",
    "pengiriman.xlsx",
    "orang.xlsx",
    "agenda.xlsx",
    "survei.xlsx",
    "survei.csv",
    "hotline.xlsx",
    "sasaran.xlsx",
    "rekap.xlsx",
    "rekap.csv",
    "tahun.xlsx",
    "desa.xlsx",
    "paten.xlsx",
)


ABOVE = {
    "register.xlsx": "Regist",
    "pengiriman.xlsx": "Kirim ",
    "orang.xlsx": "PNS be",
    "agenda.xlsx": "Agenda",
    "survei.xlsx": "Jawaba",
    "hotline.xlsx": "Analis",
    "sasaran.xlsx": "Sasara",
    "rekap.xlsx": "Rekap ",
    "tahun.xlsx": "Lapora",
    "desa.xlsx": "Lapora",
    "paten.xlsx": "Lapora",
}
"""How the title begins that stands above each printed page of an export, of whichever sheet."""


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walk_once(tmp_path_factory).papers[0].parent


def shown(value: object) -> str:
    """A cell of openpyxl as the import writes it."""
    if isinstance(value, datetime) and (value.hour, value.minute) == (0, 0):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_import_reads_every_export_of_our_own(name: str, exports: Path) -> None:
    content = (exports / name).read_bytes()
    book = read_bytes(content)
    assert all(row.filled for sheet in book.sheets for row in sheet.rows)
    assert sum(len(sheet.rows) for sheet in book.sheets) > len(book.sheets), "more than heads"
    if name.endswith(".csv"):
        return
    values = load_workbook(io.BytesIO(content), data_only=True).worksheets
    assert [sheet.title for sheet in values] == [sheet.name for sheet in book.sheets]
    for ours, theirs in zip(book.sheets, values, strict=True):
        filled = [row for row in theirs.iter_rows(values_only=True) if any(cell not in (None, "") for cell in row)]
        assert len(ours.rows) == len(filled)
        for row, cells in zip(ours.rows, filled, strict=True):
            texts = [cell.text for cell in row.cells]
            assert [shown(cell) for cell in cells if isinstance(cell, str)] == [
                text for text, cell in zip(texts, cells, strict=False) if isinstance(cell, str)
            ]


@pytest.mark.parametrize("name", [name for name in EXPORTS if name.endswith("xlsx")])
def test_an_export_prints_with_its_head_and_adds_up(name: str, exports: Path) -> None:
    """Office and title above every page, TERBATAS where whole numbers stand; sums for who reads values only."""
    content = (exports / name).read_bytes()
    formulas, values = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True)
    for sheet in formulas.worksheets:
        head = sheet.oddHeader
        assert (head.left.text, head.center.text[:6]) == ("Kecamatan Yosowilangun", ABOVE[name])
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        typed = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert [text for text in typed if AS_TEXT.fullmatch(text)] == [], "a percentage or a moment that is only text"
        whole = [text for text in texts if re.fullmatch(r"350899\d{10}|\d{18}", text)]
        assert (head.right.text == "TERBATAS") == (name in WHOLE_NUMBERS) >= bool(whole)
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=SUM"):
                    above = [values[sheet.title].cell(n, cell.column).value or 0 for n in range(2, cell.row)]
                    assert values[sheet.title][cell.coordinate].value == sum(above)
