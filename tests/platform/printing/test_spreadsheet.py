"""Spreadsheets, read back with another library."""

import io
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.platform.printing.spreadsheet import Percent, Sheet, SheetColumn, harmless_cell, write_book, write_sheet

COLUMNS = (
    SheetColumn("Baris", 8, "number"),
    SheetColumn("NIK", 20),
    SheetColumn("Nama", 30),
    SheetColumn("Lahir", 12, "date"),
    SheetColumn("Diterima", 18, "moment"),
)
ROW = (1, "3508994112080003", "ANISA RAHMAWATI", date(2008, 12, 1), datetime(2026, 3, 2, 1, 31, tzinfo=UTC))


def read(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def test_types_survive() -> None:
    sheet = read(write_sheet("Pengiriman 013/2026", COLUMNS, [ROW]))
    assert sheet.title == "Pengiriman 013 2026"
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    number, nik, name, birth, received = (cell for cell in sheet[2])
    assert (number.value, nik.value, name.value) == (1, "3508994112080003", "ANISA RAHMAWATI")
    assert (nik.data_type, nik.number_format) == ("s", "@")
    assert (birth.value.isoformat(), birth.number_format) == ("2008-12-01T00:00:00", "dd-mm-yyyy")
    assert received.value.isoformat() == "2026-03-02T08:31:00"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")


def test_nothing_typed_becomes_a_formula_or_a_link() -> None:
    evil = (
        "=1+1",
        '=HYPERLINK("http://x")',
        "http://contoh.invalid",
        "{=1}",
        "@SUM(A1)",
        "\x00\x0bBUDI",
        "x" * 40_000,
    )
    sheet = read(write_sheet("Uji", [SheetColumn("Teks")], [(text,) for text in evil]))
    values = [sheet.cell(row, 1) for row in range(2, 2 + len(evil))]
    assert [cell.data_type for cell in values] == ["s"] * len(evil)
    assert [cell.value for cell in values[:5]] == list(evil[:5])
    assert values[5].value == "  BUDI"
    assert len(values[6].value) == 32_767
    assert all(cell.hyperlink is None for cell in values)


def test_a_cell_of_csv_is_no_formula_and_a_number_stays_one() -> None:
    assert [harmless_cell(cell) for cell in ("=1+1", "+62", "-", "@SUM(A1)", "\tx", "\rx", "Krai", "", -5, None)] == [
        *("'=1+1", "'+62", "'-", "'@SUM(A1)", "'\tx", "'\rx", "Krai", "", -5, None)
    ]


def test_the_head_of_a_printed_sheet_names_the_book_that_it_is_of() -> None:
    content = write_book("Rekap Triwulan I 2026", [Sheet("Sasaran", [SheetColumn("Ukuran")], [])], office="Kantor")
    assert read(content).oddHeader.center.text == "Rekap Triwulan I 2026: Sasaran"
    assert read(write_sheet("Register", [SheetColumn("No.")], [])).oddHeader.center.text == "Register"


def test_same_input_same_bytes() -> None:
    first = write_sheet("Register", COLUMNS, [ROW] * 50, made_at=ROW[4])
    assert first == write_sheet("Register", COLUMNS, [ROW] * 50, made_at=ROW[4])
    assert first != write_sheet("Register", COLUMNS, [ROW] * 51, made_at=ROW[4])


def test_rows_may_come_one_by_one_and_may_be_none() -> None:
    assert read(write_sheet("Panjang", COLUMNS, (ROW for _ in range(3000)))).max_row == 3001
    empty = read(write_sheet("Kosong", COLUMNS, []))
    assert [cell.value for cell in empty[1]] == [column.title for column in COLUMNS]
    assert empty.max_row == 1


def test_a_row_of_another_length_is_refused_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="row 2 has 1 cells"):
        write_sheet("Salah", COLUMNS, [ROW, ("sendiri",)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", "[]:*?/\\", "'Judul'", "J" * 80, "A & B"])
def test_any_title_names_a_sheet(title: str) -> None:
    assert 1 <= len(read(write_sheet(title, COLUMNS, [ROW])).title) <= 31


def test_what_a_sheet_says_of_itself_when_it_is_printed() -> None:
    """Text wraps; office, title and TERBATAS stand above every page; sums and percentages are numbers."""
    columns = (
        SheetColumn("Uraian", 12),
        SheetColumn("Jumlah pengaduan", 6, "number", sum=True),
        SheetColumn("Capaian"),
    )
    rows = [("panjang " * 20, 3, Percent(0.96)), ("pendek", 4, Percent(0.5))]
    content = write_sheet("Rekap & sebab", columns, rows, office="Kecamatan Contoh", restricted=True)
    sheet = read(content)
    head = sheet.oddHeader
    assert (head.left.text, head.center.text, head.right.text) == ("Kecamatan Contoh", "Rekap && sebab", "TERBATAS")
    assert sheet["A2"].alignment.wrap_text
    assert (sheet["C2"].value, sheet["C2"].number_format) == (0.96, "0.0%")
    assert [sheet.cell(4, place).value for place in (1, 2, 3)] == ["Jumlah", "=SUM(B2:B3)", None]
    assert sheet.column_dimensions["B"].width > len("pengaduan"), "the longest word of the head has room"
    assert read(write_sheet("Rekap", columns, rows)).oddHeader.right.text is None


def test_a_column_that_names_no_width_holds_a_day_with_its_time() -> None:
    assert SheetColumn("Kapan").width >= len("2026-03-12 09.42")


def test_a_row_is_as_high_as_the_text_that_wraps_in_it() -> None:
    columns = (SheetColumn("Uraian", 20), SheetColumn("Lama penyelesaian", 10, "number"))
    said = "Jawaban pertama lewat batas pada triwulan ini"  # 45 letters, 20 to a line
    rows: list[tuple[str | int, int]] = [
        ("pendek", 1),
        (said, 2),
        ("satu\ndua", 3),
        ("KECAMATAN CONTOH", 3),
        (7, 4),
        ("kata " * 600, 5),
    ]
    sheet = read(write_sheet("Tinggi", columns, rows))
    heights = [sheet.row_dimensions[n].height for n in range(1, 8)]
    assert heights == [30, None, 45, 30, 30, None, 405], (
        "of three lines, of two typed ones, and of as much as Excel allows"
    )
