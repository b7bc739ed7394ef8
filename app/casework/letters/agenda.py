"""Letters that come: the agenda, dispositions from post to post, what was done about them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict

from app.casework.desk.moving import case_definition
from app.casework.desk.opening import get_case
from app.casework.desk.tables import CaseFile
from app.casework.letters import events
from app.casework.letters.cases import end_step, letter_named
from app.casework.letters.tables import DispositionReceiver, IncomingLetter
from app.casework.letters.transitions import INCOMING_MOVES, URGENCIES, filled_roles, incoming_subject, is_for
from app.core.asked import Amount, Choice, Day, Seen, Several, Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.platform.office import settings
from app.platform.office.moves import Act, Moves
from app.platform.office.numbers import next_number
from app.platform.people import queries as people
from app.room import office_command
from schema.database import Database
from sync.journal import Journal

SERIES = "letter_in"
MOST_RECEIVERS = 12
NOTE_LIMIT = 1000


class Incoming(msgspec.Struct, frozen=True):
    """A letter as it is entered in the agenda; `to_role` is the post before which it is put (empty: the chief)."""

    letter_number: Annotated[str, Text("Nomor surat", SENTENCES["letter_number"], most=100)]
    letter_date: Annotated[date, Day("Tanggal surat", "Isi tanggal surat, misalnya 02032026.")]
    received_on: Annotated[date, Day("Diterima tanggal", "Isi tanggal diterima.")]
    sender: Annotated[str, Text("Dari", SENTENCES["letter_sender"], most=200)]
    subject: Annotated[str, Text("Hal", SENTENCES["letter_subject"], most=300)]
    code: Annotated[str, Choice("Kode klasifikasi", choices=lambda db, _today: class_codes(db), none="Tanpa kode")] = ""
    urgency: Annotated[str, Choice("Sifat", SENTENCES["choose_one"], choices=URGENCIES, radio=True)] = "ordinary"
    attachments: Annotated[int, Amount("Banyaknya lampiran", most=999, outside="Isi angka antara 0 dan 999.")] = 0
    to_role: Annotated[str, Choice("Diajukan kepada", choices=lambda db, _today: posts_of(db))] = ""


class Order(msgspec.Struct, frozen=True):
    """Who is to do something with a letter: a post (`role`) or a person, until when."""

    role: str = ""
    username: str = ""
    due_on: date | None = None


def posts_of(db: Database) -> dict[str, str]:
    """Post → words: before whom a letter may be put."""
    profile = people.profile_of(db)
    return {role: profile.label(role) for role in profile.posts}


def class_codes(db: Database) -> dict[str, str]:
    """Classification codes of the office → `800 Kepegawaian`."""
    return {line.split()[0]: line for line in settings.get_setting(db, "letters.codes") if line.strip()}


@office_command("letter.agenda")
def register_incoming(
    journal: Journal,
    actor: Actor,
    *,
    line: Incoming,
    now: datetime,
    case_id: int | None = None,
    letter: str = "",
) -> int:
    """Enter a letter in the agenda, under the next number of its year; returns its id.

    `letter` is what the procedure of the case calls it; a step that waited for it ends. Raises Problem.
    """
    values = agenda_values(actor, line, office_date(now))
    check_new(journal.db, values)
    if case_id is not None:
        check_case_letter(journal.db, actor, case_id, letter)
    number = next_number(journal.db, SERIES, office_date(now), journal.epoch)
    letter_id = journal.next_id("incoming_letter")
    body = events.LetterRegistered(id=letter_id, number=number, case_id=case_id, letter=letter, **values)
    journal.record(body, subject=f"incoming/{letter_id}", actor=actor.username, at=now)
    end_step(journal, actor, IncomingLetter, letter_id, now)
    return letter_id


def check_new(db: Database, values: dict[str, Any]) -> None:
    """A letter is entered once, also after a second click. Raises Problem `conflict`."""
    same = {name: values[name] for name in ("sender", "letter_number", "letter_date")}
    if row := IncomingLetter.first(db, **same):
        why = f"Surat ini sudah diagendakan dengan nomor {row.number}. Cari di daftar surat masuk."
        raise Problem.of("conflict", why=why)


move = Moves(INCOMING_MOVES, "letter_id", incoming_subject)


@move("amend")
def amend_incoming(
    act: Act[IncomingLetter],
    *,
    letter_id: int,
    line: Incoming,
    reason: Annotated[str, Text("Alasan perbaikan", SENTENCES["why_corrected"], most=300)],
    now: datetime,
) -> None:
    """Correct what the agenda says of a letter; what it said before stays in the journal."""
    values = agenda_values(act.actor, line, max(act.today, date.fromisoformat(act.thing.received_on)))
    act.record(events.LetterAmended(id=letter_id, reason=reason, **values))


def agenda_values(actor: Actor, line: Incoming, today: date) -> dict[str, Any]:
    """A line of the agenda as its entry holds it. Raises Problem `invalid` where its days do not follow each other."""
    wrong: dict[str, str] = {}
    if line.received_on > today:
        wrong["received_on"] = SENTENCES["received_future"]
    if line.letter_date > line.received_on:
        wrong["letter_date"] = "Tanggal surat tidak boleh sesudah tanggal diterima."
    check_nothing_wrong(wrong)
    days = {"letter_date": line.letter_date.isoformat(), "received_on": line.received_on.isoformat()}
    return asdict(line) | days | {"to_role": line.to_role or actor.profile.chief}


def numbered_case(db: Database, number: str) -> int:
    """The case of a typed number. Raises Problem `invalid`."""
    row = CaseFile.first(db, number=number.strip().upper()[:60])
    if row is None:
        raise Problem.of("invalid", {"case_number": "Berkas bernomor itu tidak ditemukan. Kosongkan bila tidak ada."})
    return row.id


def check_case_letter(db: Database, actor: Actor, case_id: int, letter: str) -> CaseFile:
    """A case of which a letter that came may become this one. Raises Problem."""
    case = get_case(db, actor, case_id)
    if not letter:
        return case
    named = letter_named(case_definition(db, case), letter)
    if named is None or named.direction != "in":
        raise Problem.of("invalid", {"letter": SENTENCES["choose_from_list"]})
    if IncomingLetter.first(db, case_id=case_id, letter=letter) is not None:
        raise Problem.of("conflict", why=f"{named.label} berkas {case.number} sudah diagendakan.")
    return case


@move("link")
def link_incoming(
    act: Act[IncomingLetter],
    *,
    letter_id: int,
    case_number: Annotated[str, Text("Hubungkan dengan berkas nomor", "Tulis nomor berkasnya.", most=60)],
    letter: str = "",
    now: datetime,
) -> None:
    """A letter that is in the agenda belongs to a case. Raises Problem."""
    if act.thing.case_id is not None:
        raise Problem.of("conflict", why="Surat ini sudah terhubung dengan sebuah berkas.")
    case_id = numbered_case(act.journal.db, case_number)
    check_case_letter(act.journal.db, act.actor, case_id, letter)
    act.record(events.LetterLinked(letter_id, case_id, letter))
    end_step(act.journal, act.actor, IncomingLetter, letter_id, now)


# -- dispositions ----------------------------------------------------------------------------------------------


@move("dispose")
def dispose_letter(
    act: Act[IncomingLetter],
    *,
    letter_id: int,
    orders: Sequence[Order],
    instructions: Annotated[Sequence[str], Several("Instruksi", choices=lambda db, _today: known_instructions(db))],
    note: Annotated[str, Text("Isi disposisi", most=NOTE_LIMIT, lines=True)],
    now: datetime,
) -> int:
    """Order what is to be done with a letter, and by whom; returns the id of the disposition.

    Whoever had received it himself passes it on: his own part is done with that. Raises Problem.
    """
    journal = act.journal
    actor = act.actor
    wrong = dict[str, str]()
    if not (note or instructions):
        wrong["note"] = "Centang paling sedikit satu instruksi, atau tulis isi disposisinya."
    receivers = to_receivers(journal, act, orders, wrong)
    check_nothing_wrong(wrong)
    body = events.LetterDisposed(
        journal.next_id("disposition"),
        letter_id,
        next((part.id for part in open_parts(journal.db, letter_id, actor)), None),
        actor.post,
        sorted(filled_roles(actor)),
        list(instructions),
        note,
        receivers,
    )
    act.record(body)
    end_step(journal, actor, IncomingLetter, letter_id, now)
    return body.id


def known_instructions(db: Database) -> dict[str, str]:
    """The instructions of the office's own list, each its own words."""
    return {instruction: instruction for instruction in settings.get_setting(db, "letters.instructions")}


