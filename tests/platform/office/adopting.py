"""A standard that is in force already: the entry as the version before signatures wrote it, which stays readable."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from app import compose
from app.platform.office.events import StandardAdopted
from schema.database import SqliteDatabase, open_office
from schema.definitions import SERVICES, definition_text, load_definition
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.platform.people import START


def put_in_force(journal: Journal, text: str = "", *, on: date = date(2026, 1, 1), now: datetime = START) -> None:
    """The shipped KTP standard, or another text, with three names, as entries of earlier releases hold them."""
    text = text or definition_text(SERVICES / "ktp-el.toml")
    definition = load_definition(text, "standar")
    revision, digest = definition.identity.revision, hashlib.sha256(text.encode()).hexdigest()
    body = StandardAdopted(definition.id, revision, digest, on.isoformat(), text, "Budi", "Ratna", "Hadi")
    with journal.transaction():
        journal.record(body, subject=f"standard/{definition.id}/{revision}", actor="ratna", at=now)


def replayed(journal: Journal, path: Path) -> SqliteDatabase:
    """The tables that the entries of a journal make in an empty database."""
    other = open_office(path)
    migrate_database(other, "office")
    copy = compose.journal("office", other)
    rows = journal.db.run("SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id ORDER BY j.id")
    entries = [journal.decode(bytes(head), bytes(body)) for head, body in rows]
    with copy.transaction(), other.applying():
        copy.apply(entries)
    return other
