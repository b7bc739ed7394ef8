"""What a daily anchor testifies, compared when the journal is proved: the head of the office stream, the access log."""

from __future__ import annotations

from datetime import date

from app.core.messages import HeadsAnchored
from app.people.access_log import still_begins_with
from schema.database import Database
from sync.journal import LOCAL, Entry
from sync.kinds import hash_at


def check_anchor(db: Database, entry: Entry) -> str:
    """A sentence that names what no longer fits an anchor of our own, or nothing."""
    body: HeadsAnchored = entry.body
    if body.n and hash_at(db, entry.source, entry.epoch, LOCAL, body.n) != body.hash:
        return (
            f"Baris {entry.epoch}/{LOCAL}/{body.n} tidak sama dengan sidik harian pada baris {entry.line_id}."
        )
    if not still_begins_with(db, date.fromisoformat(body.on), body.access_log):
        return f"Log akses tanggal {body.on} tidak sama dengan sidik harian pada baris {entry.line_id}."
    return ""
