"""Sign-in sessions on the server. The cookie holds a random token, the table only its SHA-256. Beside the journal."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people.access_log import log_access
from app.platform.people.credentials import (
    PIN_WAITS,
    check_pin,
    match_pin,
    owner_words,
    pin_counts,
    record_pin,
    verify_password,
)
from app.platform.people.places import PIN_MISSES, note_places
from app.platform.people.queries import actor_of
from app.platform.people.tables import SignInSession
from schema.database import Database, cached_until_next_entry, first_column, to_stored_value
from schema.struct_rows import select_structs
from sync.journal import Journal

WORKING_DAY = timedelta(hours=14)
"""After this the PIN alone no longer unlocks: the password is asked again."""
KEPT = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=1)
CLOCK_SLIP = timedelta(minutes=5)


class Session(msgspec.Struct, frozen=True):
    """An open browser session. `locked`: the same person must re-enter first; `note_due`: its last look is noted now.

    `told_to` is the last change of the own rights that the person has read (`authority.py`).
    `browser` is where tries are counted (`places.py`). `code_due`: `code` where the second step is still to be passed,
    `install` where an authenticator app is demanded and missing; `code_at` is when a code was typed in this session.
    """

    key: str
    actor: Actor
    started_at: datetime
    seen_at: datetime
    locked: bool
    note_due: bool
    must_change: bool
    told_to: int
    browser: str
    code_due: Literal["", "code", "install"] = ""
    code_at: datetime | None = None
    has_app: bool = False


def session_key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    db: Database,
    *,
    username: str,
    password: str,
    now: datetime,
    address: str = "",
    device: str = "",
    browser: str = "",
) -> str:
    """Open a session; its token for the cookie. Raises `wrong_password`, `password_over`, `too_many_tries`."""
    row = db.one("SELECT id FROM person WHERE username = ?", (username.strip().lower(),))
    person_id = row[0] if row else None
    try:
        if not verify_password(db, username, password, now=now, address=address, browser=browser) or person_id is None:
            raise Problem.of("wrong_password")
    except Problem as problem:
        if problem.code != "too_many_tries":
            log_access(db, at=now, person_id=person_id, action="sign_in.refused", address=address)
        raise
    return open_session(db, person_id=person_id, now=now, address=address, device=device, browser=browser)


def open_session(
    db: Database, *, person_id: int, now: datetime, address: str = "", device: str = "", browser: str = ""
) -> str:
    """Open a session for somebody who has proved who he is; old sessions are swept away. `device`: in words."""
    token = secrets.token_urlsafe(32)
    with db.writing():
        db.run("DELETE FROM sign_in_session WHERE seen_at < ?", (to_stored_value(now - KEPT),))
        moments = dict.fromkeys(("started_at", "seen_at"), to_stored_value(now))
        key = session_key(token)
        place = browser or key
        SignInSession.add(db, key=key, person_id=person_id, address=address, device=device, browser=place, **moments)
        note_places(db, person_id, place, address, now)
        log_access(db, at=now, person_id=person_id, action="sign_in", address=address)
    return token


def open_founders_session(
    journal: Journal,
    actor: Actor,
    *,
    pin: str,
    now: datetime,
    address: str = "",
    device: str = "",
    browser: str = "",
) -> str:
    """Let in whoever has just set the office up, with the password that he typed for it; `pin` may be empty.

    Raises `invalid` for a PIN that is guessed first.
    """
    if pin:
        check_pin(pin, known=owner_words(journal.db, actor.person_id))
        record_pin(journal, actor, pin, now + PIN_WAITS, now=now, address=address)
    return open_session(journal.db, person_id=actor.person_id, now=now, address=address, device=device, browser=browser)


def find_session(db: Database, token: str, *, now: datetime, idle: int) -> Session | None:
    """The session of a token, or None when it has ended or its person was disabled. `idle`: seconds to the lock."""
    own_key = session_key(token)
    today = office_date(now)
    row = db.one(
        "SELECT s.key, s.person_id, s.started_at, s.seen_at, s.locked_at, c.must_change, c.told_to, s.browser,"
        " coalesce(k.pin_left, 1), s.code_at, s.passed, a.person_id"
        " FROM sign_in_session s LEFT JOIN credential c ON c.person_id = s.person_id"
        " LEFT JOIN authenticator a ON a.person_id = s.person_id"
        " LEFT JOIN known_place k ON k.person_id = s.person_id AND k.place = s.browser WHERE s.key = ?",
        (own_key,),
    )
    actor = None
    if row:
        actor = actor_of(db, row[1], today)
    if row is None or actor is None:
        return None
    started = datetime.fromisoformat(row[2])
    seen = datetime.fromisoformat(row[3])
    slept = now - seen > timedelta(seconds=idle) or seen > now + CLOCK_SLIP
    key, *_, must_change, told_to, browser, pin_left, typed_at, passed, installed = row
    locked = bool(row[4]) or slept or now - started > WORKING_DAY or pin_left == 0
    note_due = abs(now - seen) >= NOTED_EVERY
    code_at = None
    if typed_at:
        code_at = datetime.fromisoformat(typed_at)
    has_app = installed is not None
    told = told_to or 0
    due = what_is_due(has_app, bool(passed), actor.roles & demanded_roles(db))
    first = bool(must_change)
    return Session(key, actor, started, seen, locked, note_due, first, told, browser, due, code_at, has_app)


def what_is_due(installed: bool, passed: bool, demanding: Collection[str]) -> Literal["", "code", "install"]:
    if installed:
        return "" if passed else "code"
    return "install" if demanding else ""


@cached_until_next_entry
def demanded_roles(db: Database) -> frozenset[str]:
    """The roles whose holders must have an authenticator app."""
    return frozenset(first_column(db, "SELECT role FROM authenticator_role"))


def does_pin_open(db: Database, session: Session, *, now: datetime) -> bool:
    """Whether the PIN opens this screen again; else the password is asked."""
    row = db.one(
        "SELECT c.pin, coalesce(k.pin_left, 1),"
        " CASE WHEN k.pin_known = 1 AND k.pin_misses < ? THEN 0 ELSE c.pin_misses END"
        " FROM credential c LEFT JOIN known_place k ON k.person_id = c.person_id AND k.place = ? WHERE c.person_id = ?",
        (PIN_MISSES, session.browser, session.actor.person_id),
    )
    if row is None or now - session.started_at > WORKING_DAY:
        return False
    stored, pin_left, misses = row
    return pin_left > 0 and misses < PIN_MISSES and pin_counts(db, stored)


def note_look(db: Database, session: Session, *, now: datetime) -> None:
    """Note that this session was used now; a request asks for it where `note_due`."""
    SignInSession.alter(db, {"key": session.key}, seen_at=to_stored_value(now))


def lock_session(db: Database, session: Session, *, now: datetime, address: str = "") -> None:
    with db.writing():
        SignInSession.alter(db, {"key": session.key}, locked_at=to_stored_value(now))
        log_access(db, at=now, person_id=session.actor.person_id, action="lock", address=address)


def unlock_session(
    db: Database, session: Session, *, password: str, pin: str, now: datetime, address: str = ""
) -> None:
    """Open the screen again for the same person.

    Raises `wrong_password`, `wrong_pin`, `pin_locked`, `too_many_tries`.
    """
    actor = session.actor
    values = {"seen_at": to_stored_value(now), "locked_at": None}
    if pin and does_pin_open(db, session, now=now):
        match_pin(db, actor, pin, now=now, address=address, browser=session.browser)
    elif password and verify_password(db, actor.username, password, now=now, address=address, browser=session.browser):
        values["started_at"] = to_stored_value(now)
    else:
        log_access(db, at=now, person_id=actor.person_id, action="unlock.refused", address=address)
        raise Problem.of("wrong_password")
    with db.writing():
        SignInSession.alter(db, {"key": session.key}, **values)
        log_access(db, at=now, person_id=actor.person_id, action="unlock", address=address)


def sign_out(db: Database, session: Session, *, now: datetime, address: str = "") -> None:
    with db.writing():
        SignInSession.remove(db, key=session.key)
        log_access(db, at=now, person_id=session.actor.person_id, action="sign_out", address=address)


def end_sessions(db: Database, person_id: int) -> None:
    SignInSession.remove(db, person_id=person_id)


def end_other_sessions(db: Database, *, known_key: str, person_id: int) -> None:
    db.run("DELETE FROM sign_in_session WHERE person_id = ? AND key <> ?", (person_id, known_key))


MARK_LENGTH = 16
"""Characters of a session's key that name it on the page; the key is a digest, the token stands nowhere."""
BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


