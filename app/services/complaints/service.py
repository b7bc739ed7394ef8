"""The book: a line in the visitor's own words, dated notes, scans.

Nothing is ever deleted or altered: no function here does it and triggers in the schema refuse it (SP 11.3).
"""

from base64 import b64encode
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict, replace

from app.core.asked import Choice, Day, Text, Tick, YesNo
from app.core.clock import office_date, office_time
from app.core.permissions import SYSTEM, Actor
from app.core.problems import SENTENCES, Problem, ValueProblem, check_nothing_wrong
from app.core.text import is_mobile, parse_phone
from app.platform.files.content import check_content
from app.platform.office.moves import Act, Moves, make_move
from app.room import office_command
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
    ComplaintSmsStopped,
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
    section_of_category,
    sections_in_use,
    service_names,
)
from app.services.complaints.masks import clean_words
from app.services.complaints.queries import (
    code_digest,
    line_id_by_number,
    load_aside,
    next_line_number,
    running_pause,
    second_word_hash,
    standing_columns,
    unused_slip_code,
)
from app.services.complaints.tables import Complaint
from app.services.complaints.transitions import (
    MOVES,
    can_strike,
    check_may_act,
    line_by_id,
    line_of_column,
    line_subject,
    load_column,
    load_line,
    strike_problem,
    write_column,
)
from app.services.complaints.words import CATEGORIES, CHANNELS, HANDLINGS, PAUSES, TYPES, WEIGHTS, real_weight
from schema.service_standard import FileRule
from sync.file_pieces import digest_of
from sync.journal import Journal

