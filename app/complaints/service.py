"""The book: a line in the visitor's own words, dated notes, scans.

Nothing is ever deleted or altered: no function here does it and triggers in the schema refuse it (SP 11.3).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import date, datetime

import msgspec

from app.complaints.events import (
    ColumnStruck,
    ColumnWritten,
    ComplaintClassed,
    ComplaintClosed,
    ComplaintPaused,
    ComplaintReopened,
    ComplaintResumed,
    ComplaintRouted,
    ComplaintsLinked,
    ComplaintWritten,
    ScanAttached,
)
from app.complaints.limits import area_names, due_after_pause, due_date, due_from, due_when_handled
from app.complaints.masks import clean_words
from app.complaints.rights import can_act_on, is_section_head, load_line, load_line_for, load_open_line_for
from app.complaints.slip_codes import code_digest, second_word_hash
from app.complaints.tables import Complaint, ComplaintColumn, ComplaintPause, SectionRow
from app.complaints.words import CATEGORIES, CHANNELS, HANDLINGS, PAUSES, TYPES, WEIGHTS
from app.core.clock import office_date, office_time
from app.core.codes import epoch_letter, new_code
from app.core.permissions import SYSTEM, Actor, may, require
from app.core.problems import Problem, ValueProblem
from app.core.text import limit_text, parse_phone
from schema.database import Database
from sync.journal import Journal

WORDS_LIMIT = 4000
"""Letters of the visitor's words: two closely written pages."""
MANY, FEW = 100, 6
"""A text of so many letters with fewer different ones says nothing."""
SCAN_LIMIT = 200_000
SCANS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf"}


class Visitor(msgspec.Struct, frozen=True):
    """What a visitor tells; everything but the words may stay empty."""

    words: str
    hope: str = ""
    name: str = ""
    sex: str = ""
    address: str = ""
    contact: str = ""
    about: str = ""
    area: str = ""
    service: str = ""
    anonymous: bool = False
    confidential: bool = False
    second_word: str = ""


class WrittenLine(msgspec.Struct, frozen=True):
    """A line just written: id, number and, unless it came from the box, the slip code, which is kept nowhere."""

    id: int
    number: str
    code: str


def write_line(
    journal: Journal,
    actor: Actor,
    *,
    channel: str,
    visitor: Visitor,
    now: datetime,
    type_: str = "complaint",
    category: str = "other",
    weight: str = "medium",
    received_on: date | None = None,
    place: str = "",
    handling: str = "",
) -> WrittenLine:
    """Write a line into the book. The kiosk acts as SYSTEM. Raises Problem with one sentence per field."""
    if actor is not SYSTEM:
        require(actor, "complaint.write")
    said = check_visitor(journal.db, visitor, channel, type_, category, weight)
    today = office_date(now)
    received = received_on or today
    if received > today:
        raise Problem.of("invalid", {"received_on": "Tanggal terima tidak boleh di masa depan."})
    levy = category == "levy"
    handling = handling or ("information" if type_ == "information" else "desk")
    with journal.transaction():
        db = journal.db
        number, n = next_line_number(journal, received.year)
        code = "" if channel == "box" else new_code()
        settle = due_from(db, handling, received)
        body = ComplaintWritten(
            id=journal.next_id("complaint"),
            year=received.year,
            n=n,
            number=number,
            code="",
            received_on=received.isoformat(),
            received_time=f"{office_time(now):%H.%M}" if received == today else "",
            channel=channel,
            place=place[:100],
            words=said.words,
            hope=said.hope,
            type=type_,
            category=category,
            weight="heavy" if levy else weight,
            section=section_of_category(db, category),
            handling=handling,
            first_due_on=first_answer_due(db, received) if is_answerable(channel, said) else "",
            settle_due_on=settle.on,
            unit=settle.unit,
            slip=code_digest(code) if code else "",
            slip_id=journal.next_id("complaint_code") if code else 0,
            anonymous=said.anonymous,
            confidential=said.confidential,
            second_word=second_word_hash(said.second_word, code),
            area=said.area,
            service=said.service,
            levy=levy,
            name="" if said.anonymous else said.name,
            sex=said.sex,
            address="" if said.anonymous else said.address,
            contact="" if said.anonymous else said.contact,
            about=said.about,
        )
        journal.record(body, subject=f"complaint/{body.id}", actor=actor.username, at=now)
        clean_words(db, [body.id])
    return WrittenLine(body.id, number, code)


