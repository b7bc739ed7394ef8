"""Two people for each change of what somebody may do: one proposes, another confirms, and a new PIN is vouched for.

The pages ask each of both for the PIN before the command, as for every decision (docs/decisions/0019).
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from app.core.clock import office_date
from app.core.dates import long_moment
from app.core.permissions import SYSTEM, Actor, may, permission_problem, require
from app.core.problems import Problem, check_found, check_nothing_wrong
from app.platform.people.access_log import log_access
from app.platform.people.authenticator import forget_app
from app.platform.people.changes import (
    NAME,
    NIP,
    RANK,
    TITLE,
    WITH_PASSWORD,
    AddPerson,
    AnyChange,
    known_person,
    stored_letterhead,
    wrong_nip,
)
from app.platform.people.credentials import (
    check_password,
    has_pin,
    makes_first_pin,
    pin_counts_from,
    pin_decides,
    pins_waiting,
    put_password,
    take_pin,
)
from app.platform.people.events import CONSOLE, AdminReset, PersonChanged, record_change
from app.platform.people.hashing import OFFICE_PC, Cost, hash_secret
from app.platform.people.queries import (
    acting_officials,
    actor_of,
    find_person,
    last_password_givers,
    list_people,
    profile_of,
    set_up_until,
)
from app.platform.people.sessions import end_sessions
from app.platform.people.tables import Credential
from app.room import office_command
from schema.database import Database, to_stored_value
from sync.journal import Journal

PROPOSAL_LASTS = timedelta(days=7)
ALONE_AFTER = timedelta(days=3)


class Proposal(msgspec.Struct, frozen=True):
    """A change that waits for a second person. `name` is whom it is about."""

    id: int
    change: AnyChange
    name: str
    proposed_by: int
    proposer: str
    at: datetime
    secret: str | None


class NewPin(msgspec.Struct, frozen=True):
    person_id: int
    name: str
    counts_from: datetime


# -- proposing ---------------------------------------------------------------------------------------------------


def propose_change(
    journal: Journal, actor: Actor, change: AnyChange, *, now: datetime, password: str = "", cost: Cost = OFFICE_PC
) -> int:
    """Keep a change until a second person confirms it; returns its number. `password` goes with two of the changes.

    Raises `forbidden`, `own_authority`, and what is wrong with the change itself (`invalid` with its fields).
    """
    require(actor, "people.manage")
    if change.person_id == actor.person_id:
        raise Problem.of("own_authority")
    check_change(journal.db, change, password)
    secret = None
    if isinstance(change, WITH_PASSWORD):
        secret = hash_secret(password, cost)
    with journal.db.writing():
        body = msgspec.json.encode(change).decode()
        journal.db.run("DELETE FROM authority_proposal WHERE proposed_at < ?", (to_stored_value(now - PROPOSAL_LASTS),))
        [(number,)] = list(
            journal.db.run(
                "INSERT INTO authority_proposal (person_id, body, secret, proposed_by, proposed_at)"
                " VALUES (?, ?, ?, ?, ?) RETURNING id",
                (change.person_id, body, secret, actor.person_id, to_stored_value(now)),
            )
        )
        log_change(journal.db, "authority.proposed", change, now, actor.person_id)
    return int(number)


def check_change(db: Database, change: AnyChange, password: str) -> None:
    wrong: dict[str, str] = {}
    try:
        change.check(db)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        wrong |= problem.fields
    if isinstance(change, WITH_PASSWORD):
        if isinstance(change, AddPerson):
            owner = change
        else:
            owner = known_person(db, change.person_id)
        try:
            check_password(password, owner.username.strip().lower(), known=(owner.name, owner.nip))
        except Problem as problem:
            wrong |= problem.fields
    check_nothing_wrong(wrong)


@office_command("people.second")
def withdraw_proposal(journal: Journal, actor: Actor, proposal_id: int, *, now: datetime) -> None:
    """Take a proposal back, or refuse one of somebody else. Nothing was changed, so nothing is journalled."""
    waiting = find_proposal(journal.db, proposal_id, now)
    drop_proposal(journal.db, waiting.id)
    if waiting.proposed_by == actor.person_id:
        action = "authority.withdrawn"
    else:
        action = "authority.refused"
    log_change(journal.db, action, waiting.change, now, actor.person_id)


# -- the second person -------------------------------------------------------------------------------------------


@office_command("people.second")
def confirm_proposal(journal: Journal, actor: Actor, proposal_id: int, *, now: datetime) -> Proposal:
    """Make a proposed change as its second person.

    Raises `forbidden`, `not_found` (settled or expired meanwhile), `own_authority`, `second_needed`, `conflict` when
    the proposer may no longer propose, and what is wrong with the change by now.
    """
    waiting = find_proposal(journal.db, proposal_id, now)
    second = present_actor(journal.db, actor, now)
    check_second(journal.db, waiting, second, now)
    settle_proposal(journal, waiting, second.username, now)
    log_change(journal.db, "authority.confirmed", waiting.change, now, actor.person_id)
    return waiting


def confirm_proposal_alone(journal: Journal, proposal_id: int, *, now: datetime) -> Proposal:
    """Make a proposed change by the command on the PC: only where nobody could confirm, or nobody did for three days.

    Every desk shows it for a week. Raises `not_found`, `second_needed` with the names of those who could.
    """
    with journal.transaction():
        waiting = find_proposal(journal.db, proposal_id, now)
        could = people_who_pass(journal.db, now, check_second_now, waiting)
        if could and now - waiting.at < ALONE_AFTER:
            raise Problem.of(
                "second_needed",
                why=f"Masih ada yang dapat menyetujuinya: {', '.join(could)}. Minta "
                "salah seorang, atau tunggu tiga hari sejak diusulkan.",
            )
        settle_proposal(journal, waiting, CONSOLE, now, alone=True)
        log_change(journal.db, "authority.alone", waiting.change, now)
    return waiting


def settle_proposal(journal: Journal, waiting: Proposal, second: str, now: datetime, *, alone: bool = False) -> None:
    """Write the change, who stands behind it and the hash that was kept; the proposal is gone."""
    drop_proposal(journal.db, waiting.id)
    change = waiting.change
    proposer = actor_of(journal.db, waiting.proposed_by, office_date(now))
    if proposer is None or not may(proposer, "people.manage"):
        raise Problem.of(
            "conflict",
            why=f"{waiting.proposer} tidak lagi berwenang mengusulkan. Tolak usulan ini, lalu "
            "minta petugas lain mengusulkannya lagi.",
        )
    change.check(journal.db)
    person_id = change.write(journal, proposer.username, now)
    if waiting.secret is not None:
        put_password(journal.db, person_id, waiting.secret, must_change=True, now=now)
        take_pin(journal.db, person_id)
    record_change(
        journal,
        change.act,
        person_id,
        proposed_by=proposer.username,
        second=second,
        detail=change.detail_in(profile_of(journal.db)),
        alone=alone,
        now=now,
    )


def present_actor(db: Database, actor: Actor, now: datetime) -> Actor:
    """The same person with the roles of this very moment. Raises `forbidden` for one who is out or lost the role."""
    again = actor_of(db, actor.person_id, office_date(now))
    if again is None or not may(again, "people.second"):
        raise permission_problem(actor, "people.second")
    return again


def check_second(db: Database, waiting: Proposal, second: Actor, now: datetime) -> None:
    if second.person_id == waiting.change.person_id:
        raise Problem.of("own_authority")
    if second.person_id == waiting.proposed_by:
        raise Problem.of(
            "second_needed", why="Yang mengusulkan tidak menyetujui usulannya sendiri. Minta orang lain menyetujuinya."
        )
    require(second, "people.second")
    check_weight(second, waiting.change.gains | roles_of(db, waiting.change.person_id, now))


def check_weight(second: Actor, touched: frozenset[str]) -> None:
    """Raise unless the holder of a post stands behind what touches posts and roles of weight: two administrators alone
    cannot settle it."""
    profile = second.profile
    posts = profile.marked("post")
    if touched & (posts | profile.marked("weighty")) and not posts & second.roles:
        *others, last = map(profile.short, profile.posts)
        raise Problem.of(
            "second_needed",
            why=f"Ini perlu {', '.join(others)}, atau {last} (boleh yang mewakili dengan surat yang berlaku). Minta "
            "salah seorang dari mereka.",
        )


def roles_of(db: Database, person_id: int | None, now: datetime) -> frozenset[str]:
    """Roles of somebody, also of one who is disabled, with the posts in which he acts or is still to act."""
    if person_id is None:
        return frozenset()
    line = find_person(db, person_id)
    today = office_date(now)
    acting = {
        official.post
        for official in acting_officials(db)
        if official.person_id == person_id and (official.until_on is None or official.until_on >= today)
    }
    if line is None:
        return frozenset(acting)
    return frozenset(line.roles) | acting


def refusal_of(check: Callable[..., object], *arguments: object) -> str:
    try:
        check(*arguments)
    except Problem as problem:
        return problem.sentence
    return ""


def check_second_now(db: Database, actor: Actor, waiting: Proposal, now: datetime) -> None:
    """Raise unless this person may be the second one, with a PIN that decides."""
    check_second(db, waiting, actor, now)
    if not pin_decides(db, actor.person_id, now):
        raise Problem.of("pin_missing")


# -- a new PIN ---------------------------------------------------------------------------------------------------


@office_command("people.second")
def vouch_for_pins(journal: Journal, actor: Actor, people: Collection[int], *, now: datetime) -> None:
    """Vouch for everybody who stands beside this person, or for nobody. Raises as :func:`vouch_for_pin`, `invalid`."""
    if not people:
        raise Problem.of("invalid", {"people": "Centang siapa yang ada di depan Anda dan membuat PIN-nya sendiri."})
    for person_id in people:
        vouch_for_pin(journal, actor, person_id, now=now)


@office_command("people.second")
def vouch_for_pin(journal: Journal, actor: Actor, person_id: int, *, now: datetime) -> None:
    """A new PIN decides from now on: a colleague says that the person made it himself.

    Raises `forbidden`, `own_authority`, `second_needed`, `conflict` when no PIN waits.
    """
    alone = check_vouching(journal.db, present_actor(journal.db, actor, now), person_id, now)
    Credential.alter(journal.db, {"person_id": person_id}, pin_from=to_stored_value(now))
    owner = known_person(journal.db, person_id).username
    record_change(journal, "vouched", person_id, proposed_by=owner, second=actor.username, alone=alone, now=now)


def check_voucher(db: Database, actor: Actor, person_id: int, now: datetime) -> None:
    """Raise unless this person may vouch and can do it now, with a PIN that decides."""
    require(actor, "people.second")
    check_vouching(db, actor, person_id, now)
    begins = pin_counts_from(db, actor.person_id)
    if begins is None or not has_pin(db, actor.person_id):
        raise Problem.of("pin_missing")
    if begins > now:
        raise Problem.of("pin_waits", when=long_moment(begins))


def check_vouching(db: Database, actor: Actor, person_id: int, now: datetime) -> bool:
    """Raise unless this person may vouch; True when he may only because the office was set up within a day."""
    if person_id == actor.person_id:
        raise Problem.of("own_authority")
    if not any(waiting_id == person_id for waiting_id, _ in pins_waiting(db, now)):
        raise Problem.of("conflict", why="Tidak ada PIN baru orang ini yang menunggu. Muat ulang halaman.")
    givers = last_password_givers(db, person_id)
    knows = actor.username in givers or (not givers - {CONSOLE} and bool(actor.profile.marked("sets_up") & actor.roles))
    founding = knows and not givers and is_being_set_up(db, now)
    if knows and not founding:
        raise Problem.of(
            "second_needed",
            why="Anda ikut memberi kata sandinya, atau kata sandi pertamanya diisi "
            "administrator. Minta orang lain menjamin, atau tunggu sampai PIN itu berlaku.",
        )
    if not founding:
        check_weight(actor, roles_of(db, person_id, now))
    return founding


def is_being_set_up(db: Database, now: datetime) -> bool:
    """Whether the first person was entered less than a day ago."""
    until = set_up_until(db)
    return until is not None and now < until


def who_ends_wait(db: Database, person_id: int, now: datetime) -> list[str]:
    """Names of those who can end the wait of a new PIN: who may vouch, else who may make the office's first PIN."""
    able = people_who_pass(db, now, check_voucher, person_id)
    return able or people_who_pass(db, now, check_first_voucher, person_id)


