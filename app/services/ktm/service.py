"""Commands on student cards: socialise an intake, draw and make cards, withdraw them; what a step asks of them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated

from app.casework.batches.answers import find_case_value
from app.casework.desk.moving import advance_case, case_definition
from app.casework.desk.tables import CaseFile
from app.core.asked import Amount, Choice, Text, Ticked
from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.core.procedure.limits import Deadline, start_deadline, stop_deadline, to_text
from app.core.workdays import wall_time
from app.platform.office.deadlines import read_deadlines
from app.platform.office.queries import working_time
from app.room import office_command
from app.services.ktm.events import CardDrawn, CardMade, CardReturned, CardWithdrawn, IntakeSocialised
from app.services.ktm.queries import card_of_case, find_card, find_card_code, read_code, valid_card
from app.services.ktm.tables import IntakeSession, StudentCard
from app.services.ktm.words import (
    CHECKING,
    GIVEN_BACK,
    MAKING,
    NO_LONGER_OWED,
    REPLACES,
    WHY,
    WITHDRAWN_FOR,
    is_card_service,
)
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome
from sync.journal import Journal
from sync.keys import ValueSealer
from sync.problems import SyncError

SOCIALISATION = "socialisation"
MOST_CARDS = 100
STUDENTS = Ticked("Mahasiswa", name="berkas")
"""Cards of one printing: ten sheets."""
MOST_PEOPLE = 5000
WHO_CAME = "Tulis berapa mahasiswa yang hadir, paling banyak 5.000."
NOTE = Text("Keterangan", most=300)


# -- the socialisation of an intake --------------------------------------------------------------------------------


@office_command("ktm.intake")
def begin_session(
    journal: Journal,
    actor: Actor,
    *,
    intake: Annotated[str, Text("Angkatan", SENTENCES["intake"], most=9)],
    definition: Definition,
    now: datetime,
) -> int:
    """The socialisation of an intake begins; the standard time of its row runs. Raises Problem."""
    if IntakeSession.first(journal.db, intake=intake, until=""):
        raise Problem.of("conflict", why=f"Sosialisasi angkatan {intake} sedang berlangsung. Akhiri dulu.")
    at = wall_time(now)
    row = definition.rows[0]
    new_id = journal.next_id("intake_session")
    clocks = []
    if row.time and row.time.minutes:
        working = working_time(journal.db)
        clocks = [start_deadline(SOCIALISATION, row.time.minutes, "working_minutes", working, at)]
    body = IntakeSocialised(new_id, intake, to_text(at, "working_minutes"), deadlines=clocks)
    journal.record(body, subject=f"intake/{new_id}", actor=actor.username, at=now)
    return new_id


@office_command("ktm.intake")
def end_session(
    journal: Journal,
    actor: Actor,
    *,
    session_id: int,
    attended: Annotated[
        int, Amount("Mahasiswa yang hadir", "Tulis berapa yang hadir.", least=1, most=MOST_PEOPLE, outside=WHO_CAME)
    ],
    now: datetime,
    note: Annotated[str, Text("Catatan", most=300)] = "",
) -> None:
    """It has ended: how many came. Raises Problem."""
    held = IntakeSession.first(journal.db, id=session_id)
    if held is None or held.until:
        raise Problem.of("conflict", why="Sosialisasi itu sudah diakhiri. Muat ulang halaman.")
    at = wall_time(now)
    until = max(to_text(at, "working_minutes"), held.since)
    clocks = [stop_deadline(clock, at) for clock in session_clocks(journal.db, session_id)]
    body = IntakeSocialised(session_id, held.intake, held.since, until, attended, note, clocks)
    journal.record(body, subject=f"intake/{session_id}", actor=actor.username, at=now)


def session_clocks(db: Database, session_id: int) -> list[Deadline]:
    return list(read_deadlines(db, f"intake/{session_id}").values())


# -- cards -------------------------------------------------------------------------------------------------------


def complete_cases(
    journal: Journal, actor: Actor, *, case_ids: Sequence[int], outcome: str, now: datetime, special: str = ""
) -> int:
    """End the present step of several cases in the same way, all or none. Raises Problem, which names the case."""
    if not 0 < len(case_ids) <= MOST_CARDS:
        raise Problem.of("invalid", {"case_ids": f"Centang 1 sampai {MOST_CARDS} mahasiswa."})
    with journal.transaction():
        for case_id in case_ids:
            try:
                advance_case(journal, actor, case_id=case_id, outcome=outcome, now=now, special=special)
            except Problem as problem:
                case = CaseFile.first(journal.db, id=case_id)
                number = case.number if case else ""
                raise named_problem(problem, number) from problem
    return len(case_ids)


def named_problem(problem: Problem, number: str) -> Problem:
    why = next(iter(problem.fields.values()), problem.sentence)
    if number not in why:
        why = f"Berkas {number}: {why}"
    return Problem.of("conflict", why=why)


@office_command("ktm.card")
def draw_cards(journal: Journal, actor: Actor, *, case_ids: Sequence[int], now: datetime) -> list[StudentCard]:
    """Give cards their codes and numbers, in the order asked; those that have them keep them. Raises Problem."""
    if not 0 < len(case_ids) <= MOST_CARDS:
        raise Problem.of("invalid", {"case_ids": f"Centang 1 sampai {MOST_CARDS} mahasiswa."})
    for case_id in case_ids:
        case = CaseFile.first(journal.db, id=case_id)
        if case is None or not is_card_service(case_definition(journal.db, case)):
            raise Problem.of("not_found", what="Berkas itu")
        held = card_of_case(journal.db, case_id)
        if held is None or held.withdrawn_on:
            draw_card(journal, actor, case, now)
    drawn = [card_of_case(journal.db, case_id) for case_id in case_ids]
    return [find_card(journal.db, card.code) for card in drawn if card]


def draw_card(journal: Journal, actor: Actor, case: CaseFile, now: datetime) -> None:
    db = journal.db
    definition = case_definition(journal.db, case)
    if case.closed or not in_making(definition, case.step):
        raise Problem.of("conflict", why=f"Berkas {case.number} belum atau tidak lagi pada pembuatan KTM.")
    if other := valid_card(db, case.main_key):
        raise Problem.of("conflict", why=f"Berkas {case.number}: KTM {other.number} belum dicabut.")
    earlier = len(StudentCard.rows(db, case_id=case.id))
    if earlier:
        number = f"{case.number}-{earlier + 1}"
    else:
        number = case.number
    code = new_code(lambda code: find_card_code(db, code))
    body = CardDrawn(code, case.id, case.main_key, number, office_date(now).isoformat())
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)


def in_making(definition: Definition, step_id: str) -> bool:
    return any(step.id == step_id and step.special == MAKING for step in definition.steps)


@office_command("ktm.card")
def make_cards(journal: Journal, actor: Actor, *, case_ids: Annotated[Sequence[int], STUDENTS], now: datetime) -> int:
    """The cards came out well: from now on they are valid, and wait to be given out. Raises Problem."""
    for case_id in case_ids:
        card = card_of_case(journal.db, case_id)
        if card is None or card.state != "drawn":
            raise Problem.of("conflict", why="Cetak dulu kartunya, lalu tandai jadi.")
        body = CardMade(card.code, office_date(now).isoformat())
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return complete_cases(journal, actor, case_ids=case_ids, outcome="made", now=now, special=MAKING)


@office_command("ktm.withdraw")
def withdraw_cards(
    journal: Journal,
    actor: Actor,
    *,
    codes: Sequence[str],
    why: Annotated[str, Choice("Alasan", SENTENCES["choose_one"], choices=WITHDRAWN_FOR, radio=True)],
    given_back: Annotated[str, Choice("Kartunya", SENTENCES["choose_one"], choices=GIVEN_BACK, radio=True)],
    now: datetime,
    note: Annotated[str, NOTE] = "",
) -> int:
    """Withdraw cards for ever: their students left, or the cards are lost or damaged. Raises Problem."""
    if not codes or len(codes) > MOST_PEOPLE:
        raise Problem.of("invalid", {"codes": "Centang paling sedikit satu KTM."})
    for code in codes:
        card = find_card(journal.db, code)
        if card.withdrawn_on:
            raise Problem.of("conflict", why=f"KTM {card.number} sudah dicabut ({card.why.lower()}).")
        body = CardWithdrawn(code, office_date(now).isoformat(), why, given_back, note)
        journal.record(body, subject=f"case/{card.case_id}", actor=actor.username, at=now)
    return len(codes)


@office_command("ktm.withdraw")
def return_card(
    journal: Journal,
    actor: Actor,
    *,
    code: str,
    given_back: Annotated[str, Choice("Kartunya", SENTENCES["choose_one"], choices=NO_LONGER_OWED, radio=True)],
    now: datetime,
    note: Annotated[str, NOTE] = "",
) -> None:
    """A withdrawn card that was owed came back or is reported lost. Raises Problem."""
    card = find_card(journal.db, read_code(code))
    if card.given_back != "owed":
        raise Problem.of("conflict", why=f"KTM {card.number} tidak sedang ditunggu kembali.")
    body = CardReturned(card.code, given_back, note or card.note)
    journal.record(body, subject=f"case/{card.case_id}", actor=actor.username, at=now)


# -- what a step asks before it ends -------------------------------------------------------------------------------


def check_card_outcome(
    db: Database,
    case: CaseFile,
    definition: Definition,
    outcome: Outcome | Exit,
    _actor: Actor | None,
    _today: date,
) -> None:
    """Raise Problem where a request does not fit the cards that the student has, or a made one was not drawn."""
    if not isinstance(outcome, Outcome):
        return
    if outcome.needs_complete:
        check_request(db, case)
    if in_making(definition, case.step) and outcome.id == "made":
        card = card_of_case(db, case.id)
        if card is None or card.state != "valid":
            raise Problem.of("conflict", why="Kartu ditandai jadi pada halaman angkatannya.")


def check_request(db: Database, case: CaseFile) -> None:
    """One valid card for each student; a lost or damaged one is withdrawn before another is asked for."""
    if other := valid_card(db, case.main_key):
        raise Problem.of("conflict", why=f"KTM {other.number} masih berlaku. Cabut dulu di halaman KTM itu.")
    wanted = REPLACES.get(case.kind)
    if wanted and not StudentCard.first(db, main_key=case.main_key, withdrawn_why=wanted):
        raise Problem.of("conflict", why=f"Belum ada KTM mahasiswa ini yang dicabut karena {WHY[wanted].lower()}.")


Doubts = dict[int, str]


def accounts_in_doubt(db: Database, sealer: ValueSealer, cases: Sequence[CaseFile]) -> Doubts:
    """Case → why its account number cannot be used: it opens to nothing, does not fit its mask, or two have it."""
    doubts: Doubts = {}
    holders: dict[str, CaseFile] = {}
    for case in cases:
        held = find_case_value(db, case.id)
        if held is None:
            continue
        try:
            number = sealer.open(held.sealed)
        except SyncError as problem:
            doubts[case.id] = problem.sentence
            continue
        other = holders.setdefault(number, case)
        if not number.isdigit() or number[-3:] != held.mask[-3:]:
            doubts[case.id] = "Nomor rekening dari bank tidak terbaca sebagai nomor. Tanyakan kepada bank."
        elif other.main_key != case.main_key:
            doubts[case.id] = f"Nomor rekening ini sama dengan milik berkas {other.number}. Tanyakan kepada bank."
    return doubts


Sealer = Callable[[], ValueSealer]


@office_command("ktm.card")
def complete_checks(
    journal: Journal,
    actor: Actor,
    *,
    case_ids: Annotated[Sequence[int], STUDENTS],
    everybody: Sequence[CaseFile],
    sealer: Sealer,
    now: datetime,
) -> int:
    """The completeness check of several students (PR/046 7.7), after their account numbers were looked at."""
    doubts = accounts_in_doubt(journal.db, sealer(), everybody)
    for case_id in case_ids:
        if case_id in doubts:
            case = CaseFile.first(journal.db, id=case_id)
            number = case.number if case else ""
            raise Problem.of("conflict", why=f"Berkas {number}: {doubts[case_id]}")
    return complete_cases(journal, actor, case_ids=case_ids, outcome="complete", now=now, special=CHECKING)
