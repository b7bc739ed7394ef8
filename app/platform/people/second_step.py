"""The second step of a session: passed with a code, or in a browser that passed it before and is remembered.

A remembered browser holds a random token of its own for each person; the table keeps its SHA-256. Whoever has a stolen
one still needs the password, and its owner ends it on the page of the own sessions.
"""

import secrets
from datetime import datetime, timedelta

import msgspec

from app.core.problems import Problem
from app.platform.people.access_log import log_access
from app.platform.people.authenticator import Asked, check_code
from app.platform.people.sessions import MARK_LENGTH, Session, session_key
from app.platform.people.tables import SignInSession, TrustedBrowser
from schema.database import Database, to_stored_value
from schema.struct_rows import select_structs

TRUSTED_FOR = timedelta(days=90)
"""So long a browser is not asked for a code at sign-in."""
FRESH = timedelta(minutes=10)
"""So long after a code that was typed no further one is asked for a deed."""


class RememberedBrowser(msgspec.Struct, frozen=True):
    """One line of the page; `mark` names it there, the digest of its token stands nowhere."""

    mark: str
    trusted_at: datetime
    seen_at: datetime
    address: str
    device: str


def pass_with_code(db: Database, session: Session, typed: str, *, now: datetime, address: str = "") -> str:
    """Open a half-open session with a code; its new token, for the former one ends here. Raises as `check_code`."""
    check_code(db, Asked(session.actor, now, address), typed)
    return open_wholly(db, session, now=now, typed=True)


def open_wholly(db: Database, session: Session, *, now: datetime, typed: bool) -> str:
    token = secrets.token_urlsafe(32)
    if typed:
        values = {"code_at": to_stored_value(now)}
    else:
        values = {}
    SignInSession.alter(db, {"key": session.key}, key=session_key(token), passed=1, **values)
    return token


def pass_with_browser(db: Database, session: Session, shown: str, *, now: datetime) -> str | None:
    """The new token of a session whose browser is remembered for this very person; None for any other."""
    since = to_stored_value(now - TRUSTED_FOR)
    known = db.one(
        "SELECT 1 FROM trusted_browser WHERE key = ? AND person_id = ? AND trusted_at > ? AND trusted_at <= ?",
        (session_key(shown), session.actor.person_id, since, to_stored_value(now)),
    )
    if known is None:
        return None
    with db.writing():
        TrustedBrowser.alter(db, {"key": session_key(shown)}, seen_at=to_stored_value(now))
        return open_wholly(db, session, now=now, typed=False)


def remember_browser(db: Database, session: Session, *, now: datetime, address: str = "", device: str = "") -> str:
    """Remember a browser in which the second step was passed; the token for its cookie. Old ones are swept away."""
    token = secrets.token_urlsafe(32)
    person_id = session.actor.person_id
    moments = dict.fromkeys(("trusted_at", "seen_at"), to_stored_value(now))
    with db.writing():
        db.run("DELETE FROM trusted_browser WHERE trusted_at <= ?", (to_stored_value(now - TRUSTED_FOR),))
        TrustedBrowser.add(db, key=session_key(token), person_id=person_id, address=address, device=device, **moments)
        log_access(db, at=now, person_id=person_id, action="browser.trusted", address=address)
    return token


def list_browsers(db: Database, person_id: int) -> list[RememberedBrowser]:
    rest = "FROM trusted_browser WHERE person_id = ? ORDER BY seen_at DESC, key"
    return select_structs(RememberedBrowser, db, rest, (person_id,), mark=f"substr(key, 1, {MARK_LENGTH})")


def forget_browser(db: Database, session: Session, mark: str, *, now: datetime, address: str = "") -> None:
    """The browser is asked for a code again. Raises `not_found` for one that is not one's own."""
    person_id = session.actor.person_id
    with db.writing():
        sql = "DELETE FROM trusted_browser WHERE person_id = ? AND substr(key, 1, ?) = ? RETURNING key"
        if not list(db.run(sql, (person_id, MARK_LENGTH, mark))):
            raise Problem.of("not_found", what="Peramban itu")
        log_access(db, at=now, person_id=person_id, action="browser.forgotten", address=address)


def is_code_due(session: Session, now: datetime) -> bool:
    """Whether a deed that asks the PIN asks a code too: of everybody with an app, unless one was typed just now."""
    if not session.has_app:
        return False
    return session.code_at is None or not timedelta() <= now - session.code_at <= FRESH


def confirm_code(db: Database, session: Session, typed: str, *, now: datetime, address: str = "") -> None:
    """Confirm a deed with a code, and the following ones of these minutes. Raises `code_missing`, as `check_code`."""
    if not typed.strip():
        raise Problem.of("code_missing")
    check_code(db, Asked(session.actor, now, address, session.browser), typed)
    SignInSession.alter(db, {"key": session.key}, code_at=to_stored_value(now))


def keep_session_open(db: Database, session: Session, *, now: datetime) -> None:
    """The session in which an app was installed: its first code was the second step."""
    SignInSession.alter(db, {"key": session.key}, passed=1, code_at=to_stored_value(now))
