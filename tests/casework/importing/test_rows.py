"""Which rows are lines, and that every other row is accounted for."""

import pytest

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.judging import judge_book
from app.casework.importing.spreadsheet import ImportProblem
from tests.casework.importing.books import HEAD, TITLES, TODAY, VILLAGES, WORDS, judged, line, man, workbook

SUM = [None, None, None, None, "JUMLAH", 2]


def test_titles_blank_rows_and_sums_are_no_lines() -> None:
    report = judged(line(), [], man(2), [], SUM)
    assert [one.row for one in report.lines] == [5, 7]
    assert [(row.row, row.what) for row in report.others] == [
        (1, "title"),
        (2, "title"),
        (4, "heading"),
        (9, "sum"),
    ]
    assert (report.sheets[0].lines, report.sheets[0].total) == (2, 2)


def test_every_row_with_content_is_a_line_or_is_listed() -> None:
    rows = [
        line(),
        list(range(1, 12)),
        [3],
        ["", "", "", "", "Mengetahui,"],
        [None, None, "NIP. 19650101 199003 1 001"],
        SUM,
    ]
    report = judged(*rows)
    assert [row.what for row in report.others] == [
        "title",
        "title",
        "heading",
        "heading",
        "number_only",
        "note",
        "note",
        "sum",
    ]
    assert len(report.lines) + len(report.others) == len(rows) + 3


def test_a_header_that_is_printed_again_on_each_page_is_no_line() -> None:
    report = judged(line(), HEAD, list(range(1, 12)), man(2))
    assert [row.verdict for row in report.lines] == ["accepted", "accepted"]


def test_a_second_header_with_other_columns_changes_the_reading() -> None:
    other = ["NIK", "NAMA", "TTL", "TANGGAL", "DESA", "JENIS"]
    below = ["3508990101800002", "CONTOH DUA", "LUMAJANG, 01/01/1980", "27/01/2025", "Kraton", "hilang"]
    report = judged(line(), [], other, below)
    assert [row.verdict for row in report.lines] == ["accepted", "accepted"]
    assert report.lines[1].record is not None
    assert report.lines[1].record.kind == "hilang"


def test_a_header_over_two_rows_is_read_as_one() -> None:
    top = ["NO", "TGL", "NIK", "NAMA", "LAHIR", None, "ALAMAT", None, None, "DESA", "JENIS"]
    low = [None, None, None, None, "TEMPAT", "TGL", "DUSUN", "RT", "RW", None, None]
    row = [
        1,
        "26/01/2025",
        "3508995508840001",
        "KARTINI",
        "LUMAJANG",
        "15-8-1984",
        "KIDUL",
        "15",
        "4",
        "Krai",
        "baru",
    ]
    report = judged(row, titles=[("REGISTER",), top], head=low)
    record = report.lines[0].record
    assert record is not None
    assert (record.fields["birth_place"], record.fields["birth_on"]) == ("LUMAJANG", "1984-08-15")
    assert (record.fields["street"], record.fields["rt"], record.fields["rw"]) == ("KIDUL", "015", "004")


def test_a_line_without_a_number_is_still_a_line() -> None:
    report = judged(line(no=None), line(no="2.", nik="3508990101800002", ttl="LUMAJANG, 01/01/1980", lp="L"))
    assert len(report.lines) == 2


def test_a_sheet_that_goes_on_without_a_header_keeps_the_columns_of_the_last_one() -> None:
    book = read_bytes(workbook({"JAN": [*TITLES, HEAD, line()], "lanjutan": [man(2), man(3)], "Catatan": [["rapat"]]}))
    report = judge_book(book, WORDS, VILLAGES, TODAY)
    assert [(row.sheet, row.row, row.verdict) for row in report.lines][1:] == [
        ("lanjutan", 1, "accepted"),
        ("lanjutan", 2, "accepted"),
    ]
    assert report.others[-1].what == "no_header"
    assert report.sheets[1].header_row is None


def test_a_needed_column_that_is_missing_refuses_each_line_and_loses_none() -> None:
    head = [name for name in HEAD if name != "DESA"]
    rows = [[value for at, value in enumerate(one) if at != 8] for one in (line(), man(2))]
    report = judged(*rows, head=head)
    assert report.counts == {"accepted": 0, "warning": 0, "refused": 2, "repeated": 0}
    assert "Kolom Desa tidak ditemukan" in report.lines[0].reason


def test_columns_without_a_meaning_are_kept_as_a_note() -> None:
    report = judged([*line(), "map 7", "lunas"], head=[*HEAD, "LEMARI", ""])
    record = report.lines[0].record
    assert record is not None
    assert record.note == "LEMARI: map 7; lunas"


def test_a_book_without_any_header_is_told() -> None:
    with pytest.raises(ImportProblem) as caught:
        judge_book(read_bytes(workbook({"A": [["halo"], [1, 2, 3]]})), WORDS, VILLAGES, TODAY)
    assert "Tidak ada baris judul kolom" in caught.value.sentence


def test_a_csv_whose_niks_all_end_in_zero_is_not_trusted() -> None:
    rows = [man(number, nik=f"35089901018000{number:01d}0", no=number) for number in range(1, 10)]
    assert {row.verdict for row in judged(*rows).lines} == {"refused"}
    assert "berakhiran 0" in judged(*rows).lines[0].reason


def test_the_report_for_machines_has_one_verdict_per_line_and_no_personal_data() -> None:
    answer = judged(line(), line(no=2), man(3, nama="")).as_json()
    assert answer["lines"] == [
        {"sheet": "JAN", "row": 5, "verdict": "accepted", "reason": "Baik."},
        {"sheet": "JAN", "row": 6, "verdict": "repeated", "reason": "Sama dengan lembar JAN baris 5."},
        {"sheet": "JAN", "row": 7, "verdict": "refused", "reason": "Nama kosong."},
    ]
    assert answer["counts"] == {"accepted": 1, "warning": 0, "refused": 1, "repeated": 1}
    assert "350899" not in str(answer)
    assert "KARTINI" not in str(answer)
