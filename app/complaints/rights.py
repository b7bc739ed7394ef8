"""Who may do what with a line of the book: one rule for every deed.

A permission names roles. On a line the role of a Kasi counts only for whoever heads the line's section, or acts for its
head by a decree (docs/decisions/0010-acting-officials.md): the Kasi of another section reads the book and does nothing
in it. What a Kasi may do by another role of his own, such as that of the information officer, he may on every line.
"""

from __future__ import annotations

from datetime import date, datetime

from app.complaints.queries import Row
from app.complaints.tables import Complaint, SectionRow
from app.core.clock import office_date
from app.core.permissions import PERMISSIONS, Actor
from app.core.problems import Problem
from app.people import service as people
from schema.database import Database


def get(db: Database, complaint_id: int) -> Complaint:
    """A line of the book. Raises Problem `not_found`."""
    found = Complaint.first(db, Complaint.id == complaint_id)
    if found is None:
        raise Problem.of("not_found", what="Baris pengaduan itu")
    return found


def is_head(db: Database, actor: Actor, section: str, today: date) -> bool:
    """Whether the actor heads a section, or acts (Plt., Plh.) for that section's Kasi by a decree that runs today.

    A decree for a vacant post counts for sections whose head has left.
    """
    row = SectionRow.first(db, SectionRow.code == section)
    if row is None or "kasi" not in actor.roles:
        return False
    if row.head in ("", actor.username):
        return True
    replaced = {one.instead_of for one in people.acting_officials(db) if one.person_id == actor.person_id
                and one.runs(today) and one.post == "kasi" and one.kind in ("plt", "plh")}  # fmt: skip
    if not replaced:
        return False
    head = next((one for one in people.people(db) if one.username == row.head), None)
    if head is not None and head.id in replaced:
        return True
    return None in replaced and (head is None or not head.active or "kasi" not in head.roles)


def may_on(db: Database, actor: Actor, line: Complaint | Row, permission: str, today: date) -> bool:
    """Whether the actor may do what a permission stands for on this line. Raises KeyError for an unknown permission."""
    roles = actor.roles & PERMISSIONS[permission]
    return bool(roles - {"kasi"}) or ("kasi" in roles and is_head(db, actor, line.section, today))


def line_for(db: Database, actor: Actor, permission: str, complaint_id: int, now: datetime) -> Complaint:
    """A line on which the actor may do this. Raises Problem `not_found`, `forbidden`."""
    line = get(db, complaint_id)
    if not may_on(db, actor, line, permission, office_date(now)):
        raise Problem.of("forbidden")
    return line


def open_line_for(db: Database, actor: Actor, permission: str, complaint_id: int, now: datetime) -> Complaint:
    """The same of a line that still runs: neither settled nor set aside. Raises Problem `state` as well."""
    line = line_for(db, actor, permission, complaint_id, now)
    if line.state == "closed" or line.aside:
        why = "sudah selesai" if line.state == "closed" else "sedang disisihkan"
        raise Problem.of("state", what=f"Pengaduan {line.number}", state=why)
    return line
