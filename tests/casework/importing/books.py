"""Small registers of invented people, made in the test itself. Every NIK begins with 350899."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

from app.casework.importing.cells import Villages
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.headings import Vocabulary
from app.casework.importing.judging import Line, Report, judge_book
from app.casework.importing.lines import Rules
from app.casework.importing.spreadsheet import Book
from schema.register import load_register

TODAY = date(2026, 3, 2)
HEAD = (
    "NO",
    "TGL",
    "N I K",
    "NO. KK",
    "NAMA LENGKAP",
    "TEMPAT, TGL LAHIR",
    "L/P",
    "ALAMAT RT/RW",
    "DESA",
    "JENIS",
    "KET",
)
TITLES = (("BUKU REGISTER PERMOHONAN KTP",), ("KECAMATAN CONTOH - BULAN JANUARI 2025",), ())
WORDS = Vocabulary(load_register("ktp-el"))
VILLAGES = Villages(
    {
        "3508072001": "Darungan",
        "3508072002": "Kraton",
        "3508072005": "Yosowilangun Kidul",
        "3508072006": "Yosowilangun Lor",
        "3508072007": "Krai",
        "3508072008": "Karanganyar",
        "3508072009": "Karangrejo",
    },
    {"Sumberwringin": "Klakah"},
    "Yosowilangun",
)
RULES = Rules(WORDS, VILLAGES, TODAY)
Cells = Sequence[Any]


def line(**changes: Any) -> list[Any]:
    """A sound line; name what is to be different (no, tgl, nik, kk, nama, ttl, lp, alamat, desa, jenis, ket)."""
    sound: dict[str, Any] = {
        "no": 1,
        "tgl": "26/01/2025",
        "nik": "3508995508840001",
        "kk": "3508990703210001",
        "nama": "KARTINI CONTOH",
        "ttl": "LUMAJANG, 15-8-1984",
        "lp": "P",
        "alamat": "DUSUN KIDUL RT 15 RW 04",
        "desa": "KARANGREJO",
        "jenis": "baru",
        "ket": "sudah rekam",
    }
    assert set(changes) <= set(sound), "no such column"
    return list((sound | changes).values())


def man(number: int, **changes: Any) -> list[Any]:
    """A sound line of another person: a man born on 1 January 1980 with this serial number."""
    serial = {"no": number, "nik": f"350899010180{number:04d}", "ttl": "LUMAJANG, 01/01/1980", "lp": "L"}
    return line(**(serial | {"nama": f"CONTOH KE {'ABCDEFGHIJ'[number % 10]}"} | changes))


def workbook(sheets: Mapping[str, Sequence[Cells]]) -> bytes:
    """A real .xlsx file with these rows; strings stay text, numbers and dates are stored as such."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                if isinstance(value, date | datetime):
                    cell.number_format = "yyyy-mm-dd"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def register(*lines: Cells, titles: Sequence[Cells] = TITLES, head: Cells = HEAD) -> bytes:
    """A workbook with one sheet JAN: titles, header and these lines."""
    return workbook({"JAN": [*titles, head, *lines]})


def book_of(*lines: Cells, **kwargs: Any) -> Book:
    """The same, already read."""
    return read_bytes(register(*lines, **kwargs))


def judged(*lines: Cells, **kwargs: Any) -> Report:
    """The report of a one-sheet register with these lines."""
    return judge_book(book_of(*lines, **kwargs), WORDS, VILLAGES, TODAY)


def only(report: Report) -> Line:
    """The single line of a report."""
    [one] = report.lines
    return one


def verdict(**changes: Any) -> tuple[str, str]:
    """Verdict and reason of the sound line with these changes."""
    one = only(judged(line(**changes)))
    return one.verdict, one.reason