class OpenSession(msgspec.Struct, frozen=True):
    """One line of the page; `own` is the session that asks. `device` is empty for one from before it was noted."""

    mark: str
    started_at: datetime
    seen_at: datetime
    address: str
    device: str
    own: bool


def device_words(agent: str) -> str:
    """`Firefox di Windows` of what a browser says of itself; it is shown to its owner and believed by nobody."""
    said = agent.lower()
    browser = next((name for sign, name in BROWSERS if sign in said), "Peramban lain")
    system = next((name for sign, name in SYSTEMS if sign in said), "")
    if system:
        return f"{browser} di {system}"
    return browser


def list_own_sessions(db: Database, known: Session) -> list[OpenSession]:
    rest = "FROM sign_in_session WHERE person_id = ? ORDER BY own DESC, seen_at DESC, key"
    mark = f"substr(key, 1, {MARK_LENGTH})"
    return select_structs(
        OpenSession, db, rest, (known.key, known.actor.person_id), mark=mark, own="CAST(key = ? AS INTEGER)"
    )


def end_own_session(db: Database, known: Session, mark: str, *, now: datetime, address: str = "") -> None:
    """End one other session of one's own; its next request leads to the sign-in. Raises `not_found`."""
    with db.writing():
        ended = list(
            db.run(
                "DELETE FROM sign_in_session WHERE person_id = ? AND key <> ? AND substr(key, 1, ?) = ?"
                " RETURNING address",
                (known.actor.person_id, known.key, MARK_LENGTH, mark),
            )
        )
        if not ended:
            raise Problem.of("not_found", what="Sesi itu")
        log_access(
            db, at=now, person_id=known.actor.person_id, action="session.ended", detail=ended[0][0], address=address
        )


def end_all_others(db: Database, known: Session, *, now: datetime, address: str = "") -> None:
    with db.writing():
        end_other_sessions(db, known_key=known.key, person_id=known.actor.person_id)
        log_access(
            db, at=now, person_id=known.actor.person_id, action="session.ended", detail="all others", address=address
        )
