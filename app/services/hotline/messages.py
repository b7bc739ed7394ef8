"""SMS: what Gammu's folders hold becomes contacts, is answered at once by the program, goes out, and what became of it.

The office's clockwork looks once a minute. A file is taken in exactly once: its digest is written with the contact, in
one transaction, and only then the file is taken away. A message leaves once: it is written down, its file is put in the
outbox, and that it lies there is written down too.
"""

import logging
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated

from app.casework.desk.moving import plan_move
from app.casework.desk.tables import CaseEvent, CaseFile
from app.core.asked import Amount, Day, Lines, Text, Tick, Ticked
from app.core.clock import at_office, office_date, office_time
from app.core.permissions import SYSTEM, Actor
from app.core.problems import SENTENCES, Problem, ValueProblem, check_found
from app.core.procedure.limits import due_words
from app.core.text import is_mobile, parse_phone, to_latin
from app.core.workdays import wall_time
from app.platform.office import queries as office
from app.platform.office.deadlines import read_deadlines
from app.platform.office.service import change_settings
from app.platform.office.settings import get_setting, sends_sms
from app.room import office_command
from app.services.hotline import bounds, gammu, notices
from app.services.hotline.events import SmsErased, SmsMoved, SmsReceived
from app.services.hotline.gammu import Folders, Incoming
from app.services.hotline.outbox import queue_message, record_message
from app.services.hotline.queries import SERVICE, find_open_contact
from app.services.hotline.service import open_contact
from app.services.hotline.tables import Sms
from schema.database import Database
from sync.entries import to_utc_text
from sync.journal import Journal

log = logging.getLogger(__name__)
ANSWERS, ARRIVED, REPLIED = ("answered_desk", "answered"), "arrived", "replied"
"""Outcomes whose text is the answer to whoever asked; the step in which a message waits, and how it ends."""
USE = " Nomor Anda hanya dipakai untuk menjawab."
"""For what the number is used (UU 27/2022 art. 5), as far as it costs no further SMS."""
REPLY_EVERY, MOST_REPLIES = timedelta(hours=1), 3
"""One automatic reply to a contact in this time, and so many to a number: two programs never talk to each other."""
ANSWERED_WITHIN = timedelta(days=30)
"""Answers to older messages are no longer looked for."""
SHORTEST_NUMBER, LONGEST_QUESTION, MOST_BLOCKED = 9, 1000, 200
"""Digits of a number that a person has (shorter ones are services of the operator); letters of a contact's question."""
MOST_ERASED = 2000
PAST_DAY = "Isi tanggal yang sudah lewat."
CHOOSE_SENDERS = "Pilih dulu siapa yang dibalas."
STATES = {
    "received": ("good", "Masuk"),
    "blocked": ("idle", "Diblokir"),
    "queued": ("wait", "Menunggu dikirim"),
    "handed": ("wait", "Menunggu dikirim"),
    "sent": ("good", "Terkirim"),
    "failed": ("bad", "Gagal dikirim"),
    "gone": ("warn", "Berkasnya hilang"),
    "dropped": ("idle", "Tidak dikirim"),
}
NOT_SENT = ("failed", "gone")
ON_ITS_WAY = ("queued", "handed")
LATE_AFTER = timedelta(minutes=15)
"""A message that has not left by then waits for a telephone that is not there."""


def find_folders(db: Database) -> tuple[Folders | None, list[str]]:
    """The folders where SMS is used, and what keeps messages from coming and going, a sentence each."""
    if not get_setting(db, "sms.on"):
        return None, []
    folders = gammu.folders_in(get_setting(db, "sms.folder"))
    return folders, folders.faults()


