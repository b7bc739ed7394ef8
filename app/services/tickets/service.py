"""Drawing a number, calling the next one, and what becomes of it at the counter."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from app.core.asked import Choice, Lines, Several, Tick
from app.core.clock import office_date
from app.core.dates import long_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.workdays import HoursError, wall_time
from app.platform.office import queries as office
from app.platform.office.moves import Act, Move, Moves, Subject, become, stay, true_names
from app.platform.office.numbers import epoch_letter
from app.platform.office.service import change_settings
from app.platform.office.settings import gives_numbers
from app.room import office_command
from app.services.tickets import queries
from app.services.tickets.events import TicketBegun, TicketCalled, TicketEnded, TicketTaken
from app.services.tickets.tables import Ticket
from schema.database import Database, first_value, to_stored_value
from sync.entries import parse_utc_text
from sync.journal import Journal

PER_MINUTE, PER_DAY = 12, 400
"""Numbers that the office gives at most, wherever they are drawn."""
MOST_PRIORITY_IN_A_ROW = 2
"""So many numbers with priority are called one after the other while somebody without it waits."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_COUNTERS = 20
STATES = {
    "waiting": "menunggu",
    "called": "dipanggil",
    "serving": "dilayani",
    "served": "selesai",
    "absent": "tidak datang",
}
OFF = "Kantor ini tidak memakai nomor antrean."
FULL = "Nomor untuk hari ini habis. Tanyakan di meja informasi."
CLOSED = "Nomor antrean diambil pada jam buka kantor."
NOBODY_WAITS = "Tidak ada nomor yang menunggu di loket ini."
FIRST_THIS = "Nomor {number} baru dipanggil. Tekan Mulai melayani atau Tidak datang dulu."
OF_TODAY = {"today": "Nomor ini dari hari lain."}
MOVES: dict[str, Move] = {
    "again": Move(("ticket.call",), stay("called"), "ticket.called", OF_TODAY),
    "begin": Move(("ticket.call",), become("serving", "called"), "ticket.begun", OF_TODAY),
    "absent": Move(("ticket.call",), become("absent", "called"), "ticket.ended", OF_TODAY),
    "finish": Move(("ticket.call",), become("served", "serving"), "ticket.ended", OF_TODAY),
    "back": Move(("ticket.call",), become("called", "absent"), "ticket.called", OF_TODAY),
}
"""Move → who may make it, state → next state, the journal kind. The first call is :func:`call_next`, which chooses."""


# -- drawing a number --------------------------------------------------------------------------------------------


@office_command("ticket.call")
def take_ticket(
    journal: Journal,
    actor: Actor,
    *,
    service: Annotated[str, Choice("Layanan", "Pilih layanan untuk nomornya.", choices=queries.queued_services)],
    priority: Annotated[bool, Tick("Prioritas")] = False,
    now: datetime,
) -> int:
    """Give a number of today; returns its id. Raises Problem outside of the office's hours and above the bounds."""
    db = journal.db
    today = office_date(now)
    check_gives_numbers(db)
    check_open(db, now)
    check_bounds(db, now)
    letter = queries.letters_of_services(db)[service]
    n = next_of_letter(db, letter, today)
    number = f"{letter}-{n:03}{mark_of_return(journal, today)}"
    body = TicketTaken(journal.next_id("ticket"), service, letter, n, number, priority)
    journal.record(body, subject=f"ticket/{body.id}", actor=actor.username, at=now)
    return body.id


def next_of_letter(db: Database, letter: str, today: date) -> int:
    held = first_value(db, "SELECT max(n) FROM ticket WHERE on_date = ? AND letter = ?", (today.isoformat(), letter))
    return int(held or 0) + 1


def check_gives_numbers(db: Database) -> None:
    if not gives_numbers(db):
        raise Problem.of("conflict", why=OFF)


