"""A frozen recap counted again: from the tables as they stand, then from the journal up to the entry that drafted it.

What is printed is always the frozen snapshot. The tables alone give it again unless something was renamed, corrected
or planned anew since; then the journal, replayed up to the moment of drafting, decides whether the snapshot was right.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from app.complaints.differences import Difference, differences
from app.complaints.figures import canonical, read
from app.complaints.quarter import get
from app.complaints.quarter_queries import late_lines
from app.complaints.recap import snapshot
from app.complaints.tables import Recap
from app.core.quarters import Quarter
from schema.database import Database
from sync.journal import Journal, JournalError
from sync.line import moment
from sync.verifying import as_it_stood

SHOWN = 12


@dataclass(frozen=True)
class Recount:
    """What counting again gave. `by_journal`: whether the journal gives the snapshot; None when it was not asked.

    `late`: numbers of lines written after the draft (for an addendum).
    """

    found: list[Difference] = field(default_factory=list)
    by_journal: bool | None = None
    late: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """The tables give the snapshot, or only names and wording are others now and the journal gives it."""
        return not self.found or (bool(self.by_journal) and not any(one.counted for one in self.found))

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
            return (f"Dihitung ulang dari jurnal sampai saat disusun: sama sampai ke bita. Sejak itu namanya atau"
                    f" tulisannya berubah di tabel (yang dicetak tetap yang disetujui): {listed}.")  # fmt: skip
        if self.by_journal:
            return (f"Dihitung ulang dari tabel: BERBEDA pada {listed}. Jurnal memberi angka yang disetujui, jadi"
                    " tabelnya yang berubah. Jalankan verify.")  # fmt: skip
        return f"Dihitung ulang dari tabel: BERBEDA pada {listed}. Yang dicetak tetap yang disetujui."


def recount(journal: Journal, quarter: Quarter, scratch: Path | None = None) -> Recount:
    """Count a recap again. `scratch` is a folder for a temporary database. Raises Problem `not_found`."""
    recap = get(journal.db, quarter)
    found, late = compared(journal.db, recap), late_lines(journal.db, recap)
    return Recount(found, from_journal(journal, recap, scratch) if found else None, late)


def compared(db: Database, recap: Recap) -> list[Difference]:
    """Differences between a recap and what tables give now for the moment at which it was drafted."""
    held = read(recap.figures)
    again = snapshot(db, Quarter.parse(recap.quarter), moment(held.as_of), held.hidden)
    if canonical(again) == recap.figures:
        return []
    return differences(held, again) or [Difference("Bentuk teks: berbeda", True)]


def from_journal(journal: Journal, recap: Recap, scratch: Path | None) -> bool:
    """Whether the journal up to the entry that drafted a recap gives its snapshot, byte for byte."""
    row = journal.db.one("SELECT max(id) FROM journal WHERE kind = 'recap.drafted' AND subject = ? AND seq IS NOT NULL",
                         (f"recap/{recap.quarter}",))  # fmt: skip
    if row is None or row[0] is None:
        return False
    with tempfile.TemporaryDirectory(prefix="recap-", dir=scratch) as folder:
        try:
            with as_it_stood(journal, "office", Path(folder) / "scratch.sqlite3", row[0]) as then:
                return compared(then, recap) == []
        except (JournalError, ValueError):
            return False
