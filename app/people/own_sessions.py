"""One's own open sessions: seen in words, ended one by one or all but this. Beside the journal."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.core.problems import Problem
from app.people.access_log import log_access
from app.people.session import Session, end_other_sessions
from schema.database import Database

MARK = 16
"""Characters of a session's key that name it on the page; the key is a digest, the token stands nowhere."""
BROWSERS = (
    ("edg", "Edge"), ("opr/", "Opera"), ("samsungbrowser", "Samsung Internet"), ("firefox", "Firefox"),
    ("fxios", "Firefox"), ("crios", "Chrome"), ("chrome", "Chrome"), ("safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"), ("cros", "ChromeOS"),
    ("mac os", "macOS"), ("linux", "Linux"),
)  # fmt: skip


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
    return f"{browser} di {system}" if system else browser


def own_sessions(db: Database, known: Session) -> list[OpenSession]:
    """All sessions of whoever asks, this one first, then the last used."""
    rows = db.run(
        "SELECT key, started_at, seen_at, address, device FROM sign_in_session WHERE person_id = ?"
        " ORDER BY key <> ?, seen_at DESC, key",
        (known.actor.person_id, known.key),
    )
    return [
        OpenSession(key[:MARK], datetime.fromisoformat(started), datetime.fromisoformat(seen), address, device,
                    key == known.key)
        for key, started, seen, address, device in rows
    ]  # fmt: skip


def end_session(db: Database, known: Session, mark: str, *, now: datetime, address: str = "") -> None:
    """End one other session of one's own; its next request leads to the sign-in. Raises `not_found`."""
    with db.writing():
        rows = db.run("DELETE FROM sign_in_session WHERE person_id = ? AND key <> ? AND substr(key, 1, ?) = ?"
                      " RETURNING address", (known.actor.person_id, known.key, MARK, mark))  # fmt: skip
        ended = list(rows)
        if not ended:
            raise Problem.of("not_found", what="Sesi itu")
        log_access(db, at=now, person_id=known.actor.person_id, action="session.ended", detail=ended[0][0],
                   address=address)  # fmt: skip


def end_others(db: Database, known: Session, *, now: datetime, address: str = "") -> None:
    """End every session of one's own but this."""
    with db.writing():
        end_other_sessions(db, known_key=known.key, person_id=known.actor.person_id)
        log_access(db, at=now, person_id=known.actor.person_id, action="session.ended", detail="all others",
                   address=address)  # fmt: skip
