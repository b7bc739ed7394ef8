"""Two revisions of a procedure side by side, step by step: what stayed, came, went, moved or has new words."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from app.core.procedure.revisions import Change, revision_changes
from app.core.procedure.sop import SopRow, sop_rows
from schema.service_procedure import Definition

CELLS = (
    ("title", "Kegiatan"),
    ("performers", "Pelaksana"),
    ("papers", "Kelengkapan"),
    ("time", "Waktu"),
    ("output", "Output"),
    ("remark", "Keterangan"),
    ("inferred", "Pelaksana disimpulkan"),
    ("clause", "Butir"),
    ("symbol", "Simbol"),
    ("clock", "Waktu hitungan"),
    ("branches", "Cabang"),
)
LIKE = 0.6
"""From this share of equal letters on two titles are one step under a new wording."""
NEAR = 20
"""A step under a new wording is looked for so many places up and down; under its own it is found anywhere."""


RowKind = Literal["same", "added", "removed", "moved", "changed"]
ROW_WORDS = {"same": "Tetap", "added": "Ditambahkan", "removed": "Dihapus", "changed": "Diubah"}


class Piece(NamedTuple):
    """Words of a cell that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class RowDifference(NamedTuple):
    """What became of a step: its old and new number (None: it had or has none) and the pieces of each changed cell."""

    kind: RowKind
    old_no: int | None
    new_no: int | None
    title: str
    cells: tuple[tuple[str, tuple[Piece, ...]], ...] = ()

    @property
    def word(self) -> str:
        return ROW_WORDS.get(self.kind, f"Pindah dari nomor {self.old_no}")


class Difference(NamedTuple):
    """`rows` in the new order, each removed step after the one that it followed; `others` is what changed elsewhere."""

    rows: tuple[RowDifference, ...]
    others: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not self.others and all(row.kind == "same" for row in self.rows)


def compare_revisions(old: Definition, new: Definition) -> Difference:
    before = sop_rows(old)
    after = sop_rows(new)
    pairs = _pair_rows(before, after)
    stayed = _kept_order([pairs[i] for i in range(len(after)) if i in pairs])
    old_numbers = {after[i].no: before[j].no for i, j in pairs.items()}
    rows = []
    for i, row in enumerate(after):
        if i in pairs:
            rows.append(_compare_row(before[pairs[i]], row, pairs[i] not in stayed, old_numbers))
        else:
            rows.append(RowDifference("added", None, row.no, row.title))
    gone = [i for i in range(len(before)) if i not in pairs.values()]
    for i in reversed(gone):
        place = next((n + 1 for n, row in enumerate(rows) if i and row.old_no == before[i - 1].no), 0)
        rows.insert(place, RowDifference("removed", before[i].no, None, before[i].title))
    others = tuple(change for change in revision_changes(old, new) if change.table != "rows")
    return Difference(tuple(rows), others)


def _pair_rows(before: Sequence[SopRow], after: Sequence[SopRow]) -> dict[int, int]:
    """Place in the new table → place in the old one: same title first, then the likeliest new wording near it."""
    pairs: dict[int, int] = {}
    likely = []
    for i, new in enumerate(after):
        for j, old in enumerate(before):
            if old.title == new.title or abs(i - j) <= NEAR:
                likely.append((likeness(old.title, new.title), -abs(i - j), i, j))
    for ratio, _, i, j in sorted(likely, reverse=True):
        if ratio >= LIKE and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def likeness(old: str, new: str) -> float:
    """The share of equal letters of two titles; 0 where a quick look shows that it is below :data:`LIKE`."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    quick = matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE
    return matcher.ratio() if quick else 0.0


def _kept_order(places: Sequence[int]) -> list[int]:
    """Old places whose order stayed: the longest rising run; whoever is not in it was moved."""
    rising: list[list[int]] = [[]]
    for place in places:
        before = max((run for run in rising if not run or run[-1] < place), key=len)
        rising.append([*before, place])
    return max(rising, key=len)


def _compare_row(old: SopRow, row: SopRow, moved: bool, old_numbers: Mapping[int, int]) -> RowDifference:
    """A step in both revisions. An answer that leads to the same step as before has not changed, whatever its name."""
    led = tuple((label, old_numbers.get(no, 0)) for label, no in row.targets)
    cells = []
    for name, word in CELLS:
        before = getattr(old, name)
        after = getattr(row, name)
        if before != after and (name != "branches" or led != old.targets):
            cells.append((word, tuple(compare_words(before, after))))
    kind: RowKind = "changed" if cells else "same"
    if moved:
        kind = "moved"
    return RowDifference(kind, old.no, row.no, row.title, tuple(cells))


def compare_words(old: str, new: str) -> Iterator[Piece]:
    """The words that stayed, went and came, in reading order."""
    before = old.split()
    after = new.split()
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(before[a:b]))
        else:
            if a < b:
                yield Piece("removed", " ".join(before[a:b]))
            if c < d:
                yield Piece("added", " ".join(after[c:d]))
