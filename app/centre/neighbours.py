"""How it stands with every office on the road: contact, keys, gaps, files aside, lines that could not be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.centre.tables import HeadAnchor
from schema.database import Database
from sync.refusals import STRANGERS, NotTaken
from sync.refusals import not_taken as not_taken_from


@dataclass(frozen=True, slots=True)
class OnRoad:
    """Our answers that an office has not acknowledged, and since when."""

    unsent: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """Fingerprints of the centre's keys in force: the one that signs, the one that opens."""

    signer: str
    sealed_to: str


class CentreRoad(Protocol):
    """The road as the centre's pages see it; the composition root implements it."""

    def issue(self, office: str, name: str, actor: str, now: datetime) -> str:
        """A fresh enrolment code as text."""

    def standing(self) -> dict[str, OnRoad]:
        """Office code → what waits for it."""

    def own_keys(self) -> OwnKeys:
        """The keys in force."""

    def lost(self) -> str:
        """Why they cannot be used and how to go on; an empty text when they can."""

    def rotate(self, announced: bool, reason: str, actor: str, now: datetime) -> None:
        """Change them, announced under the old ones or not."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One office in the list. `trouble` counts what waits for a person; `code_until` is an open invitation;
    `barred_at` is empty unless the administrator has barred it; `waiting`: entries of a newer program, since when."""

    code: str
    name: str
    enrolled_at: str
    last_contact_at: str
    epoch: int
    stopped: int
    kept: int
    set_aside: int
    code_until: str
    barred_at: str
    barred_why: str
    waiting: int
    waiting_since: str

    @property
    def trouble(self) -> int:
        """Things that only a person can settle."""
        return self.stopped + self.kept + self.set_aside


NEIGHBOURS = (
    "SELECT c.code, coalesce(p.label, o.name, c.code), coalesce(p.enrolled_at, ''), coalesce(p.last_contact_at, ''),"
    " coalesce(p.epoch, 0),"
    " (SELECT count(*) FROM road_stop s WHERE (s.source = c.code OR s.stream = c.code) AND s.settled_at IS NULL),"
    " (SELECT count(*) FROM road_aside a WHERE a.sender = c.code AND a.settled_at IS NULL),"
    " (SELECT count(*) FROM journal j WHERE j.source = c.code AND j.verdict = 'set_aside'),"
    " coalesce((SELECT max(r.expires_at) FROM road_code r WHERE r.office = c.code AND r.used_at IS NULL"
    " AND r.replaced_at IS NULL AND r.expires_at > ?), ''), coalesce(b.barred_at, ''), coalesce(b.reason, ''),"
    " (SELECT count(*) FROM journal_waiting w WHERE (SELECT j.source FROM journal j WHERE j.id = w.id) = c.code),"
    " coalesce((SELECT min((SELECT j.at FROM journal j WHERE j.id = w.id)) FROM journal_waiting w"
    " WHERE (SELECT j.source FROM journal j WHERE j.id = w.id) = c.code), '')"
    " FROM (SELECT code FROM centre_office UNION SELECT name FROM road_peer) c"
    " LEFT JOIN road_peer p ON p.name = c.code LEFT JOIN centre_office o ON o.code = c.code"
    " LEFT JOIN road_bar b ON b.office = c.code"
)


def neighbours(db: Database, now: datetime) -> list[Neighbour]:
    """Every office that was invited or enrolled, by code."""
    return [Neighbour(*row) for row in db.run(NEIGHBOURS + " ORDER BY c.code", (now,))]


def neighbour(db: Database, code: str, now: datetime) -> Neighbour | None:
    """One office, or None."""
    row = db.one(NEIGHBOURS + " WHERE c.code = ?", (now, code))
    return Neighbour(*row) if row else None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an office; `fenced_at` is empty for the one in force."""

    signer: str
    epoch: int
    since: str
    fenced_at: str


def keys(db: Database, code: str) -> list[Key]:
    """The keys of an office, the newest first."""
    rows = db.run("SELECT signer, epoch, since, coalesce(fenced_at, '') FROM road_key WHERE peer = ?"
                  " ORDER BY since DESC, signer", (code,))  # fmt: skip
    return [Key(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Aside:
    """A file kept aside, with the sentence that says why."""

    name: str
    first: int
    last: int
    sentence: str
    kept_at: str


def files_aside(db: Database, code: str) -> list[Aside]:
    """Files of an office that wait: too early, or from an old key."""
    rows = db.run("SELECT name, first, last, sentence, kept_at FROM road_aside WHERE sender = ? AND settled_at IS NULL"
                  " ORDER BY kept_at, digest", (code,))  # fmt: skip
    return [Aside(*row) for row in rows]


def lines_aside(db: Database, code: str, limit: int = 50) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of an office's entries that could not be used here."""
    rows = db.run("SELECT epoch, stream, n, kind, reason FROM journal WHERE source = ? AND verdict = 'set_aside'"
                  " ORDER BY epoch DESC, stream, n DESC LIMIT ?", (code, limit))  # fmt: skip
    return [(f"{epoch}/{stream}/{n}", kind, reason) for epoch, stream, n, kind, reason in rows]


def stops(db: Database, code: str) -> list[tuple[str, str]]:
    """(place, since) of streams that a fork has stopped."""
    rows = db.run("SELECT epoch, stream, n, found_at FROM road_stop WHERE (source = ? OR stream = ?)"
                  " AND settled_at IS NULL ORDER BY epoch, stream, n", (code, code))  # fmt: skip
    return [(f"{epoch}/{stream}/{n}", found_at) for epoch, stream, n, found_at in rows]


def last_anchor(db: Database, code: str) -> HeadAnchor | None:
    """The newest anchored head of an office's own stream."""
    rows = HeadAnchor.rows(
        db, HeadAnchor.source == code, order=(HeadAnchor.on_date.desc(), HeadAnchor.n.desc()), limit=1
    )
    return rows[0] if rows else None


def not_taken(db: Database, code: str = STRANGERS) -> list[NotTaken]:
    """What of an office, or of all strangers, was refused, kept, set aside or waits, added up by reason."""
    return not_taken_from(db, code)


def given_back(db: Database, code: str, limit: int = 50) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of our own lines that the office could not use, and nobody has dealt with."""
    rows = db.run("SELECT epoch, stream, n, kind, reason FROM set_aside_line WHERE told_by = ? AND settled_at IS NULL"
                  " ORDER BY told_at DESC, n DESC LIMIT ?", (code, limit))  # fmt: skip
    return [(f"{epoch}/{stream}/{n}", kind, reason) for epoch, stream, n, kind, reason in rows]
