"""Reads delimited text (CSV, tabs) in the encodings and separators that Indonesian Excel writes."""

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from app.core.dates import format_number
from app.core.problems import SENTENCES
from app.importing import archive_check
from app.importing.spreadsheet import (
    DATE,
    EMPTY,
    ERROR,
    FORMULA,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    NUMBER,
    Book,
    Budget,
    Cell,
    ImportProblem,
    Row,
    Sheet,
    clip_text,
    to_row,
    too_many_rows,
)

SEPARATORS = ";,\t|"
WIDEST = 16_384
"""Columns of a sheet in Excel: nobody typed a wider line."""
_SAMPLE_LINES = 60
_SAMPLE = 4_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LINE = re.compile(r"[^\r\n]+")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


def read_csv(content: bytes, name: str) -> Book:
    csv.field_size_limit(MAX_BYTES)  # one oversized field must cost its line, not the file
    text = decode_text(content)
    refuse_bombs(text)
    return Book("csv", (Sheet(name, tuple(_text_rows(text))),))


def refuse_bombs(text: str) -> None:
    """Count rows and columns before anything is divided into them. Raises ImportProblem."""
    rows = text.count("\n") + text.count("\r") - text.count("\r\n")
    if rows > MAX_ROWS:
        raise too_many_rows(rows)
    for line in _LINE.finditer(text):
        if any(text.count(mark, *line.span()) >= WIDEST for mark in SEPARATORS):
            raise ImportProblem(
                f"Ada baris dengan lebih dari {format_number(WIDEST)} kolom. Buka berkasnya di Excel, salin tabelnya "
                "saja ke lembar baru, simpan sebagai .xlsx, lalu impor lagi."
            )