def words_to_vouch(db: Database, person_id: int, now: datetime) -> str:
    """Who can end the wait of a new PIN before its day, or who must make a PIN first for it, as a sentence."""
    if able := people_who_pass(db, now, check_voucher, person_id):
        return f"Lebih cepat bila dijamin {' atau '.join(able)} di Persetujuan kedua."
    if first := people_who_pass(db, now, check_first_voucher, person_id):
        makers = " atau ".join(first)
        return f"Lebih cepat bila {makers} membuat PIN: PIN pertama kantor langsung berlaku dan menjamin yang lain."
    return "Belum ada rekan dengan PIN yang berlaku untuk menjaminnya."


def check_first_voucher(db: Database, actor: Actor, person_id: int, now: datetime) -> None:
    """Raise unless this person could vouch at once with the office's first PIN, which is still to be made."""
    require(actor, "people.second")
    check_vouching(db, actor, person_id, now)
    if not makes_first_pin(db, actor, now):
        raise Problem.of("pin_missing")


def people_who_pass(db: Database, now: datetime, check: Callable[..., object], about: object) -> list[str]:
    """Names of the active people for whom a check of (db, actor, about, now) raises nothing."""
    actors = [actor_of(db, person.id, office_date(now)) for person in list_people(db, active=True)]
    return [able.name for able in actors if able and not refusal_of(check, db, able, about, now)]


