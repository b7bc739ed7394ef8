"""What a visitor without an account may do: write into the book, ask for a slip code, see which cards are ready.

Answers never hold a name. A confidential complaint needs its second word. How often the kiosk may write is counted
in the book itself, so that a restart does not begin anew; how often it may ask, in the memory of its process.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from app.casework.desk import service as cases
from app.casework.desk.citizen import SLIP as OWN_SLIP
from app.casework.desk.citizen import CitizenPanel, case_panel, office_words, with_late_days
from app.casework.desk.queries import newest_applicants
from app.casework.desk.tables import CaseFile
from app.casework.letters.queries import letter_of_code
from app.core.asked import clean_values
from app.core.clock import office_date
from app.core.dates import days_apart, long_date, numeric_date, plain_date
from app.core.permissions import SYSTEM
from app.core.problems import Problem, check_found
from app.core.procedure.deadline import DueDay
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.platform.office.queries import office_calendar
from app.platform.people.queries import person_names as staff_names
from app.services.complaints import queries, service, transitions
from app.services.complaints.known_names import Names, frequent_names
from app.services.complaints.limits import all_limits, limit_calendar
from app.services.complaints.masks import Masker, introduced_names, known_places
from app.services.complaints.queries import answer_letter_of_code, find_slip, is_second_word
from app.services.complaints.service import Visitor, WrittenLine
from app.services.complaints.tables import AnswerLetter, Complaint, ComplaintAside, ComplaintColumn
from app.services.complaints.words import TYPES
from app.services.ktp.queries import words_to_wait
from schema.database import Database, to_stored_value
from schema.service_procedure import Promise
from sync.entries import parse_utc_text
from sync.journal import Journal

PLACE = "Kios"
PER_HOUR = 30
PER_DAY = 150
MOST_SLIPS = 3
"""So often the kiosk prints the receipt of a line; further ones come from the desk."""
SLIP = "complaint_receipt"
LONGEST_CALENDAR = 25
"""Working days that the calendar of a limit shows."""
PAPER = "Surat yang Anda tanyakan."
TWICE = "Kode ini ada di dua slip. Tunjukkan slip Anda kepada petugas; Anda diberi kode baru."
REPLACED = (
    "Kode ini sudah diganti dengan kode baru pada {on}. Jika bukan Anda yang memintanya, beri tahu pimpinan kantor ini."
)
ABOUT: dict[str, tuple[str, str]] = {
    "speed": ("Lama atau antre", "speed"),
    "requirements": ("Syarat dan prosedur", "requirements"),
    "courtesy": ("Sikap petugas", "courtesy"),
    "levy": ("Diminta uang", "levy"),
    "wrong_data": ("Data atau kartu salah", "wrong_data"),
    "comfort": ("Ruang tunggu", "comfort"),
    "other": ("Lainnya", "other"),
}
"""What a visitor may choose → (label, category). The information officer classes it anew where needed."""


def write_at_kiosk(journal: Journal, visitor: Visitor, *, type_: str, about: str, now: datetime) -> WrittenLine:
    """A line in the visitor's own hand. Raises Problem `too_many_tries` when the kiosk has written too much."""
    if about in ABOUT:
        wrong = {}
    else:
        wrong = {"about": "Pilih tentang apa pengaduan Anda."}
    if type_ not in TYPES:
        wrong["type"] = "Pilih: pengaduan, saran, atau pertanyaan."
    if wrong:
        wrong = wrong_of_visitor(journal.db, visitor, type_, now) | wrong
        raise Problem.of("invalid", wrong)
    check_flood(journal.db, now)
    return service.write_line(
        journal, SYSTEM, channel="desk", visitor=visitor, now=now, type_=type_, category=ABOUT[about][1], place=PLACE
    )


def wrong_of_visitor(db: Database, visitor: Visitor, type_: str, now: datetime) -> dict[str, str]:
    """What of a form is wrong, field by field, as writing the line would say it."""
    try:
        told = {"channel": "desk", "visitor": visitor, "type_": type_}
        service.check_visitor(clean_values(service.write_line.asks, db, office_date(now), told)["visitor"])
    except Problem as problem:
        return dict(problem.fields)
    return {}


def check_flood(db: Database, now: datetime) -> None:
    """Raise `too_many_tries` where so much was written. Lines that a clock set back left ahead of now do not count."""
    row = db.one(
        "SELECT count(*), count(*) FILTER (WHERE entered_at > ?) FROM complaint WHERE received_on = ?"
        " AND entered_by = ? AND place = ? AND entered_at <= ?",
        (
            to_stored_value(now - timedelta(hours=1)),
            office_date(now).isoformat(),
            SYSTEM.username,
            PLACE,
            to_stored_value(now),
        ),
    )
    if row and (row[0] >= PER_DAY or row[1] >= PER_HOUR):
        raise Problem.of("too_many_tries", minutes=60)


