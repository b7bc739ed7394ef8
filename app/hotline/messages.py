"""SMS: what Gammu's folders hold becomes contacts, is answered at once by the program, goes out, and what became of it.

The office's clockwork looks once a minute. A file is taken in exactly once: its digest is written with the contact, in
one transaction, and only then the file is taken away. A message leaves once: it is written down, its file is put in the
outbox, and that it lies there is written down too.
"""

import logging
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Literal

from app.core.clock import office_date, office_time
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem, ValueProblem, check_found
from app.core.text import parse_phone, required_text, to_latin
from app.core.workdays import wall_time
from app.desk.moving import plan_move
from app.desk.tables import CaseEvent, CaseFile
from app.hotline import gammu
from app.hotline.gammu import Folders, Incoming
from app.hotline.message_events import SmsMoved, SmsQueued, SmsReceived, SmsRequeued
from app.hotline.queries import SERVICE, open_contact_of
from app.hotline.service import open_contact
from app.hotline.tables import Sms
from app.office import queries as office
from app.office import settings
from app.office.deadlines import read_deadlines
from app.office.service import change_settings
from app.procedure.limits import due_words
from schema.database import Database
from sync.entries import to_utc_text
from sync.journal import Journal

log = logging.getLogger(__name__)
ANSWERS = ("answered_desk", "answered")
"""Outcomes whose text is the answer to whoever asked."""
ARRIVED, REPLIED = "arrived", "replied"
REPLY_EVERY, MOST_REPLIES = timedelta(hours=1), 3
"""One automatic reply to a contact in this time, and so many to a number: two programs never talk to each other."""
ANSWERED_WITHIN = timedelta(days=30)
"""Answers to older messages are no longer looked for."""
SHORTEST_NUMBER = 9
"""Digits of a number that a person has; shorter ones are services of the operator."""
SILENT = "(SMS tanpa tulisan)"
LONGEST_QUESTION = 1000
"""Letters of the question of a contact; the message itself is kept beside it."""
STATES = {
    "received": ("good", "Masuk"),
    "blocked": ("idle", "Diblokir"),
    "queued": ("wait", "Menunggu dikirim"),
    "handed": ("wait", "Menunggu dikirim"),
    "sent": ("good", "Terkirim"),
    "failed": ("bad", "Gagal dikirim"),
    "gone": ("bad", "Berkasnya hilang"),
}
NOT_SENT = ("failed", "gone")


def is_on(db: Database) -> bool:
    return bool(settings.get_setting(db, "sms.on"))


def own_folders(db: Database) -> Folders:
    return gammu.folders_in(settings.get_setting(db, "sms.folder"))


def exchange_messages(journal: Journal, now: datetime) -> None:
    """A look of the clockwork. A folder that cannot be used stops nothing else; the page says what is wrong."""
    if not is_on(journal.db):
        return
    folders = own_folders(journal.db)
    if faults := folders.faults():
        log.warning("SMS: %s", faults[0])
        return
    try:
        take_in_messages(journal, folders, now)
        send_messages(journal, folders, now)
    except OSError as error:  # without the path: the name of an incoming file holds the sender's number
        log.warning("SMS: %s", error.strerror)


# -- in ----------------------------------------------------------------------------------------------------------


def take_in_messages(journal: Journal, folders: Folders, now: datetime) -> None:
    """Take in what lies in the inbox, once the hotline's standard is in force. Raises OSError."""
    try:
        office.check_in_force(journal.db, SERVICE, office_date(now))
    except Problem:
        return
    for message in gammu.read_inbox(folders):
        if Sms.first(journal.db, digest=message.digest) is None:
            take_in(journal, message, now)
        gammu.remove_message(message)


def take_in(journal: Journal, message: Incoming, now: datetime) -> None:
    """A message becomes a contact, or goes to the open one of its sender; one that cannot stands alone in the list."""
    sender = sender_of(message)
    if sender in blocked_numbers(journal.db):
        record_received(journal, message, sender, now, None, blocked=True)
        return
    try:
        with journal.transaction():
            case_id = contact_for(journal, sender, message, now)
            record_received(journal, message, sender, now, case_id)
            reply(journal, sender, case_id, now)
    except Problem as problem:
        log.warning("SMS: %s", problem)
        record_received(journal, message, sender, now, None)


def record_received(
    journal: Journal, message: Incoming, sender: str, now: datetime, case_id: int | None, *, blocked: bool = False
) -> None:
    with journal.transaction():
        key, text = journal.next_id("sms"), "" if blocked else message.text
        state: Literal["received", "blocked"] = "blocked" if blocked else "received"
        body = SmsReceived(key, sender, text, message.stamp, message.digest, state, case_id)
        journal.record(body, subject=subject_of(key, case_id), actor=SYSTEM.username, at=now)


def subject_of(message_id: int, case_id: int | None) -> str:
    return f"case/{case_id}" if case_id else f"sms/{message_id}"


