"""Finds the header line under titles and says which column means what; a person may correct it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from app.casework.importing.spreadsheet import Row, Sheet
from schema.register import Column, Register

OWN_HEADINGS = ("BARIS ASAL", "PUTUSAN IMPOR", "ALASAN IMPOR")
"""Columns that our own file of rejected lines adds; read again, they are no part of the register."""
BIRTH = ("birth", "birth_on")
"""Where a register has birth dates, one of these columns must be there."""
SEARCHED_ROWS = 60
LIKE_ENOUGH = 0.84
FEWEST_COLUMNS = 3
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\([^)]{0,200}\)")

Columns = Mapping[str, int]
"""Id of a column's meaning to its index (from 0)."""


@lru_cache(maxsize=2048)
def to_letter_key(text: str) -> str:
    """`TEMPAT, TGL. LAHIR` becomes `tempattgllahir`: only letters and digits tell headings apart."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("&", " dan ")
    return _NOT_LETTERS.sub("", plain)


OWN_KEYS = frozenset(map(to_letter_key, OWN_HEADINGS))


class Vocabulary:
    def __init__(self, register: Register) -> None:
        self.register = register
        self.columns: dict[str, Column] = {column.id: column for column in register.columns}
        self.headings = {to_letter_key(heading): known.id for known in register.columns for heading in known.headings}
        self.anchors = {key for key, meaning in self.headings.items() if meaning in (register.key, "name")}
        self.states = {state.step: state for state in register.states.list}
        self.patterns = [(re.compile(word.pattern), word.step) for word in register.states.words]
        if register.kinds:
            kinds = register.kinds.words
        else:
            kinds = ()
        self.kinds = {to_letter_key(word): kind for kind in kinds for word in kind.words}
        self._scores: dict[str, dict[str, float]] = {}

    def score_heading(self, heading: str) -> dict[str, float]:
        """How well a heading names each meaning, from 0 to 1; what it does not resemble is left out."""
        if heading not in self._scores:
            self._scores[heading] = self._compare_heading(heading)
        return self._scores[heading]

    def _compare_heading(self, heading: str) -> dict[str, float]:
        top, _, low = heading.partition("\n")
        forms = {to_letter_key(heading), to_letter_key(_IN_BRACKETS.sub(" ", heading))} - {""}
        exact = {self.headings[form]: 1.0 for form in forms | _turned_headings(top, low) if form in self.headings}
        if low.strip() and to_letter_key(low) in self.headings:
            exact.setdefault(self.headings[to_letter_key(low)], 0.95)
        if exact or not forms or max(map(len, forms)) > 40:
            return exact
        best: dict[str, float] = {}
        for known, meaning in self.headings.items():
            best[meaning] = max(best.get(meaning, 0.0), *(spelling_likeness(form, known) for form in forms))
        return {meaning: value * 0.9 for meaning, value in best.items() if value >= LIKE_ENOUGH}

    def find_state(self, text: str) -> str | None:
        plain = " ".join(re.sub(r"[^\w/]+", " ", text.lower()).split())
        return next((step for pattern, step in self.patterns if pattern.search(plain)), None)

    def match_headings(self, headings: Sequence[str]) -> Layout:
        """Give every column the meaning that fits best; a meaning goes to one column only."""
        offers = [
            (value, -self._heading_rank(meaning, heading), -index, meaning)
            for index, heading in enumerate(headings)
            for meaning, value in self.score_heading(heading).items()
        ]
        columns: dict[str, int] = {}
        total = 0.0
        for value, _fit, index, meaning in sorted(offers, reverse=True):
            if meaning not in columns and -index not in columns.values():
                columns[meaning] = -index
                total += value
        return Layout(tuple(headings), columns, total, self)

    def _heading_rank(self, meaning: str, heading: str) -> int:
        """Place of a heading in its list: `STATUS` is a better state column than `KET`."""
        known = [to_letter_key(accepted) for accepted in self.columns[meaning].headings]
        if (key := to_letter_key(heading)) in known:
            return known.index(key)
        return len(known)

    def may_be_header_row(self, headings: Sequence[str]) -> bool:
        """A cheap look before headings are compared by likeness: at least two must match a known one exactly."""
        parts = {
            to_letter_key(part)
            for heading in headings
            if len(heading) <= 80
            for part in (heading, *heading.split("\n"))
        }
        return len(parts & self.headings.keys()) >= 2

    def find_header(self, sheet: Sheet) -> tuple[int, Layout] | None:
        """(index of the last header row in `sheet.rows`, layout), or None when nothing looks like a header.

        Titles above are passed over; a header over two rows is read as one.
        """
        best: tuple[int, Layout] | None = None
        for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            for depth, headings in _header_readings(sheet, index, row):
                if self.may_be_header_row(headings):
                    layout = self.match_headings(headings)
                    if layout.is_header and (best is None or layout.score > best[1].score + 1e-9):
                        best = index + depth, layout
        return best

    def header_again(self, row: Row) -> Layout | None:
        keys = {to_letter_key(cell.text) for cell in row.cells if not cell.empty and len(cell.text) < 40}
        if not keys & self.anchors or len(keys & self.headings.keys()) < FEWEST_COLUMNS:
            return None
        layout = self.match_headings([cell.text for cell in row.cells])
        return layout if layout.is_header else None


@dataclass(frozen=True, slots=True)
class Layout:
    """A header line and what its columns mean. Sheets with the same headings share one `key`."""

    headings: tuple[str, ...]
    columns: dict[str, int]
    score: float
    words: Vocabulary = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """Stable id of the headings, for the form in which a person corrects the matching."""
        text = "|".join(to_letter_key(heading) for heading in self.headings)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def is_header(self) -> bool:
        named = self.words.register.key in self.columns or "name" in self.columns
        return named and len(self.columns) >= FEWEST_COLUMNS

    @property
    def unmatched_columns(self) -> tuple[int, ...]:
        used = set(self.columns.values())
        return tuple(
            at
            for at, heading in enumerate(self.headings)
            if heading.strip() and at not in used and to_letter_key(heading) not in OWN_KEYS
        )

    @property
    def missing_columns(self) -> tuple[str, ...]:
        lacking = tuple(
            column.id for column in self.words.columns.values() if column.needed and column.id not in self.columns
        )
        without_birth = BIRTH[0] in self.words.columns and not self.columns.keys() & set(BIRTH)
        if without_birth:
            return (*lacking, BIRTH[0])
        return lacking

    @property
    def missing_labels(self) -> str:
        return ", ".join(self.words.columns[meaning].label for meaning in self.missing_columns)

    def with_columns(self, columns: Columns) -> Layout:
        kept = {
            meaning: at
            for meaning, at in columns.items()
            if meaning in self.words.columns and 0 <= at < len(self.headings)
        }
        return Layout(self.headings, kept, self.score, self.words)


def _turned_headings(top: str, low: str) -> set[str]:
    """`TGL` under `LAHIR` is `TGL LAHIR`, and so it is under `TEMPAT DAN TANGGAL LAHIR`."""
    words = top.split()
    if words and low.strip():
        return {to_letter_key(f"{low} {top}"), to_letter_key(f"{low} {words[-1]}")}
    return set()


def spelling_likeness(form: str, known: str) -> float:
    """How like a known heading one is, both as letter keys: from LIKE_ENOUGH on it is taken for it."""
    if len(known) >= 5 and known in form:
        return LIKE_ENOUGH + 0.1 * len(known) / len(form)
    if len(form) < 4 or len(known) < 4:
        return 0.0
    return SequenceMatcher(None, form, known, autojunk=False).ratio()


def _header_readings(sheet: Sheet, index: int, row: Row) -> list[tuple[int, list[str]]]:
    """The row alone, and joined with the next one when a merged heading spreads over columns below."""
    single = [(0, [cell.text for cell in row.cells])]
    if index + 1 < len(sheet.rows):
        below = sheet.rows[index + 1]
    else:
        below = row
    if not any(cell.text for cell in row.cells if cell.kind == "text") or below.number != row.number + 1:
        return single
    if any(cell.kind != "text" for cell in below.cells):
        return single
    joined = []
    above = ""
    for at in range(max(len(row.cells), len(below.cells))):
        top = row.at(at).text.strip()
        low = below.at(at).text.strip()
        if low:
            above = top or above
            joined.append(f"{above}\n{low}".strip())
        else:
            above = top
            joined.append(top)
    return [*single, (1, joined)]
