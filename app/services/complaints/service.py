"""The book: a line in the visitor's own words, dated notes, scans.

Nothing is ever deleted or altered: no function here does it and triggers in the schema refuse it (SP 11.3).
"""

from base64 import b64encode
from datetime import date, datetime
from typing import Any

import msgspec

from app.core.clock import office_date, office_time
from app.core.codes import epoch_letter
from app.core.permissions import SYSTEM, Actor, may, refusal_naming, require
from app.core.problems import SENTENCES, Problem, ValueProblem, check_found, check_nothing_wrong
from app.core.text import field_text, parse_phone, required_text
from app.platform.files.content import check_content
from app.services.complaints.events import (
    AsideChecked,
    AsideObjected,
    ColumnStruck,
    ComplaintClassed,
    ComplaintClosed,
    ComplaintPaused,
    ComplaintReopened,
    ComplaintResumed,
    ComplaintRouted,
    ComplaintSetAside,
    ComplaintsLinked,
    ComplaintTakenBack,
    ComplaintWritten,
    ScanAttached,
    SlipCodeIssued,
)
from app.services.complaints.limits import (
    area_names,
    due_after_pause,
    due_from,
    due_when_handled,
    list_sections,
    service_names,
)
from app.services.complaints.masks import clean_words
from app.services.complaints.queries import (
    code_digest,
    line_id_by_number,
    load_aside,
    running_pause,
    second_word_hash,
    standing_columns,
    unused_slip_code,
)
from app.services.complaints.tables import Complaint, ComplaintColumn
from app.services.complaints.transitions import can_act_on, is_section_head, move_line, write_column
from app.services.complaints.words import CATEGORIES, CHANNELS, HANDLINGS, PAUSES, TYPES, WEIGHTS
from schema.database import Database
from schema.service_standard import FileRule
from sync.file_pieces import digest_of
from sync.journal import Journal

WORDS_LIMIT = 4000
"""Letters of the visitor's words: two closely written pages."""
MANY, FEW = 100, 6
"""A text of so many letters with fewer different ones says nothing."""
SCAN_LIMIT = 200_000
REASON_LIMIT = 300
HIDDEN = ("name", "address", "contact")
"""What an anonymous line does not keep."""
SCANS = FileRule(id="scan", label="Pindaian", types=("png", "jpeg", "pdf"), max_kb=SCAN_LIMIT // 1000)


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
    db, today = journal.db, office_date(now)
    received, levy = received_on or today, category == "levy"
    said = check_visitor(db, visitor, channel, type_, category, weight, today)
    if received > today:
        raise Problem.of("invalid", {"received_on": SENTENCES["received_future"]})
    handling = handling or ("information" if type_ == "information" else "desk")
    with journal.transaction():
        number, n = next_line_number(journal, received.year)
        code = "" if channel == "box" else unused_slip_code(db)
        settle = due_from(db, handling, received)
        fields: dict[str, Any] = msgspec.structs.asdict(said) | dict.fromkeys(HIDDEN if said.anonymous else (), "")
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
            type=type_,
            category=category,
            weight="heavy" if levy else weight,
            section=section_of_category(db, category),
            handling=handling,
            first_due_on=due_from(db, "first_answer", received).on if is_answerable(channel, said) else "",
            settle_due_on=settle.on,
            unit=settle.unit,
            slip=code_digest(code) if code else "",
            slip_id=journal.next_id("complaint_code") if code else 0,
            levy=levy,
            **fields | {"second_word": second_word_hash(said.second_word, code)},
        )
        journal.record(body, subject=f"complaint/{body.id}", actor=actor.username, at=now)
        clean_words(db, [body.id])
    return WrittenLine(body.id, number, code)


def is_answerable(channel: str, said: Visitor) -> bool:
    """Whether somebody can be answered: not a slip of the box without name and contact (docs/decisions/0023)."""
    return channel != "box" or (not said.anonymous and bool(said.name or said.contact))


