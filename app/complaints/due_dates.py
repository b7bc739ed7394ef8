"""When a line is due: its limit from receipt or reopening, moved by its pauses as those of an application are.

Days are counted in the unit that the limit had when the due date was reckoned (`complaint.unit`).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.complaints import limits
from app.complaints.tables import Complaint, ComplaintPause
from app.core.clock import office_date
from app.office import service as office
from app.sop.deadline import Pause, counting, moved_by
from schema.database import Database
from sync.line import moment


class Due(NamedTuple):
    """A due date as ISO text, and the unit in which it was counted."""

    on: str
    unit: str


def due_from(db: Database, handling: str, start: date) -> Due:
    """The due date of a way of handling that starts on a date."""
    return Due(limits.due(db, handling, start).isoformat(), limits.limit_of(db, handling)[1])


def unit_of(db: Database, line: Complaint) -> str:
    """In what the limit of a line is counted; lines of before step 0014 do not say it."""
    return line.unit or limits.limit_of(db, line.handling)[1]


def started_on(db: Database, line: Complaint) -> date:
    """The day from which the settlement of a line is counted: its last reopening, else its receipt."""
    row = db.one(
        "SELECT max(until_at) FROM complaint_past WHERE complaint_id = ? AND closed_on IS NOT NULL",
        (line.id,),
    )
    return office_date(moment(row[0])) if row and row[0] else date.fromisoformat(line.received_on)


def due_after_pause(db: Database, line: Complaint, began: str, ends: date) -> date:
    """The due date of a line whose pause ends on a day."""
    pause = Pause("", date.fromisoformat(began), ends)
    calendar = counting(unit_of(db, line), office.calendar(db))
    return moved_by(pause, calendar, started_on(db, line), date.fromisoformat(line.settle_due_on))


def due_when_handled(db: Database, line: Complaint, handling: str) -> Due:
    """The due date under a way of handling: from receipt or reopening, moved by the pauses that have ended since."""
    if handling == line.handling:
        return Due(line.settle_due_on, unit_of(db, line))
    start = started_on(db, line)
    first = due_from(db, handling, start)
    due, calendar = date.fromisoformat(first.on), counting(first.unit, office.calendar(db))
    ended = ComplaintPause.rows(db, ComplaintPause.complaint_id == line.id, order=ComplaintPause.id)
    for one in ended:
        if one.to_on is not None:
            pause = Pause(one.reason, date.fromisoformat(one.from_on), date.fromisoformat(one.to_on))
            due = moved_by(pause, calendar, start, due)
    return Due(due.isoformat(), first.unit)