def check_open(db: Database, now: datetime) -> None:
    """Raise Problem `conflict` outside of the office's hours, with the time at which it opens again."""
    working = office.working_time(db)
    at = wall_time(now)
    if working.is_open(at):
        return
    try:
        opening = working.next_open(at)
        opens = f" Kantor buka lagi {long_date(opening.date())} pukul {opening:%H.%M}."
    except HoursError:
        opens = ""
    raise Problem.of("conflict", why=CLOSED + opens)


def check_bounds(db: Database, now: datetime) -> None:
    """Raise Problem where the day or the minute is full. What a clock that was set back left ahead is of no minute."""
    row = db.one(
        "SELECT count(*), count(*) FILTER (WHERE taken_at > ? AND taken_at <= ?) FROM ticket WHERE on_date = ?",
        (to_stored_value(now - timedelta(minutes=1)), to_stored_value(now), office_date(now).isoformat()),
    )
    if row and row[0] >= PER_DAY:
        raise Problem.of("conflict", why=FULL)
    if row and row[1] >= PER_MINUTE:
        raise Problem.of("too_many_tries", minutes=1)


def mark_of_return(journal: Journal, today: date) -> str:
    """The letter of the epoch on a day on which a backup was put back: numbers that went with the lost database are
    on slips in the waiting room."""
    at = str(first_value(journal.db, "SELECT max(at) FROM side_return") or "")
    came_back = bool(at) and office_date(parse_utc_text(at)) == today
    if not came_back:
        return ""
    return epoch_letter(journal.epoch)


# -- at the counter ----------------------------------------------------------------------------------------------


@office_command("ticket.call")
def call_next(journal: Journal, actor: Actor, *, counter: int, now: datetime) -> str:
    """End what is served at a counter and call the next number there; returns the number.

    Raises Problem `conflict` where the last call was not answered yet, or nobody waits. With nobody waiting nothing is
    ended either.
    """
    db = journal.db
    today = office_date(now)
    check_gives_numbers(db)
    known = queries.find_counter(db, counter)
    present = queries.ticket_at(db, counter, today)
    if present is not None and present.state == "called":
        raise Problem.of("conflict", why=FIRST_THIS.format(number=present.number))
    chosen = choose_next(db, queries.letters_at(db, known), today)
    if chosen is None:
        raise Problem.of("conflict", why=NOBODY_WAITS)
    if present is not None:
        journal.record(TicketEnded(present.id), subject=f"ticket/{present.id}", actor=actor.username, at=now)
    body = TicketCalled(chosen.id, counter, next_call(db, today))
    journal.record(body, subject=f"ticket/{chosen.id}", actor=actor.username, at=now)
    return chosen.number


def choose_next(db: Database, letters: Sequence[str], today: date) -> Ticket | None:
    """Who is called next: with priority first, but after two of these in a row the first without, where one waits."""
    waiting = queries.waiting_tickets(db, letters, today)
    favoured = [ticket for ticket in waiting if ticket.priority]
    others = [ticket for ticket in waiting if not ticket.priority]
    if favoured and (not others or not is_turn_of_others(db, letters, today)):
        return favoured[0]
    return others[0] if others else None


def is_turn_of_others(db: Database, letters: Sequence[str], today: date) -> bool:
    """Whether the last numbers that were called of these letters all had priority."""
    rows = Ticket.rows(db, Ticket.call > 0, on_date=today.isoformat(), order="call DESC")
    called = [ticket for ticket in rows if ticket.letter in letters][:MOST_PRIORITY_IN_A_ROW]
    return len(called) == MOST_PRIORITY_IN_A_ROW and all(ticket.priority for ticket in called)


def next_call(db: Database, today: date) -> int:
    return int(first_value(db, "SELECT max(call) FROM ticket WHERE on_date = ?", (today.isoformat(),)) or 0) + 1


def ticket_subject(db: Database, _actor: Actor, ticket_id: int, today: date) -> Subject[Ticket]:
    ticket = queries.find_ticket(db, ticket_id)
    facts = true_names({"today": ticket.on_date == today.isoformat()})
    return Subject(ticket, f"ticket/{ticket_id}", f"Nomor {ticket.number}", ticket.state, facts, STATES)