def contact_for(journal: Journal, sender: str, message: Incoming, now: datetime) -> int:
    """The open contact of a sender, else a new one."""
    number = sender if can_reply_to(sender) else ""
    known = open_contact_of(journal.db, number) if number else open_case_of_sender(journal.db, sender)
    if known is not None:
        return known
    question = plain_words(message.text)[:LONGEST_QUESTION].strip() or SILENT
    caller = "" if number else f"SMS {plain_words(sender)}"
    opened = open_contact(journal, SYSTEM, channel="sms", number=number, question=question, caller=caller, now=now)
    return opened.id


def open_case_of_sender(db: Database, sender: str) -> int | None:
    """The open contact of somebody who writes with a name in place of a number."""
    rest = "JOIN case_file c ON c.id = s.case_id WHERE s.number = ? AND c.closed = 0 ORDER BY s.id DESC LIMIT 1"
    return next((row.case_id for row in Sms.joined(db, "s", rest, (sender,))), None)


def sender_of(message: Incoming) -> str:
    """A number in national form, or the name that stands in its place."""
    try:
        return parse_phone(message.sender)
    except ValueProblem:
        return message.sender or "?"


def can_reply_to(sender: str) -> bool:
    return sender.lstrip("+").isdigit() and len(sender) >= SHORTEST_NUMBER


def plain_words(text: str) -> str:
    """The words as a form takes them: letters that only look Latin become Latin, lone accents go."""
    latin = unicodedata.normalize("NFC", to_latin(text))
    return "".join(one for one in latin if unicodedata.category(one) != "Mn")


def blocked_numbers(db: Database) -> list[str]:
    return list(settings.get_setting(db, "sms.blocked"))


# -- the automatic reply -----------------------------------------------------------------------------------------


def reply(journal: Journal, sender: str, case_id: int, now: datetime) -> None:
    """Tell the sender number and promise; that is the response of row 1. Nobody is told twice within an hour."""
    own = settings.get_setting(journal.db, "sms.number")
    if not can_reply_to(sender) or sender == own or is_told_enough(journal.db, sender, case_id, now):
        return
    case = check_found(CaseFile.first(journal.db, id=case_id), "Kontak itu")
    queue_message(journal, "reply", sender, reply_text(journal.db, case, now), now, case_id)
    if case.step == ARRIVED:
        today = office_date(now)
        body = plan_move(journal.db, case, REPLIED, today, today, note="Balasan otomatis lewat SMS", now=now)
        journal.record(body, subject=f"case/{case_id}", actor=SYSTEM.username, at=now)


def is_told_enough(db: Database, number: str, case_id: int, now: datetime) -> bool:
    since = to_utc_text(now - REPLY_EVERY)
    told = Sms.rows(db, Sms.at > since, number=number, purpose="reply", limit=MOST_REPLIES)
    return len(told) >= MOST_REPLIES or any(one.case_id == case_id for one in told)


def reply_text(db: Database, case: CaseFile, now: datetime) -> str:
    name = settings.get_setting(db, "office.short_name") or settings.get_setting(db, "office.name")
    running = [one.due for one in read_deadlines(db, f"case/{case.id}").values() if one.runs]
    promise = f" Jawaban paling lambat {due_words(max(running))}." if running else ""
    at, working = wall_time(now), office.working_time(db)
    opens = "" if working.is_open(at) else f" Kantor buka lagi {due_words(working.next_open(at).isoformat())}."
    return f"{name}: pesan Anda kami terima dengan nomor {case.number}.{opens}{promise}"


# -- out ---------------------------------------------------------------------------------------------------------


def queue_message(
    journal: Journal, purpose: str, number: str, text: str, now: datetime, case_id: int | None = None, tells: str = ""
) -> int:
    """Write down a message that is to leave; the next look of the clockwork puts it in the outbox."""
    key = journal.next_id("sms")
    name = gammu.outgoing_name(key, wall_time(now))
    body = SmsQueued(key, purpose, number, text, name, case_id, tells)  # type: ignore[arg-type]  # checked when applied
    journal.record(body, subject=subject_of(key, case_id), actor=SYSTEM.username, at=now)
    return key


def queue_answers(journal: Journal, now: datetime) -> None:
    """Answers given to contacts that came as SMS, on whichever page, leave as SMS; each once."""
    rest = (
        "JOIN case_file c ON c.id = e.case_id WHERE c.service = ? AND e.action IN (?, ?) AND e.note <> ''"
        " AND c.id IN (SELECT case_id FROM sms WHERE direction = 'incoming' AND at > ?)"
        " AND NOT EXISTS (SELECT 1 FROM sms s WHERE s.case_id = c.id AND s.tells = e.action || ' ' || e.at) LIMIT 50"
    )
    values = (SERVICE, *ANSWERS, to_utc_text(now - ANSWERED_WITHIN))
    for event in CaseEvent.joined(journal.db, "e", rest, values, number="c.main_key"):
        if can_reply_to(event.number):
            with journal.transaction():
                told = f"{event.action} {event.at}"
                queue_message(journal, "answer", event.number, event.note, now, event.case_id, told)