def find_hold_ups(db: Database, now: datetime) -> list[str]:
    """What keeps messages from coming and going where SMS is used, or holds them up already, a sentence each."""
    folders, faults = find_folders(db)
    if folders is None or faults:
        return faults
    since = to_utc_text(now - LATE_AFTER)
    on_its_way = [row for row in Sms.rows(db, state=ON_ITS_WAY, order="id") if is_due_to_leave(row)]
    waiting = [row for row in on_its_way if (row.changed_at or row.at) < since]
    left = gammu.count_left_lying(folders)
    told = list[str]()
    if bounds.room_left(db, now) <= 0 and any(row.state == "queued" for row in on_its_way):
        told.append(
            "Batas SMS tercapai; yang lain menunggu dikirim. Periksa siapa yang menulis, blokir yang bukan orang, atau"
            " minta administrator mengubah batasnya di Pengaturan SMS."
        )
    if unanswered := waiting_senders(db):
        told.append(f"{len(unanswered)} pengirim baru belum dibalas. Pilih siapa yang dibalas di halaman SMS.")
    if waiting:
        first = due_words(wall_time(datetime.fromisoformat(waiting[0].at)).isoformat(timespec="minutes"))
        told.append(
            f"{len(waiting)} pesan belum terkirim, yang pertama dari {first}. Telepon pelanggannya, dan minta"
            " administrator memeriksa modem dan layanan gammu-smsd."
        )
    if left:
        told.append(f"{left} berkas di inbox tidak terambil. Minta administrator memeriksa pemilik dan izinnya.")
    return told


def is_due_to_leave(row: Sms) -> bool:
    """Whether a message on its way ought to leave at once: a notice waits for its hours and bounds."""
    return bool(row.state == "handed" or row.purpose != "notice")


def exchange_messages(journal: Journal, now: datetime) -> None:
    """A look of the clockwork. A folder that cannot be used stops nothing else; the page says what is wrong."""
    folders, faults = find_folders(journal.db)
    if folders is None or faults:
        return
    for look in (take_in_messages, send_messages):
        with files_at_fault_told():
            look(journal, folders, now)


@contextmanager
def files_at_fault_told() -> Iterator[None]:
    """An error of the folders goes into the log without its path: the name of an incoming file holds a number."""
    try:
        yield
    except OSError as error:
        log.warning("SMS: %s", error.strerror)


# -- in ----------------------------------------------------------------------------------------------------------


def take_in_messages(journal: Journal, folders: Folders, now: datetime) -> None:
    """Take in what lies in the inbox, once the hotline's standard is in force; in an office without it what answers a
    notice, each message on its own. Raises OSError."""
    has_hotline = SERVICE in {service.id for service in office.services_in_force(journal.db, office_date(now))}
    if not has_hotline and not sends_sms(journal.db):
        return
    for message in gammu.read_inbox(folders):
        known = Sms.first(journal.db, digest=message.digest) is not None
        if not known and not notices.take_reply(journal, sender_of(message.sender), message, now):
            try:
                take_in(journal, message, now, alone=not has_hotline)
            except Problem as problem:  # it stands alone in the list of messages
                log.warning("SMS: %s", problem)
                take_in(journal, message, now, alone=True)
        with files_at_fault_told():
            gammu.remove_message(message)


def take_in(journal: Journal, message: Incoming, now: datetime, *, alone: bool = False) -> None:
    """A message becomes a contact, or goes to the open one of its sender, who is told number and promise; `alone` it
    becomes none, and stands at the case of its sender where that has agreed to SMS."""
    sender = sender_of(message.sender)
    blocked = sender in get_setting(journal.db, "sms.blocked")
    with journal.transaction():
        if blocked:
            case_id = None
        else:
            case_id = notices.newest_case_of(journal.db, sender)
        if not (alone or blocked):
            case_id = find_or_open_contact(journal, sender, message.text, now)
        if blocked:
            kept = ("", "blocked")
        else:
            kept = (message.text, "received")
        body = SmsReceived(journal.next_id("sms"), sender, *kept, message.stamp, message.digest, case_id)
        record_message(journal, body, case_id, now)
        if case_id is not None and not alone:
            reply(journal, sender, case_id, now)


def find_or_open_contact(journal: Journal, sender: str, text: str, now: datetime) -> int:
    """The contact (a case) that a message belongs to: the open one of its sender, else a new one."""
    number = sender if is_number(sender) else ""
    if number:
        known = find_open_contact(journal.db, number)
    else:
        known = find_open_contact_of_name(journal.db, sender)
    if known is not None:
        return known
    question = plain_words(text)[:LONGEST_QUESTION].strip() or "(SMS tanpa tulisan)"
    if number:
        caller = ""
    else:
        caller = f"SMS {plain_words(sender)}"
    return open_contact(journal, SYSTEM, channel="sms", number=number, question=question, caller=caller, now=now).id