def is_answerable(channel: str, said: Visitor) -> bool:
    """Whether somebody can be answered: not a slip of the box without name and contact (docs/decisions/0007)."""
    return channel != "box" or (not said.anonymous and bool(said.name or said.contact))


def first_answer_due(db: Database, received: date) -> str:
    return due_date(db, "first_answer", received).isoformat()


def check_visitor(db: Database, visitor: Visitor, channel: str, type_: str, category: str, weight: str) -> Visitor:
    """The visitor's data within limits. The words stay exactly as typed, apart from blanks at their ends."""
    wrong: dict[str, str] = {}
    for name, value, known in (
        ("channel", channel, CHANNELS),
        ("type", type_, TYPES),
        ("category", category, CATEGORIES),
        ("weight", weight, WEIGHTS),
    ):
        if value not in known:
            wrong[name] = "Pilih dari daftar."
    if visitor.area and visitor.area not in area_names(db):
        wrong["area"] = "Pilih desa dari daftar."
    clean: dict[str, str] = {}
    labels = {
        "words": "Isi pengaduan",
        "hope": "Harapan",
        "name": "Nama",
        "address": "Alamat",
        "about": "Yang diadukan",
        "service": "Layanan",
        "second_word": "Kata rahasia",
    }
    for name, label in labels.items():
        limit = WORDS_LIMIT if name in ("words", "hope") else 150
        try:
            clean[name] = limit_text(getattr(visitor, name), limit=limit, label=label, lines=name in ("words", "hope"))
        except ValueProblem as problem:
            wrong[name] = problem.sentence
    if not clean.get("words") and "words" not in wrong:
        wrong["words"] = "Tulis isi pengaduan."
    elif len(clean.get("words", "")) >= MANY and len(set(clean["words"].lower())) < FEW:
        wrong["words"] = "Isi pengaduan hanya mengulang huruf yang sama. Tulis apa yang terjadi."
    if visitor.confidential and not visitor.anonymous and not clean.get("second_word"):
        wrong["second_word"] = (
            "Pengaduan rahasia perlu kata rahasia, supaya hanya pengadu yang dapat membaca jawabannya."
        )
    contact = parse_contact(visitor.contact, wrong)
    if wrong:
        raise Problem.of("invalid", wrong)
    return Visitor(
        **clean,
        sex=visitor.sex if visitor.sex in ("female", "male") else "",
        contact=contact,
        area=visitor.area,
        anonymous=visitor.anonymous,
        confidential=visitor.confidential,
    )


def parse_contact(text: str, wrong: dict[str, str]) -> str:
    if not text.strip():
        return ""
    try:
        return parse_phone(text)
    except ValueProblem:
        try:
            return limit_text(text, limit=100, label="Kontak")
        except ValueProblem as problem:
            wrong["contact"] = problem.sentence
            return ""


def next_line_number(journal: Journal, year: int) -> tuple[str, int]:
    """(number, n): the next line of the year without a gap; a later epoch marks its lines with its letter."""
    row = journal.db.one("SELECT max(n) FROM complaint WHERE year = ?", (year,))
    n = (row[0] or 0) + 1 if row else 1
    letter = epoch_letter(journal.epoch)
    return f"{n:03d}{letter}/ADUAN/{year}", n


