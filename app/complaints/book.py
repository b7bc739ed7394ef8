"""The book: a line in the visitor's own words, dated notes, scans.

Nothing is ever deleted or altered: no function here does it and triggers in the schema refuse it (SP 11.3).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import date, datetime

import msgspec

from app.complaints.due_dates import due_from
from app.complaints.events import (
    ColumnWritten,
    ComplaintsLinked,
    ComplaintWritten,
    ScanAttached,
)
from app.complaints.kept_masks import clean_words
from app.complaints.limits import area_names, due
from app.complaints.rights import get, line_for
from app.complaints.slip_codes import digest, hashed
from app.complaints.tables import Complaint, SectionRow
from app.complaints.words import CATEGORIES, CHANNELS, HANDLINGS, TYPES, WEIGHTS
from app.core.clock import office_date, office_time
from app.core.codes import new_code
from app.core.epochs import epoch_letter
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from app.core.text import limit_text, parse_phone
from app.core.value_problem import ValueProblem
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


class Written(msgspec.Struct, frozen=True):
    """A line just written: id, number and, unless it came from the box, the slip code, which is kept nowhere."""

    id: int
    number: str
    code: str


def write(journal: Journal, actor: Actor, *, channel: str, visitor: Visitor, now: datetime, type_: str = "complaint",
          category: str = "other", weight: str = "medium", received_on: date | None = None, place: str = "",
          handling: str = "") -> Written:  # fmt: skip
    """Write a line into the book. The kiosk acts as SYSTEM. Raises Problem with one sentence per field."""
    if actor is not SYSTEM:
        require(actor, "complaint.write")
    said = checked(journal.db, visitor, channel, type_, category, weight)
    today = office_date(now)
    received = received_on or today
    if received > today:
        raise Problem.of("invalid", {"received_on": "Tanggal terima tidak boleh di masa depan."})
    levy = category == "levy"
    handling = handling or ("information" if type_ == "information" else "desk")
    with journal.transaction():
        db = journal.db
        number, n = next_line(journal, received.year)
        code = "" if channel == "box" else new_code()
        settle = due_from(db, handling, received)
        body = ComplaintWritten(
            id=journal.next_id("complaint"), year=received.year, n=n, number=number, code="",
            received_on=received.isoformat(), received_time=f"{office_time(now):%H.%M}" if received == today else "",
            channel=channel, place=place[:100], words=said.words, hope=said.hope, type=type_, category=category,
            weight="heavy" if levy else weight, section=section_for(db, category), handling=handling,
            first_due_on=first_due(db, received) if answerable(channel, said) else "",
            settle_due_on=settle.on, unit=settle.unit, slip=digest(code) if code else "",
            slip_id=journal.next_id("complaint_code") if code else 0, anonymous=said.anonymous,
            confidential=said.confidential, second_word=hashed(said.second_word, code), area=said.area,
            service=said.service, levy=levy, name="" if said.anonymous else said.name, sex=said.sex,
            address="" if said.anonymous else said.address, contact="" if said.anonymous else said.contact,
            about=said.about,
        )  # fmt: skip
        journal.record(body, subject=f"complaint/{body.id}", actor=actor.username, at=now)
        clean_words(db, [body.id])
    return Written(body.id, number, code)


def answerable(channel: str, said: Visitor) -> bool:
    """Whether somebody can be answered: not a slip of the box without name and contact (docs/decisions/0007)."""
    return channel != "box" or (not said.anonymous and bool(said.name or said.contact))


def first_due(db: Database, received: date) -> str:
    """The day by which a line gets its first answer."""
    return due(db, "first_answer", received).isoformat()


def checked(db: Database, visitor: Visitor, channel: str, type_: str, category: str, weight: str) -> Visitor:
    """The visitor's data within limits. The words stay exactly as typed, apart from blanks at their ends."""
    wrong: dict[str, str] = {}
    for name, value, known in (("channel", channel, CHANNELS), ("type", type_, TYPES),
                               ("category", category, CATEGORIES), ("weight", weight, WEIGHTS)):  # fmt: skip
        if value not in known:
            wrong[name] = "Pilih dari daftar."
    if visitor.area and visitor.area not in area_names(db):
        wrong["area"] = "Pilih desa dari daftar."
    clean: dict[str, str] = {}
    labels = {"words": "Isi pengaduan", "hope": "Harapan", "name": "Nama", "address": "Alamat",
              "about": "Yang diadukan", "service": "Layanan", "second_word": "Kata rahasia"}  # fmt: skip
    for name, label in labels.items():
        limit = WORDS_LIMIT if name in ("words", "hope") else 150
        try:
            clean[name] = limit_text(
                getattr(visitor, name), limit=limit, label=label, lines=name in ("words", "hope")
            )
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
    contact = read_contact(visitor.contact, wrong)
    if wrong:
        raise Problem.of("invalid", wrong)
    return Visitor(**clean, sex=visitor.sex if visitor.sex in ("female", "male") else "", contact=contact,
                   area=visitor.area, anonymous=visitor.anonymous, confidential=visitor.confidential)  # fmt: skip