def find_open_contact_of_name(db: Database, sender: str) -> int | None:
    """The open contact of somebody who writes with a name in place of a number."""
    rest = "JOIN case_file c ON c.id = s.case_id WHERE s.number = ? AND c.closed = 0 ORDER BY s.id DESC LIMIT 1"
    return next((row.case_id for row in Sms.joined(db, "s", rest, (sender,))), None)


def sender_of(text: str) -> str:
    """A number in national form, or the name that stands in its place."""
    try:
        return parse_phone(text)
    except ValueProblem:
        return text or "?"


def is_number(sender: str) -> bool:
    return sender.isascii() and sender.lstrip("+").isdigit() and len(sender) >= SHORTEST_NUMBER


def plain_words(text: str) -> str:
    """The words as a form takes them: letters that only look Latin become Latin, lone accents go."""
    latin = unicodedata.normalize("NFC", to_latin(text))
    kept = [sign for sign in latin if unicodedata.category(sign) != "Mn"]
    return "".join(kept)


# -- the automatic reply -----------------------------------------------------------------------------------------


def reply(journal: Journal, sender: str, case_id: int, now: datetime) -> None:
    """Tell the sender number and promise; that is the response of row 1. Nobody is told twice within an hour."""
    since = to_utc_text(now - REPLY_EVERY)
    told = Sms.rows(journal.db, Sms.at > since, number=sender, purpose="reply", limit=MOST_REPLIES)
    if len(told) >= MOST_REPLIES or any(row.case_id == case_id for row in told):
        return
    own = sender == get_setting(journal.db, "sms.number")
    if own or not is_mobile(sender) or not get_setting(journal.db, "sms.replies"):
        return
    case = check_found(CaseFile.first(journal.db, id=case_id), "Kontak itu")
    text = reply_text(journal.db, case, now)
    if bounds.is_new_sender(journal.db, sender, now) and bounds.new_senders_wait(journal.db, text, now):
        return
    send_reply(journal, sender, case, text, now)


def send_reply(journal: Journal, sender: str, case: CaseFile, text: str, now: datetime) -> None:
    case_id = case.id
    queue_message(journal, "reply", sender, text, now, case_id)
    if case.step == ARRIVED:
        today = office_date(now)
        note = "Balasan otomatis lewat SMS"
        record_message(journal, plan_move(journal.db, case, REPLIED, today, today, note=note, now=now), case_id, now)


def reply_text(db: Database, case: CaseFile, now: datetime) -> str:
    name = get_setting(db, "office.short_name") or get_setting(db, "office.name")
    running = [deadline.due for deadline in read_deadlines(db, f"case/{case.id}").values() if deadline.runs]
    promise = ""
    if running:
        promise = f" Jawaban paling lambat {due_words(max(running))}."
    at = wall_time(now)
    working = office.working_time(db)
    if working.is_open(at):
        opens = ""
    else:
        opens = f" Kantor buka lagi {due_words(working.next_open(at).isoformat())}."
    text = f"{name}: pesan Anda kami terima dengan nomor {case.number}.{opens}{promise}"
    if bounds.cost_of(text + USE) == bounds.cost_of(text):
        return text + USE
    return text


# -- out ---------------------------------------------------------------------------------------------------------


def queue_answers(journal: Journal, now: datetime) -> None:
    """Answers given to contacts that came as SMS, on whichever page, leave as SMS; each once."""
    rest = (
        "JOIN case_file c ON c.id = e.case_id WHERE c.service = ? AND e.action IN (?, ?) AND e.note <> ''"
        " AND c.id IN (SELECT case_id FROM sms WHERE direction = 'incoming' AND at > ?)"
        " AND NOT EXISTS (SELECT 1 FROM sms s WHERE s.case_id = c.id AND s.tells = e.action || ' ' || e.at) LIMIT 50"
    )
    values = (SERVICE, *ANSWERS, to_utc_text(now - ANSWERED_WITHIN))
    for event in CaseEvent.joined(journal.db, "e", rest, values, number="c.main_key"):
        if is_mobile(event.number):
            told = f"{event.action} {event.at}"
            with journal.transaction():
                queue_message(journal, "answer", event.number, event.note, now, event.case_id, told)


