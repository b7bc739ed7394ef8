"""Lines that are no complaint, such as jokes and endless signs: set aside with a reason, never deleted.

The line keeps its number and its words, folded; it waits for nobody and counts in the recap as set aside. The
Sekretaris reads it as a second pair of eyes; the complainant reads the reason at the kiosk and may object there.
"""

from __future__ import annotations

from datetime import datetime

from app.complaints.events import AsideChecked, AsideObjected, ComplaintSetAside, ComplaintTakenBack
from app.complaints.rights import load_line, load_line_for, load_open_line_for
from app.complaints.tables import ComplaintAside
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal

REASON_LIMIT = 300


def checked_reason(text: str, sentence: str) -> str:
    if not text.strip() or len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"reason": f"{sentence}, paling panjang 300 huruf."})
    return text.strip()


def find_aside(db: Database, complaint_id: int) -> ComplaintAside | None:
    return ComplaintAside.first(db, ComplaintAside.complaint_id == complaint_id, ComplaintAside.back_at.is_null())


def asides_of_line(db: Database, complaint_id: int) -> list[ComplaintAside]:
    return ComplaintAside.rows(db, ComplaintAside.complaint_id == complaint_id, order=ComplaintAside.id)


def load_aside(db: Database, complaint_id: int) -> ComplaintAside:
    found = find_aside(db, complaint_id)
    if found is None:
        raise Problem.of("conflict", why="Baris ini tidak sedang disisihkan.")
    return found


def set_line_aside(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    require(actor, "complaint.aside")
    why = checked_reason(reason, "Tulis mengapa baris ini bukan pengaduan")
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.aside", complaint_id, now)
        body = ComplaintSetAside(journal.next_id("complaint_aside"), line.id, why)
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def confirm_aside(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> None:
    """The Sekretaris has read a line that somebody else set aside, and agrees."""
    require(actor, "complaint.aside_check")
    with journal.transaction():
        load_line_for(journal.db, actor, "complaint.aside_check", complaint_id, now)
        aside = load_aside(journal.db, complaint_id)
        if aside.checked_at or aside.actor == actor.username:
            why = "sudah diperiksa" if aside.checked_at else "Anda sisihkan sendiri; orang lain memeriksanya"
            raise Problem.of("conflict", why=f"Baris ini {why}.")
        journal.record(
            AsideChecked(aside.id, complaint_id), subject=f"complaint/{complaint_id}", actor=actor.username, at=now
        )


def object_to_aside(journal: Journal, complaint_id: int, text: str, now: datetime) -> None:
    """The complainant objects at the kiosk, once; the words may stay empty. Raises Problem."""
    if len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"text": "Tulis paling panjang 300 huruf."})
    with journal.transaction():
        aside = load_aside(journal.db, complaint_id)
        if not aside.objected_at:
            body = AsideObjected(aside.id, load_line(journal.db, complaint_id).id, text.strip())
            journal.record(body, subject=f"complaint/{complaint_id}", actor=SYSTEM.username, at=now)


def take_back_line(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    require(actor, "complaint.take_back")
    why = checked_reason(reason, "Tulis mengapa baris ini dikembalikan")
    with journal.transaction():
        line = load_line_for(journal.db, actor, "complaint.take_back", complaint_id, now)
        body = ComplaintTakenBack(load_aside(journal.db, line.id).id, line.id, why)
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)
