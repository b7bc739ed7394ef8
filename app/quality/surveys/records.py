"""What respondents wrote themselves, by the year in which it was entered: marks stay, for they are counted."""

from collections.abc import Iterable

from app.platform.office.records import ClosedRecord, RecordKind, RecordRules
from schema.database import Database, first_column, first_value

FIRST_DAY = (
    "SELECT min(first) FROM (SELECT min(month) AS first FROM survey_answer UNION ALL"
    " SELECT min(printed_on) FROM survey_form)"
)
KINDS = ("survey.votes_counted", "survey.form_typed", "survey.form_settled", "survey.imported")


def rules() -> RecordRules:
    return RecordRules(kinds=comment_kinds, entries=entered_in)


def comment_kinds(_db: Database) -> Iterable[RecordKind]:
    yield RecordKind("survey", "Saran tertulis pada survei", 2, years_with_comments)


def years_with_comments(db: Database, before: str) -> Iterable[ClosedRecord]:
    """Every year since the first answer or printed form: what is entered in a year may be about the one before."""
    begun = first_value(db, FIRST_DAY)
    if not begun:
        return
    for year in range(int(begun[:4]), int(before[:4]) + 1):
        if f"{year}-12-31" < before:
            yield ClosedRecord(f"survey-year/{year}", f"Saran tahun {year}", f"{year}-12-31")


def entered_in(db: Database, subject: str) -> Iterable[int]:
    sort, _, year = subject.partition("/")
    if sort != "survey-year":
        return []
    sql = f"SELECT id FROM journal WHERE kind IN ({', '.join('?' * len(KINDS))}) AND substr(at, 1, 4) = ?"
    return first_column(db, sql, (*KINDS, year))
