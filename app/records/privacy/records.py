"""Requests about data as records: answered ones."""

from collections.abc import Iterable

from app.platform.office.records import RecordKind, RecordRules, closed_by
from schema.database import Database

ANSWERED = (
    "SELECT 'data_request/' || id, number, substr(answered_at, 1, 10) FROM data_request"
    " WHERE decision <> '' AND substr(answered_at, 1, 10) < ? ORDER BY id"
)


def rules() -> RecordRules:
    return RecordRules(kinds=request_kinds)


def request_kinds(_db: Database) -> Iterable[RecordKind]:
    page = ("privacy.show_request", "request_id")
    yield RecordKind("data_request", "Permintaan data", 5, closed_by(ANSWERED), page=page)
