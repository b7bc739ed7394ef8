"""Open promises against the present calendar: a promise is kept as it was printed, but the difference is shown."""

from __future__ import annotations

from datetime import date

from app.cases.promise import engine_pauses
from app.cases.service import pauses
from app.office import service as office
from app.office.due_changes import DueChange, Provider
from app.sop import engine
from schema.database import Database


def changed(db: Database) -> list[DueChange]:
    """Every open promise that would have another date if it were given today under the same standard."""
    calendar, found = office.calendar(db), []
    paused = {row[0] for row in db.run("SELECT DISTINCT case_id FROM case_pause")}
    rows = db.run("SELECT id, number, service, revision, completed_on, due_on FROM case_file"
                  " WHERE closed = 0 AND due_on IS NOT NULL AND kept_on IS NULL")  # fmt: skip
    for case_id, number, service, revision, completed_on, due_on in list(rows):
        definition = office.definition(db, service, revision)
        held = engine_pauses(pauses(db, case_id)) if case_id in paused else []
        now_due = engine.due_date(definition, calendar, date.fromisoformat(completed_on), held)
        promised = date.fromisoformat(due_on)
        if now_due is not None and now_due != promised:
            found.append(DueChange(number, promised, now_due, "cases.show", {"case_id": case_id}))
    return found


DUE_CHANGES: list[Provider] = [changed]
