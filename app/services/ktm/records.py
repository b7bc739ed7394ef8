"""A student's case stays as long as the card is valid."""

from collections.abc import Iterable

from app.platform.office.records import RecordRules
from schema.database import Database


def rules() -> RecordRules:
    return RecordRules(holds=valid_cards)


def valid_cards(db: Database) -> Iterable[tuple[str, str]]:
    sql = "SELECT case_id FROM student_card WHERE withdrawn_on IS NULL"
    return ((f"case/{row[0]}", "kartunya masih berlaku") for row in db.run(sql))