def to_receivers(
    journal: Journal, act: Act[IncomingLetter], orders: Sequence[Order], wrong: dict[str, str]
) -> list[events.Receiver]:
    """Those who receive a letter, each with a number of his own; what is wrong goes into `wrong`."""
    first = journal.next_id("disposition_receiver")
    known = receivers_to_choose(journal.db, act.actor)
    receivers = []
    for place, order in enumerate(orders):
        if order.role:
            key = f"role:{order.role}"
        else:
            key = f"person:{order.username}"
        if key not in known:
            wrong["orders"] = "Pilih penerima dari daftar; Anda sendiri tidak termasuk."
        elif order.due_on and order.due_on < act.today:
            wrong["orders"] = f"Batas waktu untuk {known[key]} tidak boleh sudah lewat."
        else:
            due = None
            if order.due_on:
                due = order.due_on.isoformat()
            receivers.append(events.Receiver(first + place, known[key], order.role, order.username, due))
    if not orders:
        wrong["orders"] = "Pilih paling sedikit satu penerima."
    if len(orders) > MOST_RECEIVERS:
        wrong["orders"] = f"Paling banyak {MOST_RECEIVERS} penerima; yang lain menerimanya dari atasannya."
    if len({(order_row.role, order_row.username) for order_row in orders}) < len(orders):
        wrong["orders"] = "Setiap penerima cukup sekali."
    return receivers


