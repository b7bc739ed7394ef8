"""The recap of a quarter (SP 11.8): counts, lines without identity, carry-over, causes, LTPPs, promises, pledges.

`snapshot` reckons all of it from the tables in a handful of statements, as the book stood at the moment of drafting
(`cut`). So the same call gives the same text years later: what was written afterwards is not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.cases.promises import Promises, applications_by_area, promises_by_quarter
from app.complaints import figures as shape
from app.complaints.causes import capa_items, causes
from app.complaints.figures import Box, Carried, Figures, Item, Kept, PledgeState
from app.complaints.masks import MASKS, Masker, masker
from app.complaints.membership import lines_of, moved, quarter_of
from app.complaints.sums import COUNTED, FIRST_LATE, PAST, WAITING, set_aside, sums, then, totals_of, workdays
from app.complaints.sums import Tally as Counts
from app.complaints.words import CATEGORIES
from app.core.quarters import Quarter
from app.ktp.moves import SERVICE as KTP
from app.office import service as office
from schema.database import Database
from sync.line import stamp

TREND = 8
"""Quarters in the trend of the KTP promise."""

LINE = (
    "SELECT s.*, coalesce(s.closed_on <= s.until, 0), (s.closed_on IS NULL OR s.closed_on > s.until)"
    f" AND s.due_on < s.until AND NOT {WAITING}, {FIRST_LATE},"
    " k.text, k.on_date FROM s LEFT JOIN complaint_column k ON k.id = (SELECT max(f.id) FROM complaint_column f"
    " WHERE f.complaint_id = s.id AND f.name = 'follow_up' AND f.on_date <= s.until AND f.at <= ?1"
    " AND (f.struck_at IS NULL OR f.struck_at > ?1))"
)
BOOK = (
    "WITH " + moved("?2", "?4") + ", s AS (SELECT ?3 AS until, c.id, c.number, c.received_on, c.words, "
    + then("?3", "?4") + " FROM complaint c LEFT JOIN " + PAST
    + " WHERE {where} AND c.entered_at <= ?1 AND " + COUNTED + ") " + LINE
)  # fmt: skip
RECEIVED = BOOK.format(where=lines_of("?2", "?3")) + " ORDER BY s.received_on, s.id"
CARRIED = (
    BOOK.format(
        where="c.received_on < ?2 AND (c.closed_on IS NULL OR c.closed_on >= ?2)"
        f" AND c.id NOT IN (SELECT id FROM moved WHERE quarter >= {quarter_of('?2')})"
    )
    + " WHERE s.closed_on IS NULL OR s.closed_on >= ?2 ORDER BY s.received_on, s.id"
)


class Seen(NamedTuple):
    """A line of the book as it stood on the last day of the quarter, known at the moment of drafting."""

    until: str
    id: int
    number: str
    received_on: str
    words: str
    first_answer_on: str | None
    type: str
    category: str
    weight: str
    section: str
    first_due_on: str | None
    due_on: str
    closed_on: str | None
    settled: int
    late: int
    first_late: int
    follow_up: str | None
    followed_on: str | None


def snapshot(
    db: Database, quarter: Quarter, now: datetime, hidden: Sequence[str] = (), form: int = shape.FORM
) -> Figures:
    """All figures of a quarter as the book stands at `now`. `hidden`: prints of further words to leave out (masks);
    `form`: how an older recap counted."""
    cut = stamp(now)
    params = (cut, quarter.start.isoformat(), quarter.end.isoformat(), form)
    received = [Seen(*row) for row in db.run(RECEIVED, params)]
    carried = [Seen(*row) for row in db.run(CARRIED, params)]
    mask = masker(db, quarter, cut, hidden)
    return Figures(
        form, str(quarter), cut, sorted(set(hidden)),
        sums(db, quarter, cut, applications_by_area(db, quarter.start, quarter.end, cut), form),
        [item(line, mask) for line in received],
        Carried(carried_totals(db, carried), [item(line, mask) for line in carried]),
        causes(db, quarter, received, cut, form), capa_items(db, quarter, mask), promises(db, quarter),
        box(db, quarter), pledges(db, quarter, mask, cut), MASKS, set_aside(db, quarter, cut),
    )  # fmt: skip


def item(line: Seen, mask: Masker) -> Item:
    """A line for the list: its gist and follow-up without names and numbers."""
    state = "settled" if line.settled else "late" if line.late else "process"
    return Item(
        line.number, line.received_on, CATEGORIES[line.category].label, mask.gist(line.words, line.id), line.due_on,
        state, mask.gist(line.follow_up or "", line.id), line.followed_on or "",
        (line.closed_on or "") if line.settled else "",
    )  # fmt: skip


def carried_totals(db: Database, lines: Sequence[Seen]) -> shape.Totals:
    """Totals of what was carried over, with its own median and 90th percentile."""
    calendar = office.calendar(db)
    days = Counter(
        workdays(calendar, line.received_on, line.closed_on or "") for line in lines if line.settled
    )
    late = sum(1 for line in lines if line.settled and (line.closed_on or "") > line.due_on)
    return totals_of(Counts(len(lines), sum(line.settled for line in lines), sum(line.late for line in lines), late,
                            sum(line.first_late for line in lines)), days)  # fmt: skip


def promises(db: Database, quarter: Quarter) -> list[Kept]:
    """The KTP promise of this quarter and the seven before, the oldest first."""
    quarters = [quarter]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].before)
    found = promises_by_quarter(db, KTP, quarters[0].start, quarter.end)
    return [Kept(str(one), *found.get(str(one), Promises(0, 0))) for one in quarters]


def box(db: Database, quarter: Quarter) -> Box:
    """How often the suggestion box was opened in the quarter."""
    calendar = office.calendar(db)
    rows = list(db.run("SELECT on_date, slips, counts FROM box_opening WHERE on_date BETWEEN ? AND ?",
                       (quarter.start.isoformat(), quarter.end.isoformat())))  # fmt: skip
    working = calendar.workdays_between(quarter.start - timedelta(days=1), quarter.end)
    opened = {on for on, _, counts in rows if counts and calendar.is_workday(date.fromisoformat(on))}
    empty = sum(1 for _, slips, counts in rows if counts and not slips)
    return Box(working, len(opened), empty, sum(slips for _, slips, _ in rows))


def pledges(db: Database, quarter: Quarter, mask: Masker, cut: str) -> list[PledgeState]:
    """Pledges of the recap before, and older ones that were still open when this quarter began, as known at `cut`."""
    rows = db.run(
        "SELECT quarter, what, who, by_on, kept_on, withdrawn_on, withdrawn_why FROM pledge WHERE given_at <= ?1"
        " AND (void = 0 OR withdrawn_at > ?1) AND (quarter = ?2 OR (quarter < ?2"
        " AND coalesce(kept_on, withdrawn_on, '9999') >= ?3)) ORDER BY quarter, id",
        (cut, str(quarter.before), quarter.start.isoformat()),
    )
    return [pledge_state(row, quarter.end.isoformat(), mask) for row in rows]


def pledge_state(row: Iterable[str | None], end: str, mask: Masker) -> PledgeState:
    """How a pledge stood on the last day of the quarter."""
    quarter, what, who, by_on, *ended, why = (value or "" for value in row)
    kept_on, withdrawn_on = (on if on and on <= end else "" for on in ended)
    open_state = "broken" if by_on <= end else "running"
    state = (
        "withdrawn"
        if withdrawn_on
        else "kept"
        if kept_on and kept_on <= by_on
        else "late"
        if kept_on
        else open_state
    )
    return PledgeState(quarter, mask.text(what), who, by_on, kept_on, state, withdrawn_on,
                       mask.text(why) if withdrawn_on else "")  # fmt: skip
