"""What the pages of the print floor read, in one statement each."""

from __future__ import annotations

from dataclasses import dataclass

from schema.database import Database

ORDER = "due_on, sent_on, source, dispatch_id, ordinal"
"""Order of the print queue: the nearest promise first, then whoever sent first."""


HELD = (
    "l.state IN ('waiting', 'accepted') AND EXISTS (SELECT 1 FROM road_peer h WHERE h.name = l.source"
    " AND h.heard_in < (SELECT max(epoch) FROM side_return)) AND NOT EXISTS (SELECT 1 FROM line_release r"
    " WHERE r.source = l.source AND r.line = l.line AND r.return_epoch = (SELECT max(epoch) FROM side_return))"
)
"""SQL on a line `l`: it is held. Nothing is before the first return, for a number is never smaller than NULL."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Lines in figures. They agree when came = printed + refused + waiting (shipped cards count as printed)."""

    came: int
    printed: int
    refused: int
    waiting: int

    @property
    def agrees(self) -> bool:
        """Whether the equation holds."""
        return self.came == self.printed + self.refused + self.waiting


def on_paper(db: Database, office: str) -> int:
    """Lines of an office that went on paper and are kept as history."""
    row = db.one("SELECT count(*) FROM incoming_line WHERE source = ? AND state = 'paper'", (office,))
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Blanks:
    """The book of blanks in figures: stock = before + received + corrected - used - spoiled."""

    before: int
    received: int
    used: int
    spoiled: int
    corrected: int

    @property
    def stock(self) -> int:
        """What the book says lies in the drawer."""
        return self.before + self.received + self.corrected - self.used - self.spoiled


LEFT = "coalesce(sum(received + corrected - used - spoiled), 0)"
"""What days leave over."""


def stock(db: Database) -> int:
    """Blanks that should be here."""
    row = db.one(f"SELECT {LEFT} FROM blank_day")
    return int(row[0]) if row else 0


def queue_length(db: Database) -> int:
    """Lines accepted and not yet printed."""
    row = db.one("SELECT count(*) FROM incoming_line WHERE state = 'accepted'")
    return int(row[0]) if row else 0


def is_held(db: Database, office: str, line: str) -> bool:
    """Whether a line is held."""
    sql = f"SELECT 1 FROM incoming_line l WHERE l.source = ? AND l.line = ? AND {HELD}"
    return db.one(sql, (office, line)) is not None


def balance(db: Database, office: str = "", dispatch_id: int | None = None) -> Balance:
    """The balance of everything, of an office, or of one dispatch. Lines that went on paper are no work of this floor.

    Each part is counted by its own states, so that a line in no known state would show.
    """
    where, params = ["state <> 'paper'"], []
    for clause, value in (("source = ?", office or None), ("dispatch_id = ?", dispatch_id)):
        if value is not None:
            where.append(clause)
            params.append(value)
    row = db.one(
        "SELECT count(*), count(*) FILTER (WHERE state IN ('printed', 'shipped')),"
        " count(*) FILTER (WHERE state = 'refused'), count(*) FILTER (WHERE state IN ('waiting', 'accepted'))"
        f" FROM incoming_line WHERE {' AND '.join(where)}",
        params,
    )
    return Balance(*row) if row else Balance(0, 0, 0, 0)


def blanks(db: Database, since: str = "0000-00-00", until: str = "9999-12-31") -> Blanks:
    """The book of blanks between two office dates (both included); `before` is the stock at the start."""
    before = db.one(f"SELECT {LEFT} FROM blank_day WHERE on_date < ?", (since,))
    moved = db.one(
        "SELECT coalesce(sum(received), 0), coalesce(sum(used), 0), coalesce(sum(spoiled), 0),"
        " coalesce(sum(corrected), 0) FROM blank_day WHERE on_date >= ? AND on_date <= ?",
        (since, until),
    )
    return Blanks(int(before[0]) if before else 0, *(int(amount) for amount in moved or (0, 0, 0, 0)))
