"""Papers that were printed and of which nobody has said yet whether they came out right."""

from __future__ import annotations

from typing import NamedTuple

from app.cases.tables import PaperPrint
from schema.database import Database


class PrintQuestion(NamedTuple):
    """One printed paper that waits for the answer."""

    subject: str
    paper: str
    copies: int


def open_questions(db: Database, subject: str) -> list[PrintQuestion]:
    """What was printed for a subject and not judged yet."""
    rows = PaperPrint.rows(
        db, PaperPrint.subject == subject, PaperPrint.came_out.is_null(), order=PaperPrint.last_at
    )
    return [PrintQuestion(row.subject, row.paper, row.copies) for row in rows]


def printed_before(db: Database, subject: str) -> dict[str, int]:
    """Paper → how often it was printed, so that a button can say that the next one is a copy."""
    return {row.paper: row.copies for row in PaperPrint.rows(db, PaperPrint.subject == subject)}
