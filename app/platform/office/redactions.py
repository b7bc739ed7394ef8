"""Entries of earlier releases that hold what is not to be kept: which they are, and that the work is done.

A room whose entries are meant gives `Room.redactions`; the nightly proof puts the bodies in their place
(`app/cli/proving.py`).
"""

from collections.abc import Iterator

from app.platform.office.tables import RedactionDue
from schema.database import Database
from sync.chains import Place
from sync.entries import Entry
from sync.journal import Journal

HELD = (
    "SELECT j.source, j.epoch, j.stream, j.n, j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
    " WHERE j.kind = ? AND j.seq IS NOT NULL AND j.id <= ? ORDER BY j.id"
)


def is_redaction_due(db: Database) -> bool:
    return RedactionDue.first(db) is not None


def held_entries(journal: Journal, kind: str) -> Iterator[tuple[Place, Entry]]:
    """Our own entries of a kind whose bodies are held and may be of an earlier release, each with its place."""
    due = RedactionDue.first(journal.db)
    rows = journal.db.run(HELD, (kind, due.last_id)) if due is not None else ()
    for source, epoch, stream, n, head, body in rows:
        yield (source, epoch, stream, n), journal.decode(bytes(head), bytes(body))


def was_cleared(journal: Journal, kind: str) -> bool:
    """Whether an entry of this kind has cleaned the tables since."""
    sql = "SELECT 1 FROM journal j, redaction_due d WHERE j.kind = ? AND j.seq IS NOT NULL AND j.id > d.last_id"
    return journal.db.one(sql, (kind,)) is not None


def end_redaction(db: Database) -> None:
    """Nothing of an earlier release is held."""
    with db.writing():
        db.run("DELETE FROM redaction_due")
