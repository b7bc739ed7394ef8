"""The book of blanks: one row for each movement, and how many moved on each day."""

from app.centre.tables import BlankMovement
from app.core.clock import office_date
from schema.database import Database, to_stored_value
from sync.entries import Entry

DAY_COLUMNS = ("received", "used", "spoiled", "corrected")
ADD_TO_DAY = (
    "INSERT INTO blank_day (on_date, received, used, spoiled, corrected) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (on_date) DO UPDATE SET received = blank_day.received + excluded.received,"
    " used = blank_day.used + excluded.used, spoiled = blank_day.spoiled + excluded.spoiled,"
    " corrected = blank_day.corrected + excluded.corrected"
)


def move_blanks(
    db: Database, entry: Entry, kind: str, count: int, *, serial: str = "", line: str = "", note: str = ""
) -> None:
    """One row in the book of blanks, named by our own entry, so that the order of lanes does not matter."""
    on_date = to_stored_value(office_date(entry.at))
    source = entry.stream if line else ""
    BlankMovement.add(
        db,
        entry=entry.line_id,
        kind=kind,
        count=count,
        on_date=on_date,
        at=to_stored_value(entry.at),
        serial=serial,
        source=source,
        line=line,
        note=note,
        actor=entry.actor,
    )
    amounts = dict.fromkeys(DAY_COLUMNS, 0)
    if kind in ("used", "spoiled"):
        amounts[kind] = -count
    else:
        amounts[kind] = count
    db.run(ADD_TO_DAY, (on_date, *amounts.values()))