def read_contact(text: str, wrong: dict[str, str]) -> str:
    """A telephone number in one form, or another contact as typed."""
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


def next_line(journal: Journal, year: int) -> tuple[str, int]:
    """(number, n): the next line of the year without a gap; a later epoch marks its lines with its letter."""
    row = journal.db.one("SELECT max(n) FROM complaint WHERE year = ?", (year,))
    n = (row[0] or 0) + 1 if row else 1
    letter = epoch_letter(journal.epoch)
    return f"{n:03d}{letter}/ADUAN/{year}", n


def section_for(db: Database, category: str) -> str:
    """The section that a category suggests, else the first one of the office. Raises Problem without sections."""
    wanted = CATEGORIES[category].section
    rows = [row.code for row in SectionRow.rows(db, SectionRow.active == 1, order=SectionRow.code)]
    if not rows:
        raise Problem.of("conflict", why="Seksi belum diatur. Minta administrator mengisinya di Pengaturan.")
    return wanted if wanted in rows else rows[0]


def note(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """A dated note beside the visitor's words: the only way to correct them."""
    require(actor, "complaint.write")
    with journal.transaction():
        line_for(journal.db, actor, "complaint.write", complaint_id, now)
        body = ColumnWritten(journal.next_id("complaint_column"), complaint_id, "note", staff_text(text),
                             office_date(now).isoformat())  # fmt: skip
        journal.record(body, subject=f"complaint/{complaint_id}", actor=actor.username, at=now)


def staff_text(text: str, limit: int = 4000) -> str:
    """Text of a staff column. Raises Problem."""
    try:
        clean = limit_text(text, limit=limit, label="Isian", lines=True)
    except ValueProblem as problem:
        raise Problem.of("invalid", {"text": problem.sentence}) from problem
    if not clean:
        raise Problem.of("invalid", {"text": "Tulis isinya dulu."})
    return clean


def attach(journal: Journal, actor: Actor, *, complaint_id: int, data: bytes, now: datetime) -> None:
    """Attach a picture of the handwritten page (PNG, JPEG or PDF, at most 200 kB)."""
    require(actor, "complaint.write")
    kind = next((kind for start, kind in SCANS.items() if data.startswith(start)), None)
    if kind is None or len(data) > SCAN_LIMIT:
        raise Problem.of("invalid", {"scan": "Berkas harus PNG, JPEG, atau PDF, paling besar 200 kB."})
    with journal.transaction():
        line_for(journal.db, actor, "complaint.write", complaint_id, now)
        body = ScanAttached(journal.next_id("complaint_scan"), complaint_id, kind, hashlib.sha256(data).hexdigest(),
                            b64encode(data).decode())  # fmt: skip
        journal.record(body, subject=f"complaint/{complaint_id}", actor=actor.username, at=now)


def link(journal: Journal, actor: Actor, *, complaint_id: int, number: str, now: datetime) -> None:
    """Two lines are about the same thing."""
    require(actor, "complaint.class")
    with journal.transaction():
        line = line_for(journal.db, actor, "complaint.class", complaint_id, now)
        other = Complaint.first(journal.db, Complaint.number == number.strip().upper())
        if other is None or other.id == complaint_id:
            raise Problem.of("invalid", {"number": "Baris dengan nomor itu tidak ada."})
        one, two = sorted((line.id, other.id))
        journal.record(
            ComplaintsLinked(one, two), subject=f"complaint/{complaint_id}", actor=actor.username, at=now
        )


__all__ = ["HANDLINGS", "Visitor", "Written", "attach", "checked", "get", "link", "note", "write"]
