"""The centre's administrator bars an office: nothing is taken from it and nothing given to it until it is admitted."""

from __future__ import annotations

from datetime import datetime

from schema.database import Database
from sync.events import OfficeAdmitted, OfficeBarred
from sync.journal import Journal
from sync.problems import EnvelopeError


def barred(db: Database, office: str) -> tuple[str, str, str] | None:
    """(reason, since, by whom) of an office that is barred, or None."""
    row = db.one("SELECT reason, barred_at, barred_by FROM road_bar WHERE office = ?", (office,))
    return (str(row[0]), str(row[1]), str(row[2])) if row else None


def check_barred(db: Database, office: str) -> None:
    """Raise EnvelopeError("barred") for an office that the administrator has barred."""
    bar = barred(db, office)
    if bar:
        raise EnvelopeError("barred", sender=office)


def bar_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    """In the open transaction: bar it. Barring again changes the reason."""
    journal.record(OfficeBarred(office, reason), subject=f"office/{office}", actor=actor, at=now)


def admit_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    """In the open transaction: lift the bar."""
    journal.record(OfficeAdmitted(office, reason), subject=f"office/{office}", actor=actor, at=now)
