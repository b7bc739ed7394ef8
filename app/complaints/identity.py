"""Who complained: seen by the information officer and the Camat only, and every view is logged."""

from __future__ import annotations

from datetime import datetime

from app.complaints.book import get
from app.complaints.tables import Complainant
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.people.service import log_access
from schema.database import Database


def reveal(db: Database, actor: Actor, *, complaint_id: int, now: datetime, address: str = "") -> Complainant:
    """The complainant of a line; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    require(actor, "complaint.identity")
    get(db, complaint_id)
    found = Complainant.first(db, Complainant.complaint_id == complaint_id)
    if found is None:
        raise Problem.of("not_found", what="Pengadu baris itu")
    with db.writing():
        log_access(db, at=now, person_id=actor.person_id, action="complaint.identity",
                   subject=f"complaint/{complaint_id}", address=address)  # fmt: skip
    return found