def send_messages(journal: Journal, folders: Folders, now: datetime) -> None:
    """Put what is queued in the outbox, and write down what became of what lies there. Raises OSError."""
    queue_answers(journal, now)
    notices.queue_notices(journal, now)
    room = bounds.room_left(journal.db, now)
    for message in messages_on_their_way(journal.db, now):
        state = gammu.state_of(folders, message.file)
        waits = message.state == "queued" and state == "gone"
        if (waits or state == "handed") and (why := why_dropped(journal.db, message, now)):
            notices.drop_notice(journal, folders, message, why, now)
            continue
        if waits:
            room -= bounds.cost_of(message.text)
            if room < 0:
                break
            gammu.put_in_outbox(folders, message.file, gammu.backup_text(message.id, message.number, message.text))
            state = "handed"
        if state != message.state:
            note_state(journal, message, state, now)


def why_dropped(db: Database, message: Sms, now: datetime) -> str:
    if message.purpose != "notice":
        return ""
    return notices.why_dropped(db, message, now)


def note_state(journal: Journal, message: Sms, state: gammu.State, now: datetime) -> None:
    with journal.transaction():
        body = SmsMoved(message.id, state, message.file)
        record_message(journal, body, message.case_id, now, complaint_id=message.complaint_id)
        if message.purpose == "notice" and state == "sent":
            notices.note_told(journal, message, now)


def messages_on_their_way(db: Database, now: datetime) -> list[Sms]:
    """Those that the daemon has first, then what people wrote, then notices that may leave, then replies of the
    program: however many notices wait, nothing waits behind them."""
    handed = Sms.rows(db, state="handed", order="id", limit=gammu.MOST_FILES)
    queued = Sms.rows(db, Sms.purpose != "notice", state="queued", order="id", limit=gammu.MOST_FILES)
    written = [row for row in queued if row.purpose != "reply"]
    replies = [row for row in queued if row.purpose == "reply"]
    return handed + written + notices.notices_to_send(db, now) + replies


def waiting_senders(db: Database) -> list[CaseFile]:
    """Open contacts of senders whom nobody told anything yet although a message could reach them, oldest first."""
    rest = (
        "WHERE c.service = ? AND c.step = ? AND c.closed = 0"
        " AND c.id IN (SELECT case_id FROM sms WHERE direction = 'incoming')"
        " AND NOT EXISTS (SELECT 1 FROM sms s WHERE s.case_id = c.id AND s.direction = 'outgoing') ORDER BY c.id"
    )
    own = get_setting(db, "sms.number")
    rows = CaseFile.joined(db, "c", rest, (SERVICE, ARRIVED))
    return [row for row in rows if is_mobile(row.main_key) and row.main_key != own]


@office_command("hotline.open")
def reply_to_chosen(
    journal: Journal,
    actor: Actor,
    *,
    case_ids: Annotated[Sequence[int], Ticked("Penunggu", CHOOSE_SENDERS, "chosen")],
    now: datetime,
) -> int:
    """Tell senders who wait number and promise; says to how many. Raises Problem `invalid`, `conflict`."""
    chosen = [sender for sender in waiting_senders(journal.db) if sender.id in set(case_ids)]
    if not chosen:
        raise Problem.of("invalid", {"chosen": CHOOSE_SENDERS})
    texts = [reply_text(journal.db, case, now) for case in chosen]
    room = bounds.room_left(journal.db, now)
    if sum(map(bounds.cost_of, texts)) > room:
        raise Problem.of("conflict", why=f"Batas SMS tinggal {max(0, room)}. Pilih lebih sedikit, atau tunggu.")
    for case, text in zip(chosen, texts, strict=True):
        send_reply(journal, case.main_key, case, text, now)
    return len(chosen)


@office_command("hotline.open")
def send_again(journal: Journal, actor: Actor, *, message_id: int, now: datetime) -> int | None:
    """Send a message that failed once more; returns its contact. Raises Problem `not_found`, `state`."""
    message = check_found(Sms.first(journal.db, id=message_id, direction="outgoing"), "Pesan itu")
    if message.state not in NOT_SENT or message.gone_at:
        if message.gone_at:
            state = "dimusnahkan"
        else:
            state = STATES[message.state][1].lower()
        raise Problem.of("state", what="Pesan itu", state=state)
    again = SmsMoved(message.id, "queued", gammu.outgoing_name(message.id, wall_time(now)))
    record_message(journal, again, message.case_id, now, actor)
    return message.case_id


