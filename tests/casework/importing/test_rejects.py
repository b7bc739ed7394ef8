"""The file of rejected lines: nothing lost, nothing laundered, ready to be repaired and imported again."""

import io

import pytest
from openpyxl import load_workbook

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.judging import Report, free_name, judge_book, rejects_workbook
from tests.casework.importing.books import HEAD, TITLES, TODAY, VILLAGES, WORDS, judged, line, man, workbook


def again(report: Report) -> Report:
    return judge_book(read_bytes(rejects_workbook(report, TODAY, "Kecamatan Contoh")), WORDS, VILLAGES, TODAY)


def test_rejected_lines_come_out_with_their_cells_as_text_and_a_reason() -> None:
    report = judged(line(), line(no=2), man(3, nama="", tgl="=1+1", desa="007"))
    sheet = load_workbook(io.BytesIO(rejects_workbook(report, TODAY, "Kecamatan Contoh")))["JAN"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [*HEAD, "BARIS ASAL", "PUTUSAN IMPOR", "ALASAN IMPOR"]
    assert rows[1][-3:] == ["6", "berulang", "Sama dengan lembar JAN baris 5."]
    assert (rows[2][1], rows[2][8], rows[2][-2]) == ("=1+1", "007", "ditolak")
    head = sheet.oddHeader
    assert (head.left.text, head.right.text) == ("Kecamatan Contoh", "TERBATAS")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_the_file_of_rejected_lines_prints_on_wide_pages_with_room_for_reasons() -> None:
    """One page wide, however many high; a reason of two lines stands beside cells of an everyday width."""
    book = load_workbook(io.BytesIO(rejects_workbook(judged(man(1, nama="")), TODAY, "Kecamatan Contoh")))
    sheet = book["JAN"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        None,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "Baris yang ditolak: JAN" in str(sheet.oddHeader.center.text)
    assert book.properties.created.date() == TODAY
    last = sheet.max_column
    widths = {
        place: round(dimension.width)
        for dimension in sheet.column_dimensions.values()
        for place in range(dimension.min, dimension.max + 1)
    }
    assert [widths[place] for place in range(1, last + 1)] == [19] * (last - 1) + [81]  # 18 and 80 signs, and the edge
    assert all(cell.font.b for cell in sheet[1])
    assert not any(cell.font.b for cell in sheet[2])


def test_a_nik_cut_by_excel_does_not_become_sound_by_being_written_out() -> None:
    first = judged(man(1, nik=3508990101800000))
    second = again(first)
    assert [row.verdict for row in first.lines] == ["refused"]
    assert [read_line.verdict for read_line in second.lines] == ["refused"]
    assert "tersimpan sebagai angka" in second.lines[0].reason


def test_the_file_can_be_repaired_and_imported_again() -> None:
    report = judged(man(1, nama=""), man(2))
    book = load_workbook(io.BytesIO(rejects_workbook(report, TODAY, "Kecamatan Contoh")))
    book["JAN"].cell(2, 5).value = "CONTOH BARU"
    target = io.BytesIO()
    book.save(target)
    one = judge_book(read_bytes(target.getvalue()), WORDS, VILLAGES, TODAY).lines[0]
    assert one.verdict == "accepted"
    assert one.record is not None
    assert one.record.note == ""


def test_headings_over_two_rows_stay_understood() -> None:
    top = ["NO", "TGL", "NIK", "NAMA", "LAHIR", None, "DESA", "JENIS"]
    low = [None, None, None, None, "TEMPAT", "TGL", None, None]
    row = [1, "26/01/2025", "3508990101800001", "", "LUMAJANG", "1-1-1980", "Krai", "baru"]
    report = judged(row, titles=[top], head=low)
    assert again(report).lines[0].reason == report.lines[0].reason == "Nama kosong."


def test_each_original_sheet_keeps_its_own_and_rows_may_be_wider_than_the_head() -> None:
    content = workbook(
        {
            "JAN": [*TITLES, HEAD, [*man(1, nama=""), "di luar", "kolom"]],
            "FEB": [*TITLES, HEAD, man(2)],
            "MAR": [*TITLES, HEAD, man(3, nama="")],
        }
    )
    report = judge_book(read_bytes(content), WORDS, VILLAGES, TODAY)
    book = load_workbook(io.BytesIO(rejects_workbook(report, TODAY, "Kecamatan Contoh")))
    assert book.sheetnames == ["JAN", "MAR"]
    assert [cell.value for cell in book["JAN"][2]][-5:-1] == ["di luar", "kolom", "5", "ditolak"]


def test_nothing_rejected_gives_a_file_that_says_so() -> None:
    book = load_workbook(io.BytesIO(rejects_workbook(judged(line()), TODAY, "Kecamatan Contoh")))
    assert book.worksheets[0]["A1"].value == "Tidak ada baris yang ditolak."


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("JAN", [], "JAN"),
        ("jan", ["JAN"], "jan (2)"),
        ("a/b:c", [], "a-b-c"),
        ("x" * 40, [], "x" * 31),
        ("''", [], "Register"),
    ],
)
def test_sheet_names_are_made_acceptable(name: str, taken: list[str], free: str) -> None:
    assert free_name(name, taken) == free
