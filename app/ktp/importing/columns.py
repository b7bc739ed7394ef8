"""Finds the header line under titles and says which column means what; a person may correct it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from app.ktp.importing.book import Row, Sheet
from app.ktp.importing.fields import BIRTH_KEYS, BY_KEY, FIELDS, OWN_FORMS, squeeze, squeeze_plain

SEARCHED_ROWS = 60
LIKE_ENOUGH = 0.84
FEWEST_FIELDS = 3
_EXACT: dict[str, str] = {heading: field.key for field in FIELDS for heading in field.headings}
_ANCHORS = frozenset({*BY_KEY["nik"].headings, *BY_KEY["name"].headings})

Columns = Mapping[str, int]
"""Field key to column index (from 0)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A header line and what its columns mean. Sheets with the same headings share one `key`."""

    headings: tuple[str, ...]
    columns: dict[str, int]
    score: float

    @property
    def key(self) -> str:
        """Stable id of the headings, for the form in which a person corrects the matching."""
        text = "|".join(squeeze(heading) for heading in self.headings)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def unmatched(self) -> tuple[int, ...]:
        """Columns that have a heading and no meaning; their content is kept as a note."""
        used = set(self.columns.values())
        return tuple(
            i
            for i, heading in enumerate(self.headings)
            if heading.strip() and i not in used and squeeze(heading) not in OWN_FORMS
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of needed fields that no column gives."""
        lacking = tuple(field.key for field in FIELDS if field.needed and field.key not in self.columns)
        return lacking if any(key in self.columns for key in BIRTH_KEYS) else (*lacking, "birth")

    def corrected(self, columns: Columns) -> Layout:
        """The same headings with the meaning that a person gave; columns out of range are dropped."""
        kept = {key: at for key, at in columns.items() if key in BY_KEY and 0 <= at < len(self.headings)}
        return Layout(self.headings, kept, self.score)


@lru_cache(maxsize=512)
def score(heading: str) -> dict[str, float]:
    """How well a heading names each field, from 0 to 1; fields that it does not resemble are left out."""
    top, _, low = heading.partition("\n")
    forms = {squeeze(heading), squeeze_plain(heading)} - {""}
    found = {_EXACT[form]: 1.0 for form in forms | _turned(top, low) if form in _EXACT}
    if low.strip() and squeeze(low) in _EXACT:
        found.setdefault(_EXACT[squeeze(low)], 0.95)
    if found or not forms or max(map(len, forms)) > 40:
        return found
    for field in FIELDS:
        best = max(_likeness(form, known) for form in forms for known in field.headings)
        if best >= LIKE_ENOUGH:
            found[field.key] = best * 0.9
    return found


def _turned(top: str, low: str) -> set[str]:
    """`TGL` under `LAHIR` is `TGL LAHIR`, and so it is under `TEMPAT DAN TANGGAL LAHIR`."""
    words = top.split()
    if not words or not low.strip():
        return set()
    return {squeeze(f"{low} {top}"), squeeze(f"{low} {words[-1]}")}


def _likeness(form: str, known: str) -> float:
    """Spelling likeness; a long known heading inside a longer one also counts."""
    if len(known) >= 5 and known in form:
        return LIKE_ENOUGH + 0.1 * len(known) / len(form)
    if len(form) < 4 or len(known) < 4:
        return 0.0
    return SequenceMatcher(None, form, known, autojunk=False).ratio()


def match(headings: Sequence[str]) -> Layout:
    """Give every column the meaning that fits best; a meaning goes to one column only."""
    offers = [
        (value, -_rank(key, heading), -index, key)
        for index, heading in enumerate(headings)
        for key, value in score(heading).items()
    ]
    columns: dict[str, int] = {}
    taken: set[int] = set()
    total = 0.0
    for value, _fit, index, key in sorted(offers, reverse=True):
        if key not in columns and -index not in taken:
            columns[key] = -index
            taken.add(-index)
            total += value
    return Layout(tuple(headings), columns, total)


def _rank(key: str, heading: str) -> int:
    """Place of a heading in its field's list: `STATUS` is a better state column than `KET`."""
    known = BY_KEY[key].headings
    form = squeeze(heading)
    return known.index(form) if form in known else len(known)


def find_header(sheet: Sheet) -> tuple[int, Layout] | None:
    """(index of the last header row in `sheet.rows`, layout), or None when nothing looks like a header.

    Titles above are passed over; a header over two rows is read as one.
    """
    best: tuple[float, int, Layout] | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        for depth, headings in _readings(sheet, index, row):
            if not promising(headings):
                continue
            layout = match(headings)
            if is_header(layout) and (best is None or layout.score > best[0] + 1e-9):
                best = layout.score, index + depth, layout
    return (best[1], best[2]) if best else None


def promising(headings: Sequence[str]) -> bool:
    """A cheap look before headings are compared letter by letter: two must be spelt as we know them."""
    parts = {
        squeeze(part)
        for heading in headings
        if len(heading) <= 80
        for part in (heading, *heading.split("\n"))
    }
    return len(parts & _EXACT.keys()) >= 2


def is_header(layout: Layout) -> bool:
    """Whether headings name a person and enough other fields to be the head of a register."""
    return ("nik" in layout.columns or "name" in layout.columns) and len(layout.columns) >= FEWEST_FIELDS


def repeats_header(row: Row) -> Layout | None:
    """The layout of a header that is printed again further down (one per page), else None."""
    forms = {squeeze(cell.text) for cell in row.cells if not cell.empty and len(cell.text) < 40}
    if not forms & _ANCHORS or len(forms & _EXACT.keys()) < FEWEST_FIELDS:
        return None
    layout = match([cell.text for cell in row.cells])
    return layout if is_header(layout) else None


def _readings(sheet: Sheet, index: int, row: Row) -> list[tuple[int, list[str]]]:
    """The row alone, and joined with the next one when a merged heading spreads over columns below."""
    single = [cell.text for cell in row.cells]
    if not any(cell.text for cell in row.cells if cell.kind == "text") or index + 1 >= len(sheet.rows):
        return [(0, single)]
    below = sheet.rows[index + 1]
    if below.number != row.number + 1 or any(cell.kind != "text" for cell in below.cells):
        return [(0, single)]
    joined, above = [], ""
    for at in range(max(len(row.cells), len(below.cells))):
        top, low = row.at(at).text.strip(), below.at(at).text.strip()
        above = top or (above if low else "")
        joined.append(f"{above}\n{low}".strip() if low else top)
    return [(0, single), (1, joined)]