def decode_text(content: bytes) -> str:
    """Text of the file: UTF-8, UTF-16 with its mark, else the Windows code page. Raises ImportProblem."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    sample = text[:20_000]
    strange = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    if strange > len(sample) // 500:
        raise ImportProblem(
            "Ini bukan berkas Excel atau CSV yang dapat dibaca. Pilih berkas register (.xlsx atau .csv)."
        )
    return text


def _separator_fit(lines: list[str], mark: str) -> tuple[int, int]:
    """How well a mark divides the sampled lines (lines that agree on a width, times that width), and the width."""
    widths = Counter(len(next(csv.reader([line], delimiter=mark), [])) for line in lines)
    widths.pop(1, None)
    return max(((agree * width, width) for width, agree in widths.items()), default=(0, 0))


def _text_rows(text: str) -> Iterator[Row]:
    """The rows of a text by its separator (Excel may name it in a `sep=` line), each with its line number."""
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)
    body, first_number, marks = (rest, 2, named[1]) if named else (text, 1, SEPARATORS)
    lines = [line for line in body[:_SAMPLE].splitlines()[: _SAMPLE_LINES * 4] if line.strip()][:_SAMPLE_LINES]
    (_agree, width), mark = max((_separator_fit(lines, mark), mark) for mark in marks)
    budget, number = Budget(), first_number - 1
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=mark)
    try:
        for number, fields in enumerate(rows, first_number):
            _refuse_open_quote(fields, mark, width, number)
            row = to_row(number, [_text_cell(field) for field in fields[:MAX_COLUMNS]])
            budget.spend_row(row)
            if row is not None:
                yield row
    except csv.Error as error:
        raise ImportProblem(
            f"Baris {number + 1} tidak dapat dibaca sebagai CSV. Buka di Excel, simpan sebagai .xlsx."
        ) from error


def _refuse_open_quote(fields: list[str], mark: str, width: int, number: int) -> None:
    """A stray quotation mark swallows whole lines into one field; better no import than lost lines."""
    for field in fields:
        if "\n" in field and field.count(mark) >= max(3, width - 3):
            raise ImportProblem(
                f"Tanda kutip pada baris {number} tidak ditutup, sehingga baris di bawahnya ikut tertelan. "
                "Perbaiki tanda kutipnya, atau simpan sebagai .xlsx."
            )


def _text_cell(field: str) -> Cell:
    formula = _QUOTED_FORMULA.fullmatch(field.strip())
    return Cell(clip_text(formula[1] if formula else field))


MAX_SHEETS = 120


def read_xlsx(content: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            uncomputed = archive_check.inspect_archive(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise archive_check.broken_file() from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and validations that we do not need
        try:
            return Book("xlsx", tuple(_workbook_sheets(content, uncomputed)))
        except (ImportProblem, MemoryError):
            raise
        except Exception as error:  # a hostile workbook may break the parser anywhere; all of it means "unreadable"
            raise archive_check.broken_file() from error


def _workbook_sheets(content: bytes, uncomputed: bool) -> Iterator[Sheet]:
    values = _open_workbook(content, data_only=True)
    formulas = _open_workbook(content, data_only=False) if uncomputed else None
    if len(values.worksheets) > MAX_SHEETS:
        raise ImportProblem(f"Buku kerja ini memuat lebih dari {MAX_SHEETS} lembar. Bagi menjadi beberapa berkas.")
    budget = Budget()
    for index, sheet in enumerate(values.worksheets):
        twin = formulas.worksheets[index] if formulas else None
        yield Sheet(str(sheet.title), tuple(_sheet_rows(sheet, twin, budget)))


def _open_workbook(content: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)


def _sheet_rows(sheet: Any, twin: Any, budget: Budget) -> Iterator[Row]:
    for number, cells in enumerate(_row_cells(sheet, twin), start=1):
        row = to_row(number, cells)
        budget.spend_row(row)
        if row is not None:
            yield row


def _row_cells(sheet: Any, twin: Any) -> Iterator[list[Cell]]:
    """The cells of each row, none for a blank one: those are many in some files and must cost little."""
    for own, other in _raw_rows(sheet, twin):
        if other is not None:
            yield [_sheet_cell(a, b) for a, b in zip(own, other, strict=True)]
        elif any(cell.value is not None for cell in own):
            yield [_sheet_cell(cell) for cell in own]
        else:
            yield []


def _raw_rows(sheet: Any, twin: Any) -> Iterator[tuple[Any, Any]]:
    sheet.reset_dimensions()  # some programs write a wrong extent, which would hide rows
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    if twin is None:
        return ((row, None) for row in rows)
    twin.reset_dimensions()
    return zip(rows, twin.iter_rows(max_col=MAX_COLUMNS), strict=True)


def _sheet_cell(raw: Any, twin: Any = None) -> Cell:
    value = raw.value
    if value is None or value == "":
        formula = twin.value if twin is not None else None
        return Cell(clip_text(str(formula)), FORMULA) if formula not in (None, "") else EMPTY
    if isinstance(value, str):
        return Cell(clip_text(value), ERROR if raw.data_type == "e" else "text")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return number_cell(value)
    return _moment_cell(value)


def number_cell(value: int | float) -> Cell:
    if isinstance(value, int) and abs(value) >= 1e18:
        return Cell(clip_text(str(value)), NUMBER, float(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        value = int(value)
    return Cell(str(value), NUMBER, value)


def _moment_cell(value: object) -> Cell:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Cell(value.strftime("%d/%m/%Y"), DATE, value)
    if isinstance(value, time):
        return Cell(value.isoformat(timespec="minutes"))
    return Cell(clip_text(str(value)))


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "Ini berkas PDF. Minta berkas Excel (.xlsx) atau CSV aslinya, bukan cetakannya."),
    (b"\x89PNG", SENTENCES["picture_file"]),
    (b"\xff\xd8\xff", SENTENCES["picture_file"]),
    (b"GIF8", SENTENCES["picture_file"]),
    (b"Rar!", "Ini arsip RAR. Buka arsipnya dulu, lalu impor berkas Excel (.xlsx) di dalamnya."),
    (b"7z\xbc\xaf", "Ini arsip 7-Zip. Buka arsipnya dulu, lalu impor berkas Excel (.xlsx) di dalamnya."),
    (b"{\\rtf", "Ini dokumen pengolah kata. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."),
    (b"SQLite format 3", "Ini basis data, bukan register. Yang dapat diimpor hanya Excel (.xlsx) atau CSV."),
)


def file_bytes(place: Path) -> bytes:
    """The bytes of a file of reasonable size. Raises ImportProblem for what is missing, a folder or unreadable."""
    try:
        size = place.stat().st_size
        refuse_size(size)
        return place.read_bytes()
    except FileNotFoundError as error:
        raise ImportProblem(f"Berkas {place.name} tidak ditemukan. Periksa nama dan foldernya.") from error
    except IsADirectoryError as error:
        raise ImportProblem(f"{place.name} adalah folder. Pilih satu berkas Excel (.xlsx) atau CSV.") from error
    except OSError as error:
        raise ImportProblem(f"Berkas {place.name} tidak dapat dibaca. Periksa izin dan flashdisknya.") from error


def read_bytes(content: bytes, name: str = "CSV") -> Book:
    """Read a register in this process; `name` becomes the sheet name of a CSV file. Raises ImportProblem."""
    refuse_size(len(content))
    refuse_strangers(content)
    if content[:2] == b"PK":
        return read_xlsx(content)
    return read_csv(content, name)


def refuse_strangers(content: bytes) -> None:
    if content.startswith(_OLE):
        raise ImportProblem(_ole_sentence(content))
    for magic, sentence in _STRANGERS:
        if content.startswith(magic):
            raise ImportProblem(sentence)
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise ImportProblem("Ini halaman web atau XML, bukan buku kerja. Buka di Excel, lalu simpan sebagai .xlsx.")


def _ole_sentence(content: bytes) -> str:
    """Old Excel and password-protected workbooks share one container; the stream names tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "Berkas ini dikunci kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu impor lagi."
    if "WordDocument".encode("utf-16-le") in content:
        return "Ini dokumen Word. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."
    return "Ini format Excel lama (.xls). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx."


def refuse_size(size: int) -> None:
    if not size:
        raise ImportProblem("Berkas ini kosong (0 bita). Salin ulang dari asalnya, lalu coba lagi.")
    if size > MAX_BYTES:
        shown = f"{size / 1_048_576:.1f}".replace(".", ",")
        raise ImportProblem(
            f"Berkas terlalu besar ({shown} MB; batasnya {MAX_BYTES // 1_048_576} MB). Bagi menjadi satu berkas per "
            "tahun."
        )