move = Moves(MOVES, "ticket_id", ticket_subject)


@move("again")
def call_again(act: Act[Ticket], *, ticket_id: int, now: datetime) -> None:
    act.record(TicketCalled(ticket_id, act.thing.counter, next_call(act.journal.db, act.today)))


@move("begin")
def begin_serving(act: Act[Ticket], *, ticket_id: int, now: datetime) -> None:
    act.record(TicketBegun(ticket_id))


@move("absent")
def mark_absent(act: Act[Ticket], *, ticket_id: int, now: datetime) -> None:
    act.record(TicketEnded(ticket_id, absent=True))


@move("finish")
def finish_serving(act: Act[Ticket], *, ticket_id: int, now: datetime) -> None:
    act.record(TicketEnded(ticket_id))


@move("back")
def call_back(act: Act[Ticket], *, ticket_id: int, counter: int, now: datetime) -> None:
    """Call somebody who did not come before, to a counter that is free. Raises Problem `conflict`, `not_found`."""
    db = act.journal.db
    queries.find_counter(db, counter)
    present = queries.ticket_at(db, counter, act.today)
    if present is not None:
        raise Problem.of("conflict", why=f"Selesaikan nomor {present.number} dulu.")
    act.record(TicketCalled(ticket_id, counter, next_call(db, act.today)))


# -- settings ----------------------------------------------------------------------------------------------------


def services_to_queue(db: Database, today: date) -> dict[str, str]:
    """Service → what it is called, of every one in force."""
    return {definition.id: definition.short_name for definition in office.services_in_force(db, today)}


@office_command("office.settings")
def change_ticket_settings(
    journal: Journal,
    actor: Actor,
    *,
    on: Annotated[bool, Tick("Kantor ini memakai nomor antrean")],
    services: Annotated[Sequence[str], Several("Layanan dengan nomor antrean", choices=services_to_queue)],
    counters: Annotated[Sequence[str], Lines("Loket", most=60, times=MOST_COUNTERS)],
    now: datetime,
) -> None:
    """Whether numbers are given, for which services, and which counters call them. Raises Problem `invalid`.

    A service keeps its letter as long as it is chosen; a new one gets the first that is free.
    """
    lines = keep_letters(queries.letters_of_services(journal.db), services)
    given = {line[0] for line in lines}
    if on and not lines:
        wrong = {"services": "Pilih paling sedikit satu layanan."}
    else:
        wrong = {}
    if on and not counters:
        wrong["counters"] = "Isi paling sedikit satu loket, misalnya Loket 1."
    if fault := counter_fault(counters, given):
        wrong["counters"] = fault
    if wrong:
        raise Problem.of("invalid", wrong)
    values = {"tickets.on": on, "tickets.services": lines, "tickets.counters": list(counters)}
    change_settings(journal, actor, values, now)


def keep_letters(known: dict[str, str], services: Sequence[str]) -> list[str]:
    """`A ktp-el` of each chosen service, in the order of the letters."""
    letters = {service: known[service] for service in services if service in known}
    free = (letter for letter in LETTERS if letter not in letters.values())
    for service in services:
        if service not in letters:
            letters[service] = next(free)
    return sorted(f"{letter} {service}" for service, letter in letters.items())


def counter_fault(counters: Sequence[str], given: set[str]) -> str:
    """What is wrong with the lines of the counters: a name that is missing or doubled, a letter that nobody has."""
    names = [line.partition(":")[0].strip().casefold() for line in counters]
    if not all(names) or len(set(names)) < len(names):
        return "Beri tiap loket nama yang berbeda."
    for line in counters:
        foreign = set(line.partition(":")[2].replace(" ", "").upper()) - given
        if foreign:
            return f"Huruf {min(foreign)} bukan huruf layanan yang dipilih."
    return ""