def receivers_to_choose(db: Database, actor: Actor) -> Mapping[str, str]:
    """`role:kasi` or `person:sari` → words: who may receive a disposition of this person."""
    profile = people.profile_of(db)
    able = profile.rights["letter.view"]
    staff = [person for person in people.list_people(db, active=True) if able & set(person.roles)]
    held = {role for person in staff if person.username != actor.username for role in person.roles}
    posts = {f"role:{role}": profile.label(role) for role in profile.roles if role in held & able}
    persons = {f"person:{person.username}": f"{person.name} ({person.title_or_roles})" for person in staff}
    persons.pop(f"person:{actor.username}", None)
    return posts | persons


def open_parts(db: Database, letter_id: int, actor: Actor) -> list[DispositionReceiver]:
    """What this person has still to do with a letter."""
    rows = DispositionReceiver.rows(db, letter_id=letter_id, done_at=None, order="id")
    return [row for row in rows if is_for(actor, row)]


def own_part(act: Act[IncomingLetter], receiver_id: int) -> DispositionReceiver:
    """One's own part of a letter. Raises Problem `conflict`."""
    for row in open_parts(act.journal.db, act.thing.id, act.actor):
        if row.id == receiver_id:
            return row
    raise Problem.of("conflict", why="Disposisi itu bukan untuk Anda, atau sudah selesai. Muat ulang halaman.")


PART = Seen("Disposisi", name="part")


@move("acknowledge")
def acknowledge(act: Act[IncomingLetter], *, letter_id: int, receiver_id: Annotated[int, PART], now: datetime) -> None:
    """The receiver has read it; a second time changes nothing."""
    if not own_part(act, receiver_id).acknowledged_at:
        act.record(events.DispositionAcknowledged(letter_id, receiver_id))


@move("report")
def report_done(
    act: Act[IncomingLetter],
    *,
    letter_id: int,
    receiver_id: Annotated[int, PART],
    report: Annotated[str, Text("Yang sudah dikerjakan", SENTENCES["done"], most=NOTE_LIMIT, lines=True)],
    now: datetime,
) -> None:
    """The receiver says what he did. With the last one the letter is settled."""
    own_part(act, receiver_id)
    act.record(events.DispositionReported(letter_id, receiver_id, report))


@move("settle")
def settle_letter(
    act: Act[IncomingLetter],
    *,
    letter_id: int,
    note: Annotated[str, Text("Mengapa surat ini selesai", "Tulis mengapa surat ini selesai.", most=300)],
    now: datetime,
) -> None:
    """A letter asks for nothing (further): whoever may dispose it says why, and open parts end."""
    act.record(events.LetterSettled(letter_id, note))
