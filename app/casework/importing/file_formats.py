"""Reads a register's file: a workbook, or delimited text in the encodings and separators of Indonesian Excel."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from app.casework.importing.spreadsheet import (
    DATE,
    EMPTY,
    ERROR,
    FORMULA,
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    NUMBER,
    REGISTER_LIMITS,
    Book,
    Budget,
    Cell,
    ImportProblem,
    Limits,
    Piece,
    Row,
    Sheet,
    clip_text,
    too_many_rows,
)
from app.core.dates import format_number
from app.core.problems import SENTENCES

T = TypeVar("T")

SEPARATORS = ";,\t|"
WIDEST = 16_384
"""Columns of a sheet in Excel: nobody typed a wider line."""
MAX_SHEETS = 120
SAMPLE_LINES = 60
SAMPLE_LETTERS = 4_000_000
MARKUP = (b"<html", b"<!doctype html", b"<table", b"<?xml")
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "Ini dokumen PDF. Minta dokumen Excel (.xlsx) atau CSV aslinya, bukan cetakannya."),
    (b"\x89PNG", SENTENCES["picture_file"]),
    (b"\xff\xd8\xff", SENTENCES["picture_file"]),
    (b"GIF8", SENTENCES["picture_file"]),
    (b"Rar!", "Ini arsip RAR. Buka arsipnya dulu, lalu impor dokumen Excel (.xlsx) di dalamnya."),
    (b"7z\xbc\xaf", "Ini arsip 7-Zip. Buka arsipnya dulu, lalu impor dokumen Excel (.xlsx) di dalamnya."),
    (b"{\\rtf", "Ini dokumen pengolah kata. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."),
    (b"SQLite format 3", "Ini basis data, bukan register. Yang dapat diimpor hanya Excel (.xlsx) atau CSV."),
)
CONTAINED: tuple[tuple[str, str], ...] = (
    (
        "EncryptedPackage",
        "Dokumen ini dikunci kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu impor lagi.",
    ),
    ("WordDocument", "Ini dokumen Word. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."),
    ("", "Ini format Excel lama (.xls). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx."),
)
"""Old Excel and password-protected workbooks share one container; the names of its streams tell them apart."""


def file_bytes(place: Path) -> bytes:
    """The bytes of a file of reasonable size. Raises ImportProblem for what is missing, a folder or unreadable."""
    try:
        refuse_size(place.stat().st_size)
        return place.read_bytes()
    except FileNotFoundError as error:
        raise ImportProblem(f"Dokumen {place.name} tidak ditemukan. Periksa nama dan foldernya.") from error
    except IsADirectoryError as error:
        raise ImportProblem(f"{place.name} adalah folder. Pilih satu dokumen Excel (.xlsx) atau CSV.") from error
    except OSError as error:
        raise ImportProblem(f"Dokumen {place.name} tidak dapat dibaca. Periksa izin dan flashdisknya.") from error


def refuse_size(size: int) -> None:
    if not size:
        raise ImportProblem("Dokumen ini kosong. Salin ulang dari asalnya, lalu coba lagi.")
    if size > MAX_BYTES:
        shown = f"{size / 1_048_576:.1f}".replace(".", ",")
        raise ImportProblem(
            f"Dokumen terlalu besar ({shown} MB; batasnya {MAX_BYTES // 1_048_576} MB). Bagi menjadi satu dokumen per "
            "tahun."
        )


def read_bytes(content: bytes, name: str = "CSV") -> Book:
    """Read a register in this process; `name` becomes the sheet name of a CSV file. Raises ImportProblem."""
    refuse_size(len(content))
    refuse_other_formats(content)
    if content[:2] == b"PK":
        return read_xlsx(content)
    return read_csv(content, name)


def read_pieces(content: bytes, name: str, limits: Limits, size: int) -> Iterator[Piece]:
    """The same in pieces of at most `size` rows, none of which is kept here. Raises ImportProblem."""
    refuse_size(len(content))
    refuse_other_formats(content)
    if content[:2] == b"PK":
        sheets = xlsx_rows(content, limits)
    else:
        sheets = iter([(name, csv_rows(content, limits))])
    for sheet, rows in sheets:
        first = True
        while some := tuple(islice(rows, size)):
            yield Piece(sheet, some, first)
            first = False


def refuse_other_formats(content: bytes) -> None:
    if content.startswith(OLD_CONTAINER):
        raise ImportProblem(next(why for name, why in CONTAINED if name.encode("utf-16-le") in content))
    for magic, sentence in OTHER_FORMATS:
        if content.startswith(magic):
            raise ImportProblem(sentence)
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        raise ImportProblem("Ini halaman web atau XML, bukan buku kerja. Buka di Excel, lalu simpan sebagai .xlsx.")


# -- delimited text ----------------------------------------------------------------------------------------------


def read_csv(content: bytes, name: str) -> Book:
    return Book("csv", (Sheet(name, tuple(csv_rows(content, REGISTER_LIMITS))),))


def csv_rows(content: bytes, limits: Limits) -> Iterator[Row]:
    csv.field_size_limit(MAX_BYTES)  # one oversized field must cost its line, not the file
    text = decode_text(content)
    refuse_bombs(text)
    return text_rows(text, limits)


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
    if len(re.findall(r"[\x00-\x08\x0e-\x1f\ufffd]", sample)) > len(sample) // 500:
        raise ImportProblem(
            "Ini bukan dokumen Excel atau CSV yang dapat dibaca. Pilih dokumen register (.xlsx atau .csv)."
        )
    return text


def refuse_bombs(text: str) -> None:
    """Count rows and columns before anything is divided into them. Raises ImportProblem."""
    rows = text.count("\n") + text.count("\r") - text.count("\r\n")
    if rows > MAX_ROWS:
        raise too_many_rows(rows)
    for line in re.finditer(r"[^\r\n]+", text):
        if any(text.count(mark, *line.span()) >= WIDEST for mark in SEPARATORS):
            raise ImportProblem(
                f"Ada baris dengan lebih dari {format_number(WIDEST)} kolom. Buka dokumennya di Excel, salin tabelnya "
                "saja ke lembar baru, simpan sebagai .xlsx, lalu impor lagi."
            )


def text_rows(text: str, limits: Limits = REGISTER_LIMITS) -> Iterator[Row]:
    """The rows of a text by its separator (Excel may name it in a `sep=` line), each with its line number."""
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)
    if named:
        body = rest
        number = 2
        marks = named[1]
    else:
        body = text
        number = 1
        marks = SEPARATORS
    lines = [line for line in body[:SAMPLE_LETTERS].splitlines()[: SAMPLE_LINES * 4] if line.strip()][:SAMPLE_LINES]
    (_agree, width), mark = max((separator_fit(lines, mark), mark) for mark in marks)
    budget = Budget(limits)
    try:
        for fields in csv.reader(io.StringIO(body, newline=""), delimiter=mark):
            # a stray quotation mark swallows whole lines into one field: better no import than lost lines
            if any("\n" in field and field.count(mark) >= max(3, width - 3) for field in fields):
                raise ImportProblem(
                    f"Tanda kutip pada baris {number} tidak ditutup, sehingga baris di bawahnya ikut tertelan. "
                    "Perbaiki tanda kutipnya, atau simpan sebagai .xlsx."
                )
            yield from budget.spend_row(number, [text_cell(field) for field in fields[:MAX_COLUMNS]])
            number += 1
    except csv.Error as error:
        raise ImportProblem(
            f"Baris {number} tidak dapat dibaca sebagai CSV. Buka di Excel, simpan sebagai .xlsx."
        ) from error


def separator_fit(lines: list[str], mark: str) -> tuple[int, int]:
    """How well a mark divides the sampled lines (lines that agree on a width, times that width), and the width."""
    widths = Counter(len(next(csv.reader([line], delimiter=mark), [])) for line in lines)
    return max(((agree * width, width) for width, agree in widths.items() if width != 1), default=(0, 0))


def text_cell(field: str) -> Cell:
    formula = re.fullmatch(r'="([^"]*)"', field.strip())
    if formula:
        return Cell(clip_text(formula[1]))
    return Cell(clip_text(field))


# -- workbooks ---------------------------------------------------------------------------------------------------


def read_xlsx(content: bytes) -> Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and validations that we do not need
        sheets = ((name, tuple(rows)) for name, rows in xlsx_rows(content, REGISTER_LIMITS))
        return Book("xlsx", tuple(Sheet(name, rows) for name, rows in sheets))


def xlsx_rows(content: bytes, limits: Limits) -> Iterator[tuple[str, Iterator[Row]]]:
    """The sheets of a workbook, each with its rows, which are to be read before the next sheet is asked for."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            uncomputed = inspect_archive(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ImportProblem(BROKEN) from error
    for name, rows in told_if_broken(workbook_sheets(content, uncomputed, limits)):
        yield name, told_if_broken(rows)


