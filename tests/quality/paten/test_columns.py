"""What stands under each head of the PATEN report, of a line whose every figure is another number."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import msgspec
from openpyxl import load_workbook

from app.quality.paten.papers import COLUMNS, report_book
from app.quality.paten.queries import Ending, Line, Report, Span

LINE = Line("KTP", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Decimal("81.25"), "B", 12)
EMPTY = Line("KK")
SPAN = Span(date(2026, 1, 1), date(2026, 3, 31))
SPAN_END = datetime(2026, 4, 1, 2, tzinfo=UTC)
WANTED = {
    "Layanan": "KTP",
    "Tunggakan awal": 1,
    "Masuk": 2,
    "Selesai": 3,
    "Selesai tepat waktu": "5 dari 4",
    "Ditolak": 6,
    "Berhenti lainnya": 7,
    "Tunggakan akhir": 8,
    "Lewat janji": 9,
    "Pengaduan masuk": 10,
    "Pengaduan selesai": 11,
    "Indeks kepuasan": "81,25 (B)",
    "Responden": 12,
}


def test_each_head_has_its_own_figure() -> None:
    assert {column.head: column.value(LINE) for column in COLUMNS} == WANTED
    assert [column.head for column in COLUMNS] == list(WANTED)
    empty = {column.head: column.value(EMPTY) for column in COLUMNS}
    assert (empty["Selesai tepat waktu"], empty["Indeks kepuasan"]) == ("0 dari 0", "belum ada")


def test_a_line_of_nothing_counts_nothing() -> None:
    assert msgspec.structs.astuple(EMPTY) == ("KK", *[0] * 11, None, "", 0)
    assert EMPTY.balances


def test_only_what_can_be_added_up_is_a_number() -> None:
    assert {column.head for column in COLUMNS if not column.number} == {
        "Layanan",
        "Selesai tepat waktu",
        "Indeks kepuasan",
    }


def test_a_report_balances_by_what_came_and_what_became_of_it() -> None:
    assert Line("KTP", opening=2, received=5, finished=3, refused=1, ended=1, backlog=2).balances
    for name in ("opening", "received", "finished", "refused", "ended", "backlog"):
        assert not msgspec.structs.replace(EMPTY, **{name: 1}).balances, name


def test_the_spreadsheet_adds_the_exact_figures() -> None:
    report = Report(SPAN, [LINE], EMPTY, [Ending("KTP", "Ditolak", 6)])
    book = load_workbook(BytesIO(report_book(report, SPAN_END, "Kecamatan Contoh")))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] == "KTP"]
    assert rows == [(*WANTED.values(), 5, 4, 81.25)]
    assert ("KTP", "Ditolak", 6) in list(book.worksheets[1].iter_rows(values_only=True))
