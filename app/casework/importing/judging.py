"""Gives every line of a register exactly one verdict with its reason, and accounts for every other row.

accepted: sound. warning: sound, a person should look. refused: not taken, the reason says what to repair.
repeated: the same application stands further up. Blank rows, titles, headings and sums are no lines.
"""

from __future__ import annotations

import gc
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Literal

from app.casework.importing.cells import Villages
from app.casework.importing.headings import OWN_HEADINGS, Columns, Layout, Vocabulary
from app.casework.importing.lines import LineReader, Record, Rules
from app.casework.importing.spreadsheet import NUMBER, Book, ImportProblem, Row, Sheet
from app.core.dates import MONTHS
from app.core.text import fold_text

Verdict = Literal["accepted", "warning", "refused", "repeated"]
VERDICTS: dict[Verdict, str] = {
    "accepted": "diterima",
    "warning": "diterima dengan catatan",
    "refused": "ditolak",
    "repeated": "berulang",
}
What = Literal["title", "heading", "sum", "number_only", "note", "no_header"]
_SUM = re.compile(r"^(?:sub\s*)?(?:jumlah|jml|total|grand total|rekap)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*+[0-9]{1,6}\s*+(?:[.)]\s*+)?")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\W+(20[0-9]{{2}})\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?:(?<![\s'\"`=])[\s'\"`=]++)?[0-9](?:[\s.\-]*[0-9OoIl]){7}")
FEWEST_ROUNDED = 8
ROUNDED_SHARE = 0.6


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


@dataclass(frozen=True, slots=True)
class Line:
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

    def cell_text(self, meaning: str) -> str:
        return self.source.at(self.layout.columns.get(meaning, -1)).text.strip()

    @property
    def place_text(self) -> str:
        return f"lembar {self.sheet} baris {self.row}"

    @property
    def words_by_meaning(self) -> dict[str, str]:
        """The words of the line by meaning, without its number: a copied line is recognised in any sheet."""
        texts = {meaning: " ".join(self.cell_text(meaning).lower().split()) for meaning in self.layout.columns}
        return {meaning: text for meaning, text in texts.items() if text and meaning != "number"}

    def as_repeated(self, reason: str) -> Line:
        return replace(self, verdict="repeated", reasons=(reason,), record=None)

    def with_doubts(self, doubts: Iterable[str]) -> Line:
        reasons = tuple(dict.fromkeys((*self.reasons, *doubts)))
        if not reasons:
            return self
        return replace(self, verdict="warning", reasons=reasons)


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that is no line, and what it was taken for, so that nothing disappears unseen."""

    sheet: str
    row: int
    what: What


@dataclass(frozen=True, slots=True)
class SheetReport:
    """How a sheet was understood. `header_row` is None where the layout of an earlier sheet was used;
    `total` is the number in its sum row, to be compared with `lines`."""

    name: str
    header_row: int | None
    layout: Layout
    lines: int
    total: int | None

    def as_json(self) -> dict[str, Any]:
        headings = [" ".join(heading.split()) for heading in self.layout.headings]
        return {
            "sheet": self.name,
            "header_row": self.header_row,
            "lines": self.lines,
            "sum_told": self.total,
            "columns": {meaning: headings[at] for meaning, at in self.layout.columns.items()},
            "unmatched": [headings[at] for at in self.layout.unmatched_columns],
            "missing": list(self.layout.missing_columns),
        }


@dataclass(frozen=True, slots=True)
class Report:
    words: Vocabulary
    lines: tuple[Line, ...]
    others: tuple[OtherRow, ...]
    sheets: tuple[SheetReport, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        counted = Counter(line.verdict for line in self.lines)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def records(self) -> list[Record]:
        return [line.record for line in self.lines if line.record]

    @property
    def rejected(self) -> list[Line]:
        return [line for line in self.lines if line.verdict in ("refused", "repeated")]

    @property
    def steps(self) -> dict[str, int]:
        return dict(Counter(record.state.step for record in self.records))

    @property
    def unsaid_lines(self) -> int:
        unknown = self.words.register.states.unknown
        states = [record.state for record in self.records]
        return sum(state.assumed or (state.step == unknown and not state.note.strip(" -")) for state in states)

    def as_json(self) -> dict[str, Any]:
        """The report for a machine; only row numbers, verdicts and reasons, no personal data."""
        return {
            "lines": [
                {"sheet": line.sheet, "row": line.row, "verdict": line.verdict, "reason": line.reason}
                for line in self.lines
            ],
            "counts": self.counts,
            "steps": self.steps,
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "other_rows": [{"sheet": row.sheet, "row": row.row, "what": row.what} for row in self.others],
        }


Progress = Callable[[int, int], None]
TOLD_EVERY = 500
"""Rows after which whoever waits is told how far the judging came."""


def judge_book(
    book: Book,
    words: Vocabulary,
    villages: Villages,
    on: date,
    matching: Mapping[str, Columns] | None = None,
    *,
    blank_done: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Judge a whole book on an office date. `matching` corrects columns by layout key (see `Layout.key`).

    `blank_done` takes lines without a word on their state as handed over; `progress(done, total)` is called now and
    then with the rows that were looked at. Raises ImportProblem when no sheet has a header line.
    """
    total = sum(len(sheet.rows) for sheet in book.sheets)
    judge = Judge(Rules(words, villages, on, blank_done=blank_done), matching or {}, lambda done: progress(done, total))
    with no_cycle_search():
        for sheet in book.sheets:
            judge.take_sheet(sheet)
    if not judge.sheets:
        headings = ", ".join(words.columns[column].label for column in (words.register.key, "name"))
        why = f"Tidak ada baris judul kolom ({headings}, dan seterusnya) di dokumen ini."
        raise ImportProblem(f"{why} Tulis judul kolom di atas barisnya, lalu impor lagi.")
    return Report(words, tuple(judge.lines), tuple(judge.others), tuple(judge.sheets))


class Judge:
    def __init__(self, rules: Rules, matching: Mapping[str, Columns], told: Callable[[int], None]) -> None:
        self.rules = rules
        self.matching = matching
        self.told = told
        self.seen = 0
        self.lines: list[Line] = []
        self.others: list[OtherRow] = []
        self.sheets: list[SheetReport] = []
        self._repeats = Repeats()

    def take_sheet(self, sheet: Sheet) -> None:
        """Find the header of a sheet and judge what stands below it.

        A sheet that goes on where the last one ended keeps its columns; anything else without a header holds no lines.
        """
        if header := self.rules.words.find_header(sheet):
            index, layout = header
            self._note_rows(sheet, "title", *sheet.rows[:index])
            self._note_rows(sheet, "heading", sheet.rows[index])
            self._take_rows(sheet, index, self._corrected_layout(layout), sheet.rows[index].number)
        elif self.sheets and any(is_certain(row, self.sheets[-1].layout) for row in sheet.rows):
            self._take_rows(sheet, -1, self.sheets[-1].layout, None)
        else:
            self._note_rows(sheet, "no_header", *sheet.rows)

    def _note_rows(self, sheet: Sheet, what: What, *rows: Row) -> None:
        self.others += [OtherRow(sheet.name, row.number, what) for row in rows]

    def _corrected_layout(self, layout: Layout) -> Layout:
        columns = self.matching.get(layout.key)
        if columns is not None:
            return layout.with_columns(columns)
        return layout

    def _take_rows(self, sheet: Sheet, index: int, layout: Layout, header_row: int | None) -> None:
        rules = replace(self.rules, month=month_of(sheet, index), rounded=looks_rounded(sheet, layout))
        reader = LineReader(layout, rules)
        total = None
        before = len(self.lines)
        for row in sheet.rows[index + 1 :]:
            self.seen += 1
            if self.seen % TOLD_EVERY == 0:
                self.told(self.seen)
            if is_certain(row, reader.layout):
                new = None
            else:
                new = rules.words.header_again(row)
            what = "heading" if new else classify_row(row, reader.layout)
            if what == "line":
                self._take_line(sheet, row, reader)
                continue
            if new and new.key != layout.key:
                reader = LineReader(self._corrected_layout(new), rules)
            if what == "sum" and total is None:
                total = _number_in(row)
            self._note_rows(sheet, what, row)
        self.sheets.append(SheetReport(sheet.name, header_row, layout, len(self.lines) - before, total))

    def _take_line(self, sheet: Sheet, row: Row, reader: LineReader) -> None:
        reading = reader.read_line(row)
        verdict: Verdict = "accepted"
        if reading.refusals:
            verdict = "refused"
        line = Line(
            sheet.name,
            row.number,
            verdict,
            tuple(dict.fromkeys(reading.refusals)),
            row,
            reader.layout,
            reading.record,
        )
        if not reading.refusals:
            line = line.with_doubts(reading.warnings)
        self.lines.append(self._repeats.check_line(line))


# -- rows ------------------------------------------------------------------------------------------------------


def classify_row(row: Row, layout: Layout) -> Literal["line"] | What:
    columns = layout.columns
    if _counts_columns(row):
        return "heading"
    if is_certain(row, layout):
        return "line"
    if any(_SUM.match(cell.text.strip()) for cell in row.filled):
        return "sum"
    known = [meaning for meaning, at in columns.items() if meaning != "number" and not row.at(at).empty]
    if "number" in columns and _NUMBER.fullmatch(row.at(columns["number"]).text):
        return "line" if known else "number_only"
    named = "name" in known or layout.words.register.key in known
    if named and len(known) >= 3:
        return "line"
    return "note"


def is_certain(row: Row, layout: Layout) -> bool:
    """Whether a number as long as a NIK stands in the column of the key, which only a line has."""
    return _LONG_NUMBER.match(row.at(layout.columns.get(layout.words.register.key, -1)).text) is not None


def _counts_columns(row: Row) -> bool:
    texts = [cell.text.strip(" ().") for cell in row.filled]
    return len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _number_in(row: Row) -> int | None:
    numbers = [cell.text.strip() for cell in row.filled if cell.text.strip().isdecimal()]
    if len(numbers) == 1 and len(numbers[0]) < 7:
        return int(numbers[0])
    return None


def month_of(sheet: Sheet, index: int) -> tuple[int, int] | None:
    text = " ".join(cell.text for row in sheet.rows[: max(index, 0)] for cell in row.filled)
    named = {(int(year), MONTHS.index(name.capitalize()) + 1) for name, year in _MONTH.findall(text)}
    return named.pop() if len(named) == 1 else None  # titles that name two months say nothing


def looks_rounded(sheet: Sheet, layout: Layout) -> bool:
    """Whether far more NIKs end in 0 than chance allows: CSV keeps no trace of Excel's number cells."""
    cells = [row.at(layout.columns.get("nik", -1)) for row in sheet.rows]
    texts = [cell.text.strip(" '") for cell in cells if cell.kind == "text"]
    niks = [text for text in texts if len(text) == 16 and text.isdecimal()]
    zeros = sum(text.endswith("0") for text in niks)
    return len(niks) >= FEWEST_ROUNDED and zeros >= ROUNDED_SHARE * len(niks)


# -- the same thing twice --------------------------------------------------------------------------------------


class Repeats:
    def __init__(self) -> None:
        self._by_words: dict[frozenset[tuple[str, str]], Line] = {}
        self._by_fingerprint: dict[str, Line] = {}
        self._by_key: dict[str, Line] = {}

    def check_line(self, line: Line) -> Line:
        said = line.words_by_meaning
        record = line.record
        words = line.layout.words
        first = self._by_words.setdefault(frozenset(said.items()), line)
        if first is not line and words.register.key in said:
            which = first.place_text
            if first.verdict == "refused":
                which = f"{which} yang ditolak"
            return line.as_repeated(f"Sama dengan {which}.")
        if record is None:
            return line
        first = self._by_fingerprint.setdefault(record.fingerprint, line)
        if first is not line:
            return line.as_repeated(_same_application(first, said))
        earlier = self._by_key.get(record.key)
        self._by_key[record.key] = line
        if earlier is None or earlier.record is None:
            return line
        return line.with_doubts(_same_person(earlier.place_text, earlier.record, record, words))


def _same_application(first: Line, said: dict[str, str]) -> str:
    words = first.layout.words
    before = first.words_by_meaning
    label = words.columns[words.register.key].label
    own = (words.register.key, "received")
    other = [
        column.label
        for column in words.columns.values()
        if before.get(column.id) != said.get(column.id) and column.id not in own
    ]
    sentence = f"{label}, tanggal terima, dan jenisnya sama dengan {first.place_text}."
    if other:
        return f"{sentence} Yang ditulis lain: {', '.join(other)}."
    return sentence


def _same_person(where: str, earlier: Record, record: Record, words: Vocabulary) -> Iterator[str]:
    label = words.columns[words.register.key].label
    if fold_text(earlier.name) != fold_text(record.name):
        paper = words.register.paper
        yield f"{label} ini dipakai dengan nama lain di {where}. Cocokkan dengan {paper}."
    if earlier.birth_on != record.birth_on:
        yield f"Tanggal lahir pemilik {label} ini lain di {where}."
    if not earlier.state.closed and not record.state.closed:
        yield f"Pemohon ini masih punya permohonan terbuka di {where}."


# -- the lines that were not taken, as a workbook to be repaired and imported again --------------------------------


LONG_NUMBER = 10**15


def rejects_workbook(report: Report, on: date, office: str) -> bytes:
    """The rejected lines as .xlsx, one sheet per original sheet, with three columns added at the end.

    Every cell is text as it was, so nothing is reckoned or reformatted. Only a long number keeps its
    storage (in a cell of text format): written as text, a NIK whose last digit Excel lost would look sound.
    `office` stands above every printed page.
    """
    import xlsxwriter

    from app.platform.printing.spreadsheet import page_head

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:  # in memory: no temporary file may hold personal data
        book.set_properties({"created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
        for name in dict.fromkeys(line.sheet for line in report.rejected):
            page = book.add_worksheet(free_name(name, [sheet.get_name() for sheet in book.worksheets()]))
            write_lines(book, page, [line for line in report.rejected if line.sheet == name])
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.set_header(page_head(office, f"Baris yang ditolak: {name}", restricted=True))
        if not report.rejected:
            book.add_worksheet("Kosong").write(0, 0, "Tidak ada baris yang ditolak.")
    return target.getvalue()


def write_lines(book: Any, page: Any, lines: Sequence[Line]) -> None:
    """Lines of one sheet, under their headings anew wherever the layout changes."""
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "text_wrap": True})
    why = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    width = max(max(len(line.layout.headings), len(line.source.cells)) for line in lines)
    page.set_column(0, width + 1, 18, text)
    page.set_column(width + 2, width + 2, 80, why)
    rows = count()
    layout = ""
    for line in lines:
        if line.layout.key != layout:
            layout = line.layout.key
            row = next(rows)
            page.write_row(row, 0, headings_of(line.layout), head)
            page.write_row(row, width, OWN_HEADINGS, head)
        row = next(rows)
        for column, cell in enumerate(line.source.cells):
            is_long = cell.kind == NUMBER and isinstance(cell.value, int | float) and abs(cell.value) >= LONG_NUMBER
            if cell.text and is_long:
                page.write(row, column, cell.value, text)
            elif cell.text:
                page.write(row, column, cell.text, text)
        page.write_row(row, width, (str(line.row), VERDICTS[line.verdict]), text)
        page.write(row, width + 2, line.reason, why)


def headings_of(layout: Layout) -> list[str]:
    """The headings as they were; one that alone would not be understood becomes the field's own name."""
    plain = [" ".join(heading.split()) for heading in layout.headings]
    for meaning, at in layout.columns.items():
        if meaning not in layout.words.score_heading(plain[at]):
            plain[at] = layout.words.columns[meaning].label
    return plain


def free_name(name: str, taken: Iterable[str]) -> str:
    """A sheet name that spreadsheets allow and no other sheet has, at most 31 characters."""
    used = {word.lower() for word in taken}
    base = re.sub(r"[\[\]:*?/\\]", "-", name).strip("' ")[:31] or "Register"
    candidate = base
    number = 2
    while candidate.lower() in used:
        candidate = f"{base[:27]} ({number})"[:31]
        number = number + 1
    return candidate
