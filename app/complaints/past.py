"""What a line was before a change, kept so that a recap can be reckoned again from the book as it stood then."""

from __future__ import annotations

from schema.database import Database
from sync.journal import Entry
from sync.line import stamp

KEPT = "type, category, weight, levy, section, first_due_on, settle_due_on, closed_on, first_answer_on, aside"


def keep_past(db: Database, entry: Entry, complaint_id: int) -> None:
    """Remember what a line is (`KEPT`) up to this entry; called before it changes that."""
    db.run(f"INSERT INTO complaint_past (complaint_id, until_at, {KEPT}) SELECT id, ?, {KEPT} FROM complaint"
           " WHERE id = ?", (stamp(entry.at), complaint_id))  # fmt: skip