def told_if_broken(items: Iterator[T]) -> Iterator[T]:
    """The items. A hostile workbook may break the parser anywhere; all of it means "unreadable"."""
    try:
        yield from items
    except (ImportProblem, MemoryError):
        raise
    except Exception as error:
        raise ImportProblem(BROKEN) from error


def workbook_sheets(content: bytes, uncomputed: bool, limits: Limits) -> Iterator[tuple[str, Iterator[Row]]]:
    """The sheets of a workbook; where formulas have no stored result it is read once more for the formulas."""
    from openpyxl import load_workbook

    readings = [True]
    if uncomputed:
        readings.append(False)
    books = [
        load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
        for data_only in readings
    ]
    if len(books[0].worksheets) > MAX_SHEETS:
        raise ImportProblem(f"Buku kerja ini memuat lebih dari {MAX_SHEETS} lembar. Bagi menjadi beberapa dokumen.")
    budget = Budget(limits)
    for sheets in zip(*(book.worksheets for book in books), strict=True):
        for sheet in sheets:
            sheet.reset_dimensions()  # some programs write a wrong extent, which would hide rows
        yield str(sheets[0].title), sheet_rows(sheets, budget)


def sheet_rows(sheets: Any, budget: Budget) -> Iterator[Row]:
    """The rows of a sheet; `sheets` holds it once, or twice where its formulas are asked too."""
    rows = zip(*(sheet.iter_rows(max_col=MAX_COLUMNS) for sheet in sheets), strict=True)
    for number, cells in enumerate(rows, 1):
        yield from budget.spend_row(number, sheet_cells(*cells))


