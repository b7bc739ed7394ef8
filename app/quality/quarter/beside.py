"""What a quarter says beside its lines: LTPPs, the KTP promise, the suggestion box, pledges of earlier recaps."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.casework.desk.queries import PromiseCount, promises_by_quarter
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.quality.quarter.figures import Box, CapaItem, Kept, PledgeState
from app.services.complaints.masks import Masker
from app.services.ktp.tables import SERVICE as KTP
from schema.database import Database

TREND = 8
"""Quarters in the trend of the KTP promise."""


def capa_items(db: Database, quarter: Quarter, mask: Masker) -> list[CapaItem]:
    start = quarter.start.isoformat()
    end = quarter.end.isoformat()
    rows = db.run(
        "SELECT k.number, k.opened_on, k.source, k.problem, r.whys, r.corrective, r.person, r.due_on, r.done_on,"
        " r.checked_on, r.effective FROM capa k LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = (SELECT"
        " max(x.round) FROM capa_round x WHERE x.capa_id = k.id AND x.planned_on <= ?1) WHERE k.opened_on <= ?1"
        " ORDER BY k.id",
        (end,),
    )
    items = [capa_item(row, end, mask) for row in rows]
    return [item for item in items if item.state != "effective" or item.on >= start]


def capa_item(row: tuple[Any, ...], end: str, mask: Masker) -> CapaItem:
    """An LTPP in the round that was planned last by the last day; before a plan, without one."""
    number, opened_on, source, problem, whys, action, person, due_on, done_on, checked_on, effective = row
    state = "open"
    on = ""
    if done_on and done_on <= end:
        state = "done"
        on = done_on
    if checked_on and checked_on <= end:
        state = "effective" if effective else "again"
        on = checked_on
    cause = (json.loads(whys or "[]") or [""])[-1]
    return CapaItem(
        number,
        opened_on,
        source,
        mask.gist(problem),
        mask.gist(cause),
        mask.gist(action or ""),
        person or "",
        due_on or "",
        state,
        on,
    )


def count_promises(db: Database, quarter: Quarter) -> list[Kept]:
    quarters = [quarter]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].before)
    found = promises_by_quarter(db, KTP, quarters[0].start, quarter.end)
    return [Kept(str(past), *found.get(str(past), PromiseCount(0, 0))) for past in quarters]


def count_box(db: Database, quarter: Quarter, since: date | None, until: date | None = None) -> Box:
    """The openings of a quarter among its working days, `since` the day on which the book came into use, to a day."""
    calendar = office.office_calendar(db)
    last = min(quarter.end, until or quarter.end)
    span = quarter.start.isoformat(), last.isoformat()
    begun = max(quarter.start, min(since or quarter.start, quarter.after.start))
    rows = list(db.run("SELECT on_date, slips, counts FROM box_opening WHERE on_date BETWEEN ? AND ?", span))
    working = 0
    if begun <= last:
        working = calendar.workdays_between(begun - timedelta(days=1), last)
    opened = {on for on, _, counts in rows if counts and calendar.is_workday(date.fromisoformat(on))}
    empty = sum(1 for _, slips, counts in rows if counts and not slips)
    return Box(working, len(opened), empty, sum(slips for _, slips, _ in rows))


def count_pledges(db: Database, quarter: Quarter, mask: Masker, cut: str) -> list[PledgeState]:
    """Pledges of the recap before, and older ones that were still open when this quarter began, as known at `cut`."""
    rows = db.run(
        "SELECT quarter, what, who, by_on, kept_on, withdrawn_on, withdrawn_why FROM pledge WHERE given_at <= ?1"
        " AND (void = 0 OR withdrawn_at > ?1) AND (quarter = ?2 OR (quarter < ?2"
        " AND coalesce(kept_on, withdrawn_on, '9999') >= ?3)) ORDER BY quarter, id",
        (cut, str(quarter.before), quarter.start.isoformat()),
    )
    return [pledge_state(row, quarter.end.isoformat(), mask) for row in rows]


def pledge_state(row: Iterable[str | None], end: str, mask: Masker) -> PledgeState:
    quarter, what, who, by_on, kept_on, withdrawn_on, why = (value or "" for value in row)
    if kept_on > end:
        kept_on = ""
    if withdrawn_on > end:
        withdrawn_on = ""
    reason = ""
    if withdrawn_on:
        state = "withdrawn"
        reason = mask.text(why)
    elif kept_on:
        state = "kept" if kept_on <= by_on else "late"
    else:
        state = "broken" if by_on <= end else "running"
    return PledgeState(quarter, mask.text(what), who, by_on, kept_on, state, withdrawn_on, reason)
