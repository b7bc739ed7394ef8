"""What the complaint book adds to *Pengawasan*: service days on which the suggestion box stayed shut, and why."""

from __future__ import annotations

from datetime import datetime

from app.cases.oversight import Watched, WatchedLine
from app.complaints import openings
from app.core.clock import office_date
from app.core.dates import short_date
from app.people import service as people
from schema.database import Database

MOST = 60


def box(db: Database, now: datetime) -> Watched:
    """Missed days of the last year, the newest first, each with its reason or that it waits for one."""
    known, names = openings.explanations(db), people.names(db)
    lines = []
    for day in reversed(openings.missed(db, office_date(now))[-MOST:]):
        why = known.get(day.isoformat())
        told = f"{why.reason} ({names.get(why.actor, why.actor)})" if why else "Belum dijelaskan"
        lines.append(WatchedLine(short_date(day), told, why is not None))
    return Watched("Kotak saran tidak dibuka", "di akhir pelayanan (butir 11.4)", "box.overview", lines)


WATCHED = [box]
