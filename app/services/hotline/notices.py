"""SMS to whoever waits and agreed: the card may be fetched, the file came back, a promise may be missed, an answer is
ready. They leave through the outbox of the hotline.

Notices are found, not pushed: what is due follows from cases and lines as they stand, each once (`sms.tells`). The same
question is asked again before one leaves, so that nothing goes out which nobody wants or needs any more. What could
not be told that way is told by telephone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

from msgspec.structs import asdict

from app.casework.batches.partners import condition_at, step_at
from app.casework.batches.products import note_call
from app.casework.desk.events import CaseCorrected
from app.casework.desk.form import Form, project_form
from app.casework.desk.moving import case_definition, form_values
from app.casework.desk.queries import seen_area
from app.casework.desk.service import open_case_of
from app.casework.desk.tables import CaseFile
from app.core.asked import Amount, Tick
from app.core.clock import at_office, office_date, office_time
from app.core.codes import show_code
from app.core.dates import plain_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.core.procedure.deadline import counting_calendar
from app.core.text import is_mobile
from app.core.workdays import WEEKDAYS, minute_text
from app.platform.office import queries as office
from app.platform.office.service import change_settings
from app.platform.office.settings import get_setting, sends_sms
from app.room import office_command
from app.services.complaints.events import ComplaintSmsStopped
from app.services.complaints.tables import Complaint
from app.services.hotline import bounds, gammu
from app.services.hotline.events import SmsDropped, SmsQueued, SmsReceived
from app.services.hotline.outbox import record_message
from app.services.hotline.tables import Sms
from schema.database import Database, first_value
from schema.service_procedure import Definition, ShortMessage
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import Journal

FRESH = timedelta(days=7)
"""News that is older is none: it is not told by SMS any more."""
MOST_AT_ONCE = 50
"""Notices that one look queues; the rest follows a minute later."""
MOST_TO_NUMBER = 3
"""Notices to one number in a day: a number that stands in many files gets no flood."""
ANSWERED = "{office}: jawaban pengaduan {number} siap. Tanyakan dengan kode slip Anda di kios atau loket. Buka {hours}."
NO_HOURS = "pada jam kerja"
"""What a notice says of the hours where the days of the week would make a second SMS of it."""
TOLD = "SMS terkirim"
STOP = ("BERHENTI", "HENTI", "STOP")
"""What somebody writes back who wants no SMS any more."""
STOPPED = "Pemohon minta tidak dikabari lewat SMS lagi."


class Notice(NamedTuple):
    """A notice that is due: for whom, the words, what it `tells` of its case or line, and the name of its file.

    The name follows from the deed alone: in the folders of the daemon one sees that it left already, also after a
    backup was put back.
    """

    number: str
    text: str
    tells: str
    file: str
    case_id: int | None = None
    complaint_id: int | None = None


# -- what is due -------------------------------------------------------------------------------------------------


def due_notices(db: Database, now: datetime, like: Sms | None = None) -> Iterator[Notice]:
    """The notices that are due and not queued yet; with `like` those of its case or line, queued or not."""
    if not sends_sms(db):
        return
    if like is None or like.case_id:
        known = db.run("SELECT DISTINCT service, revision FROM case_file WHERE accepts_sms = 1 AND closed = 0")
        for service, revision in list(known):
            definition = office.adopted_definition(db, service, revision)
            for message in definition.messages:
                yield from due_of_cases(db, definition, message, now, like)
    if like is None or like.complaint_id:
        yield from due_answers(db, now, like)


class Moment(NamedTuple):
    """SQL of a kind of moment of a case `c`: what is joined, what must hold, when it was, and which of its kind."""

    join: str
    where: str
    at: str
    nth: str


INTO_STEP = "v.case_id = c.id AND v.step_to = c.step AND v.step_from <> v.step_to"
AT_STEP = Moment(
    f"JOIN case_event e ON e.id = (SELECT max(v.id) FROM case_event v WHERE {INTO_STEP})",
    "e.on_date > ? AND e.at > ?",
    "e.at",
    f"(SELECT count(*) FROM case_event v WHERE {INTO_STEP})",
)
BEFORE_PROMISE = Moment(
    "",
    "c.kept_on IS NULL AND c.due_on > ? AND c.due_on >= ? AND c.due_on <= ?"
    " AND NOT EXISTS (SELECT 1 FROM case_pause p WHERE p.case_id = c.id AND p.to_on IS NULL)",
    "c.due_on",
    "replace(c.due_on, '-', '')",
)


def due_of_cases(
    db: Database, definition: Definition, message: ShortMessage, now: datetime, like: Sms | None
) -> Iterator[Notice]:
    """One message of a definition: to whom it is due."""
    since: tuple[str, ...]
    if message.on:
        moment = AT_STEP
        steps = message.on
        since = (return_day(db), to_utc_text(now - FRESH))
    else:
        moment = BEFORE_PROMISE
        steps = working_steps(definition)
        since = promise_days(db, definition, message, now)
    if like:
        only = "c.id = ?"
        about = like.case_id
    else:
        only = f"NOT EXISTS (SELECT 1 FROM sms s WHERE s.case_id = c.id AND s.tells = ? || ' ' || {moment.at})"
        about = message.id
    rest = (
        f"{moment.join} WHERE c.accepts_sms = 1 AND c.closed = 0 AND c.service = ? AND c.revision = ?"
        f" AND c.step IN ({', '.join('?' * len(steps))}) AND {moment.where} AND {only} ORDER BY c.id LIMIT ?"
    )
    values = (definition.id, definition.identity.revision, *steps, *since, about, MOST_AT_ONCE)
    for case in CaseFile.joined(db, "c", rest, values, moment=moment.at, nth=moment.nth):
        if is_mobile(case.phone):
            yield case_notice(db, message, case, now)


def promise_days(db: Database, definition: Definition, message: ShortMessage, now: datetime) -> tuple[str, str, str]:
    """(the last that was told perhaps before a backup was put back, the first, the last) promised day that is near."""
    assert definition.promise is not None
    assert message.before_promise is not None
    calendar = counting_calendar(definition.promise.unit, office.office_calendar(db))
    today = office_date(now)
    back = return_day(db)
    days = message.before_promise
    told = ""
    if back:
        told = calendar.add_workdays(date.fromisoformat(back), days).isoformat()
    return told, today.isoformat(), calendar.add_workdays(today, days).isoformat()


def working_steps(definition: Definition) -> tuple[str, ...]:
    """The steps in which the office or its partner works: while the applicant is awaited, the delay is not theirs."""
    return tuple(step.id for step in definition.steps if step.waits_for != "applicant")


def return_day(db: Database) -> str:
    """The office day on which a backup was put back last, or an empty text. What was until then may have been told."""
    at = str(first_value(db, "SELECT max(at) FROM side_return") or "")
    if not at:
        return ""
    return office_date(parse_utc_text(at)).isoformat()


def due_answers(db: Database, now: datetime, like: Sms | None) -> Iterator[Notice]:
    """Answers to complaints whose writers agreed."""
    if like:
        only = "c.id = ?"
        about = like.complaint_id
    else:
        only = "NOT EXISTS (SELECT 1 FROM sms s WHERE s.complaint_id = c.id AND s.tells = ? || e.id)"
        about = "answer "
    rest = (
        "JOIN complaint_column e ON e.id = (SELECT max(v.id) FROM complaint_column v WHERE v.complaint_id = c.id"
        " AND v.name = 'answer' AND v.struck_at IS NULL) JOIN complainant w ON w.complaint_id = c.id"
        f" WHERE c.accepts_sms = 1 AND c.aside = 0 AND e.on_date > ? AND e.at > ? AND {only} ORDER BY c.id LIMIT ?"
    )
    values = (return_day(db), to_utc_text(now - FRESH), about, MOST_AT_ONCE)
    for line in Complaint.joined(db, "c", rest, values, contact="w.contact", answer="e.id"):
        if is_mobile(line.contact):
            text = fill_text(db, ANSWERED, now, number=line.number)
            file = gammu.notice_name(line.received_on, f"a{line.id}-{line.answer}")
            yield Notice(line.contact, text, f"answer {line.answer}", file, complaint_id=line.id)


# -- the words ---------------------------------------------------------------------------------------------------


def case_notice(db: Database, message: ShortMessage, case: CaseFile, now: datetime) -> Notice:
    due = ""
    if case.due_on:
        due = plain_date(date.fromisoformat(case.due_on))
    text = fill_text(db, message.text, now, code=show_code(case.code), due=due)
    file = gammu.notice_name(case.received_on, f"k{case.id}-{message.id}-{case.nth}")
    return Notice(case.phone, text, f"{message.id} {case.moment}", file, case.id)


def fill_text(db: Database, text: str, now: datetime, **values: str) -> str:
    """A text with the office and its hours, of one SMS where that can be."""
    name = get_setting(db, "office.short_name") or get_setting(db, "office.name")
    full = text.format_map({"office": name, "hours": open_hours(db, office_date(now)), **values})
    if bounds.cost_of(full) == 1:
        return full
    return text.format_map({"office": name, "hours": NO_HOURS, **values})


def span_words(day: Sequence[tuple[int, int]]) -> str:
    """`08.00-16.00`: from the first opening of a day to its last closing; empty for a day on which nobody works."""
    if not day:
        return ""
    return f"{minute_text(day[0][0])}-{minute_text(day[-1][1])}"


def open_hours(db: Database, today: date) -> str:
    """`Senin-Kamis 08.00-16.00, Jumat 08.00-15.00`: from the first opening to the last closing of a day."""
    held = office.working_time(db).hours_of(today)
    if held:
        spans = list(map(span_words, held.week))
    else:
        spans = []
    lines = list[str]()
    for at, span in enumerate(spans):
        if not span or (at and spans[at - 1] == span):
            continue
        last = next((n for n in range(at, len(spans)) if spans[n] != span), len(spans)) - 1
        days = WEEKDAYS[at]
        if last > at:
            days += f"-{WEEKDAYS[last]}"
        lines.append(f"{days} {span}")
    return ", ".join(lines) or NO_HOURS


# -- into the outbox, and out of it ------------------------------------------------------------------------------


def queue_notices(journal: Journal, now: datetime) -> None:
    """Write down the notices that are due, each in a transaction of its own."""
    for due in list(due_notices(journal.db, now)):
        with journal.transaction():
            key = journal.next_id("sms")
            body = SmsQueued(key, "notice", due.number, due.text, due.file, due.case_id, due.tells, due.complaint_id)
            record_message(journal, body, due.case_id, now, complaint_id=due.complaint_id)


def why_dropped(db: Database, message: Sms, now: datetime) -> str:
    """Why a notice that has not left is not to leave any more; empty while it is due as it stands."""
    if any((due.tells, due.number) == (message.tells, message.number) for due in due_notices(db, now, message)):
        return ""
    if not sends_sms(db):
        return "SMS kepada pemohon dimatikan"
    if message.at[:10] and office_date(parse_utc_text(message.at)).isoformat() <= return_day(db):
        return "cadangan dipulihkan sesudah pesan ini ditulis"
    if not accepts(db, message):
        return "izinnya dicabut"
    if number_of(db, message) != message.number:
        return "nomornya diganti"
    return "keadaannya sudah berubah"


def accepts(db: Database, message: Sms) -> bool:
    if message.case_id:
        table = "case_file"
        key = message.case_id
    else:
        table = "complaint"
        key = message.complaint_id
    return bool(first_value(db, f"SELECT accepts_sms FROM {table} WHERE id = ?", (key,)))


def number_of(db: Database, message: Sms) -> str:
    """The number that the case or line of a notice has now."""
    if message.case_id:
        return str(first_value(db, "SELECT phone FROM case_file WHERE id = ?", (message.case_id,)))
    return str(first_value(db, "SELECT contact FROM complainant WHERE complaint_id = ?", (message.complaint_id,)))


def drop_notice(journal: Journal, folders: gammu.Folders, message: Sms, why: str, now: datetime) -> None:
    """A notice does not leave; its file is taken back where the daemon has not taken it. Raises OSError."""
    gammu.take_back(folders, message.file)
    with journal.transaction():
        body = SmsDropped(message.id, why)
        record_message(journal, body, message.case_id, now, complaint_id=message.complaint_id)


def notices_to_send(db: Database, now: datetime) -> list[Sms]:
    """Queued notices that may leave now: within their hours, as many as the day and each number have left."""
    if not is_hour_for_notices(db, now):
        return []
    room = get_setting(db, "sms.most_notices") - notices_today(db, now)
    if room <= 0:
        return []
    told = Counter(row.number for row in left_today(db, now))
    chosen = list[Sms]()
    for row in Sms.rows(db, state="queued", purpose="notice", order="id"):
        if len(chosen) >= MOST_AT_ONCE:
            break
        if told[row.number] >= MOST_TO_NUMBER:
            continue
        room -= bounds.cost_of(row.text)
        if room < 0:
            break
        told[row.number] += 1
        chosen.append(row)
    return chosen


def is_hour_for_notices(db: Database, now: datetime) -> bool:
    return bool(get_setting(db, "sms.from_hour") <= office_time(now).hour < get_setting(db, "sms.until_hour"))


def notices_today(db: Database, now: datetime) -> int:
    """SMS that notices have cost since midnight, as the network counts them."""
    return sum(bounds.cost_of(row.text) for row in left_today(db, now))


def left_today(db: Database, now: datetime) -> list[Sms]:
    """Notices that left today."""
    rows = bounds.left_since(db, at_office(office_date(now), 0, 0))
    return [row for row in rows if row.purpose == "notice"]


def note_told(journal: Journal, message: Sms, now: datetime) -> None:
    """A notice has left: the card of its case leaves the list of those of whom nobody was told."""
    case = None
    if message.case_id:
        case = CaseFile.first(journal.db, id=message.case_id)
    definition = None
    if case:
        definition = case_definition(journal.db, case)
    if case and definition and definition.partner and case.step == step_at(definition, "hand_over"):
        note_call(journal, SYSTEM, case_id=case.id, means="message", reached=False, now=now, note=TOLD)


@office_command("office.settings")
def change_notice_settings(
    journal: Journal,
    actor: Actor,
    *,
    on: Annotated[bool, Tick("SMS kepada pemohon dan pengadu yang mengizinkan")],
    now: datetime,
    most: Annotated[int, Amount("SMS kepada mereka dalam sehari", least=1, most=999)] = 100,
    from_hour: Annotated[int, Amount("Mulai pukul", least=1, most=23)] = 8,
    until_hour: Annotated[int, Amount("Sampai pukul", least=2, most=24)] = 18,
    price: Annotated[int | None, Amount("Harga satu SMS (rupiah)", least=1, most=9999, optional=True)] = None,
) -> None:
    """Set whether applicants are told by SMS, how many SMS a day, within which hours, and what one costs.

    Raises Problem `invalid` with the field's sentence, `conflict` where SMS is not used at all.
    """
    if on and not get_setting(journal.db, "sms.on"):
        raise Problem.of("conflict", why="SMS lewat Gammu belum menyala. Nyalakan dan simpan dulu di atas.")
    if from_hour >= until_hour:
        raise Problem.of("invalid", {"until_hour": "Isi jam sesudah jam mulai."})
    values = {"sms.notices": on, "sms.most_notices": most, "sms.from_hour": from_hour, "sms.until_hour": until_hour}
    change_settings(journal, actor, values | {"sms.price": str(price or "")}, now)


# -- the agreement -----------------------------------------------------------------------------------------------


@office_command("case.note")
def stop_sms(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> None:
    """The applicant wants no SMS any more. Raises Problem `not_found`, `state`, `conflict`."""
    case, _ = open_case_of(journal.db, actor, case_id, "case.note")
    if not case.accepts_sms:
        raise Problem.of("conflict", why="Pemohon ini memang tidak dikabari lewat SMS.")
    record_stop(journal, actor.username, case, now)


def record_stop(journal: Journal, by: str, case: CaseFile, now: datetime) -> None:
    """Take the agreement out of a case; nothing else of its form is looked at, so that nothing stands against it."""
    definition = case_definition(journal.db, case)
    agreed = next(field.id for field in definition.fields if field.role == "sms")
    left = {name: value for name, value in form_values(case).items() if name != agreed}
    subject = asdict(project_form(definition, Form(left, {}), case.kind))
    body = CaseCorrected(case_id=case.id, changed=[agreed], reason=STOPPED, **subject)
    journal.record(body, subject=f"case/{case.id}", actor=by, at=now)


def take_reply(journal: Journal, sender: str, message: gammu.Incoming, now: datetime) -> bool:
    """Take in an answer to a notice that ends all that a number agreed to. Whether it was one."""
    if message.text.strip(" .!").upper() not in STOP or not is_mobile(sender):
        return False
    open_cases = CaseFile.rows(journal.db, accepts_sms=1, closed=0, phone=sender, order="id")
    rest = "JOIN complainant w ON w.complaint_id = c.id WHERE c.accepts_sms = 1 AND w.contact = ? ORDER BY c.id"
    lines = Complaint.joined(journal.db, "c", rest, (sender,))
    if not open_cases and not lines:
        return False
    case_id = None
    if open_cases:
        case_id = open_cases[0].id
    if open_cases:
        complaint_id = None
    else:
        complaint_id = lines[0].id
    with journal.transaction():
        told = (sender, message.text, "received", message.stamp, message.digest)
        body = SmsReceived(journal.next_id("sms"), *told, case_id, complaint_id)
        record_message(journal, body, case_id, now, complaint_id=complaint_id)
        for case in open_cases:
            record_stop(journal, SYSTEM.username, case, now)
        for line in lines:
            journal.record(ComplaintSmsStopped(line.id), subject=f"complaint/{line.id}", actor=SYSTEM.username, at=now)
    return True


def newest_case_of(db: Database, number: str) -> int | None:
    """The newest case with an agreement of this number: what it writes belongs there where there is no hotline."""
    found = CaseFile.rows(db, accepts_sms=1, closed=0, phone=number, order="id DESC", limit=1)
    return found[0].id if found else None


# -- what went out -----------------------------------------------------------------------------------------------


def notices_of(db: Database, case_id: int) -> list[Sms]:
    """What was told of a case, and what came back."""
    return Sms.rows(db, case_id=case_id, order="id", limit=50)


def latest_notices(db: Database, actor: Actor, most: int, skip: int = 0) -> list[Sms]:
    """Notices that this person may see, the newest first, with what their case or line is called."""
    own, mine = seen_area(actor)
    rest = (
        "LEFT JOIN case_file c ON c.id = s.case_id LEFT JOIN complaint l ON l.id = s.complaint_id"
        f" WHERE s.purpose = 'notice' {own} ORDER BY s.id DESC LIMIT ? OFFSET ?"
    )
    return Sms.joined(db, "s", rest, (*mine, most, skip), called="coalesce(c.number, l.number)")


class Spent(NamedTuple):
    """What left in a time: SMS as the network counts them, and what they cost in rupiah (0: nobody has said it)."""

    parts: int
    rupiah: int


def spent_since(db: Database, since: datetime) -> Spent:
    """What every message of the office has cost since a moment."""
    parts = bounds.sent_since(db, since)
    return Spent(parts, parts * int(get_setting(db, "sms.price") or 0))


TOLD_SINCE = (
    "SELECT 1 FROM case_event e WHERE e.case_id = c.id AND e.at > s.{since}"
    " AND (e.step_from <> e.step_to OR e.action IN ('visit', 'call', 'message', 'reached'))"
)
"""That somebody spoke with the applicant of a case, or it went on, after a moment of a message."""
NOT_ARRIVED = "s.purpose = 'notice' AND s.state IN ('failed', 'gone')"


def untold(db: Database, actor: Actor, most: int) -> list[Sms]:
    """Notices that did not arrive, of cases that stand as they stood then and that nobody has told otherwise since.
    Those of cards at the counter stand in the list of calls."""
    own, mine = seen_area(actor)
    listed, values = condition_at(db, "hand_over")
    rest = (
        f"JOIN case_file c ON c.id = s.case_id WHERE {NOT_ARRIVED}"
        f" AND c.closed = 0 AND NOT EXISTS ({TOLD_SINCE.format(since='changed_at')})"
        f" AND NOT ({listed}) {own} ORDER BY s.id LIMIT ?"
    )
    return Sms.joined(db, "s", rest, (*values, *mine, most), called="c.number", area="c.area")


def untold_lines(db: Database, most: int) -> list[Sms]:
    """The same of answered complaints, until something more is written beside the line, or it is closed."""
    rest = (
        f"JOIN complaint l ON l.id = s.complaint_id WHERE {NOT_ARRIVED} AND l.state = 'answered' AND NOT EXISTS"
        " (SELECT 1 FROM complaint_column k WHERE k.complaint_id = l.id AND k.at > s.changed_at) ORDER BY s.id LIMIT ?"
    )
    return Sms.joined(db, "s", rest, (most,), called="l.number")


def written_back(db: Database, actor: Actor, most: int) -> list[Sms]:
    """What applicants who are told by SMS wrote back, until somebody spoke with them; a contact of the hotline has its
    own way."""
    own, mine = seen_area(actor)
    rest = (
        "JOIN case_file c ON c.id = s.case_id WHERE s.direction = 'incoming' AND s.gone_at = ''"
        " AND c.id IN (SELECT id FROM case_file WHERE accepts_sms = 1 AND closed = 0)"
        f" AND NOT EXISTS ({TOLD_SINCE.format(since='at')}) {own} ORDER BY s.id LIMIT ?"
    )
    return Sms.joined(db, "s", rest, (*mine, most), called="c.number", area="c.area")