def list_new_pins(db: Database, now: datetime) -> list[NewPin]:
    waiting = pins_waiting(db, now)
    if waiting:
        named = {person.id: person.name for person in list_people(db, active=True)}
    else:
        named = {}
    return [NewPin(number, named[number], at) for number, at in waiting if number in named]


# -- reading -----------------------------------------------------------------------------------------------------


def list_proposals(db: Database, now: datetime) -> list[Proposal]:
    """Everything that waits, the oldest first; after seven days a proposal waits no more."""
    rows = db.run(
        "SELECT a.id, a.body, p.name, a.proposed_by, o.name, a.proposed_at, a.secret"
        " FROM authority_proposal a JOIN person o ON o.id = a.proposed_by"
        " LEFT JOIN person p ON p.id = a.person_id WHERE a.proposed_at >= ? ORDER BY a.id",
        (to_stored_value(now - PROPOSAL_LASTS),),
    )
    waiting = []
    for number, body, name, by, proposer, at, secret in rows:
        change: AnyChange = msgspec.json.decode(body, type=AnyChange)
        named = name or ""
        if isinstance(change, AddPerson):
            named = name or change.name
        waiting.append(Proposal(number, change, named, by, proposer, datetime.fromisoformat(at), secret))
    return waiting


def find_proposal(db: Database, proposal_id: int, now: datetime) -> Proposal:
    """One that waits, or Problem `not_found`."""
    return check_found(
        next((proposal for proposal in list_proposals(db, now) if proposal.id == proposal_id), None),
        "Usulan yang masih menunggu",
    )


