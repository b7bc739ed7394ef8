"""Lines of the complaint book as records, once they are closed or set aside."""

from collections.abc import Iterable, Sequence

from app.platform.office.records import RecordKind, RecordRules, closed_by, ids_of
from schema.database import Database

CLOSED = (
    "SELECT 'complaint/' || id, number, coalesce(closed_on, received_on) AS on_date FROM complaint"
    " WHERE (state = 'closed' OR aside = 1) AND on_date < ? ORDER BY id"
)


def rules() -> RecordRules:
    return RecordRules(kinds=complaint_kinds, beside=clear_beside)


def complaint_kinds(_db: Database) -> Iterable[RecordKind]:
    yield RecordKind("complaint", "Pengaduan", 5, closed_by(CLOSED), page=("complaints.show_line", "complaint_id"))


def clear_beside(db: Database, subjects: Sequence[str]) -> None:
    db.many(
        "DELETE FROM complaint_masked WHERE complaint_id = ?", [(number,) for number in ids_of(subjects, "complaint")]
    )
