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

from app.complaints.kept_masks import Clean, clean_text, clean_words
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


def words_for(
    db: Database, actor: Actor, lines: Sequence[Complaint | Row], today: date
) -> Mapping[int, Clean | None]:
    """Id → the words of lines as the actor may read them; None where he reads them whole."""
    masked = [line.id for line in lines if not may_open_scans(db, actor, line, today)]
    return {line.id: None for line in lines} | clean_words(db, masked)


def text_for(db: Database, actor: Actor, line: Complaint | Row, text: str, today: date) -> str:
    """Another text about a line (why it was set aside, an objection) as the actor may read it."""
    if not text or may_open_scans(db, actor, line, today):
        return text
    return clean_text(db, line.id, text)


def may_open_scans(db: Database, actor: Actor, line: Complaint | Row, today: date) -> bool:
    """Whether somebody may open the scans of a line and read its words whole."""
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
