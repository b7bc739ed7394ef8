"""Who complained: seen by the information officer and the Camat only, and every view is logged.

A scan of a handwritten page may show the name too. Of a line that is neither anonymous nor confidential the Sekretaris
and the Kasi who answers for it open it as well; that is logged like any other look.

The visitor's own words may hold a name or a number too. Who may know the complainant, or may open the scans of the
line, reads them whole; everybody else, on every page, list and paper, reads them through the masks of the public recap
(`words_for`, `kept_masks.py`). What is stored never changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.complaints.book import get
from app.complaints.follow import is_head
from app.complaints.kept_masks import Clean, clean_words
from app.complaints.queries import Row, scan
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


def words_for(
    db: Database, actor: Actor, lines: Sequence[Complaint | Row], today: date
) -> Mapping[int, Clean | None]:
    """Id → the words of lines as the actor may read them; None where he reads them whole."""
    masked = [line.id for line in lines if not may_open_scans(db, actor, line, today)]
    return {line.id: None for line in lines} | clean_words(db, masked)


def may_open_scans(db: Database, actor: Actor, line: Complaint | Row, today: date) -> bool:
    """Whether somebody may open the scans of a line and read its words whole."""
    if may(actor, "complaint.identity"):
        return True
    if line.anonymous or line.confidential or not may(actor, "complaint.scan"):
        return False
    return "sekretaris" in actor.roles or is_head(db, actor, line.section, today)


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
