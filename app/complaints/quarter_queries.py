"""Reading recaps: the list, pledges, addenda, postings, what hangs today, and the reckoning again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.complaints.figures import canonical, differences, read
from app.complaints.quarter import FROZEN, get
from app.complaints.recap import snapshot
from app.complaints.tables import Pledge, Posting, Recap, RecapAddendum
from app.core.quarters import Quarter
from schema.database import Database
from sync.line import moment


@dataclass(frozen=True)
class Recomputed:
    """A recap reckoned again from the tables. `late`: numbers of lines written after the draft (for an addendum)."""

    same: bool
    differences: list[str]
    late: list[str]

    @property
    def sentence(self) -> str:
        """What to say about it."""
        if self.same:
            return "Dihitung ulang dari tabel: sama sampai ke bita."
        return "Dihitung ulang dari tabel: BERBEDA pada " + "; ".join(self.differences[:8]) + "."


def recompute(db: Database, quarter: Quarter) -> Recomputed:
    """Reckon a recap again as the book stood when it was drafted. Raises Problem `not_found`."""
    recap = get(db, quarter)
    held = read(recap.figures)
    again = snapshot(db, quarter, moment(held.as_of), held.hidden)
    same = canonical(again) == recap.figures
    found = [] if same else list(differences(held, again)) or ["bentuk teks"]
    late = db.run("SELECT number FROM complaint WHERE received_on BETWEEN ? AND ? AND entered_at > ? ORDER BY id",
                  (quarter.start.isoformat(), quarter.end.isoformat(), held.as_of))  # fmt: skip
    return Recomputed(same, found, [number for (number,) in late])


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


def pledges(db: Database, quarter: Quarter) -> list[Pledge]:
    """Pledges given with a recap."""
    return Pledge.rows(db, Pledge.quarter == str(quarter), order=Pledge.id)


def open_pledges(db: Database) -> list[Pledge]:
    """Pledges that are not kept yet, the nearest first."""
    return Pledge.rows(db, Pledge.kept_on.is_null(), order=(Pledge.by_on, Pledge.id))


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
