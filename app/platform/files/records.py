"""Photos and scans go with what they are about."""

from collections.abc import Iterable

from app.platform.files.tables import StoredFile
from app.platform.office.records import RecordRules
from app.room import Kept
from schema.database import Database


def rules() -> RecordRules:
    return RecordRules(subjects=file_subjects)


def file_subjects(db: Database, subject: str) -> Iterable[str]:
    return (f"file/{row.id}" for row in StoredFile.rows(db, subject=subject))


KEPT = Kept(rules=rules)
