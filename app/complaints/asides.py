"""Lines that are no complaint, such as jokes and endless signs: set aside with a reason, never deleted.

The line keeps its number and its words, folded; it waits for nobody and counts in the recap as set aside. The
Sekretaris reads it as a second pair of eyes; the complainant reads the reason at the kiosk and may object there.
"""

from __future__ import annotations

from datetime import datetime

from app.complaints.aside_events import AsideChecked, AsideObjected, ComplaintSetAside, ComplaintTakenBack
from app.complaints.rights import get, line_for, open_line_for
from app.complaints.tables import ComplaintAside
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal

REASON_LIMIT = 300


def checked_reason(text: str, sentence: str) -> str:
    """A reason within its limit. Raises Problem `invalid` at `reason`."""
    if not text.strip() or len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"reason": f"{sentence}, paling panjang 300 huruf."})
    return text.strip()


def running(db: Database, complaint_id: int) -> ComplaintAside | None:
    """The setting aside that lasts, if any."""
    return ComplaintAside.first(
        db, ComplaintAside.complaint_id == complaint_id, ComplaintAside.back_at.is_null()
    )


def all_of(db: Database, complaint_id: int) -> list[ComplaintAside]:
    """Every time that a line was set aside, in order."""
    return ComplaintAside.rows(db, ComplaintAside.complaint_id == complaint_id, order=ComplaintAside.id)


def lasting(db: Database, complaint_id: int) -> ComplaintAside:
    """The same. Raises Problem `conflict` where the line is not set aside."""
    found = running(db, complaint_id)
    if found is None:
        raise Problem.of("conflict", why="Baris ini tidak sedang disisihkan.")
    return found


def set_aside(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Fold a running line away. The complainant reads the reason."""
    require(actor, "complaint.aside")
    why = checked_reason(reason, "Tulis mengapa baris ini bukan pengaduan")
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.aside", complaint_id, now)
        body = ComplaintSetAside(journal.next_id("complaint_aside"), line.id, why)
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def check(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> None:
    """The Sekretaris has read a line that somebody else set aside, and agrees."""
    require(actor, "complaint.aside_check")
    with journal.transaction():
        line_for(journal.db, actor, "complaint.aside_check", complaint_id, now)
        aside = lasting(journal.db, complaint_id)
        if aside.checked_at or aside.actor == actor.username:
            why = "sudah diperiksa" if aside.checked_at else "Anda sisihkan sendiri; orang lain memeriksanya"
            raise Problem.of("conflict", why=f"Baris ini {why}.")
        journal.record(AsideChecked(aside.id, complaint_id), subject=f"complaint/{complaint_id}",
                       actor=actor.username, at=now)  # fmt: skip


def object_to(journal: Journal, complaint_id: int, text: str, now: datetime) -> None:
    """The complainant objects at the kiosk, once; the words may stay empty. Raises Problem."""
    if len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"text": "Tulis paling panjang 300 huruf."})
    with journal.transaction():
        aside = lasting(journal.db, complaint_id)
        if not aside.objected_at:
            body = AsideObjected(aside.id, get(journal.db, complaint_id).id, text.strip())
            journal.record(body, subject=f"complaint/{complaint_id}", actor=SYSTEM.username, at=now)


def take_back(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Count a line again, with the reason; its due dates are what they were."""
    require(actor, "complaint.take_back")
    why = checked_reason(reason, "Tulis mengapa baris ini dikembalikan")
    with journal.transaction():
        line = line_for(journal.db, actor, "complaint.take_back", complaint_id, now)
        body = ComplaintTakenBack(lasting(journal.db, line.id).id, line.id, why)
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)
