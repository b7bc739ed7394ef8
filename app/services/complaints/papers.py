"""One line of the book on paper: receipt, answer letter, page of the book, LTPP."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from app.casework.letters.queries import letter_of_code
from app.core.clock import office_date
from app.core.codes import new_code, show_code
from app.core.dates import numeric_date
from app.core.permissions import Actor, may, require
from app.core.problems import Problem, check_found
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.numbers import next_number
from app.platform.office.papers import (
    NO_FORM,
    chief_official,
    common_fields,
    office_letterhead,
    staff_official,
    to_kept,
)
from app.platform.office.papers import form_control as papers_form_control
from app.platform.people.queries import person_names, post_words
from app.platform.printing.data import books as shapes
from app.platform.printing.data.common import Control, Official, SecretCode
from app.room import office_command
from app.services.complaints import queries, transitions
from app.services.complaints.events import AnswerNumbered
from app.services.complaints.limits import area_names, section_names
from app.services.complaints.masks import CleanWords
from app.services.complaints.tables import AnswerLetter, Complaint, ComplaintColumn
from app.services.complaints.transitions import can_act_on, line_problem, load_line
from app.services.complaints.words import CATEGORIES, CHANNELS, COLUMNS
from schema.database import Database
from sync.entries import parse_utc_text
from sync.journal import Journal

TOLD_BY_SMS = "Kami kabari lewat SMS bila jawabannya siap. Minta dihentikan kapan saja di meja informasi."
KIOSK = "Kios pengunjung"
"""Whose hand it is when a visitor wrote."""


def receipt_paper(
    db: Database, complaint_id: int, code: str, printed_by: str, printed_at: datetime
) -> shapes.ComplaintReceipt:
    """The receipt of a line with its code, which only memory holds. Raises Problem for a box slip: nobody waits for it
    at the desk."""
    line = load_line(db, complaint_id)
    if line.channel == "box" or not line.first_due_on:
        raise Problem.of("conflict", why="Pengaduan dari kotak saran tidak punya tanda terima.")
    sms = ""
    if line.accepts_sms and settings.sends_sms(db):
        sms = TOLD_BY_SMS
    return shapes.ComplaintReceipt.of(
        line,
        **paper_fields(db, "complaint_receipt", printed_by, printed_at),
        slip=SecretCode(code=show_code(code), qr=code, issue=queries.code_issue(db, code)),
        received_by=person_names(db).get(line.entered_by, KIOSK),
        channel=CHANNELS[line.channel],
        estimate=office.office_calendar(db).estimate_note(date.fromisoformat(line.first_due_on)),
        chief=post_words(db)["chief"],
        sms=sms,
    )


LETTERS = "letter"
"""The series in which letters about population matters are counted, covering letters of dispatches too."""


@office_command("complaint.answer")
def number_answer(journal: Journal, actor: Actor, complaint_id: int, now: datetime) -> AnswerLetter:
    """The number of the last answer as a letter, taken when it is first asked for. Raises Problem."""
    on = office_date(now)
    db = journal.db
    check_answers(db, actor, complaint_id, on)
    answer = last_answer(db, complaint_id)
    row = AnswerLetter.first(db, id=answer.id)
    if row is None:
        number = next_number(db, LETTERS, on, journal.epoch)
        code = new_code(lambda drawn: letter_of_code(db, drawn) or queries.answer_letter_of_code(db, drawn))
        signer = to_kept(chief_official(db, on))
        body = AnswerNumbered(answer.id, complaint_id, number, on.isoformat(), signer, code)
        journal.record(body, subject=f"complaint/{complaint_id}", actor=actor.username, at=now)
        row = AnswerLetter.first(db, id=answer.id)
    return check_found(row, "Surat jawaban itu")


def check_answers(db: Database, actor: Actor, complaint_id: int, today: date) -> None:
    """Raises Problem `forbidden` for who does not answer this line."""
    line = load_line(db, complaint_id)
    if not can_act_on(db, actor, line, "complaint.answer", today):
        raise line_problem(db, actor, line, "complaint.answer", today)


def last_answer(db: Database, complaint_id: int) -> ComplaintColumn:
    """The answer that stands. Raises Problem `conflict` where there is none."""
    answers = [
        column
        for column in queries.staff_columns(db, [complaint_id])[complaint_id]
        if column.name == "answer" and not column.struck_by
    ]
    if not answers:
        raise Problem.of("conflict", why="Pengaduan ini belum dijawab. Tulis jawabannya dulu.")
    return answers[-1]


def answer_paper(
    journal: Journal, actor: Actor, complaint_id: int, now: datetime, address: str = ""
) -> shapes.AnswerLetter:
    """The answer as a letter under its number. A name stands on it only when the actor may see it, and that look is
    logged."""
    sent = number_answer(journal, actor, complaint_id, now)
    db = journal.db
    line = load_line(db, complaint_id)
    on = date.fromisoformat(sent.on_date)
    clean = transitions.readable_words(db, actor, [line], office_date(now))[line.id] or line
    words = "" if line.confidential else clean.words
    check = None
    if sent.check_code:
        check = SecretCode(code=show_code(sent.check_code), qr="", issue="")
    return shapes.AnswerLetter(
        **common_fields(db, NO_FORM, actor, now),
        number=sent.number,
        complaint=line.number,
        received_on=date.fromisoformat(line.received_on),
        to=tuple(addressee_lines(db, actor, line, now, address)),
        words=words,
        paragraphs=tuple(last_answer(db, complaint_id).text.split("\n")),
        on=on,
        signer=letter_signer(db, sent),
        check=check,
    )


def letter_signer(db: Database, sent: AnswerLetter) -> Official:
    """Who signed, as he was printed when the letter got its number; of an older letter who holds the post now."""
    kept = json.loads(sent.signer)
    if kept:
        return msgspec.convert(kept, Official)
    return chief_official(db, date.fromisoformat(sent.on_date))


def addressee_lines(db: Database, actor: Actor, line: Complaint, now: datetime, address: str) -> Sequence[str]:
    if line.anonymous or line.confidential or not may(actor, "complaint.identity"):
        return ()
    person = transitions.reveal_complainant(db, actor, complaint_id=line.id, now=now, address=address)
    if not person.name:
        return ()
    lines = [person.name]
    if person.address:
        lines.append(person.address)
    if village := office.village_names(db).get(line.area, ""):
        lines.append(f"Desa {village}")
    return lines


# -- the book --------------------------------------------------------------------------------------------------


def book_paper(
    db: Database, actor: Actor, rows: Sequence[Complaint], now: datetime, address: str = ""
) -> shapes.BookPage:
    """A page of the book: the given lines in the order of their numbers, with the digest of what it says.

    The digest is that of the whole words, whoever prints; the paper shows them as the actor may read them.
    """
    require(actor, "complaint.view")
    ordered = sorted(rows, key=lambda row: (row.year, row.n))
    columns = queries.staff_columns(db, [row.id for row in ordered])
    lines = tuple(book_line(db, actor, row, columns[row.id], now, address) for row in ordered)
    on = office_date(now)
    clean = transitions.readable_words(db, actor, ordered, on)
    span = "Nihil"
    if ordered:
        span = f"Tahun {ordered[0].year}, nomor {ordered[0].n} sampai {ordered[-1].n}"
    return shapes.BookPage(
        **paper_fields(db, "complaint_book", actor.name, now),
        title="Buku Pengaduan",
        span=span,
        lines=tuple(
            readable_line(
                line, clean[row.id], transitions.readable_text(db, actor, row, row.aside_reason, office_date(now))
            )
            for row, line in zip(ordered, lines, strict=True)
        ),
        digest=page_digest(lines),
        keeper=staff_official(db, actor.username),
    )


def readable_line(line: shapes.BookLine, clean: CleanWords | None, aside: str) -> shapes.BookLine:
    if aside:
        return replace(line, words=f"Disisihkan: {aside}", hope="")
    if clean:
        return replace(line, words=clean.words, hope=clean.hope)
    return line


def book_line(
    db: Database,
    actor: Actor,
    row: Complaint,
    columns: Sequence[ComplaintColumn],
    now: datetime,
    address: str,
) -> shapes.BookLine:
    known = person_names(db)
    sections = section_names(db)
    follow_ups: list[shapes.Written] = []
    answers: list[shapes.Written] = []
    for column in columns:
        hand = f"{known.get(column.actor, KIOSK)}, {numeric_date(date.fromisoformat(column.on_date))}"
        struck = struck_note(column, known)
        if column.name == "follow_up":
            follow_ups.append(shapes.Written(column.text, hand, struck, ""))
        else:
            answers.append(shapes.Written(column.text, hand, struck, COLUMNS[column.name]))
    received = numeric_date(date.fromisoformat(row.received_on))
    if row.received_time:
        received += f", {row.received_time}"
    closed = ""
    if row.closed_on:
        closed = numeric_date(date.fromisoformat(row.closed_on))
    return shapes.BookLine(
        number=row.number,
        received=received,
        channel=CHANNELS[row.channel],
        who=complainant_column(db, actor, row, now, address),
        words=row.words,
        hope=row.hope,
        about=CATEGORIES[row.category].label,
        routed=sections.get(row.section, str(row.section)),
        columns=tuple(follow_ups),
        answered=tuple(answers),
        closed=closed,
    )


def struck_note(column: ComplaintColumn, known: Mapping[str, str]) -> str:
    if not column.struck_by:
        return ""
    on = numeric_date(office_date(parse_utc_text(column.struck_at or "")))
    return f"{known.get(column.struck_by, column.struck_by)} {on}: {column.struck_why}"


def complainant_column(db: Database, actor: Actor, row: Complaint, now: datetime, address: str) -> str:
    """The complainant's column: a name only for whoever may see it (logged), and never a confidential one: the paper
    lies on a desk that others pass."""
    village = area_names(db).get(row.area, "")
    if row.anonymous or not row.named:
        name = "anonim"
    elif row.confidential:
        name = "rahasia"
    elif may(actor, "complaint.identity"):
        name = transitions.reveal_complainant(db, actor, complaint_id=row.id, now=now, address=address).name
    else:
        name = "nama tersimpan"
    return ", ".join(filter(None, (name, village)))


def page_digest(lines: Sequence[shapes.BookLine]) -> str:
    """The beginning of the SHA-256 over what a page says, without names: in groups of four."""
    said = json.dumps([msgspec.to_builtins(replace(line, who="")) for line in lines], ensure_ascii=False)
    text = hashlib.sha256(said.encode()).hexdigest()[:16].upper()
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


SMS_LIMIT = 320
"""Two messages of 160 letters: more is neither read nor cheap."""


def sms_text(db: Database, line: Complaint, answer: str) -> str:
    """The answer as a text message of at most two messages: who writes, which number, the answer, where to ask."""
    sender = f"Kec. {settings.get_setting(db, 'office.place')}".strip()
    head = f"{sender}: pengaduan Anda no. {line.number}. "
    phone = settings.get_setting(db, "office.phone")
    tail = " Keterangan: meja informasi."
    if phone:
        tail = f" Tanya: {phone}"
    room = SMS_LIMIT - len(head) - len(tail)
    text = " ".join(answer.split())
    if len(text) > room:
        text = text[: room - 1].rsplit(" ", 1)[0] + "…"
    return head + text + tail


FORMS = {
    "recap": "F-20",
    "poster": "F-21",
    "complaint_book": "F-22",
    "complaint_receipt": "F-23",
    "capa": "F-25",
    "annual": "F-26",
}
"""Form numbers below the number of the service standard whose clause 11 they belong to."""


def form_control(db: Database, form: str, on: date) -> Control:
    """The number of a form below the standard in force that speaks of complaints; else that of the form alone."""
    standards = (service for service in office.services_in_force(db, on) if office.chapter_about(service, "complaints"))
    definition = next(standards, None)
    if definition is None:
        return Control(document=FORMS[form], revision="00", issued_on=None)
    return papers_form_control(definition, FORMS[form])


def paper_fields(db: Database, form: str, printed_by: str, printed_at: datetime, frame: Any = None) -> dict[str, Any]:
    if frame:
        head = frame.head
    else:
        head = office_letterhead(db)
    if frame:
        found = frame.controls[form]
    else:
        found = form_control(db, form, office_date(printed_at))
    return {"head": head, "control": found, "printed_at": printed_at, "printed_by": printed_by}
