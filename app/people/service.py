"""Commands on people that need no second person, and the door to the room's other modules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.core.look_alikes import fold_forms
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from app.people.access_log import access_lines, access_log_digest, log_access
from app.people.agreement import check_whole, confirm, confirm_alone, propose, vouch, withdraw
from app.people.authority import CONSOLE, record_change
from app.people.changes import (
    ADMINS,
    AddPerson,
    Appoint,
    Disable,
    Enable,
    GivePassword,
    SetRoles,
    digits,
    end_of,
    known,
    wrong_fields,
)
from app.people.credentials import (
    check_password,
    confirm_pin,
    has_pin,
    is_pin_elsewhere,
    put_password,
    set_password,
    set_pin,
)
from app.people.events import AdminReset, PersonChanged
from app.people.hashing import OFFICE_PC, Cost, hash_secret
from app.people.queries import (
    POSTS,
    ActingLine,
    PersonLine,
    Signatory,
    acting_officials,
    actor_named,
    actor_of,
    names,
    nobody_yet,
    people,
    person,
    who_signs,
)
from app.people.session import (
    end_other_sessions,
    end_sessions,
    lock,
    open_session,
    sign_in,
    sign_out,
    unlock,
)
from sync.journal import Journal

__all__ = [
    "POSTS", "ActingLine", "AddPerson", "Appoint", "Disable", "Enable", "GivePassword", "PersonLine", "SetRoles",
    "Signatory", "access_lines", "access_log_digest", "acting_officials", "actor_named", "actor_of", "add_person",
    "change_person", "confirm", "confirm_alone", "confirm_pin", "end_of", "end_other_sessions", "has_pin",
    "is_pin_elsewhere", "lock", "log_access", "names", "nobody_yet", "open_session", "people", "person", "propose",
    "reset_administrator", "set_password", "set_pin", "sign_in", "sign_out", "unlock", "vouch", "who_signs",
    "withdraw",
]  # fmt: skip


def add_person(journal: Journal, actor: Actor, *, username: str, name: str, roles: Iterable[str], password: str,
               now: datetime, area: str | None = None, nip: str = "", rank: str = "", title: str = "",
               must_change: bool = True, cost: Cost = OFFICE_PC) -> int:  # fmt: skip
    """Add one of the first people, at set-up: later ones are proposed and confirmed. Returns the person's id.

    Raises Problem `forbidden` for anybody but the program itself, `invalid` with one sentence per field.
    """
    if actor is not SYSTEM:
        raise Problem.of("forbidden")
    change = AddPerson(username, name, tuple(roles), nip, rank, title, area)
    check_whole(journal.db, change, password)
    hashed = hash_secret(password, cost)
    with journal.transaction():
        person_id = change.write(journal, actor.username, now)
        put_password(journal.db, person_id, hashed, must_change=must_change, now=now)
    return person_id


def change_person(journal: Journal, actor: Actor, person_id: int, *, name: str, nip: str, rank: str, title: str,
                  now: datetime) -> None:  # fmt: skip
    """Change name and letterhead data. The village of a clerk goes with the roles."""
    allowed(actor)
    before = known(journal.db, person_id)
    wrong = wrong_fields(name=name, nip=nip, rank=rank, title=title)
    if wrong:
        raise Problem.of("invalid", wrong)
    body = PersonChanged(
        person_id, fold_forms(name).strip(), digits(nip), rank.strip(), title.strip(), before.area
    )
    with journal.transaction():
        journal.record(body, subject=f"person/{person_id}", actor=actor.username, at=now)


def reset_administrator(journal: Journal, username: str, new_password: str, now: datetime,
                        cost: Cost = OFFICE_PC) -> None:  # fmt: skip
    """Let a lone administrator in again, by a command on the PC. Every desk shows it for a week; the PIN stays.

    Raises `not_found` unless the name is an administrator's, `invalid` for a weak password.
    """
    db, login = journal.db, username.strip().lower()
    line = next((one for one in people(db) if one.username == login and ADMINS & set(one.roles)), None)
    if line is None:
        raise Problem.of("not_found", what=f"Administrator {login!r}")
    check_password(new_password, login, known=(line.name, line.nip))
    hashed = hash_secret(new_password, cost)
    with journal.transaction():
        journal.record(
            AdminReset(line.id, list(line.roles)), subject=f"person/{line.id}", actor="console", at=now
        )
        record_change(journal, "reset", line.id, proposed_by=CONSOLE, alone=True, now=now)
        put_password(db, line.id, hashed, must_change=True, now=now)
        end_sessions(db, line.id)
        log_access(db, at=now, person_id=line.id, action="admin.reset", address="console")


def allowed(actor: Actor) -> None:
    """Administrators manage people; the program itself does at set-up and from the console."""
    if actor is not SYSTEM:
        require(actor, "people.manage")
