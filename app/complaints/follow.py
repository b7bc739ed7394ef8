"""What happens to a line: class, route, first answer, follow-up by the section's Kasi, answer, closing, reopening,
strike-through of staff columns."""

from __future__ import annotations

from datetime import date, datetime

from app.complaints.book import staff_text
from app.complaints.due_dates import due_after_pause, due_from, due_when_handled
from app.complaints.events import (
    ColumnStruck,
    ColumnWritten,
    ComplaintClassed,
    ComplaintClosed,
    ComplaintPaused,
    ComplaintReopened,
    ComplaintResumed,
    ComplaintRouted,
)
from app.complaints.rights import get, is_head, line_for, may_on, open_line_for
from app.complaints.tables import Complaint, ComplaintColumn, ComplaintPause, SectionRow
from app.complaints.words import CATEGORIES, HANDLINGS, PAUSES, TYPES, WEIGHTS
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal


def write_column(journal: Journal, actor: Actor, line: Complaint, name: str, text: str, now: datetime, state: str = "",
                 satisfied: bool | None = None) -> None:  # fmt: skip
    """One more staff column inside the open transaction."""
    body = ColumnWritten(journal.next_id("complaint_column"), line.id, name, staff_text(text),
                         office_date(now).isoformat(), state, satisfied)  # fmt: skip
    journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def classify(journal: Journal, actor: Actor, *, complaint_id: int, type_: str, category: str, weight: str,
             handling: str, now: datetime) -> None:  # fmt: skip
    """Type, category, weight and way of handling; another way gives another due date. A levy is heavy."""
    require(actor, "complaint.class")
    known = ((type_, TYPES), (category, CATEGORIES), (weight, WEIGHTS), (handling, HANDLINGS))
    if any(value not in words for value, words in known):
        raise Problem.of("invalid", {"category": "Pilih dari daftar."})
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.class", complaint_id, now)
        levy = category == "levy"
        body = ComplaintClassed(line.id, type_, category, "heavy" if levy else weight, handling, levy,
                                line.first_due_on or "", *due_when_handled(journal.db, line, handling))  # fmt: skip
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def route(
    journal: Journal, actor: Actor, *, complaint_id: int, section: str, reason: str, now: datetime
) -> None:
    """Give a line to another section, with the reason."""
    require(actor, "complaint.route")
    if not reason.strip() or len(reason) > 300:
        raise Problem.of("invalid", {"reason": "Tulis alasan pengalihan, paling panjang 300 huruf."})
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.route", complaint_id, now)
        if (
            SectionRow.first(journal.db, SectionRow.code == section, SectionRow.active == 1) is None
            or section == line.section
        ):
            raise Problem.of("invalid", {"section": "Pilih seksi lain dari daftar."})
        body = ComplaintRouted(journal.next_id("complaint_route"), line.id, section, reason.strip())
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def first_answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """The first answer to the complainant: received, and what happens next."""
    require(actor, "complaint.answer")
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.answer", complaint_id, now)
        if line.first_answer_on:
            raise Problem.of(
                "conflict", why="Jawaban pertama sudah ditulis. Tambahkan catatan, atau tulis jawaban."
            )
        write_column(journal, actor, line, "first_answer", text, now)


