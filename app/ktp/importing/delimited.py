"""Reads delimited text (CSV, tabs) in the encodings and separators that Indonesian Excel writes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from app.ktp.importing.book import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Book,
    Budget,
    Cell,
    ImportProblem,
    Row,
    Sheet,
    clip,
    many,
    row_of,
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
    """One sheet called `name`. Raises ImportProblem for anything that is no readable text."""
    csv.field_size_limit(MAX_BYTES)  # one oversized field must cost its line, not the file
    text = decode(content)
    refuse_bombs(text)
    shape = shape_of(text)
    rows = tuple(_rows(shape))
    return Book("csv", (Sheet(name, rows),))


def refuse_bombs(text: str) -> None:
    """Count rows and columns before anything is divided into them. Raises ImportProblem."""
    rows = text.count("\n") + text.count("\r") - text.count("\r\n")
    if rows > MAX_ROWS:
        raise too_many_rows(rows)
    for line in _LINE.finditer(text):
        if any(text.count(mark, *line.span()) >= WIDEST for mark in SEPARATORS):
            raise ImportProblem(
                f"Ada baris dengan lebih dari {many(WIDEST)} kolom. Buka berkasnya di Excel, salin tabelnya saja ke "
                "lembar baru, simpan sebagai .xlsx, lalu impor lagi."
            )


def decode(content: bytes) -> str:
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


@dataclass(frozen=True, slots=True)
class Shape:
    """A delimited text: its separator, its usual width, and how many lines were taken off its top."""

    text: str
    separator: str
    width: int
    skipped: int


def shape_of(text: str) -> Shape:
    """Find the separator (Excel may name it in a `sep=` line) and the usual number of fields."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)
    body, skipped = (rest, 1) if told else (text, 0)
    lines = [line for line in body[:_SAMPLE].splitlines()[: _SAMPLE_LINES * 4] if line.strip()][
        :_SAMPLE_LINES
    ]
    marks = told[1] if told else SEPARATORS
    (_agree, width), mark = max((_fit(lines, mark), mark) for mark in marks)
    return Shape(body, mark, width, skipped)


def _fit(lines: list[str], mark: str) -> tuple[int, int]:
    """How well a mark divides the sampled lines (lines that agree on a width, times that width), and the width."""
    widths = Counter(len(next(csv.reader([line], delimiter=mark), [])) for line in lines)
    widths.pop(1, None)
    return max(((agree * width, width) for width, agree in widths.items()), default=(0, 0))


def _rows(shape: Shape) -> list[Row]:
    rows: list[Row] = []
    budget, number = Budget(), shape.skipped
    lines = csv.reader(io.StringIO(shape.text, newline=""), delimiter=shape.separator)
    try:
        for number, fields in enumerate(lines, shape.skipped + 1):
            _refuse_open_quote(fields, shape, number)
            row = row_of(number, [_cell(field) for field in fields[:MAX_COLUMNS]])
            budget.spend(row)
            if row is not None:
                rows.append(row)
    except csv.Error as error:
        raise ImportProblem(
            f"Baris {number + 1} tidak dapat dibaca sebagai CSV. Buka di Excel, simpan sebagai .xlsx."
        ) from error
    return rows


def _refuse_open_quote(fields: list[str], shape: Shape, number: int) -> None:
    """A stray quotation mark swallows whole lines into one field; better no import than lost lines."""
    for field in fields:
        if "\n" in field and field.count(shape.separator) >= max(3, shape.width - 3):
            raise ImportProblem(
                f"Tanda kutip pada baris {number} tidak ditutup, sehingga baris di bawahnya ikut tertelan. "
                "Perbaiki tanda kutipnya, atau simpan sebagai .xlsx."
            )


def _cell(field: str) -> Cell:
    formula = _QUOTED_FORMULA.fullmatch(field.strip())
    return Cell(clip(formula[1] if formula else field))
