"""Small facts that a side keeps about itself beside the journal, by key: an open request, keys in force, time heard."""

from __future__ import annotations

from schema.database import Database


def get(db: Database, key: str) -> str:
    """The fact, or an empty text."""
    row = db.one("SELECT value FROM identity WHERE key = ?", (key,))
    return str(row[0]) if row else ""


def put(db: Database, key: str, value: str) -> None:
    """Keep a fact in the place of an earlier one."""
    db.run(
        "INSERT INTO identity (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def drop(db: Database, key: str) -> None:
    """Forget a fact."""
    db.run("DELETE FROM identity WHERE key = ?", (key,))
