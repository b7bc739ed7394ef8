"""Who complained: seen by the information officer and the Camat only, and every view is logged.

A scan of a handwritten page may show the name too. Of a line that is neither anonymous nor confidential the Sekretaris
and the Kasi who answers for it open it as well; that is logged like any other look.

The visitor's own words may hold a name or a number too. Those of an anonymous or confidential line are read whole by
the information officer and the Camat; everybody else, the Kasi who works on the line as well, reads them with numbers
and addresses taken out (`words_for`). What is stored never changes.
"""

from __future__ import annotations

from datetime import date, datetime

from app.complaints.number_masks import without_numbers
from app.complaints.queries import Row, scan
from app.complaints.rights import get, may_on
from app.complaints.tables import Complainant, Complaint, ComplaintScan
from app.core.clock import office_date
from app.core.permissions import Actor, may, require
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


def words_for(actor: Actor, line: Complaint | Row, text: str) -> str:
    """The visitor's words (or hope) of a line as the actor may read them."""
    return words_shown(actor, text, bool(line.anonymous or line.confidential))


def words_shown(actor: Actor, text: str, secret: bool) -> str:
    """The same where only the words are known and whether the line is anonymous or confidential."""
    return without_numbers(text) if secret and not may(actor, "complaint.identity") else text


def may_open_scans(db: Database, actor: Actor, line: Complaint, today: date) -> bool:
    """Whether somebody may open the scans of a line."""
    if may(actor, "complaint.identity"):
        return True
    return not line.anonymous and not line.confidential and may_on(db, actor, line, "complaint.scan", today)


def open_scan(
    db: Database, actor: Actor, *, complaint_id: int, scan_id: int, now: datetime, address: str = ""
) -> ComplaintScan:
    """A scan with its bytes; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    if not may_open_scans(db, actor, get(db, complaint_id), office_date(now)):
        raise Problem.of("forbidden")
    found = scan(db, complaint_id, scan_id)
    if found is None:
        raise Problem.of("not_found", what="Pindaian itu")
    with db.writing():
        log_access(db, at=now, person_id=actor.person_id, action="complaint.identity", detail="pindaian",
                   subject=f"complaint/{complaint_id}", address=address)  # fmt: skip
    return found
