"""The access log beside the journal: who signed in, searched, opened, saw or was refused what; append-only.

It holds ids, never a NIK, a name or what was typed: who, when, what was done, about which record. A daily digest is
anchored at the centre.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.core.clock import at_office
from app.people.tables import AccessLine
from schema.database import Database, plain


class Seen(msgspec.Struct, frozen=True):
    """One line as a page shows it. `name` is empty when nobody known stood behind it."""

    at: datetime
    name: str
    action: str
    subject: str
    detail: str
    address: str


def log_access(db: Database, *, at: datetime, person_id: int | None, action: str, subject: str = "",
               detail: str = "", address: str = "") -> None:  # fmt: skip
    """Write one line, such as action `case.reveal`, subject `case/12`. Ids only."""
    AccessLine.insert(at=plain(at), person_id=person_id, action=action, subject=subject, detail=detail,
                      address=address).execute(db)  # fmt: skip


def log_access_once(db: Database, *, at: datetime, person_id: int, action: str, subject: str, detail: str = "",
                    address: str = "", within: timedelta = timedelta(hours=1)) -> None:  # fmt: skip
    """As :func:`log_access`, unless the same person did the same with the same record less than `within` before.

    Who looks at a page ten times leaves one line, so that a log is still read when it is needed.
    """
    newest = db.one("SELECT max(at) FROM access_log WHERE subject = ? AND person_id = ? AND action = ? AND at <= ?",
                    (subject, person_id, action, plain(at)))  # fmt: skip
    if newest is None or newest[0] is None or at - datetime.fromisoformat(newest[0]) >= within:
        log_access(
            db, at=at, person_id=person_id, action=action, subject=subject, detail=detail, address=address
        )


def access_lines(db: Database, *, subject: str | None = None, person_id: int | None = None,
                 actions: Sequence[str] = (), since: datetime | None = None, until: datetime | None = None,
                 limit: int = 50, before: int | None = None) -> list[tuple[int, Seen]]:  # fmt: skip
    """Newest lines first, each with its id; `before` pages on, `since` counts and `until` does not."""
    where, params = ["1 = 1"], []
    for clause, value in (("l.subject = ?", subject), ("l.person_id = ?", person_id), ("l.id < ?", before),
                          ("l.at >= ?", plain(since)), ("l.at < ?", plain(until))):  # fmt: skip
        if value is not None:
            where.append(clause)
            params.append(value)
    if actions:
        where.append(f"l.action IN ({', '.join('?' * len(actions))})")
        params += actions
    rows = db.run("SELECT l.id, l.at, coalesce(p.name, ''), l.action, l.subject, l.detail, l.address FROM access_log l"
                  f" LEFT JOIN person p ON p.id = l.person_id WHERE {' AND '.join(where)}"
                  " ORDER BY l.id DESC LIMIT ?", (*params, limit))  # fmt: skip
    return [(row[0], Seen(datetime.fromisoformat(row[1]), *row[2:])) for row in rows]


def access_log_digest(db: Database, on: date) -> str:
    """SHA-256 in hex over one office day's lines in their order; an empty day has the digest of nothing."""
    sha = hashlib.sha256()
    for row in lines_of(db, on):
        sha.update(row)
    return sha.hexdigest()


def still_begins_with(db: Database, on: date, digest: str) -> bool:
    """Whether the lines of an office day are, or begin with, those over which a digest was taken.

    Under a clock that fell back a line may be added to a day that was anchored before; none may change or go.
    """
    sha = hashlib.sha256()
    if sha.hexdigest() == digest:
        return True
    for row in lines_of(db, on):
        sha.update(row)
        if sha.hexdigest() == digest:
            return True
    return False


def lines_of(db: Database, on: date) -> Iterator[bytes]:
    """The lines of one office day as they are digested."""
    begin, end = at_office(on, 0), at_office(on + timedelta(days=1), 0)
    rows = db.run("SELECT id, at, person_id, action, subject, detail, address FROM access_log"
                  " WHERE at >= ? AND at < ? ORDER BY id", (begin, end))  # fmt: skip
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"