def check_visitor(
    db: Database, visitor: Visitor, channel: str, type_: str, category: str, weight: str, today: date
) -> Visitor:
    """The visitor's data within limits. The words stay exactly as typed, apart from blanks at their ends."""
    chosen = (("channel", channel, CHANNELS), ("type", type_, TYPES), ("category", category, CATEGORIES))
    known = (*chosen, ("weight", weight, WEIGHTS))
    wrong = {name: SENTENCES["choose_from_list"] for name, value, words in known if value not in words}
    if visitor.area and visitor.area not in area_names(db):
        wrong["area"] = SENTENCES["village"]
    if visitor.service and visitor.service not in service_names(db, today):
        wrong["service"] = SENTENCES["choose_from_list"]
    clean = {
        name: field_text(wrong, name, getattr(visitor, name), limit, label, lines=limit == WORDS_LIMIT, empty=empty)
        for name, label, limit, empty in (
            ("words", "Isi pengaduan", WORDS_LIMIT, "Tulis isi pengaduan."),
            ("hope", "Harapan", WORDS_LIMIT, ""),
            ("name", "Nama", 150, ""),
            ("address", "Alamat", 150, ""),
            ("about", "Yang diadukan", 150, ""),
            ("service", "Layanan", 150, ""),
            ("second_word", "Kata rahasia", 150, ""),
        )
    }
    if len(clean["words"]) >= MANY and len(set(clean["words"].lower())) < FEW:
        wrong["words"] = "Isi pengaduan hanya mengulang huruf yang sama. Tulis apa yang terjadi."
    if visitor.confidential and not visitor.anonymous and not clean["second_word"]:
        wrong["second_word"] = (
            "Pengaduan rahasia perlu kata rahasia, supaya hanya pengadu yang dapat membaca jawabannya."
        )
    clean["contact"] = parse_contact(visitor.contact, wrong)
    check_nothing_wrong(wrong)
    sex = visitor.sex if visitor.sex in ("female", "male") else ""
    return msgspec.structs.replace(visitor, **clean, sex=sex)


def parse_contact(text: str, wrong: dict[str, str]) -> str:
    """A telephone number in national form, or whatever else it is."""
    try:
        return parse_phone(text) if text.strip() else ""
    except ValueProblem:
        return field_text(wrong, "contact", text, 100, "Kontak")


def next_line_number(journal: Journal, year: int) -> tuple[str, int]:
    """(number, n): the next line of the year without a gap; a later epoch marks its lines with its letter."""
    row = journal.db.one("SELECT coalesce(max(n), 0) + 1 FROM complaint WHERE year = ?", (year,))
    n = int(row[0]) if row else 1
    return f"{n:03d}{epoch_letter(journal.epoch)}/ADUAN/{year}", n


def section_of_category(db: Database, category: str) -> str:
    """The section that a category suggests, else the first one of the office. Raises Problem without sections."""
    wanted = CATEGORIES[category].section
    rows = [row.code for row in list_sections(db)]
    if not rows:
        raise Problem.of("conflict", why="Seksi belum diatur. Minta administrator mengisinya di Pengaturan.")
    return wanted if wanted in rows else rows[0]


