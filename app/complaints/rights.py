"""Who may do what with a line of the book: one rule for every deed.

A permission names roles. On a line the role of a Kasi counts only for whoever heads the line's section, or acts for its
head by a decree (docs/decisions/0010-acting-officials.md): the Kasi of another section reads the book and does nothing
in it. What a Kasi may do by another role of his own, such as that of the information officer, he may on every line.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.complaints.masks import CleanWords, clean_text, clean_words
from app.complaints.queries import find_scan
from app.complaints.tables import Complainant, Complaint, ComplaintScan, SectionRow
from app.core.clock import office_date
from app.core.permissions import Actor, may, require
from app.core.problems import Problem
from app.people import queries as people
from app.people.access_log import log_access
from schema.database import Database


def load_line(db: Database, complaint_id: int) -> Complaint:
    found = Complaint.first(db, Complaint.id == complaint_id)
    if found is None:
        raise Problem.of("not_found", what="Baris pengaduan itu")
    return found


def is_section_head(db: Database, actor: Actor, section: str, today: date) -> bool:
    """Whether the actor heads a section or acts (Plt., Plh.) for its head; every head does where nobody is named."""
    row = SectionRow.first(db, SectionRow.code == section)
    if row is None or actor.profile.section_head not in actor.roles:
        return False
    return not row.head or section in people.headed_sections(db, actor.person_id, actor.username, today)


def roles_on(db: Database, actor: Actor, line: Complaint, today: date) -> frozenset[str]:
    """The actor's roles that count on this line: that of a head only where he heads its section."""
    head = actor.profile.section_head
    elsewhere = head in actor.roles and not is_section_head(db, actor, line.section, today)
    return actor.roles - {head} if elsewhere else actor.roles


def can_act_on(db: Database, actor: Actor, line: Complaint, permission: str, today: date) -> bool:
    """Whether the actor may do what a permission stands for on this line. Raises KeyError for an unknown permission."""
    if not actor.roles & actor.profile.rights[permission]:
        return False
    return bool(roles_on(db, actor, line, today) & actor.profile.rights[permission])


def reveal_complainant(
    db: Database, actor: Actor, *, complaint_id: int, now: datetime, address: str = ""
) -> Complainant:
    """The complainant of a line; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    require(actor, "complaint.identity")
    load_line(db, complaint_id)
    found = Complainant.first(db, Complainant.complaint_id == complaint_id)
    if found is None:
        raise Problem.of("not_found", what="Pengadu baris itu")
    with db.writing():
        log_access(
            db,
            at=now,
            person_id=actor.person_id,
            action="complaint.identity",
            subject=f"complaint/{complaint_id}",
            address=address,
        )
    return found


def readable_words(
    db: Database, actor: Actor, lines: Sequence[Complaint], today: date
) -> Mapping[int, CleanWords | None]:
    """Id → the words of lines as the actor may read them; None where he reads them whole."""
    masked = [line.id for line in lines if not can_open_scans(db, actor, line, today)]
    return {line.id: None for line in lines} | clean_words(db, masked)


def readable_text(db: Database, actor: Actor, line: Complaint, text: str, today: date) -> str:
    if not text or can_open_scans(db, actor, line, today):
        return text
    return clean_text(db, line.id, text)


def can_open_scans(db: Database, actor: Actor, line: Complaint, today: date) -> bool:
    if may(actor, "complaint.identity"):
        return True
    return not line.anonymous and not line.confidential and can_act_on(db, actor, line, "complaint.scan", today)


def open_scan(
    db: Database, actor: Actor, *, complaint_id: int, scan_id: int, now: datetime, address: str = ""
) -> ComplaintScan:
    """A scan with its bytes; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    if not can_open_scans(db, actor, load_line(db, complaint_id), office_date(now)):
        raise Problem.of("forbidden")
    found = find_scan(db, complaint_id, scan_id)
    if found is None:
        raise Problem.of("not_found", what="Pindaian itu")
    with db.writing():
        log_access(
            db,
            at=now,
            person_id=actor.person_id,
            action="complaint.identity",
            detail="pindaian",
            subject=f"complaint/{complaint_id}",
            address=address,
        )
    return found
