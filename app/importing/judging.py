"""Keeps Python's search for reference cycles from walking over a whole register again and again."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from app.core.dates import MONTHS
from app.core.text import fold_text
from app.importing.cells import Villages
from app.importing.headings import BY_KEY, Columns, Layout, find_header, header_again
from app.importing.lines import UNKNOWN, LineReader, Reading, Record, Rules
from app.importing.spreadsheet import Book, ImportProblem, Row, Sheet


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Stretches that make many small objects and no cycles run a third quicker without the cyclic collector.

    It is one switch for the whole process: whoever finds it off leaves it off, and a stretch is a second or two.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


Raw = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where something was seen first, with the words that stood there."""

    where: str
    raw: Raw
    refused: bool
    record: Record | None


class Repeats:
    """Remembers all lines of a file."""

    def __init__(self) -> None:
        self._by_words: dict[str, Seen] = {}
        self._by_fingerprint: dict[str, Seen] = {}
        self._by_nik: dict[str, Seen] = {}

    def of(self, sheet: str, row: Row, layout: Layout, reading: Reading) -> str:
        """The sentence about an earlier line that this one repeats, else empty.

        Warnings about the same person in other lines are added to `reading`.
        """
        raw = _line_words(row, layout)
        seen = Seen(f"lembar {sheet} baris {row.number}", raw, bool(reading.refusals), reading.record)
        first = self._by_words.setdefault("\x1f".join(sorted(f"{k}={v}" for k, v in raw.items())), seen)
        if first is not seen and raw.get("nik"):
            return f"Sama dengan {first.where}{' yang ditolak' if first.refused else ''}."
        record = reading.record
        if record is None:
            return ""
        first = self._by_fingerprint.setdefault(record.fingerprint, seen)
        if first is not seen:
            return _same_application(first, raw)
        self._same_person(seen, record, reading)
        return ""

    def _same_person(self, seen: Seen, record: Record, reading: Reading) -> None:
        earlier = self._by_nik.get(record.nik.full)
        self._by_nik[record.nik.full] = seen
        if earlier is None or earlier.record is None:
            return
        if fold_text(earlier.record.name) != fold_text(record.name):
            reading.warnings.append(f"NIK ini dipakai dengan nama lain di {earlier.where}. Cocokkan dengan KK.")
        if earlier.record.birth_on != record.birth_on:
            reading.warnings.append(f"Tanggal lahir pemilik NIK ini lain di {earlier.where}.")
        if not earlier.record.state.closed and not record.state.closed:
            reading.warnings.append(f"Pemohon ini masih punya permohonan terbuka di {earlier.where}.")


def _line_words(row: Row, layout: Layout) -> Raw:
    """The words of a line by meaning, without its number: a copied line is recognised in any sheet."""
    found = {}
    for key, at in layout.columns.items():
        text = " ".join(row.at(at).text.lower().split())
        if text and key != "number":
            found[key] = text
    return found


def _same_application(first: Seen, raw: Raw) -> str:
    other = [
        BY_KEY[key].label
        for key in BY_KEY
        if first.raw.get(key, "") != raw.get(key, "") and key not in ("nik", "received")
    ]
    sentence = f"NIK, tanggal terima, dan jenisnya sama dengan {first.where}."
    return f"{sentence} Yang ditulis lain: {', '.join(other)}." if other else sentence