def add_note(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """A dated note beside the visitor's words: the only way to correct them."""
    with move_line(journal, actor, "note", complaint_id, now) as act:
        write_column(act, "note", text)


def attach_scan(journal: Journal, actor: Actor, *, complaint_id: int, data: bytes, now: datetime) -> None:
    with move_line(journal, actor, "scan", complaint_id, now) as act:
        try:
            content = check_content(data, SCANS)
        except ValueProblem as problem:
            raise Problem.of("invalid", {"scan": problem.sentence}) from problem
        new_id, digest = journal.next_id("complaint_scan"), digest_of(content.data)
        act.record(ScanAttached(new_id, complaint_id, content.kind, digest, b64encode(content.data).decode()))


def link_lines(journal: Journal, actor: Actor, *, complaint_id: int, number: str, now: datetime) -> None:
    with move_line(journal, actor, "link", complaint_id, now) as act:
        other = line_id_by_number(journal.db, number, act.today.year)
        if other is None or other == complaint_id:
            raise Problem.of("invalid", {"number": SENTENCES["no_such_line"]})
        act.record(ComplaintsLinked(*sorted((complaint_id, other))))


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
    with move_line(journal, actor, "class", complaint_id, now) as act:
        known = ((type_, TYPES), (category, CATEGORIES), (weight, WEIGHTS), (handling, HANDLINGS))
        if any(value not in words for value, words in known):
            raise Problem.of("invalid", {"category": SENTENCES["choose_from_list"]})
        line, levy = act.thing, category == "levy"
        act.record(
            ComplaintClassed(
                line.id,
                type_,
                category,
                "heavy" if levy else weight,
                handling,
                levy,
                line.first_due_on or "",
                *due_when_handled(journal.db, line, handling),
            )
        )


def route_line(journal: Journal, actor: Actor, *, complaint_id: int, section: str, reason: str, now: datetime) -> None:
    with move_line(journal, actor, "route", complaint_id, now) as act:
        why = required_text(reason, "reason", "Tulis alasan pengalihan, paling panjang 300 huruf.", REASON_LIMIT)
        if section == act.thing.section or section not in {row.code for row in list_sections(journal.db)}:
            raise Problem.of("invalid", {"section": "Pilih seksi lain dari daftar."})
        act.record(ComplaintRouted(journal.next_id("complaint_route"), complaint_id, section, why))


def write_first_answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    with move_line(journal, actor, "first_answer", complaint_id, now) as act:
        write_column(act, "first_answer", text)


def write_follow_up(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    """The Kasi of the section writes the follow-up column (SP 11.6). Nobody else may."""
    with move_line(journal, actor, "follow", complaint_id, now) as act:
        write_column(act, "follow_up", text, act.state)


def write_answer(journal: Journal, actor: Actor, *, complaint_id: int, text: str, now: datetime) -> None:
    with move_line(journal, actor, "answer", complaint_id, now) as act:
        write_column(act, "answer", text, act.state)


def record_satisfaction(
    journal: Journal, actor: Actor, *, complaint_id: int, satisfied: bool | None, text: str, now: datetime
) -> None:
    """Whether the complainant is satisfied with the answer. The kiosk acts as SYSTEM, by slip code."""
    if satisfied is None:
        raise Problem.of("invalid", {"satisfied": SENTENCES["choose_one"]})
    with move_line(journal, actor, "satisfaction", complaint_id, now) as act:
        write_column(act, "satisfaction", text.strip() or ("Puas" if satisfied else "Tidak puas"), "", satisfied)


def close_line(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime, reason: str = "") -> None:
    """Settle a line. Where its complainant is not satisfied the officer is asked why; the reason stands in the book."""
    with move_line(journal, actor, "close", complaint_id, now) as act:
        if act.thing.satisfied == 0:
            why = required_text(reason, "reason", SENTENCES["close_unsatisfied"], REASON_LIMIT)
            write_column(act, "note", f"Diselesaikan meskipun pengadu belum puas: {why}")
        act.record(ComplaintClosed(complaint_id, act.today.isoformat()))


def reopen_line(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Take a settled line up again, with the reason as a dated note; settlement is due anew from today."""
    with move_line(journal, actor, "reopen", complaint_id, now) as act:
        why = required_text(reason, "reason", "Tulis mengapa dibuka kembali, paling panjang 300 huruf.", REASON_LIMIT)
        act.record(ComplaintReopened(complaint_id, *due_from(journal.db, act.thing.handling, act.today)))
        write_column(act, "note", f"Dibuka kembali: {why}")


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


def strike_problem(actor: Actor, line: Complaint, name: str) -> Problem:
    """Problem `forbidden`: who may strike through a column, beside whoever wrote it."""
    profile = actor.profile
    able = {"follow_up": profile.head_of(line.section), "satisfaction": ""}.get(name, profile.who_may("box.open"))
    return refusal_naming(f"yang menulisnya atau {able}" if able else "yang menulisnya")


def strike_column(journal: Journal, actor: Actor, *, column_id: int, reason: str, now: datetime) -> None:
    require(actor, "complaint.write")
    column = check_found(
        ComplaintColumn.first(journal.db, ComplaintColumn.id == column_id, ComplaintColumn.struck_at.is_null()),
        "Isian itu",
    )
    with move_line(journal, actor, "strike", column.complaint_id, now) as act:
        if not can_strike(journal.db, actor, act.thing, column.name, column.actor, act.today):
            raise strike_problem(actor, act.thing, column.name)
        if not reason.strip():
            raise Problem.of("invalid", {"reason": "Tulis mengapa dicoret."})
        left = standing_columns(journal.db, column.complaint_id, without=column_id)
        state = "open" if "follow_up" not in left else "answered" if "answer" in left else "followed"
        act.record(ColumnStruck(column_id, column.complaint_id, reason.strip()[:REASON_LIMIT], state))


def pause_clock(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, text: str, now: datetime) -> None:
    with move_line(journal, actor, "pause", complaint_id, now) as act:
        if reason not in PAUSES:
            raise Problem.of("invalid", {"reason": "Pilih alasan jeda dari daftar."})
        pause = journal.next_id("complaint_pause")
        act.record(ComplaintPaused(pause, complaint_id, reason, text.strip()[:REASON_LIMIT], act.today.isoformat()))


def resume_clock(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> date:
    """Let the clock run again; the due date moves by the days of the pause on which it would have run. Returns it.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    with move_line(journal, actor, "resume", complaint_id, now) as act:
        running = running_pause(journal.db, complaint_id)
        assert running is not None
        today = max(date.fromisoformat(running.from_on), act.today)
        moved = due_after_pause(journal.db, act.thing, running.from_on, today)
        act.record(ComplaintResumed(running.id, complaint_id, today.isoformat(), moved.isoformat()))
    return moved


# -- lines that are no complaint -------------------------------------------------------------------------------


def set_line_aside(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Fold a running line away; the complainant reads the reason. The line keeps its number and its words."""
    with move_line(journal, actor, "aside", complaint_id, now) as act:
        sentence = "Tulis mengapa baris ini bukan pengaduan, paling panjang 300 huruf."
        why = required_text(reason, "reason", sentence, REASON_LIMIT)
        act.record(ComplaintSetAside(journal.next_id("complaint_aside"), complaint_id, why))


def confirm_aside(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime) -> None:
    with move_line(journal, actor, "check_aside", complaint_id, now) as act:
        aside = load_aside(journal.db, complaint_id)
        if aside.checked_at or aside.actor == actor.username:
            why = "sudah diperiksa" if aside.checked_at else "Anda sisihkan sendiri; orang lain memeriksanya"
            raise Problem.of("conflict", why=f"Baris ini {why}.")
        act.record(AsideChecked(aside.id, complaint_id))


def object_to_aside(journal: Journal, complaint_id: int, text: str, now: datetime) -> None:
    """The complainant objects at the kiosk, once; the words may stay empty. Raises Problem."""
    if len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"text": "Tulis paling panjang 300 huruf."})
    with move_line(journal, SYSTEM, "object", complaint_id, now) as act:
        aside = load_aside(journal.db, complaint_id)
        if not aside.objected_at:
            act.record(AsideObjected(aside.id, complaint_id, text.strip()))


def take_back_line(journal: Journal, actor: Actor, *, complaint_id: int, reason: str, now: datetime) -> None:
    """Count a line again, with the reason; its due dates are what they were."""
    with move_line(journal, actor, "take_back", complaint_id, now) as act:
        sentence = "Tulis mengapa baris ini dikembalikan, paling panjang 300 huruf."
        why = required_text(reason, "reason", sentence, REASON_LIMIT)
        act.record(ComplaintTakenBack(load_aside(journal.db, complaint_id).id, complaint_id, why))


# -- slip codes --------------------------------------------------------------------------------------------------


def issue_code(
    journal: Journal, actor: Actor, *, complaint_id: int, reason: str, second_word: str, now: datetime
) -> str:
    """Another code for a complainant who stands here without the slip; the old one ends. Returns it, for this once.

    A confidential line takes a new second word along. Raises Problem.
    """
    require(actor, "complaint.slip")
    wrong = {}
    if not reason.strip() or len(reason) > REASON_LIMIT:
        wrong["reason"] = "Tulis bagaimana pengadunya dikenali, paling panjang 300 huruf."
    with move_line(journal, actor, "slip", complaint_id, now) as act:
        if act.thing.confidential and not act.thing.anonymous and not 0 < len(second_word.strip()) <= 150:
            wrong["word"] = "Pengaduan ini rahasia. Minta pengadu mengetik kata rahasia yang baru."
        check_nothing_wrong(wrong)
        code, row = unused_slip_code(journal.db), journal.next_id("complaint_code")
        hashed = code_digest(code), second_word_hash(second_word, code)
        act.record(SlipCodeIssued(row, complaint_id, *hashed, reason.strip()))
    return code
