"""Commands for the people of a request: enter, correct, and move them, one or many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from app.casework.desk.moving import case_definition, require_open_step
from app.casework.desk.opening import get_case
from app.casework.desk.tables import CaseFile
from app.casework.members.events import CORRECTED, LISTED, MemberCorrected, MembersListed, MembersMoved, NewMember
from app.casework.members.judging import Judged, claim_of, judge_people, people_in, read_person
from app.casework.members.queries import slot_days, state_counts
from app.casework.members.tables import Member
from app.core.clock import office_date
from app.core.dates import long_date
from app.core.permissions import Actor, permission_problem
from app.core.problems import SENTENCES, Problem, check_found
from app.core.procedure import engine
from schema.database import Database, first_value
from schema.service_fields import PersonMove
from schema.service_procedure import Definition, Exit, Outcome
from sync.journal import Journal

NOBODY = "Centang dulu paling sedikit satu orang."
Rows = Sequence[Mapping[str, str]]
OWN_WORDS = {LISTED: "Masuk daftar", CORRECTED: "Data diperbaiki"}


def find_list(db: Database, actor: Actor, case_id: int) -> tuple[CaseFile, Definition]:
    """A request with people that this person may see. Raises Problem `not_found`."""
    case = get_case(db, actor, case_id)
    definition = case_definition(db, case)
    if definition.people is None:
        raise Problem.of("not_found", what="Daftar orang pada berkas itu")
    return case, definition


def open_list(db: Database, actor: Actor, case_id: int) -> tuple[CaseFile, Definition]:
    """The same of a request that still runs, for somebody who may change its list now. Raises Problem."""
    case, definition = find_list(db, actor, case_id)
    step = require_open_step(definition, case)
    people = people_in(definition)
    check_role(definition, actor, people.roles)
    if people.steps and case.step not in people.steps:
        why = f"Daftar {people.label} berkas {case.number} tidak diubah lagi: {step.state_label.lower()}."
        raise Problem.of("conflict", why=why)
    return case, definition


def has_role(definition: Definition, actor: Actor, roles: Iterable[str]) -> bool:
    return bool(actor.duties_in(engine.section_of(definition)) & set(roles))


def check_role(definition: Definition, actor: Actor, roles: Iterable[str]) -> None:
    """Raise Problem `forbidden` for somebody without any of the roles that the definition names."""
    if not has_role(definition, actor, roles):
        raise permission_problem(actor, "case.advance", section=engine.section_of(definition))


def may_change_list(definition: Definition, case: CaseFile, actor: Actor) -> bool:
    people = people_in(definition)
    in_time = not people.steps or case.step in people.steps
    return not case.closed and in_time and has_role(definition, actor, people.roles)


def possible_moves(definition: Definition, case: CaseFile, actor: Actor) -> list[PersonMove]:
    """The moves that this person may make now, the one into a slot left out: it has a way of its own."""
    people = people_in(definition)
    planned = ""
    if people.schedule:
        planned = people.schedule.move
    return [move for move in people.moves if move.id != planned and can_make(definition, case, actor, move)]


def can_make(definition: Definition, case: CaseFile, actor: Actor, move: PersonMove) -> bool:
    in_time = not move.steps or case.step in move.steps
    return not case.closed and in_time and has_role(definition, actor, move.roles)


def moves_on_day(moves: Sequence[PersonMove], member: Member, on: date, today: date) -> list[PersonMove]:
    """Those of the moves that lead on from where a person of a day (`people_of_day`) and the request stand now; who
    came is known on the day only."""
    possible = [move for move in moves if member.state in move.from_states]
    in_time = [move for move in possible if not move.steps or member.step in move.steps]
    return [move for move in in_time if on <= today or not move.attends]


def why_nothing_moves(definition: Definition, moves: Sequence[PersonMove], members: Iterable[Member]) -> str:
    """Why nobody of a day can be moved though states would allow it: where the requests stand. Empty: none waits."""
    states = {state for move in moves for state in move.from_states}
    steps = dict.fromkeys(member.step for member in members if member.state in states)
    labels = [engine.state_named(definition, step).state_label for step in steps]
    if not labels:
        return ""
    return f"Belum dapat dicatat. Keadaan berkas: {', '.join(labels)}."


# -- entering and correcting ---------------------------------------------------------------------------------------


def add_members(
    journal: Journal, actor: Actor, *, case_id: int, rows: Rows, now: datetime, digest: str = ""
) -> list[Judged]:
    """Enter people into the list of a request; returns every row as it was judged.

    By hand a faulty row is refused as a whole; of a file (`digest`) the sound rows are taken. Raises Problem.
    """
    with journal.transaction():
        case, definition = open_list(journal.db, actor, case_id)
        people = people_in(definition)
        held = count_members(journal.db, case_id)
        judged = judge_people(journal.db, definition, case_id, rows, office_date(now))
        wrong = {field: why for person in judged for field, why in person.errors.items()}
        if wrong and not digest:
            raise Problem.of("invalid", wrong)
        sound = [person.values for person in judged if not person.errors]
        if held + len(sound) > people.most:
            why = f"Satu permohonan memuat paling banyak {people.most} orang; sudah ada {held}, ditambah {len(sound)}."
            raise Problem.of("conflict", why=f"{why} Bagi menjadi dua surat permohonan.")
        if sound:
            first_id = journal.next_id("member")
            ordinal = last_ordinal(journal.db, case_id) + 1
            members = [
                NewMember(
                    first_id + at,
                    ordinal + at,
                    value[people.key],
                    value[people.name],
                    value,
                    claim_of(definition, case_id, value[people.key]),
                )
                for at, value in enumerate(sound)
            ]
            body = MembersListed(case_id, people.first, members, digest)
            journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)
    return judged


def count_members(db: Database, case_id: int) -> int:
    return int(first_value(db, "SELECT count(*) FROM member WHERE case_id = ?", (case_id,)) or 0)


def last_ordinal(db: Database, case_id: int) -> int:
    return int(first_value(db, "SELECT max(ordinal) FROM member WHERE case_id = ?", (case_id,)) or 0)


def find_member(db: Database, case_id: int, member_id: int) -> Member:
    return check_found(Member.first(db, id=member_id, case_id=case_id), "Orang itu")


def correct_member(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    member_id: int,
    raw: Mapping[str, str],
    reason: str,
    now: datetime,
) -> Judged:
    """Correct what the list says of one of the people, with a reason. Raises Problem."""
    with journal.transaction():
        db = journal.db
        case, definition = open_list(db, actor, case_id)
        member = find_member(db, case_id, member_id)
        people = people_in(definition)
        if member.claim is None:
            raise Problem.of("conflict", why="Orang ini sudah selesai; datanya tidak diperbaiki lagi.")
        if not reason.strip():
            raise Problem.of("invalid", {"reason": SENTENCES["why_corrected"]})
        judged = read_person(db, definition, raw, office_date(now))
        if judged.values.get(people.key, member.member_key) != member.member_key:
            (judged,) = judge_people(db, definition, case_id, [raw], office_date(now))
        if judged.errors:
            raise Problem.of("invalid", judged.errors)
        key = judged.values[people.key]
        name = judged.values[people.name]
        claim = claim_of(definition, case_id, key)
        body = MemberCorrected(member.id, case_id, key, name, judged.values, claim, reason.strip()[:300])
        journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)
    return judged


# -- moves ---------------------------------------------------------------------------------------------------------


def move_members(
    journal: Journal, actor: Actor, *, case_id: int, move_id: str, ids: Sequence[int], reason: str = "", now: datetime
) -> int:
    """Make one move for everybody who is named, all or none; returns how many. Raises Problem."""
    with journal.transaction():
        case, definition = find_list(journal.db, actor, case_id)
        require_open_step(definition, case)
        move = next((rule for rule in possible_moves(definition, case, actor) if rule.id == move_id), None)
        if move is None:
            refuse_move(definition, case, actor, move_id)
        assert move is not None
        members = check_members(journal.db, definition, case, move, ids)
        check_reason(move, reason)
        if move.attends:
            check_day_came(journal.db, members, office_date(now))
        kept = [(member.id, kept_slot(definition, move, member)) for member in members]
        record_move(journal, actor, definition, case, move, kept, reason, now)
    return len(kept)


def refuse_move(definition: Definition, case: CaseFile, actor: Actor, move_id: str) -> None:
    """Say why somebody may not make a move now."""
    move = next((rule for rule in people_in(definition).moves if rule.id == move_id), None)
    if move is None:
        raise Problem.of("invalid", {"move": "Pilih tindakannya dari daftar."})
    check_role(definition, actor, move.roles)
    state = engine.state_named(definition, case.step).state_label
    raise Problem.of("conflict", why=f"{move.label} tidak dapat dilakukan sekarang. Keadaan berkas: {state}.")


def check_members(
    db: Database, definition: Definition, case: CaseFile, move: PersonMove, ids: Sequence[int]
) -> list[Member]:
    """The named people in their order, each in a state from which the move goes. Raises Problem `conflict`."""
    people = people_in(definition)
    wanted = set(ids)
    members = [row for row in Member.rows(db, case_id=case.id, order="ordinal") if row.id in wanted]
    if not members:
        raise Problem.of("conflict", why=NOBODY)
    labels = {state.id: state.label for state in people.states}
    if wrong := [member for member in members if member.state not in move.from_states]:
        first = wrong[0]
        why = f"{len(wrong)} orang tidak dalam keadaan itu, misalnya nomor {first.ordinal}: {labels[first.state]}."
        raise Problem.of("conflict", why=f"{why} Centang yang sesuai, lalu ulangi.")
    if len(members) != len(wanted):
        raise Problem.of("not_found", what="Salah satu orang yang dicentang")
    return members


def check_reason(move: PersonMove, reason: str) -> None:
    if move.needs_reason and not reason.strip():
        raise Problem.of("invalid", {"reason": SENTENCES["reason"]})


def check_day_came(db: Database, members: Sequence[Member], today: date) -> None:
    """Raise Problem for somebody whose day has not come: who came is known on the day only."""
    days = slot_days(db, [member.slot_id for member in members if member.slot_id])
    for member in members:
        on = days.get(member.slot_id or 0)
        if on is None or on > today:
            planned = "belum dijadwalkan"
            if on:
                planned = f"dijadwalkan {long_date(on)}"
            raise Problem.of("conflict", why=f"Nomor {member.ordinal} {planned}; kehadirannya dicatat pada harinya.")


def kept_slot(definition: Definition, move: PersonMove, member: Member) -> int | None:
    """Whoever leaves his slot otherwise than by coming or staying away gives it up; later it stays as a fact."""
    schedule = people_in(definition).schedule
    planned = next((rule.to for rule in people_in(definition).moves if schedule and rule.id == schedule.move), "")
    if member.state == planned and not move.attends:
        return None
    return member.slot_id


def record_move(
    journal: Journal,
    actor: Actor,
    definition: Definition,
    case: CaseFile,
    move: PersonMove,
    members: list[tuple[int, int | None]],
    reason: str,
    now: datetime,
) -> None:
    final = next(state.final for state in people_in(definition).states if state.id == move.to)
    if final:
        claims = ""
    else:
        claims = claims_again(journal.db, definition, case, [number for number, _ in members])
    body = MembersMoved(case.id, move.id, move.to, members, final, reason.strip()[:300], claims)
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)


def claims_again(db: Database, definition: Definition, case: CaseFile, ids: list[int]) -> str:
    """How the claims begin that people take again who come back from the end; empty where nobody does.

    Raises Problem `conflict` for one who stands in an open list again.
    """
    back = Member.rows(db, id=tuple(ids), claim=None)
    for row in back:
        if Member.first(db, claim=claim_of(definition, case.id, row.member_key)):
            raise Problem.of("conflict", why=f"Nomor {row.ordinal} sudah ada lagi di daftar yang terbuka.")
    if not back:
        return ""
    return claim_of(definition, case.id, "")


# -- the request ---------------------------------------------------------------------------------------------------


def check_people(db: Database, case: CaseFile, definition: Definition, outcome: Outcome | Exit, *_more: object) -> None:
    """Refuse an outcome while one of the people is in a state that forbids it, and every way out while one is open."""
    people = definition.people
    if people is None:
        return
    leaves = isinstance(outcome, Exit) or outcome.to.startswith("@")
    if isinstance(outcome, Outcome):
        allowed = {*outcome.needs_people}
    else:
        allowed = set[str]()
    if leaves:
        final = {state.id for state in people.states if state.final}
        if allowed:
            allowed = allowed & final
        else:
            allowed = final
    elif not allowed:
        return
    counts = state_counts(db, case.id)
    if not counts and isinstance(outcome, Outcome):
        raise Problem.of("conflict", why=f"Daftar {people.label} masih kosong. Isi dulu daftarnya.")
    labels = {state.id: state.label.lower() for state in people.states}
    if wrong := [f"{counts[name]} orang {labels[name]}" for name in labels if name in counts.keys() - allowed]:
        why = f"{outcome.label} belum bisa: {', '.join(wrong)}. Selesaikan dulu di daftar {people.label}."
        raise Problem.of("conflict", why=why)
