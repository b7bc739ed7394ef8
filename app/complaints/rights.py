"""Who may do what with a line of the book: one rule for every deed.

A permission names roles. On a line the role of a Kasi counts only for whoever heads the line's section, or acts for its
head by a decree (docs/decisions/0010-acting-officials.md): the Kasi of another section reads the book and does nothing
in it. What a Kasi may do by another role of his own, such as that of the information officer, he may on every line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.complaints.masks import CleanWords, clean_text, clean_words
from app.complaints.queries import Row, find_scan
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
    """Whether the actor heads a section, or acts (Plt., Plh.) for that section's Kasi by a decree that runs today.

    A decree for a vacant post counts for sections whose head has left.
    """
    row, role = SectionRow.first(db, SectionRow.code == section), actor.profile.section_head
    if row is None or role not in actor.roles:
        return False
    if row.head in ("", actor.username):
        return True
    replaced = {
        one.instead_of
        for one in people.acting_officials(db)
        if one.person_id == actor.person_id and one.runs(today) and one.post == role and one.kind in ("plt", "plh")
    }
    if not replaced:
        return False
    head = next((one for one in people.list_people(db) if one.username == row.head), None)
    if head is not None and head.id in replaced:
        return True
    return None in replaced and (head is None or not head.active or role not in head.roles)


def can_act_on(db: Database, actor: Actor, line: Complaint | Row, permission: str, today: date) -> bool:
    """Whether the actor may do what a permission stands for on this line. Raises KeyError for an unknown permission."""
    head, roles = actor.profile.section_head, actor.roles & actor.profile.rights[permission]
    return bool(roles - {head}) or (head in roles and is_section_head(db, actor, line.section, today))


def load_line_for(db: Database, actor: Actor, permission: str, complaint_id: int, now: datetime) -> Complaint:
    """A line on which the actor may do this. Raises Problem `not_found`, `forbidden`."""
    line = load_line(db, complaint_id)
    if not can_act_on(db, actor, line, permission, office_date(now)):
        raise Problem.of("forbidden")
    return line


def load_open_line_for(db: Database, actor: Actor, permission: str, complaint_id: int, now: datetime) -> Complaint:
    """The same of a line that still runs: neither settled nor set aside. Raises Problem `state` as well."""
    line = load_line_for(db, actor, permission, complaint_id, now)
    if line.state == "closed" or line.aside:
        why = "sudah selesai" if line.state == "closed" else "sedang disisihkan"
        raise Problem.of("state", what=f"Pengaduan {line.number}", state=why)
    return line


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
    db: Database, actor: Actor, lines: Sequence[Complaint | Row], today: date
) -> Mapping[int, CleanWords | None]:
    """Id → the words of lines as the actor may read them; None where he reads them whole."""
    masked = [line.id for line in lines if not can_open_scans(db, actor, line, today)]
    return {line.id: None for line in lines} | clean_words(db, masked)


def readable_text(db: Database, actor: Actor, line: Complaint | Row, text: str, today: date) -> str:
    if not text or can_open_scans(db, actor, line, today):
        return text
    return clean_text(db, line.id, text)


def can_open_scans(db: Database, actor: Actor, line: Complaint | Row, today: date) -> bool:
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
