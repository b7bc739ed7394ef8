"""A promise that was counted while this PC's clock was not trusted stays marked until time went on from there."""

from __future__ import annotations

from datetime import timedelta

from app.cases.tables import CaseFile
from app.core.clock import office_date
from schema.database import Database
from sync.clock import BEHIND, UNSURE
from sync.line import moment

DOUBTED = (
    "SELECT j.id, j.at, (SELECT t.at FROM journal t WHERE t.id > j.id AND t.seq IS NOT NULL AND t.clock = 'ok'"
    " ORDER BY t.id LIMIT 1) FROM journal j WHERE j.subject = ? AND j.kind = 'case.advanced' AND j.clock <> 'ok'"
)


def promise_in_doubt(db: Database, case: CaseFile) -> bool:
    """Whether the day from which the promise counts was written under a clock that jumped, and nobody has settled it.

    A trusted entry within a week after it (a person confirmed the clock, or the centre's time agreed) settles it; one
    that lies before it or far beyond shows that the clock was put right, and the promise has to be counted again.
    """
    if not case.completed_on:
        return False
    return any(
        office_date(moment(at)).isoformat() == case.completed_on and not settled(at, after)
        for _, at, after in db.run(DOUBTED, (f"case/{case.id}",))
    )


def settled(at: str, after: str | None) -> bool:
    """Whether a trusted moment follows closely on a doubted one."""
    return after is not None and -BEHIND <= moment(after) - moment(at) <= UNSURE + timedelta(days=1)