def count_waiting(db: Database, actor: Actor, now: datetime) -> int:
    refusals = [refusal_of(check_second, db, proposal, actor, now) for proposal in list_proposals(db, now)]
    refusals += [refusal_of(check_voucher, db, actor, new_pin.person_id, now) for new_pin in list_new_pins(db, now)]
    return refusals.count("")


def drop_proposal(db: Database, proposal_id: int) -> None:
    """The proposal waits no more. Of two who take it at once the other one finds nothing: `not_found`."""
    if not list(db.run("DELETE FROM authority_proposal WHERE id = ? RETURNING id", (proposal_id,))):
        raise Problem.of("not_found", what="Usulan yang masih menunggu")


def log_change(db: Database, action: str, change: AnyChange, now: datetime, person_id: int | None = None) -> None:
    if change.person_id is None:
        subject = "person"
    else:
        subject = f"person/{change.person_id}"
    address = "" if person_id else CONSOLE
    log_access(db, at=now, person_id=person_id, action=action, subject=subject, detail=change.act, address=address)


def add_person(
    journal: Journal,
    actor: Actor,
    person: AddPerson,
    *,
    now: datetime,
    password: str = "",
    must_change: bool = True,
    cost: Cost = OFFICE_PC,
    hashed: str = "",
) -> int:
    """Add one of the first people, at set-up: later ones are proposed and confirmed. Returns the person's id.

    `hashed`: the first password that was checked and hashed when it was typed; then `password` is not asked.
    Raises Problem `forbidden` for anybody but the program itself, `invalid` with one sentence per field.
    """
    if actor is not SYSTEM:
        raise Problem.of("forbidden")
    if hashed:
        person.check(journal.db)
    else:
        check_change(journal.db, person, password)
        hashed = hash_secret(password, cost)
    with journal.transaction():
        person_id = person.write(journal, actor.username, now)
        put_password(journal.db, person_id, hashed, must_change=must_change, now=now)
    return person_id


