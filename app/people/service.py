"""Commands on people: add, change, roles, acting officials, disable, reset. The door to the room's other modules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from app.core.permissions import ROLES, SYSTEM, Actor, require
from app.core.problems import Problem
from app.core.text import limit_text
from app.core.value_problem import ValueProblem
from app.people.access_log import access_lines, access_log_digest, log_access
from app.people.acting import appoint_acting, end_acting
from app.people.credentials import (
    check_password,
    confirm_pin,
    has_pin,
    is_pin_elsewhere,
    put_password,
    set_password,
    set_pin,
)
from app.people.events import AdminReset, PersonAdded, PersonChanged, PersonDisabled, RolesSet
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
from app.people.tables import Credential
from schema.database import Database
from sync.journal import Journal

__all__ = [
    "POSTS", "ActingLine", "PersonLine", "Signatory", "access_lines", "access_log_digest", "acting_officials",
    "actor_named", "actor_of", "add_person", "appoint_acting", "change_person", "confirm_pin", "disable", "enable",
    "end_acting", "end_other_sessions", "give_password", "has_pin", "is_pin_elsewhere", "lock", "log_access", "names",
    "nobody_yet", "open_session", "people", "person", "reset_administrator", "set_password", "set_pin", "set_roles",
    "sign_in", "sign_out", "unlock", "who_signs",
]  # fmt: skip

ADMINS = frozenset({"admin", "centre_admin"})
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def add_person(journal: Journal, actor: Actor, *, username: str, name: str, roles: Iterable[str], password: str,
               now: datetime, area: str | None = None, nip: str = "", rank: str = "", title: str = "",
               must_change: bool = True, cost: Cost = OFFICE_PC) -> int:  # fmt: skip
    """Add somebody with roles and a first password; returns the person's id.

    Raises Problem `invalid` with one sentence per field, `forbidden`.
    """
    allowed(actor)
    login = username.strip().lower()
    wrong = wrong_fields(name=name, nip=nip, rank=rank, title=title)
    held = clean_roles(roles, area, wrong)
    if not _USERNAME.fullmatch(login):
        wrong["username"] = "Nama pengguna 3 sampai 40 huruf kecil atau angka, diawali huruf, tanpa spasi."
    elif journal.db.one("SELECT 1 FROM person WHERE username = ?", (login,)):
        wrong["username"] = "Nama pengguna ini sudah dipakai. Pilih yang lain."
    try:
        check_password(password, login, known=(name, nip))
    except Problem as problem:
        wrong |= problem.fields
    if wrong:
        raise Problem.of("invalid", wrong)
    hashed = hash_secret(password, cost)
    with journal.transaction():
        person_id = journal.next_id("person")
        body = PersonAdded(
            person_id, login, name.strip(), digits(nip), rank.strip(), title.strip(), area or None
        )
        journal.record(body, subject=f"person/{person_id}", actor=actor.username, at=now)
        journal.record(RolesSet(person_id, held), subject=f"person/{person_id}", actor=actor.username, at=now)
        put_password(journal.db, person_id, hashed, must_change=must_change, now=now)
    return person_id


def change_person(journal: Journal, actor: Actor, person_id: int, *, name: str, nip: str, rank: str, title: str,
                  now: datetime) -> None:  # fmt: skip
    """Change name and letterhead data. The village of a clerk goes with the roles."""
    allowed(actor)
    known = found(journal.db, person_id)
    wrong = wrong_fields(name=name, nip=nip, rank=rank, title=title)
    if wrong:
        raise Problem.of("invalid", wrong)
    body = PersonChanged(person_id, name.strip(), digits(nip), rank.strip(), title.strip(), known.area)
    with journal.transaction():
        journal.record(body, subject=f"person/{person_id}", actor=actor.username, at=now)


def set_roles(journal: Journal, actor: Actor, person_id: int, *, roles: Iterable[str], now: datetime,
              area: str | None = None) -> None:  # fmt: skip
    """Give a person these roles and no others. Raises `invalid`; the last administrator stays one."""
    allowed(actor)
    known = found(journal.db, person_id)
    wrong: dict[str, str] = {}
    held = clean_roles(roles, area, wrong)
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        if not ADMINS & set(held):
            keep_an_administrator(journal.db, person_id)
        if known.area != (area or None):
            body = PersonChanged(person_id, known.name, known.nip, known.rank, known.title, area or None)
            journal.record(body, subject=f"person/{person_id}", actor=actor.username, at=now)
        journal.record(RolesSet(person_id, held), subject=f"person/{person_id}", actor=actor.username, at=now)


def disable(journal: Journal, actor: Actor, person_id: int, *, reason: str, now: datetime) -> None:
    """Let somebody sign in no more; open sessions end at once. Raises `reason_needed`, `conflict`."""
    allowed(actor)
    found(journal.db, person_id)
    if not reason.strip():
        raise Problem.of("reason_needed", {"reason": "Tulis alasannya."})
    with journal.transaction():
        keep_an_administrator(journal.db, person_id)
        journal.record(PersonDisabled(person_id, reason.strip()[:300]), subject=f"person/{person_id}",
                       actor=actor.username, at=now)  # fmt: skip
        end_sessions(journal.db, person_id)


def enable(journal: Journal, actor: Actor, person_id: int, *, reason: str, now: datetime) -> None:
    """Let somebody sign in again."""
    allowed(actor)
    found(journal.db, person_id)
    if not reason.strip():
        raise Problem.of("reason_needed", {"reason": "Tulis alasannya."})
    with journal.transaction():
        journal.record(PersonDisabled(person_id, reason.strip()[:300], active=True), subject=f"person/{person_id}",
                       actor=actor.username, at=now)  # fmt: skip


def give_password(journal: Journal, actor: Actor, person_id: int, *, password: str, now: datetime,
                  cost: Cost = OFFICE_PC) -> None:  # fmt: skip
    """Give somebody a first password again; it must be changed at the next sign-in and clears a blocked PIN."""
    allowed(actor)
    known = found(journal.db, person_id)
    check_password(password, known.username, known=(known.name, known.nip))
    hashed = hash_secret(password, cost)
    with journal.db.writing():
        put_password(journal.db, person_id, hashed, must_change=True, now=now)
        Credential.update(pin=None, pin_at=None, pin_misses=0).where(
            Credential.person_id == person_id
        ).execute(journal.db)
        end_sessions(journal.db, person_id)
        log_access(
            journal.db,
            at=now,
            person_id=actor.person_id,
            action="password.given",
            subject=f"person/{person_id}",
        )


def reset_administrator(journal: Journal, username: str, new_password: str, now: datetime,
                        cost: Cost = OFFICE_PC) -> None:  # fmt: skip
    """Let a lone administrator in again, by a command on the PC. Journalled without the secret.

    Raises `not_found` unless the name is an administrator's, `invalid` for a weak password.
    """
    db, login = journal.db, username.strip().lower()
    known = next((one for one in people(db) if one.username == login and ADMINS & set(one.roles)), None)
    if known is None:
        raise Problem.of("not_found", what=f"Administrator {login!r}")
    check_password(new_password, login, known=(known.name, known.nip))
    hashed = hash_secret(new_password, cost)
    with journal.transaction():
        journal.record(
            AdminReset(known.id, list(known.roles)), subject=f"person/{known.id}", actor="console", at=now
        )
        put_password(db, known.id, hashed, must_change=True, now=now)
        end_sessions(db, known.id)
        log_access(db, at=now, person_id=known.id, action="admin.reset", address="console")


def allowed(actor: Actor) -> None:
    """Administrators manage people; the program itself does at set-up and from the console."""
    if actor is not SYSTEM:
        require(actor, "people.manage")


def found(db: Database, person_id: int) -> PersonLine:
    """The person, or Problem `not_found`."""
    known = person(db, person_id)
    if known is None:
        raise Problem.of("not_found", what="Petugas")
    return known


def keep_an_administrator(db: Database, without: int) -> None:
    """Raise `conflict` when nobody else could administrate any more."""
    if not any(ADMINS & set(one.roles) for one in people(db, active=True) if one.id != without):
        raise Problem.of("conflict", why="Paling sedikit satu administrator harus tetap ada. Beri peran itu kepada "
                         "orang lain dulu.")  # fmt: skip


def digits(nip: str) -> str:
    """A NIP without the spaces in which it is printed."""
    return re.sub(r"\s+", "", nip)


def wrong_fields(*, name: str, nip: str, rank: str, title: str) -> dict[str, str]:
    """Sentences for what cannot be stored."""
    wrong: dict[str, str] = {}
    for field, label, text, limit in (("name", "Nama", name, 100), ("rank", "Pangkat", rank, 60),
                                      ("title", "Jabatan", title, 100)):  # fmt: skip
        try:
            if not limit_text(text, limit=limit, label=label) and field == "name":
                wrong[field] = "Nama belum diisi."
        except ValueProblem as problem:
            wrong[field] = str(problem)
    if digits(nip) and not re.fullmatch(r"[0-9]{18}", digits(nip)):
        wrong["nip"] = "NIP harus 18 angka. Kosongkan kalau bukan ASN."
    return wrong


def clean_roles(roles: Iterable[str], area: str | None, wrong: dict[str, str]) -> list[str]:
    """Known roles in the office's order; a village clerk needs a village, and only that clerk has one."""
    given = set(roles)
    held = [role for role in ROLES if role in given]
    if not held or given - set(ROLES):
        wrong["roles"] = "Pilih paling sedikit satu peran."
    if "village" in given and not (area and re.fullmatch(r"[0-9]{10}", area)):
        wrong["area"] = "Petugas desa perlu desanya. Pilih desa."
    if area and "village" not in given:
        wrong["area"] = "Desa hanya untuk petugas desa. Kosongkan desanya."
    return held