class CodeAnswer(msgspec.Struct, frozen=True):
    """What the kiosk says about a slip code: the panel, the answers to a complaint (title, date, text), and what its
    writer may do."""

    panel: CitizenPanel
    answers: Sequence[tuple[str, str, str]] = ()
    can_judge: bool = False
    can_object: bool = False
    complaint_id: int = 0


def next_slip_copy(db: Database, complaint_id: int, content: str) -> int:
    """Which print of a line's receipt the next one is, wherever it was printed before. Raises Problem `conflict`."""
    copy = cases.next_copy_number(db, f"complaint/{complaint_id}", SLIP, content)
    if copy > MOST_SLIPS:
        raise Problem.of(
            "conflict", why="Slip ini sudah dicetak tiga kali. Catat kodenya, atau minta petugas mencetaknya."
        )
    return copy


def look_up_code(db: Database, code: str, word: str, today: date) -> CodeAnswer | None:
    """What a slip code (in stored form) says, or None when no slip has it. Raises Problem for a wrong second word, a
    code that was replaced, and one that stands on two slips: it opens neither."""
    slip = find_slip(db, code)
    case = CaseFile.first(db, CaseFile.code == code)
    letter = letter_of_code(db, code)
    answer = answer_letter_of_code(db, code)
    if [slip, case, letter, answer].count(None) < 3:
        raise Problem.of("invalid", {"code": TWICE})
    if slip is not None:
        if slip.second_word and not is_second_word(word, code, slip.second_word):
            raise Problem.of("invalid", {"word": "Kata rahasianya tidak cocok. Huruf besar dan kecil tidak dibedakan."})
        if slip.replaced_at:
            raise Problem.of(
                "invalid", {"code": REPLACED.format(on=numeric_date(office_date(parse_utc_text(slip.replaced_at))))}
            )
        line = transitions.load_line(db, slip.complaint_id)
        aside = queries.find_aside(db, line.id)
        if aside:
            return answer_for_aside(db, line, aside, today)
        return answer_for_line(db, line, today)
    if letter is not None:
        return CodeAnswer(letter_panel(db, letter, today))
    if answer is not None:
        return CodeAnswer(answer_letter_panel(db, answer, today))
    if case is None:
        return None
    return CodeAnswer(case_panel(db, case, today, words_to_wait(db, case, today)))


def letter_panel(db: Database, letter: Any, today: date) -> CitizenPanel:
    """Number, day and subject of a letter of ours for whoever holds its paper: without names, and of a secret one
    without its subject."""
    on = plain_date(date.fromisoformat(letter.numbered_on))
    if letter.urgency == "secret":
        about = ""
    else:
        about = f", hal {without_names(db, letter.subject)}"
    if letter.state == "cancelled":
        said = f"Surat nomor {letter.number}, tanggal {on}, dibatalkan kantor ini dan tidak berlaku."
        return CitizenPanel("warn", said, office_words(db, today), bring=[PAPER])
    said = f"Kantor ini mengeluarkan surat nomor {letter.number}, tanggal {on}{about}. Bandingkan dengan surat Anda."
    return CitizenPanel("good", said, office_words(db, today), bring=[PAPER])


def answer_letter_panel(db: Database, answer: AnswerLetter, today: date) -> CitizenPanel:
    """The same of the answer to a complainant: its subject names nobody, and one that was struck through counts no
    longer."""
    on = plain_date(date.fromisoformat(answer.on_date))
    column = check_found(ComplaintColumn.first(db, id=answer.id), "Jawaban itu")
    if column.struck_by:
        said = f"Surat nomor {answer.number}, tanggal {on}, dicabut kantor ini dan tidak berlaku."
        return CitizenPanel("warn", said, office_words(db, today), bring=[PAPER])
    about = "hal jawaban atas pengaduan"
    said = f"Kantor ini mengeluarkan surat nomor {answer.number}, tanggal {on}, {about}. Bandingkan dengan surat Anda."
    return CitizenPanel("good", said, office_words(db, today), bring=[PAPER])


def without_names(db: Database, text: str) -> str:
    """A text without the people whom it names: those the office knows, and those that the text introduces."""
    places = known_places(db)
    known = [*staff_names(db).values(), *frequent_names(newest_applicants(db)), *introduced_names([text], places)]
    return Masker(Names.from_people(known), places=places).text(text)


def line_panel(db: Database, line: Complaint, sentence: str, today: date, kind: str = "wait") -> CitizenPanel:
    received = long_date(date.fromisoformat(line.received_on))
    said = f"Pengaduan {line.number}, diterima {received}. {sentence}"
    return CitizenPanel(kind, said, office_words(db, today), bring=[OWN_SLIP])


