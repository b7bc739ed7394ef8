"""A frozen recap counted again: from the tables as they stand, then from the journal up to the entry that drafted it.

What is printed is always the frozen snapshot. The tables alone give it again unless something was renamed, corrected
or planned anew since; then the journal, replayed up to the entry that drafted it, decides whether the snapshot was
right, and the whole journal whether the tables have changed rightly.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.complaints.differences import Difference, differences
from app.complaints.figures import Figures, canonical, read
from app.complaints.quarter import get
from app.complaints.quarter_queries import late_lines
from app.complaints.recap import snapshot
from app.complaints.tables import Recap
from app.core.quarters import Quarter
from schema.database import Database
from schema.scratch import temporary_folder
from sync.journal import Journal, JournalError
from sync.line import moment
from sync.verifying import as_it_stood

SHOWN = 12
MASKED = frozenset({"gist", "follow_up", "problem", "cause", "action", "what", "why", "masks"})
"""Texts of a snapshot that went through the masks, and their version."""


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
        """The tables give the snapshot, or they have changed rightly since and the journal gives it."""
        return not self.found or (self.by_journal and self.sound)

    @property
    def differences(self) -> list[str]:
        """Every difference in words."""
        return [one.text for one in self.found]

    @property
    def sentence(self) -> str:
        """What to say about it."""
        if not self.found:
            return "Dihitung ulang dari tabel: sama sampai ke bita."
        listed = "; ".join(self.differences[:SHOWN]) + (" ..." if len(self.found) > SHOWN else "")
        if self.same:
            return (f"Dihitung ulang dari jurnal sampai saat disusun: sama sampai ke bita. Sejak itu tabelnya berubah"
                    f" oleh catatan yang sah (yang dicetak tetap yang disetujui): {listed}.")  # fmt: skip
        why = " Tabelnya tidak cocok dengan jurnal. Jalankan verify." if self.by_journal else ""
        return f"Dihitung ulang: BERBEDA pada {listed}.{why} Yang dicetak tetap yang disetujui."


def recount(journal: Journal, quarter: Quarter) -> Recount:
    """Count a recap again, where needed in a temporary database. Raises Problem `not_found`."""
    recap = get(journal.db, quarter)
    found, late = compared(journal.db, recap), list(late_lines(journal.db, recap))
    if not found:
        return Recount(late=late)
    held = read(recap.figures)
    by_journal = replayed(journal, recap, drafting(journal, recap)) == canonical(held)
    sound = replayed(journal, recap, sys.maxsize) == canonical(again(journal.db, held))
    return Recount(found, by_journal, sound, late)


def again(db: Database, held: Figures) -> Figures:
    """What tables give for the moment at which a snapshot was drafted; texts of older masks stay as they were read."""
    now = snapshot(db, held.period, moment(held.as_of), held.hidden, held.form)
    return now if now.masks == held.masks else with_texts_of(held, now)


def with_texts_of(held: Any, now: Any) -> Any:
    """Figures of now with the masked texts of a snapshot, row by row."""
    if isinstance(now, list) and isinstance(held, list) and len(held) == len(now):
        return [with_texts_of(*pair) for pair in zip(held, now, strict=True)]
    if not isinstance(now, msgspec.Struct) or type(held) is not type(now):
        return now
    fields = {name: (getattr(held, name), getattr(now, name)) for name in now.__struct_fields__}
    return msgspec.structs.replace(
        now,
        **{
            name: one if name in MASKED else with_texts_of(one, other)
            for name, (one, other) in fields.items()
        },
    )


def compared(db: Database, recap: Recap) -> list[Difference]:
    """Differences between a recap and what tables give now for the moment at which it was drafted."""
    held = read(recap.figures)
    now = again(db, held)
    if canonical(now) == recap.figures:
        return []
    return differences(held, now) or [Difference("Bentuk teks: berbeda", True)]


def drafting(journal: Journal, recap: Recap) -> int:
    """The place in the journal of the entry that drafted a recap, 0 when there is none."""
    row = journal.db.one("SELECT max(id) FROM journal WHERE kind = 'recap.drafted' AND subject = ? AND seq IS NOT NULL",
                         (f"recap/{recap.quarter}",))  # fmt: skip
    return int(row[0] or 0) if row else 0


def replayed(journal: Journal, recap: Recap, before: int) -> str:
    """The figures as text from the journal up to an entry; empty when it cannot be replayed."""
    with temporary_folder() as folder:
        try:
            with as_it_stood(journal, "office", folder / "scratch.sqlite3", before) as then:
                return canonical(again(then, read(recap.figures)))
        except (JournalError, ValueError):
            return ""
