"""The suggestion box (SP 11.4): opened at the end of every service day, each slip into the book, none is *nihil*.

A day may have several openings; only one at the end of a service day counts for it. A day without one stands on the
desks until somebody writes why, and under *Pengawasan* for good.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated, NamedTuple

from app.core.asked import Text
from app.core.clock import office_date, office_time
from app.core.permissions import Actor, may
from app.core.problems import SENTENCES, Problem
from app.core.procedure.limits import Deadline, to_text
from app.core.workdays import WorkingTime, midnight_of
from app.platform.office import queries as office
from app.platform.office.deadlines import DueItem
from app.platform.office.queries import working_time
from app.room import office_command
from app.services.complaints.events import BoxMissedNoted, BoxOpened
from app.services.complaints.service import Visitor, WrittenLine, write_line
from app.services.complaints.tables import BoxMissed, BoxOpening
from schema.database import Database, cached_until_next_entry
from schema.zone import sql_shift
from sync.journal import Journal

END_OF_SERVICE = time(14, 0)
END_MINUTE = 60 * END_OF_SERVICE.hour
"""From this hour on the box asks to be opened, and an opening counts for the day."""
EXPLAINS = ("box.open", "oversight.note")
"""Who opens the box, and who watches over it, may write why it stayed shut."""
BACK = 365
"""Days back in which missed openings are told."""
MOST_MISSED = 10
"""Missed days of their own on the list of what is due; the desk tells how many there are."""


class BoxDay(NamedTuple):
    """The openings of one day together: slips of all, moment, person and note of the last; `counts` when one does."""

    on_date: str
    slips: int
    at: str
    actor: str
    note: str
    counts: bool


def is_end_of_service(db: Database, now: datetime) -> bool:
    """Whether an opening now counts for its day: a working day of the office, from :data:`END_OF_SERVICE` on."""
    return office.office_calendar(db).is_workday(office_date(now)) and office_time(now).time() >= END_OF_SERVICE


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    """The box of today from the end of service on, due when the office closes, until an opening counts; and each
    missed day of the last weeks, due at its own closing, until somebody writes why."""
    today = office_date(now)
    working = working_time(db)
    if can_explain(actor):
        missed = unexplained_days(db, today)[-MOST_MISSED:]
    else:
        missed = []
    items = [box_item(day, working, "Tidak dibuka, tulis alasannya") for day in missed]
    return items + box_of_today(db, actor, now)


def box_of_today(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    today = office_date(now)
    working = working_time(db)
    opened = db.one("SELECT 1 FROM box_opening WHERE counts = 1 AND on_date = ?", (today.isoformat(),))
    if not may(actor, "box.open") or opened or not working.spans_of(today) or not is_end_of_service(db, now):
        return []
    return [box_item(today, working, "Dibuka di akhir pelayanan")]


def box_item(day: date, working: WorkingTime, words: str) -> DueItem:
    spans = working.spans_of(day)
    if spans:
        closing = spans[-1][1]
    else:
        closing = END_MINUTE
    since, until = (midnight_of(day) + timedelta(minutes=minute) for minute in (END_MINUTE, max(END_MINUTE, closing)))
    deadline = Deadline("box", "working_minutes", to_text(since, "working_minutes"), to_text(until, "working_minutes"))
    return DueItem("Kotak saran", words, deadline, "box.show_box", {})


@office_command("box.open")
def open_box(
    journal: Journal,
    actor: Actor,
    *,
    slips: Sequence[Visitor],
    now: datetime,
    note: Annotated[str, Text("Catatan", most=300)] = "",
    category: str = "other",
) -> list[WrittenLine]:
    """An opening that is over, with what was found; before the end of service it does not count for the day."""
    today = office_date(now)
    body = BoxOpened(today.isoformat(), len(slips), note, is_end_of_service(journal.db, now))
    journal.record(body, subject=f"box/{today}", actor=actor.username, at=now)
    return [write_line(journal, actor, channel="box", visitor=slip, now=now, category=category) for slip in slips]


def can_explain(actor: Actor) -> bool:
    """Whether somebody may write why the box stayed shut."""
    return any(may(actor, permission) for permission in EXPLAINS)


@office_command(*EXPLAINS)
def explain_missed_days(
    journal: Journal,
    actor: Actor,
    *,
    reason: Annotated[str, Text("Alasan", SENTENCES["text_first"], most=300, lines=True)],
    now: datetime,
) -> None:
    """Write why the box was not opened on the days of which nobody has said it yet. Raises Problem."""
    days = unexplained_days(journal.db, office_date(now))
    if not days:
        raise Problem.of("conflict", why="Tidak ada hari tanpa pembukaan yang perlu dijelaskan.")
    body = BoxMissedNoted([day.isoformat() for day in days], reason)
    journal.record(body, subject="box/missed", actor=actor.username, at=now)


# -- questions -------------------------------------------------------------------------------------------------


def group_by_day(rows: Iterable[BoxOpening]) -> list[BoxDay]:
    found = []
    for day, group in groupby(rows, key=lambda row: row.on_date):
        held = list(group)
        notes = "; ".join(opening.note for opening in held if opening.note)
        slips = sum(opening.slips for opening in held)
        counts = any(opening.counts for opening in held)
        found.append(BoxDay(day, slips, held[-1].at, held[-1].actor, notes, counts))
    return found


def openings_between(db: Database, first: date, last: date) -> dict[str, BoxDay]:
    span = BoxOpening.on_date >= first.isoformat(), BoxOpening.on_date <= last.isoformat()
    rows = BoxOpening.rows(db, *span, order="on_date, n")
    return {day.on_date: day for day in group_by_day(rows)}


def latest_openings(db: Database, limit: int = 40) -> list[BoxOpening]:
    return BoxOpening.rows(db, order="on_date DESC, n DESC", limit=limit)


def in_use_since(db: Database) -> date | None:
    """The day on which the book came into use: the first opening or the first line written, whichever came first."""
    opened = db.one("SELECT min(on_date) FROM box_opening")
    written = db.one(
        f"SELECT date(entered_at, {sql_shift()}) FROM complaint WHERE id = (SELECT min(id) FROM complaint)"
    )
    days = [row[0] for row in (opened, written) if row and row[0]]
    if not days:
        return None
    return date.fromisoformat(min(days))


@cached_until_next_entry
def missed_days(db: Database, today: date) -> Sequence[date]:
    """Working days of the last year, before today, on which no opening counted, in order."""
    since = in_use_since(db)
    if since is None:
        return []
    day = max(since, today - timedelta(days=BACK))
    rows = db.run("SELECT on_date FROM box_opening WHERE counts = 1 AND on_date >= ?", (day.isoformat(),))
    opened = {row[0] for row in rows}
    calendar = office.office_calendar(db)
    found = []
    while day < today:
        if calendar.is_workday(day) and day.isoformat() not in opened:
            found.append(day)
        day += timedelta(days=1)
    return found


def explained_days(db: Database) -> dict[str, BoxMissed]:
    return {row.on_date: row for row in BoxMissed.rows(db)}


def unexplained_days(db: Database, today: date) -> list[date]:
    known = explained_days(db)
    return [day for day in missed_days(db, today) if day.isoformat() not in known]