WORDS_LIMIT = 4000
"""Letters of the visitor's words: two closely written pages."""
MANY, FEW = 100, 6
"""A text of so many letters with fewer different ones says nothing."""
SCAN_LIMIT = 200_000
REASON_LIMIT = 300
SEXES = {"female": "Perempuan", "male": "Laki-laki"}
NOT_SAID = "Tidak disebut"
HIDDEN = ("name", "address", "contact")
"""What an anonymous line does not keep."""
TEXT_FIRST, OTHER_SECTION = SENTENCES["text_first"], "Pilih seksi lain dari daftar."
NOTE = Text("Catatan bertanggal", TEXT_FIRST, most=WORDS_LIMIT, lines=True)
FIRST_ANSWER = Text("Jawaban pertama", TEXT_FIRST, most=WORDS_LIMIT, lines=True)
FOLLOW_UP = Text("Tindak lanjut", TEXT_FIRST, most=WORDS_LIMIT, lines=True)
ANSWER = Text("Jawaban kepada pengadu", TEXT_FIRST, most=WORDS_LIMIT, lines=True)
WHY_CLOSED = Text("Mengapa tetap dinyatakan selesai?", most=REASON_LIMIT)
CATEGORY_WORDS = {key: one.label for key, one in CATEGORIES.items()}
move = Moves(MOVES, "complaint_id", line_by_id, check_may_act)
SCANS = FileRule(id="scan", label="Pindaian", types=("png", "jpeg", "pdf"), max_kb=SCAN_LIMIT // 1000)


class Visitor(msgspec.Struct, frozen=True):
    """What a visitor tells; everything but the words may stay empty."""

    words: Annotated[str, Text("Isi pengaduan", "Tulis isi pengaduan.", most=WORDS_LIMIT, lines=True)]
    hope: Annotated[str, Text("Harapan pengadu", most=WORDS_LIMIT, lines=True)] = ""
    name: Annotated[str, Text("Nama", most=150)] = ""
    sex: Annotated[str, Choice("Jenis kelamin", choices=SEXES, none=NOT_SAID)] = ""
    address: Annotated[str, Text("Alamat", most=150)] = ""
    contact: Annotated[str, Text("Telepon atau surel", most=100)] = ""
    about: Annotated[str, Text("Yang diadukan", most=150)] = ""
    area: Annotated[str, Choice("Desa", choices=lambda db, _today: area_names(db), none=NOT_SAID)] = ""
    service: Annotated[str, Choice("Layanan", choices=service_names, none=NOT_SAID)] = ""
    anonymous: Annotated[bool, Tick("Tanpa nama")] = False
    confidential: Annotated[bool, Tick("Nama dirahasiakan")] = False
    second_word: Annotated[str, Text("Kata rahasia", most=150)] = ""
    accepts_sms: Annotated[bool, Tick("Boleh dikabari lewat SMS")] = False


class WrittenLine(msgspec.Struct, frozen=True):
    """A line just written: id, number and, unless it came from the box, the slip code, which is kept nowhere."""

    id: int
    number: str
    code: str


@office_command("complaint.write")
def write_line(
    journal: Journal,
    actor: Actor,
    *,
    channel: Annotated[str, Choice("Sarana", SENTENCES["choose_from_list"], choices=CHANNELS)],
    visitor: Visitor,
    now: datetime,
    type_: Annotated[str, Choice("Jenis", SENTENCES["choose_one"], "type", choices=TYPES, radio=True)] = "complaint",
    category: Annotated[str, Choice("Tentang", SENTENCES["choose_from_list"], choices=CATEGORY_WORDS)] = "other",
    weight: Annotated[str, Choice("Kadar", SENTENCES["choose_one"], choices=WEIGHTS, radio=True)] = "medium",
    received_on: Annotated[date | None, Day("Diterima tanggal", ahead=SENTENCES["received_future"])] = None,
    place: str = "",
    handling: str = "",
) -> WrittenLine:
    """Write a line into the book. The kiosk acts as SYSTEM. Raises Problem with one sentence per field."""
    db, today = journal.db, office_date(now)
    received, said = received_on or today, check_visitor(visitor)
    if not handling:
        handling = "information" if type_ == "information" else "desk"
    number, n = next_line_number(journal, received.year)
    code = slip = ""
    slip_id = 0
    if channel != "box":
        code = unused_slip_code(db)
        slip, slip_id = code_digest(code), journal.next_id("complaint_code")
    settle = due_from(db, handling, received)
    answered = ""
    if is_answerable(channel, said):
        answered = due_from(db, "first_answer", received).on
    fields: dict[str, Any] = asdict(said)
    if said.anonymous:
        fields |= dict.fromkeys(HIDDEN, "")
    fields["second_word"] = second_word_hash(said.second_word, code)
    body = ComplaintWritten(
        id=journal.next_id("complaint"),
        year=received.year,
        n=n,
        number=number,
        code="",
        received_on=received.isoformat(),
        received_time=time_received(received, now),
        channel=channel,
        place=place[:100],
        type=type_,
        category=category,
        weight=real_weight(category, weight),
        section=section_of_category(db, category),
        handling=handling,
        first_due_on=answered,
        settle_due_on=settle.on,
        unit=settle.unit,
        slip=slip,
        slip_id=slip_id,
        levy=category == "levy",
        **fields,
    )
    journal.record(body, subject=f"complaint/{body.id}", actor=actor.username, at=now)
    clean_words(db, [body.id])
    return WrittenLine(body.id, number, code)


def time_received(received: date, now: datetime) -> str:
    """`09.30` for what is received today; of an earlier day nobody knows."""
    if received != office_date(now):
        return ""
    return f"{office_time(now):%H.%M}"


def is_answerable(channel: str, said: Visitor) -> bool:
    """Whether somebody can be answered: not a slip of the box without name and contact (docs/decisions/0023)."""
    return channel != "box" or (not said.anonymous and bool(said.name or said.contact))


def check_visitor(visitor: Visitor) -> Visitor:
    """What is judged of the visitor's data together: words that say something, and the word of a confidential line."""
    wrong, words = dict[str, str](), visitor.words
    if len(words) >= MANY and len(set(words.lower())) < FEW:
        wrong["words"] = "Isi pengaduan hanya mengulang huruf yang sama. Tulis apa yang terjadi."
    if visitor.confidential and not visitor.anonymous and not visitor.second_word:
        wrong["second_word"] = (
            "Pengaduan rahasia perlu kata rahasia, supaya hanya pengadu yang dapat membaca jawabannya."
        )
    contact = national_number(visitor.contact)
    accepts = visitor.accepts_sms and not visitor.anonymous
    if accepts and not is_mobile(contact):
        wrong["contact"] = SENTENCES["sms_without_number"]
    check_nothing_wrong(wrong)
    return replace(visitor, contact=contact, accepts_sms=accepts)


def national_number(text: str) -> str:
    """A telephone number in national form, or whatever else it is."""
    try:
        return parse_phone(text) if text else ""
    except ValueProblem:
        return text


@move("note")
def add_note(act: Act[Complaint], *, complaint_id: int, text: Annotated[str, NOTE], now: datetime) -> None:
    """A dated note beside the visitor's words: the only way to correct them."""
    write_column(act, "note", text)


@move("scan")
def attach_scan(act: Act[Complaint], *, complaint_id: int, data: bytes, now: datetime) -> None:
    try:
        content = check_content(data, SCANS)
    except ValueProblem as problem:
        raise Problem.of("invalid", {"scan": problem.sentence}) from problem
    new_id, digest = act.journal.next_id("complaint_scan"), digest_of(content.data)
    act.record(ScanAttached(new_id, complaint_id, content.kind, digest, b64encode(content.data).decode()))


@move("link")
def link_lines(
    act: Act[Complaint],
    *,
    complaint_id: int,
    number: Annotated[str, Text("Nomor", SENTENCES["no_such_line"], most=40)],
    now: datetime,
) -> None:
    other = line_id_by_number(act.journal.db, number, act.today.year)
    if other is None or other == complaint_id:
        raise Problem.of("invalid", {"number": SENTENCES["no_such_line"]})
    act.record(ComplaintsLinked(*sorted((complaint_id, other))))


@move("class")
def classify_line(
    act: Act[Complaint],
    *,
    complaint_id: int,
    type_: Annotated[str, Choice("Jenis", SENTENCES["choose_from_list"], "type", choices=TYPES)],
    category: Annotated[str, Choice("Tentang", SENTENCES["choose_from_list"], choices=CATEGORY_WORDS)],
    weight: Annotated[str, Choice("Kadar", SENTENCES["choose_from_list"], choices=WEIGHTS)],
    handling: Annotated[str, Choice("Cara penanganan", SENTENCES["choose_from_list"], choices=HANDLINGS)],
    now: datetime,
) -> None:
    line = act.thing
    act.record(
        ComplaintClassed(
            line.id,
            type_,
            category,
            real_weight(category, weight),
            handling,
            category == "levy",
            line.first_due_on or "",
            *due_when_handled(act.journal.db, line, handling),
        )
    )


@move("route")
def route_line(
    act: Act[Complaint],
    *,
    complaint_id: int,
    section: Annotated[str, Choice("Seksi", OTHER_SECTION, choices=lambda db, _today: sections_in_use(db))],
    reason: Annotated[str, Text("Alasan", "Tulis alasan pengalihan, paling panjang 300 huruf.", most=REASON_LIMIT)],
    now: datetime,
) -> None:
    if section == act.thing.section:
        raise Problem.of("invalid", {"section": OTHER_SECTION})
    act.record(ComplaintRouted(act.journal.next_id("complaint_route"), complaint_id, section, reason))


@move("first_answer")
def write_first_answer(
    act: Act[Complaint], *, complaint_id: int, text: Annotated[str, FIRST_ANSWER], now: datetime
) -> None:
    write_column(act, "first_answer", text)


@move("follow")
def write_follow_up(act: Act[Complaint], *, complaint_id: int, text: Annotated[str, FOLLOW_UP], now: datetime) -> None:
    """The Kasi of the section writes the follow-up column (SP 11.6). Nobody else may."""
    write_column(act, "follow_up", text, act.state)


@move("answer")
def write_answer(act: Act[Complaint], *, complaint_id: int, text: Annotated[str, ANSWER], now: datetime) -> None:
    write_column(act, "answer", text, act.state)


@move("satisfaction")
def record_satisfaction(
    act: Act[Complaint],
    *,
    complaint_id: int,
    satisfied: Annotated[
        bool | None, YesNo("Puas dengan jawaban?", SENTENCES["choose_one"], words=("Puas", "Tidak puas"))
    ],
    text: Annotated[str, Text("Kata pengadu", most=REASON_LIMIT)],
    now: datetime,
) -> None:
    """Whether the complainant is satisfied with the answer; the book keeps the verdict with what was said. The kiosk
    acts as SYSTEM, by slip code."""
    verdict = "Puas" if satisfied else "Tidak puas"
    if text:
        verdict += f": {text}"
    write_column(act, "satisfaction", verdict, "", satisfied)


@move("stop_sms")
def stop_sms(act: Act[Complaint], *, complaint_id: int, now: datetime) -> None:
    """The complainant wants no SMS any more."""
    act.record(ComplaintSmsStopped(complaint_id))


@move("close")
def close_line(
    act: Act[Complaint], *, complaint_id: int, now: datetime, reason: Annotated[str, WHY_CLOSED] = ""
) -> None:
    """Settle a line. Where its complainant is not satisfied the officer is asked why; the reason stands in the book."""
    if act.thing.satisfied == 0:
        if not reason:
            raise Problem.of("invalid", {"reason": SENTENCES["close_unsatisfied"]})
        write_column(act, "note", f"Diselesaikan meskipun pengadu belum puas: {reason}")
    act.record(ComplaintClosed(complaint_id, act.today.isoformat()))


@move("reopen")
def reopen_line(
    act: Act[Complaint],
    *,
    complaint_id: int,
    reason: Annotated[
        str, Text("Alasan", "Tulis mengapa dibuka kembali, paling panjang 300 huruf.", most=REASON_LIMIT)
    ],
    now: datetime,
) -> None:
    """Take a settled line up again, with the reason as a dated note; settlement is due anew from today."""
    act.record(ComplaintReopened(complaint_id, *due_from(act.journal.db, act.thing.handling, act.today)))
    write_column(act, "note", f"Dibuka kembali: {reason}")


@Moves(MOVES, "column_id", line_of_column, check_may_act)("strike")
def strike_column(
    act: Act[Complaint],
    *,
    column_id: int,
    reason: Annotated[str, Text("Mengapa dicoret", "Tulis mengapa dicoret.", most=REASON_LIMIT)],
    now: datetime,
) -> None:
    column = load_column(act.journal.db, column_id)
    if not can_strike(act.journal.db, act.actor, act.thing, column.name, column.actor, act.today):
        raise strike_problem(act.actor, act.thing, column.name)
    left = standing_columns(act.journal.db, column.complaint_id, without=column_id)
    if "follow_up" not in left:
        state = "open"
    elif "answer" in left:
        state = "answered"
    else:
        state = "followed"
    act.record(ColumnStruck(column_id, column.complaint_id, reason, state))


@move("pause")
def pause_clock(
    act: Act[Complaint],
    *,
    complaint_id: int,
    reason: Annotated[str, Choice("Alasan", "Pilih alasan jeda dari daftar.", choices=PAUSES)],
    text: Annotated[str, Text("Keterangan", most=REASON_LIMIT)],
    now: datetime,
) -> None:
    pause = act.journal.next_id("complaint_pause")
    act.record(ComplaintPaused(pause, complaint_id, reason, text, act.today.isoformat()))


@move("resume")
def resume_clock(act: Act[Complaint], *, complaint_id: int, now: datetime) -> date:
    """Let the clock run again; the due date moves by the days of the pause on which it would have run. Returns it.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    running = running_pause(act.journal.db, complaint_id)
    assert running is not None
    today = max(date.fromisoformat(running.from_on), act.today)
    moved = due_after_pause(act.journal.db, act.thing, running.from_on, today)
    act.record(ComplaintResumed(running.id, complaint_id, today.isoformat(), moved.isoformat()))
    return moved


# -- lines that are no complaint -------------------------------------------------------------------------------


@move("aside")
def set_line_aside(
    act: Act[Complaint],
    *,
    complaint_id: int,
    reason: Annotated[
        str,
        Text(
            "Alasan, dibaca pengadu",
            "Tulis mengapa baris ini bukan pengaduan, paling panjang 300 huruf.",
            most=REASON_LIMIT,
        ),
    ],
    now: datetime,
) -> None:
    """Fold a running line away; the complainant reads the reason. The line keeps its number and its words."""
    act.record(ComplaintSetAside(act.journal.next_id("complaint_aside"), complaint_id, reason))


@move("check_aside")
def confirm_aside(act: Act[Complaint], *, complaint_id: int, now: datetime) -> None:
    aside = load_aside(act.journal.db, complaint_id)
    if aside.checked_at or aside.actor == act.actor.username:
        if aside.checked_at:
            why = "sudah diperiksa"
        else:
            why = "Anda sisihkan sendiri; orang lain memeriksanya"
        raise Problem.of("conflict", why=f"Baris ini {why}.")
    act.record(AsideChecked(aside.id, complaint_id))


def object_to_aside(journal: Journal, complaint_id: int, text: str, now: datetime) -> None:
    """The complainant objects at the kiosk, once; the words may stay empty. Raises Problem."""
    if len(text) > REASON_LIMIT:
        raise Problem.of("invalid", {"text": "Tulis paling panjang 300 huruf."})
    with make_move(
        journal, SYSTEM, MOVES["object"], now, lambda: line_subject(journal.db, load_line(journal.db, complaint_id))
    ) as act:
        aside = load_aside(journal.db, complaint_id)
        if not aside.objected_at:
            act.record(AsideObjected(aside.id, complaint_id, text.strip()))


@move("take_back")
def take_back_line(
    act: Act[Complaint],
    *,
    complaint_id: int,
    reason: Annotated[
        str, Text("Alasan", "Tulis mengapa baris ini dikembalikan, paling panjang 300 huruf.", most=REASON_LIMIT)
    ],
    now: datetime,
) -> None:
    """Count a line again, with the reason; its due dates are what they were."""
    act.record(ComplaintTakenBack(load_aside(act.journal.db, complaint_id).id, complaint_id, reason))


# -- slip codes --------------------------------------------------------------------------------------------------


@move("slip")
def issue_code(
    act: Act[Complaint],
    *,
    complaint_id: int,
    reason: Annotated[
        str,
        Text(
            "Bagaimana pengadunya dikenali",
            "Tulis bagaimana pengadunya dikenali, paling panjang 300 huruf.",
            most=REASON_LIMIT,
        ),
    ],
    second_word: Annotated[str, Text("Kata rahasia baru, diketik pengadu", name="word", most=150)],
    now: datetime,
) -> str:
    """Another code for a complainant who stands here without the slip; the old one ends. Returns it, for this once.

    A confidential line takes a new second word along. Raises Problem.
    """
    if act.thing.confidential and not act.thing.anonymous and not second_word:
        raise Problem.of("invalid", {"word": "Pengaduan ini rahasia. Minta pengadu mengetik kata rahasia yang baru."})
    code = unused_slip_code(act.journal.db)
    row = act.journal.next_id("complaint_code")
    hashed = code_digest(code), second_word_hash(second_word, code)
    act.record(SlipCodeIssued(row, complaint_id, *hashed, reason))
    return code