def follow_up(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """The Kasi of the section writes the follow-up column (SP 11.6). Nobody else may."""
    require(actor, "complaint.follow")
    with journal.transaction():
        db = journal.db
        line = open_line_for(db, actor, "complaint.follow", complaint_id, now)
        state = "followed" if line.state == "open" else line.state
        write_column(journal, actor, line, "follow_up", text, now, state)


def answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """The answer to the complainant, after the follow-up."""
    require(actor, "complaint.answer")
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.answer", complaint_id, now)
        if not has(journal.db, line.id, "follow_up"):
            raise Problem.of("conflict", why="Kolom tindak lanjut masih kosong. Kasi mengisinya dulu.")
        write_column(journal, actor, line, "answer", text, now, "answered")


def has(db: Database, complaint_id: int, name: str) -> bool:
    """Whether a staff column is written and not struck through."""
    return ComplaintColumn.first(db, ComplaintColumn.complaint_id == complaint_id, ComplaintColumn.name == name,
                                 ComplaintColumn.struck_at.is_null()) is not None  # fmt: skip


def satisfaction(
    journal: Journal, actor: Actor, *, complaint_id: int, satisfied: bool, text: str, now: datetime
) -> None:
    """Whether the complainant is satisfied with the answer. The kiosk acts as SYSTEM, by slip code."""
    if actor is not SYSTEM:
        require(actor, "complaint.answer")
    with journal.transaction():
        db = journal.db
        line = (
            get(db, complaint_id)
            if actor is SYSTEM
            else line_for(db, actor, "complaint.answer", complaint_id, now)
        )
        if not line.answered_on:
            raise Problem.of("conflict", why="Pengaduan ini belum dijawab.")
        word = text.strip() or ("Puas" if satisfied else "Tidak puas")
        write_column(journal, actor, line, "satisfaction", word, now, "", satisfied)


def close(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> None:
    """Settle a line: only with follow-up and, where somebody can be answered, an answer (schema and service both)."""
    require(actor, "complaint.close")
    with journal.transaction():
        db = journal.db
        line = open_line_for(db, actor, "complaint.close", complaint_id, now)
        if not has(db, line.id, "follow_up"):
            raise Problem.of("conflict", why="Belum bisa diselesaikan: kolom tindak lanjut masih kosong.")
        if line.first_due_on and not has(db, line.id, "answer"):
            raise Problem.of("conflict", why="Belum bisa diselesaikan: pengadu belum dijawab.")
        if running_pause(db, line.id):
            raise Problem.of("conflict", why="Hitungan sedang dijeda. Lanjutkan dulu.")
        journal.record(ComplaintClosed(line.id, office_date(now).isoformat()), subject=f"complaint/{line.id}",
                       actor=actor.username, at=now)  # fmt: skip


def reopen(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Take a settled line up again, with the reason as a dated note; settlement is due anew from today."""
    require(actor, "complaint.class")
    if not reason.strip() or len(reason) > 300:
        raise Problem.of("invalid", {"reason": "Tulis mengapa dibuka kembali, paling panjang 300 huruf."})
    with journal.transaction():
        line = line_for(journal.db, actor, "complaint.class", complaint_id, now)
        if line.state != "closed":
            raise Problem.of("conflict", why="Baris ini belum selesai, jadi tidak perlu dibuka kembali.")
        body = ComplaintReopened(line.id, *due_from(journal.db, line.handling, office_date(now)))
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)
        write_column(journal, actor, line, "note", f"Dibuka kembali: {reason.strip()}", now)


# -- strike-through --------------------------------------------------------------------------------------------


def may_strike(db: Database, actor: Actor, line: Complaint, name: str, writer: str, today: date) -> bool:
    """Whether the actor may strike through a column of a line: its writer; for the follow-up whoever heads the section;
    for first answers, answers and notes the information officer. A complainant's verdict stays with whoever wrote it.
    """
    if not may_on(db, actor, line, "complaint.write", today):
        return False
    if writer == actor.username:
        return True
    if name == "follow_up":
        return is_head(db, actor, line.section, today)
    return name in ("first_answer", "answer", "note") and "information" in actor.roles


def strike(journal: Journal, actor: Actor, *, column_id: int, reason: str, now: datetime) -> None:
    """Strike through a staff column, with initials and reason. What stood there stays readable.

    Clocks and state follow from what still stands (`apply_struck`).
    """
    require(actor, "complaint.write")
    if not reason.strip():
        raise Problem.of("invalid", {"reason": "Tulis mengapa dicoret."})
    with journal.transaction():
        db = journal.db
        column = ComplaintColumn.first(db, ComplaintColumn.id == column_id)
        if column is None or column.struck_at:
            raise Problem.of("not_found", what="Isian itu")
        line = get(db, column.complaint_id)
        if not may_strike(db, actor, line, column.name, column.actor, office_date(now)):
            raise Problem.of("forbidden")
        if line.state == "closed":
            raise Problem.of(
                "conflict", why="Baris ini sudah selesai. Buka kembali dulu kalau harus diperbaiki."
            )
        journal.record(ColumnStruck(column_id, line.id, reason.strip()[:300], state_without(db, line.id, column_id)),
                       subject=f"complaint/{line.id}", actor=actor.username, at=now)  # fmt: skip


def state_without(db: Database, complaint_id: int, column_id: int) -> str:
    """The state that the remaining columns of a line give."""
    standing = (ComplaintColumn.struck_at.is_null(), ComplaintColumn.id != column_id)
    rows = ComplaintColumn.rows(db, ComplaintColumn.complaint_id == complaint_id, *standing)
    left = {row.name for row in rows}
    return "answered" if {"answer", "follow_up"} <= left else "followed" if "follow_up" in left else "open"


# -- pauses ----------------------------------------------------------------------------------------------------


def running_pause(db: Database, complaint_id: int) -> ComplaintPause | None:
    """The pause that lasts, if any."""
    return ComplaintPause.first(
        db, ComplaintPause.complaint_id == complaint_id, ComplaintPause.to_on.is_null()
    )


def pause(
    journal: Journal, actor: Actor, *, complaint_id: int, reason: str, text: str, now: datetime
) -> None:
    """Stop the settlement clock for a listed reason."""
    require(actor, "complaint.follow")
    if reason not in PAUSES:
        raise Problem.of("invalid", {"reason": "Pilih alasan jeda dari daftar."})
    with journal.transaction():
        line = open_line_for(journal.db, actor, "complaint.follow", complaint_id, now)
        if running_pause(journal.db, line.id):
            raise Problem.of("conflict", why="Hitungan baris ini sudah dijeda.")
        body = ComplaintPaused(journal.next_id("complaint_pause"), line.id, reason, text.strip()[:300],
                               office_date(now).isoformat())  # fmt: skip
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def resume(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> date:
    """Let the clock run again; the due date moves by the days of the pause on which it would have run. Returns it.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    require(actor, "complaint.follow")
    with journal.transaction():
        db = journal.db
        line, running = (
            open_line_for(db, actor, "complaint.follow", complaint_id, now),
            running_pause(db, complaint_id),
        )
        if running is None:
            raise Problem.of("conflict", why="Hitungan baris ini tidak sedang dijeda.")
        today = max(date.fromisoformat(running.from_on), office_date(now))
        moved = due_after_pause(db, line, running.from_on, today)
        journal.record(ComplaintResumed(running.id, line.id, today.isoformat(), moved.isoformat()),
                       subject=f"complaint/{line.id}", actor=actor.username, at=now)  # fmt: skip
    return moved
