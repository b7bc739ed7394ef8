"""What partners answered goes with its case; a line that no partner confirmed, or a contradiction, holds it back."""

from collections.abc import Iterable

from app.office.records import RecordRules
from schema.database import Database

UNCONFIRMED = (
    "SELECT DISTINCT 'case/' || l.case_id FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id"
    " JOIN journal j ON j.source = l.source AND j.epoch || '/' || j.stream || '/' || j.n = l.line"
    " WHERE d.road = 'loket' AND j.kind = 'dispatch.line' AND NOT EXISTS (SELECT 1 FROM road_ack k"
    " WHERE k.origin = j.source AND k.epoch = j.epoch AND k.stream = j.stream AND k.n >= j.n)"
)
CONTRADICTED = (
    "SELECT 'case/' || l.case_id FROM answer_conflict c JOIN dispatch_line l ON l.dispatch_id = c.dispatch_id"
    " AND l.ordinal = c.ordinal WHERE c.settled = ''"
)


def rules() -> RecordRules:
    return RecordRules(holds=open_lines, subjects=answer_subjects)


def open_lines(db: Database) -> Iterable[tuple[str, str]]:
    for (subject,) in db.run(UNCONFIRMED):
        yield subject, "barisnya belum dinyatakan diterima mitra"
    for (subject,) in db.run(CONTRADICTED):
        yield subject, "dua jawaban mitra masih bertentangan"


def answer_subjects(db: Database, subject: str) -> Iterable[str]:
    sort, _, number = subject.partition("/")
    if sort != "case":
        return
    lines = [str(row[0]) for row in db.run("SELECT line FROM dispatch_line WHERE case_id = ?", (int(number),))]
    streams = [str(row[0]) for row in db.run("SELECT DISTINCT stream_in FROM road_peer")]
    yield from (f"line/{stream}/{line}" for stream in streams for line in lines)
    sql = (
        "SELECT c.id FROM answer_conflict c JOIN dispatch_line l ON l.dispatch_id = c.dispatch_id"
        " AND l.ordinal = c.ordinal WHERE l.case_id = ?"
    )
    yield from (f"conflict/{row[0]}" for row in db.run(sql, (int(number),)))
