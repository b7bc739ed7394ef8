"""To which quarter a line of the book belongs: to exactly one, whenever it was written.

It is the quarter in which the line was received, as long as that recap is not approved; a line that is written after
the approval (back-dated, from paper), or was set aside until then and is taken back, belongs to the recap that is
drafted next. A line that is set aside is in none. `recap_line` keeps what each approved recap counted; a line stands in
it once.
"""

from app.core.quarters import Quarter
from schema.database import Database
from schema.zone import sql_shift
from sync.entries import Entry

BY_RECEIPT, BY_APPROVAL = 1, 2
"""Forms of the figures: the first counted by receipt alone, so that a line written late was in no recap."""


def quarter_sql(day: str) -> str:
    return f"substr({day}, 1, 4) || '-Q' || ((substr({day}, 6, 2) + 2) / 3)"


OWN = quarter_sql("c.received_on")
"""The quarter of receipt of a line `c`."""


def back_dated_sql() -> str:
    """Letter by letter as in schema/office/0020_quarter.sql: only then SQLite uses the small index of these lines."""
    return f"c.received_on < date(c.entered_at, {sql_shift()})"


def moved_sql(form: str) -> str:
    """The table `moved` (id, quarter): lines that belong to another quarter than that of their receipt, as known at
    `?1` for the drafting of the quarter that begins at `?2`; `form` is a parameter."""
    known = "r.approved_at < ?1"
    late = f"c.received_on < ?2 AND {form} >= {BY_APPROVAL}"
    free = (
        "NOT EXISTS (SELECT 1 FROM recap_line l JOIN recap told ON told.quarter = l.quarter WHERE l.complaint_id = c.id"
        " AND told.approved_at < ?1)"
    )
    return (
        "moved AS MATERIALIZED (SELECT l.complaint_id AS id, l.quarter FROM recap_line l JOIN recap r"
        f" ON r.quarter = l.quarter WHERE l.quarter <> l.own AND {known} AND {form} >= {BY_APPROVAL}"
        f" UNION ALL SELECT c.id, {quarter_sql('?2')} FROM complaint c JOIN recap r ON r.quarter = {OWN}"
        f" WHERE {back_dated_sql()} AND c.entered_at <= ?1 AND {known} AND {late} AND {free}"
        f" UNION ALL SELECT c.id, {quarter_sql('?2')} FROM complaint_aside a CROSS JOIN complaint c"
        f" ON c.id = a.complaint_id JOIN recap r ON r.quarter = {OWN}"
        f" WHERE a.back_at <= ?1 AND {known} AND {late} AND {free})"
    )


def lines_sql(start: str, end: str) -> str:
    """The condition that a line `c` belongs to the quarter from `start` to `end`; needs `moved`."""
    return (
        f"((c.received_on BETWEEN {start} AND {end} AND c.id NOT IN (SELECT id FROM moved))"
        f" OR c.id IN (SELECT id FROM moved WHERE quarter = {quarter_sql(start)}))"
    )


LINES_OF = (
    "SELECT c.id FROM json_each((SELECT figures FROM recap WHERE quarter = ?1), '$.lines') l"
    " JOIN complaint c ON c.number = l.value ->> 'number'"
)
"""Lines that the figures of a recap (`?1`) count."""


def keep_counted_lines(db: Database, entry: Entry) -> None:
    """Remember which lines an approved recap counts; called when it is approved. Raises apsw.ConstraintError where
    another approved recap counts one of them already."""
    db.run(
        f"INSERT INTO recap_line (complaint_id, quarter, own) SELECT c.id, ?1, {OWN} FROM complaint c"
        f" WHERE c.id IN ({LINES_OF})",
        (entry.body.quarter,),
    )


def counted_elsewhere(db: Database, quarter: str) -> list[str]:
    rows = db.run(
        f"SELECT c.number FROM recap_line x JOIN complaint c ON c.id = x.complaint_id"
        f" WHERE x.complaint_id IN ({LINES_OF}) ORDER BY c.id",
        (quarter,),
    )
    return [number for (number,) in rows]


def lines_written_late(db: Database, quarter: str) -> list[tuple[str, str]]:
    """(number, quarter whose recap counts it or empty) of lines that were received in the quarter of an approved recap
    and written down too late for it."""
    asked = Quarter.parse(quarter)
    return list(
        db.run(
            f"SELECT c.number, coalesce(l.quarter, '') FROM complaint c LEFT JOIN recap_line l ON l.complaint_id = c.id"
            f" WHERE {back_dated_sql()} AND c.received_on BETWEEN ?2 AND ?3 AND l.quarter IS NOT ?1 ORDER BY c.id",
            (quarter, asked.start.isoformat(), asked.end.isoformat()),
        )
    )
