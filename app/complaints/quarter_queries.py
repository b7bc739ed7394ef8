"""Reading recaps: the list, late lines, addenda, postings, what hangs today."""

from __future__ import annotations

from datetime import date

from app.complaints.figures import read
from app.complaints.membership import written_late
from app.complaints.quarter import FROZEN
from app.complaints.tables import Posting, Recap, RecapAddendum
from app.core.quarters import Quarter
from schema.database import Database


def late_lines(db: Database, recap: Recap) -> dict[str, str]:
    """Lines that were received in the quarter of an approved recap and written down too late for it: number → the
    recap that counts it, in words."""
    return {
        number: f"dihitung rekap {Quarter.parse(home).label}" if home else "masuk rekap berikutnya"
        for number, home in written_late(db, recap.quarter)
    }


def as_of(recap: Recap) -> str:
    """The moment (UTC stamp) up to which a recap knows the book."""
    return read(recap.figures).as_of


def recaps(db: Database) -> list[Recap]:
    """Every recap, the newest first."""
    return Recap.rows(db, order=Recap.quarter.desc())


def missing(db: Database, today: date) -> list[Quarter]:
    """Quarters that are over, have lines, and no approved recap yet; the newest first."""
    first = db.one("SELECT min(received_on) FROM complaint")
    if first is None or first[0] is None:
        return []
    done = {recap.quarter for recap in recaps(db) if recap.state in FROZEN}
    found, quarter = [], Quarter.of(today).before
    while quarter.end.isoformat() >= first[0]:
        if str(quarter) not in done:
            found.append(quarter)
        quarter = quarter.before
    return found


def addenda(db: Database, quarter: Quarter) -> list[RecapAddendum]:
    """What became known after approval."""
    return RecapAddendum.rows(db, RecapAddendum.quarter == str(quarter), order=RecapAddendum.id)


def postings(db: Database, quarter: Quarter) -> list[Posting]:
    """When and where a recap hung."""
    return Posting.rows(db, Posting.quarter == str(quarter), order=Posting.id)


def on_board(db: Database, today: date) -> Recap | None:
    """The recap that hangs today, for the screen in the waiting room."""
    day = today.isoformat()
    row = db.one(
        "SELECT quarter FROM posting WHERE posted_on <= ? AND until_on >= ? ORDER BY quarter DESC LIMIT 1",
        (day, day),
    )
    return Recap.first(db, Recap.quarter == row[0]) if row else None