def section_of_category(db: Database, category: str) -> str:
    """The section that a category suggests, else the first one of the office. Raises Problem without sections."""
    wanted = CATEGORIES[category].section
    rows = [row.code for row in SectionRow.rows(db, SectionRow.active == 1, order=SectionRow.code)]
    if not rows:
        raise Problem.of("conflict", why="Seksi belum diatur. Minta administrator mengisinya di Pengaturan.")
    return wanted if wanted in rows else rows[0]


def add_note(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """A dated note beside the visitor's words: the only way to correct them."""
    require(actor, "complaint.write")
    with journal.transaction():
        load_line_for(journal.db, actor, "complaint.write", complaint_id, now)
        body = ColumnWritten(
            journal.next_id("complaint_column"),
            complaint_id,
            "note",
            parse_staff_text(text),
            office_date(now).isoformat(),
        )
        journal.record(body, subject=f"complaint/{complaint_id}", actor=actor.username, at=now)


def parse_staff_text(text: str, limit: int = 4000) -> str:
    try:
        clean = limit_text(text, limit=limit, label="Isian", lines=True)
    except ValueProblem as problem:
        raise Problem.of("invalid", {"text": problem.sentence}) from problem
    if not clean:
        raise Problem.of("invalid", {"text": "Tulis isinya dulu."})
    return clean


def attach_scan(journal: Journal, actor: Actor, *, complaint_id: int, data: bytes, now: datetime) -> None:
    require(actor, "complaint.write")
    kind = next((kind for start, kind in SCANS.items() if data.startswith(start)), None)
    if kind is None or len(data) > SCAN_LIMIT:
        raise Problem.of("invalid", {"scan": "Berkas harus PNG, JPEG, atau PDF, paling besar 200 kB."})
    with journal.transaction():
        load_line_for(journal.db, actor, "complaint.write", complaint_id, now)
        body = ScanAttached(
            journal.next_id("complaint_scan"),
            complaint_id,
            kind,
            hashlib.sha256(data).hexdigest(),
            b64encode(data).decode(),
        )
        journal.record(body, subject=f"complaint/{complaint_id}", actor=actor.username, at=now)


def link_lines(journal: Journal, actor: Actor, *, complaint_id: int, number: str, now: datetime) -> None:
    require(actor, "complaint.class")
    with journal.transaction():
        line = load_line_for(journal.db, actor, "complaint.class", complaint_id, now)
        other = Complaint.first(journal.db, Complaint.number == number.strip().upper())
        if other is None or other.id == complaint_id:
            raise Problem.of("invalid", {"number": "Baris dengan nomor itu tidak ada."})
        one, two = sorted((line.id, other.id))
        journal.record(ComplaintsLinked(one, two), subject=f"complaint/{complaint_id}", actor=actor.username, at=now)


def write_column(
    journal: Journal,
    actor: Actor,
    line: Complaint,
    name: str,
    text: str,
    now: datetime,
    state: str = "",
    satisfied: bool | None = None,
) -> None:
    body = ColumnWritten(
        journal.next_id("complaint_column"),
        line.id,
        name,
        parse_staff_text(text),
        office_date(now).isoformat(),
        state,
        satisfied,
    )
    journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def classify_line(
    journal: Journal,
    actor: Actor,
    *,
    complaint_id: int,
    type_: str,
    category: str,
    weight: str,
    handling: str,
    now: datetime,
) -> None:
    require(actor, "complaint.class")
    known = ((type_, TYPES), (category, CATEGORIES), (weight, WEIGHTS), (handling, HANDLINGS))
    if any(value not in words for value, words in known):
        raise Problem.of("invalid", {"category": "Pilih dari daftar."})
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.class", complaint_id, now)
        levy = category == "levy"
        body = ComplaintClassed(
            line.id,
            type_,
            category,
            "heavy" if levy else weight,
            handling,
            levy,
            line.first_due_on or "",
            *due_when_handled(journal.db, line, handling),
        )
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def route_line(journal: Journal, actor: Actor, *, complaint_id: int, section: str, reason: str, now: datetime) -> None:
    require(actor, "complaint.route")
    if not reason.strip() or len(reason) > 300:
        raise Problem.of("invalid", {"reason": "Tulis alasan pengalihan, paling panjang 300 huruf."})
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.route", complaint_id, now)
        if (
            SectionRow.first(journal.db, SectionRow.code == section, SectionRow.active == 1) is None
            or section == line.section
        ):
            raise Problem.of("invalid", {"section": "Pilih seksi lain dari daftar."})
        body = ComplaintRouted(journal.next_id("complaint_route"), line.id, section, reason.strip())
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def write_first_answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    require(actor, "complaint.answer")
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.answer", complaint_id, now)
        if line.first_answer_on:
            raise Problem.of("conflict", why="Jawaban pertama sudah ditulis. Tambahkan catatan, atau tulis jawaban.")
        write_column(journal, actor, line, "first_answer", text, now)


def write_follow_up(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """The Kasi of the section writes the follow-up column (SP 11.6). Nobody else may."""
    require(actor, "complaint.follow")
    with journal.transaction():
        db = journal.db
        line = load_open_line_for(db, actor, "complaint.follow", complaint_id, now)
        state = "followed" if line.state == "open" else line.state
        write_column(journal, actor, line, "follow_up", text, now, state)


def write_answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    require(actor, "complaint.answer")
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.answer", complaint_id, now)
        if not has_column(journal.db, line.id, "follow_up"):
            raise Problem.of("conflict", why="Kolom tindak lanjut masih kosong. Kasi mengisinya dulu.")
        write_column(journal, actor, line, "answer", text, now, "answered")


def has_column(db: Database, complaint_id: int, name: str) -> bool:
    return (
        ComplaintColumn.first(
            db,
            ComplaintColumn.complaint_id == complaint_id,
            ComplaintColumn.name == name,
            ComplaintColumn.struck_at.is_null(),
        )
        is not None
    )


def record_satisfaction(
    journal: Journal, actor: Actor, *, complaint_id: int, satisfied: bool, text: str, now: datetime
) -> None:
    """Whether the complainant is satisfied with the answer. The kiosk acts as SYSTEM, by slip code."""
    if actor is not SYSTEM:
        require(actor, "complaint.answer")
    with journal.transaction():
        db = journal.db
        line = (
            load_line(db, complaint_id)
            if actor is SYSTEM
            else load_line_for(db, actor, "complaint.answer", complaint_id, now)
        )
        if not line.answered_on:
            raise Problem.of("conflict", why="Pengaduan ini belum dijawab.")
        word = text.strip() or ("Puas" if satisfied else "Tidak puas")
        write_column(journal, actor, line, "satisfaction", word, now, "", satisfied)


def close_line(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> None:
    """Settle a line: only with follow-up and, where somebody can be answered, an answer (schema and service both)."""
    require(actor, "complaint.close")
    with journal.transaction():
        db = journal.db
        line = load_open_line_for(db, actor, "complaint.close", complaint_id, now)
        if not has_column(db, line.id, "follow_up"):
            raise Problem.of("conflict", why="Belum bisa diselesaikan: kolom tindak lanjut masih kosong.")
        if line.first_due_on and not has_column(db, line.id, "answer"):
            raise Problem.of("conflict", why="Belum bisa diselesaikan: pengadu belum dijawab.")
        if running_pause(db, line.id):
            raise Problem.of("conflict", why="Hitungan sedang dijeda. Lanjutkan dulu.")
        journal.record(
            ComplaintClosed(line.id, office_date(now).isoformat()),
            subject=f"complaint/{line.id}",
            actor=actor.username,
            at=now,
        )


def reopen_line(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Take a settled line up again, with the reason as a dated note; settlement is due anew from today."""
    require(actor, "complaint.class")
    if not reason.strip() or len(reason) > 300:
        raise Problem.of("invalid", {"reason": "Tulis mengapa dibuka kembali, paling panjang 300 huruf."})
    with journal.transaction():
        line = load_line_for(journal.db, actor, "complaint.class", complaint_id, now)
        if line.state != "closed":
            raise Problem.of("conflict", why="Baris ini belum selesai, jadi tidak perlu dibuka kembali.")
        body = ComplaintReopened(line.id, *due_from(journal.db, line.handling, office_date(now)))
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)
        write_column(journal, actor, line, "note", f"Dibuka kembali: {reason.strip()}", now)


# -- strike-through --------------------------------------------------------------------------------------------


def can_strike(db: Database, actor: Actor, line: Complaint, name: str, writer: str, today: date) -> bool:
    """Whether the actor may strike through a column of a line: its writer; for the follow-up whoever heads the section;
    for first answers, answers and notes the information officer. A complainant's verdict stays with whoever wrote it.
    """
    if not can_act_on(db, actor, line, "complaint.write", today):
        return False
    if writer == actor.username:
        return True
    if name == "follow_up":
        return is_section_head(db, actor, line.section, today)
    return name in ("first_answer", "answer", "note") and may(actor, "box.open")


def strike_column(journal: Journal, actor: Actor, *, column_id: int, reason: str, now: datetime) -> None:
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
        line = load_line(db, column.complaint_id)
        if not can_strike(db, actor, line, column.name, column.actor, office_date(now)):
            raise Problem.of("forbidden")
        if line.state == "closed":
            raise Problem.of("conflict", why="Baris ini sudah selesai. Buka kembali dulu kalau harus diperbaiki.")
        journal.record(
            ColumnStruck(column_id, line.id, reason.strip()[:300], state_without(db, line.id, column_id)),
            subject=f"complaint/{line.id}",
            actor=actor.username,
            at=now,
        )


def state_without(db: Database, complaint_id: int, column_id: int) -> str:
    standing = (ComplaintColumn.struck_at.is_null(), ComplaintColumn.id != column_id)
    rows = ComplaintColumn.rows(db, ComplaintColumn.complaint_id == complaint_id, *standing)
    left = {row.name for row in rows}
    return "answered" if {"answer", "follow_up"} <= left else "followed" if "follow_up" in left else "open"


# -- pauses ----------------------------------------------------------------------------------------------------


def running_pause(db: Database, complaint_id: int) -> ComplaintPause | None:
    return ComplaintPause.first(db, ComplaintPause.complaint_id == complaint_id, ComplaintPause.to_on.is_null())


def pause_clock(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, text: str, now: datetime) -> None:
    require(actor, "complaint.follow")
    if reason not in PAUSES:
        raise Problem.of("invalid", {"reason": "Pilih alasan jeda dari daftar."})
    with journal.transaction():
        line = load_open_line_for(journal.db, actor, "complaint.follow", complaint_id, now)
        if running_pause(journal.db, line.id):
            raise Problem.of("conflict", why="Hitungan baris ini sudah dijeda.")
        body = ComplaintPaused(
            journal.next_id("complaint_pause"), line.id, reason, text.strip()[:300], office_date(now).isoformat()
        )
        journal.record(body, subject=f"complaint/{line.id}", actor=actor.username, at=now)


def resume_clock(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> date:
    """Let the clock run again; the due date moves by the days of the pause on which it would have run. Returns it.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    require(actor, "complaint.follow")
    with journal.transaction():
        db = journal.db
        line, running = (
            load_open_line_for(db, actor, "complaint.follow", complaint_id, now),
            running_pause(db, complaint_id),
        )
        if running is None:
            raise Problem.of("conflict", why="Hitungan baris ini tidak sedang dijeda.")
        today = max(date.fromisoformat(running.from_on), office_date(now))
        moved = due_after_pause(db, line, running.from_on, today)
        journal.record(
            ComplaintResumed(running.id, line.id, today.isoformat(), moved.isoformat()),
            subject=f"complaint/{line.id}",
            actor=actor.username,
            at=now,
        )
    return moved
