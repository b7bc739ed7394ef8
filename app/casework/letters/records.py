"""Letters as records: incoming ones that are settled, outgoing ones that were sent or cancelled."""

from collections.abc import Iterable

from app.platform.office.records import RecordKind, RecordRules, closed_by
from schema.database import Database

INCOMING = (
    "SELECT 'incoming/' || id, number, received_on FROM incoming_letter WHERE state = 'settled' AND received_on < ?"
    " ORDER BY id"
)
OUTGOING = (
    "SELECT 'outgoing/' || id, CASE number WHEN '' THEN 'Konsep ' || id ELSE number END,"
    " coalesce(sent_on, substr(drafted_at, 1, 10)) AS on_date FROM outgoing_letter"
    " WHERE state IN ('sent', 'cancelled') AND on_date < ? ORDER BY id"
)


def rules() -> RecordRules:
    return RecordRules(kinds=letter_kinds, holds=open_letters)


def letter_kinds(_db: Database) -> Iterable[RecordKind]:
    came = ("incoming.show_letter", "letter_id")
    went = ("outgoing.show_letter", "letter_id")
    yield RecordKind("letter.incoming", "Surat masuk", 5, closed_by(INCOMING), page=came)
    yield RecordKind("letter.outgoing", "Surat keluar", 5, closed_by(OUTGOING), page=went)


def open_letters(db: Database) -> Iterable[tuple[str, str]]:
    """Cases of which a letter is still worked on."""
    sql = (
        "SELECT case_id FROM incoming_letter WHERE case_id IS NOT NULL AND state <> 'settled' UNION"
        " SELECT case_id FROM outgoing_letter WHERE case_id IS NOT NULL AND state NOT IN ('sent', 'cancelled')"
    )
    return ((f"case/{row[0]}", "suratnya belum selesai") for row in db.run(sql))
