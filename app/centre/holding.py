"""After the centre came back: whose lines are held until the office has given back what it holds of our decisions.

A line of an office that was not heard of since may have been printed in the time that was lost. It is offered to
nobody until the office has spoken, or the administrator lets it go, line by line and with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.centre.events import LineReleased
from app.centre.lists import ORDER_OF_QUEUE, Line, lines
from app.centre.queries import HELD, is_held
from app.centre.rules import again, floor, found, free_text
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal


@dataclass(frozen=True, slots=True)
class Unheard:
    """An office that has not given back yet what it holds of our decisions, and its held lines."""

    code: str
    name: str
    last_contact_at: str
    held: int


def return_epoch(db: Database) -> int:
    """The epoch of the centre's last return; 0 when it never came back."""
    row = db.one("SELECT max(epoch) FROM side_return")
    return int(row[0] or 0) if row else 0


def unheard(db: Database) -> list[Unheard]:
    """Offices that were not heard of since the centre came back, by code."""
    rows = db.run(
        "SELECT p.name, p.label, coalesce(p.last_contact_at, ''),"
        f" (SELECT count(*) FROM incoming_line l WHERE l.source = p.name AND {HELD})"
        " FROM road_peer p WHERE p.heard_in < (SELECT max(epoch) FROM side_return) ORDER BY p.name"
    )
    return [Unheard(*row) for row in rows]


def held_lines(db: Database, limit: int = 26, offset: int = 0) -> list[Line]:
    """Held lines of all offices, the nearest promise first."""
    return lines(db, HELD, (), ORDER_OF_QUEUE, limit, offset)


@again
def release(journal: Journal, actor: Actor, *, office: str, line: str, reason: str, now: datetime) -> None:
    """Let one held line go. Raises Problem `not_found`, `invalid` (no reason) or `conflict` (not held)."""
    require(actor, "centre.offices")
    words = free_text(reason, "reason")
    if not words:
        raise Problem.of("invalid", {"reason": "Tulis dengan apa dipastikan kartu ini belum dicetak."})
    with floor(journal) as db:
        row = found(db, office, line)
        if not is_held(db, office, line):
            raise Problem.of("conflict", why=f"Berkas {row.number} tidak ditahan. Muat ulang halaman.")
        body = LineReleased(line, return_epoch(db), words)
        journal.record(body, subject=f"line/{office}/{line}", actor=actor.username, at=now,
                       stream=f"office/{office}", lane=office)  # fmt: skip