def sheet_cells(values: Any, formulas: Any = None) -> list[Cell]:
    """The cells of a row, none for a blank one: those are many in some files and must cost little."""
    if formulas is not None:
        return [
            sheet_cell(own) if own.value not in (None, "") else formula_cell(other)
            for own, other in zip(values, formulas, strict=True)
        ]
    if not any(own.value is not None for own in values):
        return []
    return [sheet_cell(own) for own in values]


def formula_cell(raw: Any) -> Cell:
    if raw.value in (None, ""):
        return EMPTY
    return Cell(clip_text(str(raw.value)), FORMULA)


def sheet_cell(raw: Any) -> Cell:
    value = raw.value
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str) and raw.data_type == "e":
        return Cell(clip_text(value), ERROR)
    if isinstance(value, str):
        return Cell(clip_text(value))
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, int | float):
        return number_cell(value)
    if isinstance(value, date):  # a moment is one too
        if isinstance(value, datetime):
            day = value.date()
        else:
            day = value
        return Cell(day.strftime("%d/%m/%Y"), DATE, day)
    if isinstance(value, time):
        return Cell(value.isoformat(timespec="minutes"))
    return Cell(clip_text(str(value)))


def number_cell(value: int | float) -> Cell:
    if isinstance(value, int) and abs(value) >= 1e18:
        return Cell(clip_text(str(value)), NUMBER, float(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        value = int(value)
    return Cell(str(value), NUMBER, value)


# -- a workbook as an archive, before any parser sees it: bombs, passwords, entities, other formats ----------------


MAX_PARTS = 1_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024
MAX_OTHER = 8 * 1024 * 1024
SWOLLEN, RATIO = 32 * 1024 * 1024, 400
"""Beyond so many bytes an archive may not have shrunk to less than a part in 400; real sheets come to 100."""
MAX_ELEMENTS, MAX_OTHER_ELEMENTS = 12_000_000, 400_000
"""Tags of a file, and those in parts that are neither a sheet nor its texts: each becomes an object of the parser."""
STYLES = (b"xf", b"font", b"fill", b"border", b"numFmt", b"dxf")
MOST = (((b"c",), "sel", MAX_CELLS), (STYLES, "gaya sel", 60_000), ((b"si",), "teks", 1_000_000))
"""Tags of which a file may hold so many, and their name; Excel itself keeps 65,490 formats of cells."""
CHUNK = 1024 * 1024
OVERLAP = 64

BROKEN = "Dokumen Excel ini rusak atau terpotong. Salin ulang dari asalnya, atau buka di Excel lalu simpan lagi."
BOMB = "Isi dokumen Excel ini tidak wajar besarnya. Simpan ulang di Excel tanpa gambar dan lembar lain."
ENTITIES = "Dokumen Excel ini memuat bagian XML yang tidak aman. Buka di Excel, simpan ulang, lalu impor lagi."

# A formula whose result was never stored would look like an empty cell.
UNCOMPUTED = re.compile(rb"(?:</f>|<f[^<>]*+(?<=/)>)\s*+(?:<v\s*+/>|<v>\s*+</v>|</c>)")
COUNTED = re.compile(rb"<(?:[\w.-]{1,40}:)?(row|c|si|xf|font|fill|border|numFmt|dxf)[\s/>]")
ROW_NUMBER = re.compile(rb"<(?:[\w.-]{1,40}:)?row\s[^<>]*?\br\s{0,9}=\s{0,9}[\"']([0-9.eE+]{1,30})[\"']")


class Counts:
    def __init__(self) -> None:
        self.tags: Counter[bytes] = Counter()
        self.highest_row = 0.0
        self.elements = self.other_elements = 0

    def count_piece(self, piece: bytes) -> None:
        """Count a piece of XML. Raises ImportProblem as soon as something is beyond its limit."""
        tags = Counter(COUNTED.findall(piece))
        elements = piece.count(b"<")
        self.tags += tags
        self.elements += elements
        if not (tags[b"row"] or tags[b"c"] or tags[b"si"]):
            self.other_elements += elements
        rows = max(self.highest_row, self.tags[b"row"], *map(to_row_number, ROW_NUMBER.findall(piece)))
        self.highest_row = rows
        if rows > MAX_ROWS:
            raise too_many_rows(int(min(rows, 1e15)))
        for names, what, most in MOST:
            number = max(self.tags[name] for name in names)
            if number > most:
                raise ImportProblem(
                    f"Dokumen berisi sedikitnya {format_number(number)} {what}, sedangkan yang dapat dibaca "
                    f"{format_number(most)}. Salin baris yang terisi ke buku kerja baru (Tempel Nilai), simpan sebagai "
                    ".xlsx, lalu impor lagi."
                )
        if self.elements > MAX_ELEMENTS or self.other_elements > MAX_OTHER_ELEMENTS:
            raise ImportProblem(BOMB)


def to_row_number(number: bytes) -> float:
    """A row number as the parser takes it, which knows 1e9 too."""
    try:
        return float(number)
    except ValueError:
        return 0.0


def inspect_archive(archive: zipfile.ZipFile) -> bool:
    """Check a workbook's archive; answer whether it holds formulas without a stored result.

    Raises ImportProblem for anything that is no sound .xlsx workbook.
    """
    parts = archive.infolist()
    refuse_other_archives({part.filename for part in parts})
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise ImportProblem(BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise ImportProblem("Arsip ini dikunci kata sandi. Buka kuncinya dulu, lalu impor lagi.")
    counts = Counts()
    uncomputed = [scan_part(archive, part, counts) for part in parts]
    if unpacked > SWOLLEN and unpacked > RATIO * packed:
        raise ImportProblem(BOMB)
    return any(uncomputed)


def refuse_other_archives(names: set[str]) -> None:
    if {"xl/workbook.xml", "[Content_Types].xml"} <= names:
        return
    if "xl/workbook.bin" in names:
        raise ImportProblem("Ini format biner Excel (.xlsb). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx.")
    if {"mimetype", "content.xml"} <= names:
        raise ImportProblem(
            "Ini dokumen OpenDocument. Buka di LibreOffice, pilih Simpan Sebagai, lalu pilih Excel (.xlsx)."
        )
    raise ImportProblem(
        "Ini bukan buku kerja Excel. Jika ini arsip ZIP, buka dulu, lalu impor dokumen .xlsx di dalamnya."
    )


def scan_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, counts: Counts) -> bool:
    """Read one part in pieces; of XML refuse declarations of entities, count, look for uncomputed formulas.

    A part is XML by its beginning too: a workbook may name its sheets as it likes.
    """
    if part.file_size > size_limit(part.filename):
        raise ImportProblem(BOMB)
    uncomputed = False
    tail = b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                if not tail and not is_xml(part.filename, piece):
                    return False
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise ImportProblem(ENTITIES)
                counts.count_piece(piece)
                uncomputed = uncomputed or UNCOMPUTED.search(window) is not None
                tail = window[-OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImportProblem(BROKEN) from error
    return uncomputed


def is_xml(name: str, start: bytes) -> bool:
    """Whether a part is XML by its name or beginning. Raises ImportProblem for UTF-16: it would hide declarations."""
    begins_so = start[:256].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    if not begins_so and not name.lower().endswith((".xml", ".rels", ".vml")):
        return False
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:4]:
        raise ImportProblem(ENTITIES)
    return True


def size_limit(name: str) -> int:
    if name.startswith(("xl/worksheets/sheet", "xl/drawings/")):
        return MAX_UNPACKED
    if name.endswith("sharedStrings.xml"):
        return MAX_STRINGS
    return MAX_OTHER
