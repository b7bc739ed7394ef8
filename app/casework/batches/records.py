"""What partners answered goes with its case; a line that no partner confirmed, or a contradiction, holds it back."""

from collections.abc import Iterable

from app.platform.office.records import RecordRules
from schema.database import Database, first_column
from sync.entries import parse_line_id

SENT = (
    "SELECT l.source, l.line, l.case_id FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id"
    " WHERE d.road = 'loket'"
)
CONTRADICTED = (
    "SELECT 'case/' || l.case_id FROM answer_conflict c JOIN dispatch_line l ON l.dispatch_id = c.dispatch_id"
    " AND l.ordinal = c.ordinal WHERE c.settled = ''"
)


def rules() -> RecordRules:
    return RecordRules(holds=open_lines, subjects=answer_subjects)


def open_lines(db: Database) -> Iterable[tuple[str, str]]:
    rows = db.run("SELECT origin, epoch, stream, max(n) FROM road_ack GROUP BY origin, epoch, stream")
    confirmed = {(origin, epoch, stream): n for origin, epoch, stream, n in rows}
    for source, line, case_id in db.run(SENT):
        epoch, stream, n = parse_line_id(line)
        if confirmed.get((source, epoch, stream), 0) < n:
            yield f"case/{case_id}", "barisnya belum dinyatakan diterima mitra"
    for (subject,) in db.run(CONTRADICTED):
        yield subject, "dua jawaban mitra masih bertentangan"


def answer_subjects(db: Database, subject: str) -> Iterable[str]:
    sort, _, number = subject.partition("/")
    if sort != "case":
        return
    lines = first_column(db, "SELECT line FROM dispatch_line WHERE case_id = ?", (int(number),))
    streams = first_column(db, "SELECT DISTINCT stream_in FROM road_peer")
    yield from (f"line/{stream}/{line}" for stream in streams for line in lines)
    sql = (
        "SELECT c.id FROM answer_conflict c JOIN dispatch_line l ON l.dispatch_id = c.dispatch_id"
        " AND l.ordinal = c.ordinal WHERE l.case_id = ?"
    )
    yield from (f"conflict/{row[0]}" for row in db.run(sql, (int(number),)))
