"""Internal checks as records; a sampled case waits for its check."""

from collections.abc import Iterable

from app.platform.office.records import RecordKind, RecordRules, closed_by
from app.room import Kept
from schema.database import Database

CLOSED = (
    "SELECT 'check/' || id, number, on_date FROM internal_check"
    " WHERE state IN ('closed', 'cancelled') AND on_date < ? ORDER BY id"
)
OPEN = (
    "SELECT DISTINCT s.case_id FROM check_sample s JOIN internal_check c ON c.id = s.check_id"
    " WHERE c.state NOT IN ('closed', 'cancelled')"
)


def rules() -> RecordRules:
    return RecordRules(kinds=check_kinds, holds=open_checks)


def check_kinds(_db: Database) -> Iterable[RecordKind]:
    yield RecordKind("check", "Pemeriksaan internal", 5, closed_by(CLOSED), page=("checks.show_check", "check_id"))


def open_checks(db: Database) -> Iterable[tuple[str, str]]:
    return ((f"case/{row[0]}", "sedang diperiksa dalam pemeriksaan internal") for row in db.run(OPEN))


KEPT = Kept(rules=rules)
