"""Questions about the openings of the suggestion box."""

from __future__ import annotations

from datetime import date

from app.complaints.tables import BoxOpening
from schema.database import Database


def between(db: Database, first: date, last: date) -> dict[str, BoxOpening]:
    """Openings between two days, by day."""
    span = BoxOpening.on_date >= first.isoformat(), BoxOpening.on_date <= last.isoformat()
    return {row.on_date: row for row in BoxOpening.rows(db, *span)}


def latest(db: Database, limit: int = 40) -> list[BoxOpening]:
    """The last openings, the newest first."""
    return BoxOpening.rows(db, order=BoxOpening.on_date.desc(), limit=limit)


def first_day(db: Database) -> date | None:
    """The day on which the box was opened for the first time."""
    row = db.one("SELECT min(on_date) FROM box_opening")
    return date.fromisoformat(row[0]) if row and row[0] else None