def send_messages(journal: Journal, folders: Folders, now: datetime) -> None:
    """Put what is queued in the outbox, and write down what became of what lies there. Raises OSError."""
    queue_answers(journal, now)
    for one in Sms.rows(journal.db, state=("queued", "handed"), order="id", limit=gammu.MOST_FILES):
        state = gammu.state_of(folders, one.file)
        if one.state == "queued" and state == "gone":
            gammu.put_in_outbox(folders, one.file, gammu.backup_text(one.id, one.number, one.text))
            state = "waiting"
        after = "handed" if state == "waiting" else state
        if after != one.state:
            record_for(journal, SYSTEM, one, SmsMoved(one.id, after), now)


def record_for(journal: Journal, actor: Actor, one: Sms, body: SmsMoved | SmsRequeued, now: datetime) -> None:
    with journal.transaction():
        journal.record(body, subject=subject_of(one.id, one.case_id), actor=actor.username, at=now)


def send_again(journal: Journal, actor: Actor, *, message_id: int, now: datetime) -> int | None:
    """Send a message that failed once more; returns its contact. Raises Problem `not_found`, `state`."""
    require(actor, "hotline.open")
    with journal.transaction():
        one = check_found(Sms.first(journal.db, id=message_id, direction="outgoing"), "Pesan itu")
        if one.state not in NOT_SENT:
            raise Problem.of("state", what="Pesan itu", state=STATES[one.state][1].lower())
        again = SmsRequeued(one.id, gammu.outgoing_name(one.id, wall_time(now)))
        record_for(journal, actor, one, again, now)
    return one.case_id


def send_test(journal: Journal, actor: Actor, *, number: str, now: datetime) -> None:
    """Send a test message; it leaves at once, or says why it cannot. Raises Problem."""
    require(actor, "office.settings")
    folders = usable_folders(journal.db)
    with journal.transaction():
        text = f"Pesan uji dari Loket, pukul {office_time(now):%H.%M}."
        queue_message(journal, "test", checked_number(number, "number"), text, now)
    send_messages(journal, folders, now)


def usable_folders(db: Database) -> Folders:
    folders = own_folders(db)
    if not is_on(db) or (faults := folders.faults()):
        raise Problem.of("conflict", why=faults[0] if is_on(db) else "SMS belum dinyalakan. Nyalakan dan simpan dulu.")
    return folders


def checked_number(text: str, field: str) -> str:
    try:
        return parse_phone(text)
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem


# -- settings and lists ------------------------------------------------------------------------------------------


def change_sms_settings(
    journal: Journal, actor: Actor, *, on: bool, folder: str, number: str, blocked: str, now: datetime
) -> None:
    """Set folder, own number and blocked senders. Raises Problem `invalid` with a sentence for each field."""
    require(actor, "office.settings")
    folder, wrong = folder.strip(), {}
    if on and not PurePath(folder).is_absolute():
        wrong["folder"] = "Tulis alamat folder yang lengkap, misalnya /var/spool/gammu."
    elif on and (faults := gammu.folders_in(folder).faults()):
        wrong["folder"] = f"{faults[0]} Pasang gammu-smsd dulu, atau minta administrator komputer memberi izin."
    own = checked_number(number, "number") if number.strip() else ""
    if wrong:
        raise Problem.of("invalid", wrong)
    values = {"sms.on": on, "sms.folder": folder, "sms.number": own, "sms.blocked": read_blocked(blocked.splitlines())}
    change_settings(journal, actor, values, now)


def read_blocked(lines: Iterable[str]) -> list[str]:
    """Blocked senders, one in a line: numbers in national form, names as the telephone shows them."""
    senders = [required_text(one, "blocked", "", 20) for one in lines if one.strip()]
    if len(senders) > 200:
        raise Problem.of("invalid", {"blocked": "Paling banyak 200 nomor."})
    return list(dict.fromkeys(sender_of(Incoming(one, "", "", "", ())) for one in senders))


def what_is_wrong(db: Database) -> list[str]:
    """What keeps messages from coming and going, a sentence each; nothing where SMS is not used."""
    if not is_on(db):
        return []
    folders = own_folders(db)
    if faults := folders.faults():
        return faults
    waiting = gammu.count_waiting(folders)
    many = f"{waiting} berkas menunggu di folder masuk; diambil {gammu.MOST_FILES} setiap menit."
    return [many] if waiting > gammu.MOST_FILES else []


def messages_of(db: Database, case_id: int) -> list[Sms]:
    return Sms.rows(db, case_id=case_id, order="id", limit=200)


def latest_messages(db: Database, limit: int = 50) -> list[Sms]:
    return Sms.rows(db, order="id DESC", limit=limit)
