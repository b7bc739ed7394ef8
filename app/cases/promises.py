"""What a quarter's report asks of the desk: promises due and kept, applications by village, names. Reads only."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from schema.database import Database


class Promises(NamedTuple):
    """Promises that fell due in a time, and how many of them were kept by their date."""

    due: int
    kept: int


def promises_by_quarter(db: Database, service: str, start: date, end: date) -> dict[str, Promises]:
    """`2026-Q3` → promises of a service that fell due in it, from the first to the last day given (inclusive).

    A case that ended before its promise fell due (withdrawn, died, moved, refused) promised nothing any more.
    """
    rows = db.run(
        "SELECT substr(due_on, 1, 4) || '-Q' || ((substr(due_on, 6, 2) + 2) / 3), count(*),"
        " sum(kept_on IS NOT NULL AND kept_on <= due_on) FROM case_file WHERE service = ? AND due_on BETWEEN ? AND ?"
        " AND NOT (closed = 1 AND kept_on IS NULL AND closed_on <= due_on) GROUP BY 1",
        (service, start.isoformat(), end.isoformat()),
    )
    return {quarter: Promises(due, kept) for quarter, due, kept in rows}


def applications_by_area(db: Database, start: date, end: date, entered_by: str) -> dict[str, int]:
    """Village code → applications of every service received in a time and entered up to a moment (UTC stamp).

    People from elsewhere belong to no village of the count.
    """
    return dict(db.run("SELECT area, count(*) FROM case_file WHERE received_on BETWEEN ? AND ? AND entered_at <= ?"
                       " AND area <> '' GROUP BY area", (start.isoformat(), end.isoformat(), entered_by)))  # fmt: skip


def applicant_names(db: Database, start: date, end: date, entered_by: str) -> list[str]:
    """Names of all whose cases were open at some time between two dates: they must not stand on a public paper."""
    rows = db.run("SELECT DISTINCT name FROM case_file WHERE received_on <= ? AND (closed = 0 OR closed_on >= ?)"
                  " AND entered_at <= ?", (end.isoformat(), start.isoformat(), entered_by))  # fmt: skip
    return [name for (name,) in rows]