@office_command("people.manage")
def change_person(
    journal: Journal,
    actor: Actor,
    person_id: int,
    *,
    name: Annotated[str, NAME],
    nip: Annotated[str, NIP],
    rank: Annotated[str, RANK],
    title: Annotated[str, TITLE],
    now: datetime,
) -> None:
    """Change name and letterhead data. The village of a clerk goes with the roles."""
    before = known_person(journal.db, person_id)
    check_nothing_wrong(wrong_nip(nip))
    body = PersonChanged(person_id, **stored_letterhead(name, nip, rank, title), area=before.area)
    journal.record(body, subject=f"person/{person_id}", actor=actor.username, at=now)


def reset_administrator(
    journal: Journal, username: str, new_password: str, now: datetime, cost: Cost = OFFICE_PC
) -> None:
    """Let a lone administrator in again, by a command on the PC. Every desk shows it for a week; the PIN stays,
    an authenticator app counts no more.

    Raises `not_found` unless the name is an administrator's, `invalid` for a weak password.
    """
    db = journal.db
    login = username.strip().lower()
    keepers = profile_of(db).marked("administers")
    line = check_found(
        next((person for person in list_people(db) if person.username == login and keepers & set(person.roles)), None),
        f"Administrator {login!r}",
    )
    check_password(new_password, login, known=(line.name, line.nip))
    hashed = hash_secret(new_password, cost)
    with journal.transaction():
        journal.record(AdminReset(line.id, list(line.roles)), subject=f"person/{line.id}", actor="console", at=now)
        record_change(journal, "reset", line.id, proposed_by=CONSOLE, alone=True, now=now)
        put_password(db, line.id, hashed, must_change=True, now=now)
        forget_app(db, line.id)
        end_sessions(db, line.id)
        log_access(db, at=now, person_id=line.id, action="admin.reset", address="console")
