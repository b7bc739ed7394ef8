"""LTPP as records, once they helped; a complaint waits for the LTPP about it."""

from collections.abc import Iterable

from app.platform.office.records import RecordKind, RecordRules, closed_by
from app.room import Kept
from schema.database import Database

CLOSED = (
    "SELECT 'capa/' || c.id, c.number, max(r.checked_on) AS on_date FROM capa c JOIN capa_round r ON r.capa_id = c.id"
    " WHERE r.effective = 1 GROUP BY c.id, c.number HAVING on_date < ? ORDER BY c.id"
)
OPEN = (
    "SELECT k.complaint_id FROM capa_complaint k WHERE NOT EXISTS"
    " (SELECT 1 FROM capa_round r WHERE r.capa_id = k.capa_id AND r.effective = 1)"
)


def rules() -> RecordRules:
    return RecordRules(kinds=report_kinds, holds=open_reports)


def report_kinds(_db: Database) -> Iterable[RecordKind]:
    yield RecordKind("capa", "LTPP", 5, closed_by(CLOSED), page=("capa.show_report", "capa_id"))


def open_reports(db: Database) -> Iterable[tuple[str, str]]:
    return ((f"complaint/{row[0]}", "LTPP-nya belum selesai") for row in db.run(OPEN))


KEPT = Kept(rules=rules)