@office_command("office.settings")
def send_test(
    journal: Journal, actor: Actor, *, number: Annotated[str, Text("Kirim pesan uji ke", most=40)], now: datetime
) -> None:
    """Send a test message with the next look of the clockwork, or say why it cannot leave. Raises Problem."""
    folders, faults = find_folders(journal.db)
    if folders is None or faults:
        why = "SMS belum dinyalakan. Nyalakan dan simpan dulu."
        if faults:
            why = faults[0]
        raise Problem.of("conflict", why=why)
    text = f"Pesan uji dari Loket, pukul {office_time(now):%H.%M}."
    queue_message(journal, "test", checked_mobile(number), text, now)


@office_command("office.settings")
def erase_messages(
    journal: Journal,
    actor: Actor,
    *,
    before: Annotated[date, Day("Pesan dari sebelum tanggal", PAST_DAY, ahead=PAST_DAY)],
    reason: Annotated[str, Text("Alasan memusnahkan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> int:
    """Take numbers and words out of messages of before a day whose contact is closed; says of how many. Raises Problem.

    What the journal holds of them goes with the command `destroy --gone`. The PIN was asked before.
    """
    rest = (
        "LEFT JOIN case_file c ON c.id = s.case_id WHERE s.at < ? AND s.gone_at = '' AND coalesce(c.closed, 1) = 1"
        " AND s.state NOT IN ('queued', 'handed') ORDER BY s.id LIMIT ?"
    )
    since = to_utc_text(at_office(before, 0, 0))
    ids = [message.id for message in Sms.joined(journal.db, "s", rest, (since, MOST_ERASED))]
    if not ids:
        raise Problem.of("invalid", {"before": "Tidak ada pesan kontak selesai dari sebelum tanggal itu."})
    journal.record(SmsErased(ids, reason), subject="sms", actor=actor.username, at=now)
    return len(ids)


def checked_number(text: str) -> str:
    try:
        return parse_phone(text)
    except ValueProblem as problem:
        raise Problem.of("invalid", {"number": problem.sentence}) from problem


def checked_mobile(text: str) -> str:
    number = checked_number(text)
    if not is_mobile(number):
        raise Problem.of(
            "invalid", {"number": "SMS hanya dikirim ke nomor seluler Indonesia, misalnya 0812-3456-7890."}
        )
    return number


@office_command("office.settings")
def change_sms_settings(
    journal: Journal,
    actor: Actor,
    *,
    on: Annotated[bool, Tick("SMS lewat Gammu menyala")],
    folder: Annotated[str, Text("Folder Gammu", most=200)],
    number: Annotated[str, Text("Nomor SMS kantor ini", most=40)],
    blocked: Annotated[Sequence[str], Lines("Pengirim yang diblokir", most=20, times=MOST_BLOCKED)],
    now: datetime,
    replies: Annotated[bool, Tick("Balasan otomatis")] = True,
    most_hour: Annotated[int, Amount("SMS keluar dalam satu jam", least=1, most=999)] = 60,
    most_day: Annotated[int, Amount("SMS keluar dalam sehari", least=1, most=999)] = 300,
) -> None:
    """Set folder, own number, blocked senders, the switch of automatic replies, and the bounds.

    Raises Problem `invalid` with the field's sentence.
    """
    if on and (faults := gammu.folders_in(folder).faults()):
        raise Problem.of("invalid", {"folder": f"{faults[0]} Pasang gammu-smsd dulu, atau minta izin folder itu."})
    senders = list(dict.fromkeys(map(sender_of, blocked)))
    own = ""
    if number:
        own = checked_number(number)
    values = {"sms.on": on, "sms.folder": folder, "sms.number": own, "sms.blocked": senders}
    values |= {"sms.replies": replies, "sms.most_hour": most_hour, "sms.most_day": most_day}
    change_settings(journal, actor, values, now)


def messages_of(db: Database, case_id: int) -> list[Sms]:
    return Sms.rows(db, case_id=case_id, order="id", limit=200)


def latest_messages(db: Database, most: int, skip: int = 0) -> list[Sms]:
    """What came and went, the newest first; notices stand on a page of their own."""
    return Sms.joined(
        db, "s", "INDEXED BY sms_talk WHERE s.purpose <> 'notice' ORDER BY s.id DESC LIMIT ? OFFSET ?", (most, skip)
    )