Verdict = Literal["accepted", "warning", "refused", "repeated"]
What = Literal["title", "heading", "sum", "number_only", "note", "no_header"]
_SUM = re.compile(r"^(?:sub\s*)?(?:jumlah|jml|total|grand total|rekap)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*+[0-9]{1,6}\s*+(?:[.)]\s*+)?")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\W+(20[0-9]{{2}})\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?:(?<![\s'\"`=])[\s'\"`=]++)?[0-9](?:[\s.\-]*[0-9OoIl]){7}")
FEWEST_ROUNDED, ROUNDED_SHARE = 8, 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A judged line. `record` is there for accepted and warned lines only."""

    sheet: str
    row: int
    verdict: Verdict
    reasons: tuple[str, ...]
    source: Row
    layout: Layout
    record: Record | None = None

    @property
    def reason(self) -> str:
        return " ".join(self.reasons) or "Baik."


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that is no line, and what it was taken for, so that nothing disappears unseen."""

    sheet: str
    row: int
    what: What
    text: str


@dataclass(frozen=True, slots=True)
class SheetReport:
    """How a sheet was understood. `header_row` is None where the layout of an earlier sheet was used;
    `told` is the number in its sum row, to be compared with `lines`."""

    name: str
    header_row: int | None
    layout: Layout
    lines: int
    told: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a file: each line, each other row, each sheet."""

    lines: tuple[Line, ...]
    others: tuple[OtherRow, ...]
    sheets: tuple[SheetReport, ...]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.verdict for line in self.lines)
        return {verdict: found[verdict] for verdict in ("accepted", "warning", "refused", "repeated")}

    @property
    def steps(self) -> dict[str, int]:
        return dict(Counter(line.record.state.step for line in self.lines if line.record))

    @property
    def unsaid(self) -> int:
        states = [line.record.state for line in self.lines if line.record]
        return sum(state.assumed or (state.step == UNKNOWN and not state.note.strip(" -")) for state in states)

    def as_json(self) -> dict[str, Any]:
        """The report for a machine; only row numbers, verdicts and reasons, no personal data."""
        return {
            "lines": [
                {"sheet": line.sheet, "row": line.row, "verdict": line.verdict, "reason": line.reason}
                for line in self.lines
            ],
            "counts": self.counts,
            "steps": self.steps,
            "sheets": [
                {
                    "sheet": sheet.name,
                    "header_row": sheet.header_row,
                    "lines": sheet.lines,
                    "sum_told": sheet.told,
                    "columns": {
                        key: " ".join(sheet.layout.headings[at].split()) for key, at in sheet.layout.columns.items()
                    },
                    "unmatched": [" ".join(sheet.layout.headings[at].split()) for at in sheet.layout.unmatched],
                    "missing": list(sheet.layout.missing),
                }
                for sheet in self.sheets
            ],
            "other_rows": [{"sheet": row.sheet, "row": row.row, "what": row.what} for row in self.others],
        }


def judge_book(
    book: Book, villages: Villages, on: date, matching: Mapping[str, Columns] | None = None, *, blank_done: bool = False
) -> Report:
    """Judge a whole book on an office date. `matching` corrects columns by layout key (see `Layout.key`).

    `blank_done` takes lines without a word on their state as handed over. Raises ImportProblem when no sheet
    has a header line.
    """
    clerk = Judge(Rules(villages, on, blank_done=blank_done), matching or {})
    with no_cycle_search():
        for sheet in book.sheets:
            clerk.take_sheet(sheet)
    if not clerk.sheets:
        raise ImportProblem(
            "Tidak ada baris judul kolom (NO, NIK, NAMA, dan seterusnya) di berkas ini. "
            "Tulis judul kolom di atas barisnya, lalu impor lagi."
        )
    return Report(tuple(clerk.lines), tuple(clerk.others), tuple(clerk.sheets))


class Judge:
    """Goes through the sheets in order and remembers what it saw."""

    def __init__(self, rules: Rules, matching: Mapping[str, Columns]) -> None:
        self.rules, self.matching = rules, matching
        self.lines: list[Line] = []
        self.others: list[OtherRow] = []
        self.sheets: list[SheetReport] = []
        self._repeats = Repeats()

    def take_sheet(self, sheet: Sheet) -> None:
        found = find_header(sheet)
        if found is None:
            self._sheet_without_header(sheet)
            return
        index, layout = found
        titles = sheet.rows[:index]
        self.others += [_other_row(sheet, row, "title") for row in titles]
        self.others.append(_other_row(sheet, sheet.rows[index], "heading"))
        self._take_rows(sheet, index, self._corrected(layout), sheet.rows[index].number)

    def _sheet_without_header(self, sheet: Sheet) -> None:
        """A sheet that goes on where the last one ended keeps its columns; anything else holds no lines."""
        layout = self.sheets[-1].layout if self.sheets else None
        if layout and any(_LONG_NUMBER.match(row.at(layout.columns.get("nik", -1)).text) for row in sheet.rows):
            self._take_rows(sheet, -1, layout, None)
        else:
            self.others += [_other_row(sheet, row, "no_header") for row in sheet.rows]

    def _corrected(self, layout: Layout) -> Layout:
        told = self.matching.get(layout.key)
        return layout.corrected(told) if told is not None else layout

    def _take_rows(self, sheet: Sheet, index: int, layout: Layout, header_row: int | None) -> None:
        rules = replace(self.rules, month=month_of(sheet, index), rounded=looks_rounded(sheet, layout))
        reader, told, before = LineReader(layout, rules), None, len(self.lines)
        for row in sheet.rows[index + 1 :]:
            certain = _is_certain(row, reader.layout)
            if not certain and (new := header_again(row)):
                self.others.append(_other_row(sheet, row, "heading"))
                if new.key != layout.key:
                    reader = LineReader(self._corrected(new), rules)
                continue
            what = "line" if certain else classify_row(row, reader.layout)
            if what == "line":
                self._take_line(sheet, row, reader)
                continue
            told = _sum_told(row) if what == "sum" and told is None else told
            self.others.append(_other_row(sheet, row, what))
        self.sheets.append(SheetReport(sheet.name, header_row, layout, len(self.lines) - before, told))

    def _take_line(self, sheet: Sheet, row: Row, reader: LineReader) -> None:
        reading = reader.read(row)
        repeated = self._repeats.of(sheet.name, row, reader.layout, reading)
        if repeated:
            self.lines.append(Line(sheet.name, row.number, "repeated", (repeated,), row, reader.layout))
            return
        verdict, reasons = verdict_of(reading)
        self.lines.append(Line(sheet.name, row.number, verdict, reasons, row, reader.layout, reading.record))


def verdict_of(reading: Reading) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of a line that is no repetition, with its reasons (each once, in order)."""
    if reading.refusals or reading.record is None:
        return "refused", tuple(dict.fromkeys(reading.refusals)) or ("Baris ini tidak terbaca.",)
    return ("warning" if reading.warnings else "accepted"), tuple(dict.fromkeys(reading.warnings))


def classify_row(row: Row, layout: Layout) -> Literal["line"] | What:
    """Tell a register line from what else stands in such sheets."""
    columns = layout.columns
    known = [key for key, at in columns.items() if key != "number" and not row.at(at).empty]
    if _counts_columns(row):
        return "heading"
    if _is_certain(row, layout):
        return "line"
    if any(_SUM.match(cell.text.strip()) for cell in row.filled):
        return "sum"
    numbered = "number" in columns and _NUMBER.fullmatch(row.at(columns["number"]).text) is not None
    if numbered:
        return "line" if known else "number_only"
    named = "name" in known or "nik" in known
    return "line" if named and len(known) >= 3 else "note"


def _is_certain(row: Row, layout: Layout) -> bool:
    return _LONG_NUMBER.match(row.at(layout.columns.get("nik", -1)).text) is not None


def _counts_columns(row: Row) -> bool:
    """The row 1, 2, 3, ... that registers print below their headings."""
    texts = [cell.text.strip(" ().") for cell in row.filled]
    return len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _sum_told(row: Row) -> int | None:
    numbers = [cell.text.strip() for cell in row.filled if cell.text.strip().isdecimal()]
    return int(numbers[0]) if len(numbers) == 1 and len(numbers[0]) < 7 else None


def _other_row(sheet: Sheet, row: Row, what: What) -> OtherRow:
    text = " ".join(cell.text.strip() for cell in row.filled)
    return OtherRow(sheet.name, row.number, what, text[:200])


def month_of(sheet: Sheet, index: int) -> tuple[int, int] | None:
    """(year, month) that the titles of a sheet name, when they name exactly one."""
    text = " ".join(cell.text for row in sheet.rows[: max(index, 0)] for cell in row.filled)
    numbers = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
    found = {(int(year), numbers[name.lower()]) for name, year in _MONTH.findall(text)}
    return found.pop() if len(found) == 1 else None


def looks_rounded(sheet: Sheet, layout: Layout) -> bool:
    """Whether far more NIKs end in 0 than chance allows: CSV keeps no trace of Excel's number cells."""
    texts = list(_long_texts(sheet, layout))
    zeros = sum(text.endswith("0") for text in texts)
    return len(texts) >= FEWEST_ROUNDED and zeros >= ROUNDED_SHARE * len(texts)


def _long_texts(sheet: Sheet, layout: Layout) -> Iterator[str]:
    at = layout.columns.get("nik", -1)
    for row in sheet.rows:
        cell = row.at(at)
        digits = cell.text.strip(" '")
        if cell.kind == "text" and len(digits) == 16 and digits.isdecimal():
            yield digits


def label_of(key: str) -> str:
    return BY_KEY[key].label
