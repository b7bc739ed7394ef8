"""Messages without a contact as records; a contact waits for the complaint that it became."""

from collections.abc import Iterable, Sequence

from app.platform.office.records import RecordKind, RecordRules, closed_by, ids_of
from schema.database import Database

LONE = (
    "SELECT 'sms/' || id, 'SMS ' || id, substr(at, 1, 10) AS on_date FROM sms"
    " WHERE case_id IS NULL AND complaint_id IS NULL AND state NOT IN ('queued', 'handed') AND on_date < ? ORDER BY id"
)


def rules() -> RecordRules:
    return RecordRules(kinds=message_kinds, holds=open_complaints, beside=clear_beside)


def message_kinds(_db: Database) -> Iterable[RecordKind]:
    yield RecordKind("sms", "SMS tanpa kontak", 1, closed_by(LONE))


def open_complaints(db: Database) -> Iterable[tuple[str, str]]:
    sql = (
        "SELECT h.case_id FROM hotline_complaint h JOIN complaint c ON c.id = h.complaint_id"
        " WHERE c.state <> 'closed' AND c.aside = 0"
    )
    return ((f"case/{row[0]}", "pengaduannya belum ditutup") for row in db.run(sql))


def clear_beside(db: Database, subjects: Sequence[str]) -> None:
    db.many("DELETE FROM contact_fts WHERE rowid = ?", [(case_id,) for case_id in ids_of(subjects, "case")])