def answer_for_aside(db: Database, line: Complaint, aside: ComplaintAside, today: date) -> CodeAnswer:
    if aside.objected_at:
        sent = "Keberatan Anda sudah tercatat; petugas lain membaca pengaduan ini lagi."
    else:
        sent = ""
    text = f"Kantor tidak menghitungnya sebagai pengaduan. Alasannya: {aside.reason} {sent}".strip()
    panel = line_panel(db, line, text, today, "idle")
    return CodeAnswer(panel, can_object=not aside.objected_at, complaint_id=line.id)


LINE_SENTENCES = {
    "open": "Sedang kami periksa.",
    "followed": "Sudah kami periksa; jawabannya sedang disiapkan.",
    "answered": "Sudah kami jawab. Bacalah jawabannya di bawah.",
    "closed": "Pengaduan ini sudah selesai.",
}


def answer_for_line(db: Database, line: Complaint, today: date) -> CodeAnswer:
    titles = {"first_answer": "Jawaban pertama", "answer": "Jawaban"}
    written = queries.staff_columns(db, [line.id])[line.id]
    answers = [
        (titles[column.name], column.on_date, column.text)
        for column in written
        if column.name in titles and not column.struck_by
    ]
    sentence = LINE_SENTENCES[line.state]
    if line.state == "closed":
        panel = line_panel(db, line, sentence, today, "good")
    else:
        panel = with_limits(db, line_panel(db, line, sentence, today), line, bool(answers), today)
    judge = bool(line.answered_on) and line.satisfied is None
    return CodeAnswer(panel, answers, judge, complaint_id=line.id)


def with_limits(db: Database, panel: CitizenPanel, line: Complaint, answered: bool, today: date) -> CitizenPanel:
    """The panel with the day by which the complainant is answered first, while he is not, or by which it is settled."""
    calendar = office_calendar(db)
    settle = date.fromisoformat(line.settle_due_on)
    first = None
    if line.first_due_on and not answered:
        first = date.fromisoformat(line.first_due_on)
    more = []
    if first:
        limit = "first_answer"
        due = first
        label = "Dijawab paling lambat"
        more = [("Selesai paling lambat", day_words(calendar, settle))]
    else:
        limit = line.handling
        due = settle
        label = "Selesai paling lambat"
    days = due_days(calendar, date.fromisoformat(line.received_on), due)
    panel = replace(panel, due_label=label, due=day_words(calendar, due), days=days, more=more)
    if today <= due:
        return panel
    counted = limit_calendar(all_limits(db), limit, calendar)
    if line.answered_on:
        late = "pengaduan Anda belum selesai"
    else:
        late = "Anda belum mendapat jawaban"
    return replace(
        panel,
        kind="bad",
        days=with_late_days(counted, days, today),
        late=f"Sudah lewat {days_apart(due, today, counted)}.",
        apology=f"Mohon maaf, {late} pada hari yang kami janjikan. Tanyakan di meja informasi.",
    )


def due_days(calendar: Calendar, start: date, due: date) -> tuple[DueDay, ...]:
    """How a limit in working days was counted; nothing where pauses or another unit moved it."""
    count = calendar.workdays_between(start, due)
    if not 0 < count <= LONGEST_CALENDAR or calendar.add_workdays(start, count) != due:
        return ()
    kinds: dict[str, Any] = {"start": "start", "workday": "running"}
    return tuple(
        DueDay(day.date, day.number, day.reason, kinds.get(day.kind, "off")) for day in calendar.explain(start, count)
    )


def day_words(calendar: Calendar, day: date) -> str:
    words = long_date(day)
    if note := calendar.estimate_note(day):
        words += f", {note}"
    return words


def judge_answer(journal: Journal, complaint_id: int, satisfied: bool, now: datetime) -> None:
    line = transitions.load_line(journal.db, complaint_id)
    if line.satisfied is None:
        service.record_satisfaction(journal, SYSTEM, complaint_id=complaint_id, satisfied=satisfied, text="", now=now)


def ready_codes(db: Database) -> list[str]:
    """The first four characters of the slip codes whose cards wait at the counter: enough to know one's own. All of
    them: whoever does not find his code goes home without his card."""
    rows = db.run("SELECT code FROM case_file WHERE closed = 0 AND step = 'hand_over' ORDER BY code")
    return [code[:4] for (code,) in rows]


class BoardPromise(NamedTuple):
    """What a service promises whoever is complete today: the day, how that was counted, that it is free."""

    service: str
    by: date
    days: str
    free: bool


def promises_today(db: Database, today: date) -> list[BoardPromise]:
    """The promises of the services in force, each in its own words."""
    return [
        BoardPromise(
            definition.short_name,
            promised_by(db, definition.promise, today),
            f"{definition.promise.days} {office.UNITS[definition.promise.unit]}",
            definition.fee is not None and not definition.fee.rupiah,
        )
        for definition in office.services_in_force(db, today)
        if definition.promise
    ]


def promised_by(db: Database, promise: Promise, today: date) -> date:
    if promise.unit == "calendar_days":
        return today + timedelta(days=promise.days)
    return office_calendar(db).add_workdays(today, promise.days)
