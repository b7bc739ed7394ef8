"""A standard that is in force already: the entry as the version before signatures wrote it, which stays readable."""

import hashlib
from datetime import date, datetime

from app.office.events import StandardAdopted
from schema.definitions import SERVICES, definition_text, load_definition
from sync.journal import Journal
from tests.people import START


def put_in_force(journal: Journal, text: str = "", *, on: date = date(2026, 1, 1), now: datetime = START) -> None:
    """The shipped KTP standard, or another text, with the three names that an office used to enter for it."""
    text = text or definition_text(SERVICES / "ktp-el.toml")
    definition = load_definition(text, "standar")
    revision, digest = definition.identity.revision, hashlib.sha256(text.encode()).hexdigest()
    body = StandardAdopted(definition.id, revision, digest, on.isoformat(), text, "Budi", "Ratna", "Hadi")
    with journal.transaction():
        journal.record(body, subject=f"standard/{definition.id}/{revision}", actor="ratna", at=now)
