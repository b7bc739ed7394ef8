"""What a daily anchor testifies of the access log, compared when the journal is proved; heads: `sync.history`."""

from __future__ import annotations

from datetime import date

from app.core.messages import HeadsAnchored
from app.people.access_log import still_begins_with
from schema.database import Database
from sync.journal import Entry


def check_anchor(db: Database, entry: Entry) -> str:
    """A sentence that names the day whose access log no longer fits an anchor of our own, or nothing."""
    body: HeadsAnchored = entry.body
    if still_begins_with(db, date.fromisoformat(body.on), body.access_log):
        return ""
    return f"Log akses tanggal {body.on} tidak sama dengan sidik harian pada baris {entry.line_id}."
