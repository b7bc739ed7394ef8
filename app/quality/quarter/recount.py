"""A frozen recap counted again: from the tables as they stand, then from the journal up to the entry that drafted it.

What is printed is always the frozen snapshot. The tables alone give it again unless something was renamed, corrected
or planned anew since; then the journal, replayed up to the entry that drafted it, decides whether the snapshot was
right, and the whole journal whether the tables have changed rightly.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from app.core.quarters import Quarter
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.figures import CapaItem, Figures, canonical_text, parse_figures
from app.quality.quarter.queries import late_lines_of_recap
from app.quality.quarter.service import load_recap
from app.quality.quarter.shape import PARTS, WORDS
from app.quality.quarter.tables import Recap
from schema.data_folder import temporary_folder
from schema.database import Database, first_value
from sync.entries import JournalError, parse_utc_text
from sync.journal import Journal
from sync.verification import tables_before

SHOWN = 12
MASKED = frozenset({"gist", "follow_up", "problem", "cause", "action", "what", "why", "masks"})
"""Texts of a snapshot that went through the masks, and their version."""


class Difference(NamedTuple):
    """One difference; `counted` unless only the wording is another."""

    text: str
    counted: bool


@dataclass(frozen=True)
class Recount:
    """What counting again gave. `by_journal`: whether the journal up to the draft gives the snapshot; `sound`: whether
    the tables are those of the journal. Both are asked only where the tables differ from the snapshot.

    `late`: numbers of lines written after the draft (for an addendum).
    """

    found: list[Difference] = field(default_factory=list)
    by_journal: bool = True
    sound: bool = True
    late: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not self.found or (self.by_journal and self.sound)

    @property
    def differences(self) -> list[str]:
        return [difference.text for difference in self.found]

    @property
    def sentence(self) -> str:
        if not self.found:
            return "Dihitung ulang dari tabel: sama persis."
        listed = "; ".join(self.differences[:SHOWN])
        if len(self.found) > SHOWN:
            listed += " ..."
        if self.same:
            return (
                f"Dihitung ulang dari jurnal sampai saat disusun: sama persis. Sejak itu tabelnya berubah"
                f" oleh catatan yang sah (yang dicetak tetap yang disetujui): {listed}."
            )
        if self.by_journal:
            why = " Tabelnya tidak cocok dengan jurnal. Jalankan verify."
        else:
            why = ""
        return f"Dihitung ulang: BERBEDA pada {listed}.{why} Yang dicetak tetap yang disetujui."


def count_again(journal: Journal, quarter: Quarter) -> Recount:
    recap = load_recap(journal.db, quarter)
    found = compare_recap(journal.db, recap)
    late = list(late_lines_of_recap(journal.db, recap))
    if not found:
        return Recount(late=late)
    held = parse_figures(recap.figures)
    by_journal = replayed_figures(journal, recap, drafting_entry(journal, recap)) == canonical_text(held)
    sound = replayed_figures(journal, recap, sys.maxsize) == canonical_text(figures_now(journal.db, held))
    return Recount(found, by_journal, sound, late)


def figures_now(db: Database, held: Figures) -> Figures:
    """What tables give for the moment at which a snapshot was drafted; texts of older masks stay as they were read."""
    now = count_quarter(db, held.period, parse_utc_text(held.as_of), held.hidden, held.form)
    if now.masks == held.masks:
        return now
    return with_texts_of(held, now)


def with_texts_of(held: Any, now: Any) -> Any:
    """Figures of now with the masked texts of a snapshot, row by row."""
    if isinstance(now, list) and isinstance(held, list) and len(held) == len(now):
        return [with_texts_of(*pair) for pair in zip(held, now, strict=True)]
    if not isinstance(now, msgspec.Struct) or type(held) is not type(now):
        return now
    values = {}
    for name in now.__struct_fields__:
        value = getattr(held, name)
        if name in MASKED:
            values[name] = value
        else:
            values[name] = with_texts_of(value, getattr(now, name))
    return msgspec.structs.replace(now, **values)


def compare_recap(db: Database, recap: Recap) -> list[Difference]:
    held = parse_figures(recap.figures)
    now = figures_now(db, held)
    if canonical_text(now) == recap.figures:
        return []
    return find_differences(held, now) or [Difference("Bentuk teks: berbeda", True)]


def drafting_entry(journal: Journal, recap: Recap) -> int:
    """The place in the journal of the entry that drafted a recap, 0 when there is none."""
    query = "SELECT max(id) FROM journal WHERE kind = 'recap.drafted' AND subject = ? AND seq IS NOT NULL"
    return int(first_value(journal.db, query, (f"recap/{recap.quarter}",)) or 0)


def replayed_figures(journal: Journal, recap: Recap, before: int) -> str:
    """The figures as text from the journal up to an entry; empty when it cannot be replayed."""
    with temporary_folder() as folder:
        try:
            with tables_before(journal, "office", folder / "scratch.sqlite3", before) as then:
                return canonical_text(figures_now(then, parse_figures(recap.figures)))
        except (JournalError, ValueError):
            return ""


NAMES = ("label", "gist", "follow_up", "problem", "cause", "action", "person", "what", "who", "why")
"""Texts that may change without anything being counted anew: a name corrected, a village renamed, a plan rewritten."""
KEYS = ("key", "number", "month")


def find_differences(one: Figures, other: Figures) -> list[Difference]:
    found: list[Difference] = []
    for name in Figures.__struct_fields__:
        if name == "sums":
            for part in one.sums.__struct_fields__:
                found += compare_values(PARTS[part], part, getattr(one.sums, part), getattr(other.sums, part))
        else:
            found += compare_values(PARTS[name], name, getattr(one, name), getattr(other, name))
    return found


def compare_values(place: str, name: str, one: object, other: object) -> Iterator[Difference]:
    """Differences of one part; rows are paired by key, number or month, else by their place."""
    if isinstance(one, msgspec.Struct) and isinstance(other, msgspec.Struct):
        for field in one.__struct_fields__:
            rewritten = isinstance(one, CapaItem) and field == "due_on"
            kind = "action" if rewritten else field
            yield from compare_values(field_place(place, field), kind, getattr(one, field), getattr(other, field))
    elif isinstance(one, list) and isinstance(other, list):
        yield from compare_rows(place, one, other)
    elif one != other:
        numbers = isinstance(one, int | None) and isinstance(other, int | None)
        told = numbers or name == "label"
        if told:
            text = f"{place}: {show_value(one)} menjadi {show_value(other)}"
        else:
            text = f"{place}: teks berbeda"
        yield Difference(text, name not in NAMES)


def field_place(place: str, field: str) -> str:
    return f"{place}, {WORDS.get(field) or PARTS.get(field, field).lower()}"


def show_value(value: object) -> str:
    if value is None:
        return "kosong"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value)


def compare_rows(place: str, one: Sequence[object], other: Sequence[object]) -> Iterator[Difference]:
    mine = rows_by_key(one)
    theirs = rows_by_key(other)
    for key, row in mine.items():
        if key not in theirs:
            yield Difference(f"{place} {name_row(row, key)}: kini tidak ada", True)
        else:
            yield from compare_values(f"{place} {name_row(row, key)}", "", row, theirs[key])
    for key in theirs.keys() - mine.keys():
        yield Difference(f"{place} {name_row(theirs[key], key)}: kini ada", True)


def rows_by_key(rows: Sequence[object]) -> dict[str, object]:
    """Rows by what names them; by their place where nothing does."""
    found: dict[str, object] = {}
    for place, row in enumerate(rows, start=1):
        naming = next((name for name in KEYS if hasattr(row, name)), "")
        key = str(getattr(row, naming)) if naming else str(place)
        if key in found:
            key = f"{key} ({place})"
        found[key] = row
    return found


def name_row(row: object, key: str) -> str:
    """A row in words: its label in quotes (never a text of the book), its number, its month, its place."""
    label = getattr(row, "label", "")
    if label:
        return f'"{label}"'
    return key or "(tanpa)"
