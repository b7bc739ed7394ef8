"""Small facts that a side keeps about itself beside the journal, by key: an open request, keys in force, time heard."""

from schema.database import Database, first_value
from schema.query_cache import cached_until_next_entry


def read_fact(db: Database, key: str) -> str:
    return str(first_value(db, "SELECT value FROM identity WHERE key = ?", (key,)) or "")


def keep_fact(db: Database, key: str, value: str) -> None:
    db.run(
        "INSERT INTO identity (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def drop_fact(db: Database, key: str) -> None:
    db.run("DELETE FROM identity WHERE key = ?", (key,))


def own_source(db: Database) -> str:
    return str(first_value(db, "SELECT value FROM identity WHERE key = 'source'") or "")


@cached_until_next_entry
def own_identity(db: Database) -> tuple[str, int]:
    """(source, epoch) of this side; ("", 0) before it is founded."""
    known = {row[0]: row[1] for row in db.run("SELECT key, value FROM identity WHERE key IN ('source', 'epoch')")}
    return known.get("source", ""), int(known.get("epoch", 0))
