"""The counting of a quarter: one statement over the lines of three quarters, folded into tables.

A line counts in the one quarter to which it belongs (`membership`) and as it stood on that quarter's last day. Class
and section are those known at the moment of drafting (`complaint_past` keeps what a line was before later changes).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from app.complaints.limits import area_names
from app.complaints.masks import MASKS, Masker, masker_of_quarter
from app.complaints.words import CATEGORIES, CHANNELS, ELEMENTS, TYPES, WEIGHTS
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.desk.queries import PromiseCount, applications_by_area, promises_by_quarter
from app.ktp.tables import SERVICE as KTP
from app.office import queries as office
from app.quarter import figures as shape
from app.quarter.figures import (
    FORM,
    Box,
    CapaItem,
    Carried,
    Cause,
    Figures,
    Item,
    Kept,
    Month,
    PledgeState,
    Row,
    Sums,
    Totals,
)
from app.quarter.membership import lines_sql, moved_sql, quarter_sql
from schema.database import Database
from schema.zone import sql_shift
from sync.entries import to_utc_text

PAST = (
    "complaint_past p ON p.id = (SELECT x.id FROM complaint_past x WHERE x.complaint_id = c.id AND x.until_at > ?1"
    " ORDER BY x.until_at, x.id LIMIT 1)"
)


def reopened_sql(column: str, until: str, form: str) -> str:
    """What a line was that had been settled by a day and was taken up again only after it: a recap says how the line
    stood on the last day. Snapshots of form 1 did not look back so (`recount` reckons them as they were)."""
    return (
        f"(SELECT x.{column} FROM complaint_past x WHERE {form} > 1 AND x.complaint_id = c.id AND x.until_at <= ?1"
        f" AND x.closed_on <= {until} AND date(x.until_at, {sql_shift()}) > {until} ORDER BY x.until_at, x.id LIMIT 1)"
    )


CLOSED = "CASE WHEN p.id IS NULL THEN c.closed_on ELSE p.closed_on END"
COUNTED = "coalesce(p.aside, c.aside) = 0"
"""A line that was not set aside, as the book knew it at the moment of drafting (`?1`); needs `c` and `p`."""


def line_then_sql(until: str, form: str) -> str:
    """The columns of a line as it stood on a day, known at the moment of drafting (`?1`); needs `c` and `p`."""
    return (
        "CASE WHEN p.id IS NULL THEN c.first_answer_on ELSE p.first_answer_on END AS first_answer_on,"
        " coalesce(p.type, c.type) AS type, coalesce(p.category, c.category) AS category,"
        " coalesce(p.weight, c.weight) AS weight, coalesce(p.section, c.section) AS section,"
        " coalesce(p.first_due_on, c.first_due_on) AS first_due_on,"
        f" coalesce({reopened_sql('settle_due_on', until, form)}, p.settle_due_on, c.settle_due_on) AS due_on,"
        f" coalesce({reopened_sql('closed_on', until, form)}, {CLOSED}) AS closed_on"
    )


WAITING = (
    "EXISTS (SELECT 1 FROM complaint_pause z WHERE z.complaint_id = s.id AND z.from_on <= s.due_on"
    " AND z.from_on <= s.until AND (z.to_on IS NULL OR z.to_on > s.until))"
)
"""The clock of a line stood still on the last day, so that it cannot be late."""

LATE = f"(s.closed_on IS NULL OR s.closed_on > s.until) AND s.due_on < s.until AND NOT {WAITING}"
FIRST_LATE = "coalesce(coalesce(s.first_answer_on, '9999') > s.first_due_on AND s.first_due_on < s.until, 0)"
"""A box slip to which nobody can be answered has no such date and is never late with it."""

SEEN = (
    "WITH " + moved_sql("?2", "?8") + ", span (q, since, until) AS (VALUES (0, ?2, ?3), (1, ?4, ?5), (2, ?6, ?7)),"
    " s AS (SELECT span.q, span.until, c.id, c.channel, c.area, c.service, c.received_on, "
    + line_then_sql("span.until", "?8")
    + f", coalesce({reopened_sql('closed_on', '?3', '?8')}, {CLOSED}) AS closed_now"
    f" FROM span CROSS JOIN complaint c ON {lines_sql('span.since', 'span.until')} AND c.entered_at <= ?1"
    f" LEFT JOIN {PAST} WHERE {COUNTED}),"
    " seen AS MATERIALIZED (SELECT s.q, s.channel, s.area, s.service, s.type, s.category, s.weight, s.section,"
    " s.received_on, s.closed_on, coalesce(s.closed_on <= s.until, 0) AS settled, " + LATE + " AS late,"
    " coalesce(s.closed_on <= s.until AND s.closed_on > s.due_on, 0) AS settled_late, " + FIRST_LATE + " AS first_late,"
    " coalesce(s.closed_now <= ?3, 0) AS settled_now FROM s)"
)
DIMENSIONS = ("channel", "type", "weight", "category", "service", "area", "section")
SUMS = (
    SEEN + " SELECT 'total', '', '', q, count(*), sum(settled), sum(late), sum(settled_late), sum(first_late) FROM seen"
    " GROUP BY q"
    + "".join(
        f" UNION ALL SELECT '{name}', {name}, '', q, count(*), sum(settled), sum(late), 0, 0 FROM seen"
        f" GROUP BY {name}, q"
        for name in DIMENSIONS
    )
    + " UNION ALL SELECT 'month', substr(received_on, 1, 7), '', q, count(*), sum(settled_now), 0, 0, 0 FROM seen"
    " WHERE q < 2 GROUP BY 2, q"
    + " UNION ALL SELECT 'days', received_on, closed_on, q, count(*), 0, 0, 0, 0 FROM seen WHERE settled"
    " GROUP BY q, 2, 3"
)


class Tally(NamedTuple):
    received: int = 0
    settled: int = 0
    late: int = 0
    settled_late: int = 0
    first_late: int = 0


Tallies = dict[tuple[str, str, int], Tally]
"""(dimension, key, quarter) → counts; quarter 0 is this one, 1 the one before, 2 the same one a year ago."""


def count_sums(
    db: Database, quarter: Quarter, cut: str, applications: Mapping[str, int] | None = None, form: int = FORM
) -> Sums:
    """The counts of a quarter from the book as it stood at `cut` (UTC stamp). `applications`: village code → number;
    `form`: how an older recap counted."""
    calendar, found, days = office.office_calendar(db), Tallies(), (Counter[int](), Counter[int](), Counter[int]())
    for name, key, closed, q, *counts in db.run(SUMS, (*quarter_spans(quarter, cut), form)):
        if name == "days":
            days[q][count_workdays(calendar, key, closed)] += counts[0]
        else:
            found[name, key, q] = Tally(*counts)
    totals = [totals_of(found.get(("total", "", q), Tally()), days[q]) for q in range(3)]
    categories = table_rows(
        "category",
        {key: one.label for key, one in CATEGORIES.items()},
        found,
        elements={key: one.element for key, one in CATEGORIES.items()},
    )
    months = (*quarter.before.months, *quarter.months)
    return Sums(
        totals[0],
        totals[1],
        totals[2],
        [Month(one, *month_counts(found, one)) for one in months],
        table_rows("channel", CHANNELS, found),
        table_rows("type", TYPES, found),
        table_rows("weight", WEIGHTS, found),
        categories,
        by_element(categories),
        service_rows(db, found),
        table_rows("area", {**area_names(db), "": "Tidak disebut"}, found, applications=applications),
        table_rows("section", dict(db.run("SELECT code, name FROM section ORDER BY code")), found),
    )


def count_set_aside(db: Database, quarter: Quarter, cut: str) -> int:
    """How many lines of a quarter were set aside at `cut`: with the received ones they are all lines of the book."""
    [(count,)] = db.run(
        f"SELECT count(*) FROM complaint c LEFT JOIN {PAST} WHERE c.received_on BETWEEN ?2 AND ?3"
        f" AND c.entered_at <= ?1 AND NOT ({COUNTED})",
        (cut, quarter.start.isoformat(), quarter.end.isoformat()),
    )
    return int(count)


def quarter_spans(quarter: Quarter, cut: str) -> list[str]:
    """Parameters of SUMS: the moment, then this quarter, the one before, the same one a year ago."""
    return [
        cut,
        *(day.isoformat() for one in (quarter, quarter.before, quarter.year_ago) for day in (one.start, one.end)),
    ]


def count_workdays(calendar: Calendar, received: str, closed: str) -> int:
    return calendar.workdays_between(date.fromisoformat(received), date.fromisoformat(closed))


def totals_of(tally: Tally, days: Counter[int]) -> Totals:
    process = tally.received - tally.settled - tally.late
    return Totals(
        tally.received,
        tally.settled,
        process,
        tally.late,
        tally.settled_late,
        tally.first_late,
        nearest_rank(days, 50),
        nearest_rank(days, 90),
    )


def nearest_rank(days: Counter[int], percent: int) -> int | None:
    """The smallest number of days within which at least so many percent lie (nearest rank)."""
    wanted, reached = ceil(days.total() * percent / 100), 0
    for value in sorted(days):
        reached += days[value]
        if reached >= wanted:
            return value
    return None


def month_counts(found: Tallies, month: str) -> tuple[int, int]:
    parts = [found.get(("month", month, q), Tally()) for q in (0, 1)]
    return sum(one.received for one in parts), sum(one.settled for one in parts)


def table_rows(
    name: str,
    labels: Mapping[str, str],
    found: Tallies,
    *,
    elements: Mapping[str, int] | None = None,
    applications: Mapping[str, int] | None = None,
) -> list[Row]:
    """A table of the keys that say something, in the order of the labels, then those that are no longer known.

    What is nought everywhere is left out: a village or service added years later must not change an old recap.
    """
    used = {key for kind, key, _ in found if kind == name} | {key for key, n in (applications or {}).items() if n}
    order = [*(key for key in labels if key in used), *sorted(used - labels.keys())]
    table = []
    for key in order:
        now, before, year_ago = (found.get((name, key, q), Tally()) for q in range(3))
        counts = now.received, now.settled, now.late, before.received, year_ago.received
        element, asked = (elements or {}).get(key, 0), (applications or {}).get(key, 0)
        table.append(Row(key, labels.get(key, key), *counts, element, asked))
    return table


SUMMED = ("received", "settled", "late", "before", "year_ago")


def by_element(categories: Iterable[Row]) -> list[Row]:
    """Categories put together under the 14 satisfaction elements; the office's own ones under 0."""
    found = {number: Row(str(number), label, element=number) for number, label in ELEMENTS.items()}
    for row in categories:
        old = found[row.element]
        counts = {name: getattr(old, name) + getattr(row, name) for name in SUMMED}
        found[row.element] = Row(old.key, old.label, element=row.element, **counts)
    return list(found.values())


def service_rows(db: Database, found: Tallies) -> list[Row]:
    """Services of this office; what a visitor wrote freely is *layanan lain*, so that no typed text gets out."""
    adopted = db.run("SELECT service, max(revision) FROM standard GROUP BY service ORDER BY service")
    known = {name: office.adopted_definition(db, name, revision).short_name for name, revision in adopted}
    merged: Tallies = {}
    for (name, key, q), tally in found.items():
        if name == "service":
            place = ("service", key if key in known or not key else "other", q)
            merged[place] = Tally(*(a + b for a, b in zip(merged.get(place, Tally()), tally, strict=True)))
    return table_rows("service", {**known, "other": "Layanan lain", "": "Tidak disebut"}, merged)


AGAIN = 3
"""So many lines of one category in a quarter are a cause that repeats itself (house rule)."""


class SeenLine(NamedTuple):
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


def repeated_causes(db: Database, quarter: Quarter, received: Sequence[SeenLine], cut: str, form: int) -> list[Cause]:
    counts = Counter(line.category for line in received)
    again = [key for key, count in counts.most_common() if count >= AGAIN]
    if not again:
        return []
    category = {line.id: line.category for line in received}
    numbers: dict[str, set[str]] = {}
    for complaint_id, number in db.run(
        "SELECT x.complaint_id, k.number FROM capa_complaint x JOIN capa k ON k.id = x.capa_id"
        " WHERE k.opened_on <= ? AND x.at <= ?",
        (quarter.end.isoformat(), cut),
    ):
        numbers.setdefault(category.get(complaint_id, ""), set()).add(number)
    before = categories_before(db, quarter, cut, form)
    found = [
        Cause(key, CATEGORIES[key].label, counts[key], before.get(key, 0), sorted(numbers.get(key, ())))
        for key in again
    ]
    return sorted(found, key=lambda one: (-one.count, one.key))


def categories_before(db: Database, quarter: Quarter, cut: str, form: int) -> dict[str, int]:
    days = (one.isoformat() for one in (quarter.start, quarter.before.start, quarter.before.end))
    return dict(
        db.run(
            f"WITH {moved_sql('?2', '?5')} SELECT coalesce(p.category, c.category), count(*) FROM complaint c LEFT JOIN"
            f" {PAST} WHERE {lines_sql('?3', '?4')} AND c.entered_at <= ?1 AND {COUNTED} GROUP BY 1",
            (cut, *days, form),
        )
    )


def capa_items(db: Database, quarter: Quarter, mask: Masker) -> list[CapaItem]:
    start, end = quarter.start.isoformat(), quarter.end.isoformat()
    rows = db.run(
        "SELECT k.number, k.opened_on, k.source, k.problem, r.whys, r.corrective, r.person, r.due_on, r.done_on,"
        " r.checked_on, r.effective FROM capa k LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = (SELECT"
        " max(x.round) FROM capa_round x WHERE x.capa_id = k.id AND x.planned_on <= ?1) WHERE k.opened_on <= ?1"
        " ORDER BY k.id",
        (end,),
    )
    items = [capa_item(row, end, mask) for row in rows]
    return [one for one in items if one.state != "effective" or one.on >= start]


def capa_item(row: tuple[Any, ...], end: str, mask: Masker) -> CapaItem:
    """An LTPP in the round that was planned last by the last day; before a plan, without one."""
    number, opened_on, source, problem, whys, action, person, due_on, done_on, checked_on, effective = row
    state, on = "open", ""
    if done_on and done_on <= end:
        state, on = "done", done_on
    if checked_on and checked_on <= end:
        state, on = ("effective" if effective else "again"), checked_on
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
    "WITH "
    + moved_sql("?2", "?4")
    + ", s AS (SELECT ?3 AS until, c.id, c.number, c.received_on, c.words, "
    + line_then_sql("?3", "?4")
    + " FROM complaint c LEFT JOIN "
    + PAST
    + " WHERE {where} AND c.entered_at <= ?1 AND "
    + COUNTED
    + ") "
    + LINE
)
RECEIVED = BOOK.format(where=lines_sql("?2", "?3")) + " ORDER BY s.received_on, s.id"
CARRIED = (
    BOOK.format(
        where="c.received_on < ?2 AND (c.closed_on IS NULL OR c.closed_on >= ?2)"
        f" AND c.id NOT IN (SELECT id FROM moved WHERE quarter >= {quarter_sql('?2')})"
    )
    + " WHERE s.closed_on IS NULL OR s.closed_on >= ?2 ORDER BY s.received_on, s.id"
)


def count_quarter(
    db: Database, quarter: Quarter, now: datetime, hidden: Sequence[str] = (), form: int = shape.FORM
) -> Figures:
    """All figures of a quarter as the book stands at `now`. `hidden`: prints of further words to leave out (masks);
    `form`: how an older recap counted."""
    cut = to_utc_text(now)
    params = (cut, quarter.start.isoformat(), quarter.end.isoformat(), form)
    received = [SeenLine(*row) for row in db.run(RECEIVED, params)]
    carried = [SeenLine(*row) for row in db.run(CARRIED, params)]
    mask = masker_of_quarter(db, quarter, cut, hidden)
    return Figures(
        form,
        str(quarter),
        cut,
        sorted(set(hidden)),
        count_sums(db, quarter, cut, applications_by_area(db, quarter.start, quarter.end, cut), form),
        [list_item(line, mask) for line in received],
        Carried(carried_totals(db, carried), [list_item(line, mask) for line in carried]),
        repeated_causes(db, quarter, received, cut, form),
        capa_items(db, quarter, mask),
        count_promises(db, quarter),
        count_box(db, quarter),
        count_pledges(db, quarter, mask, cut),
        MASKS,
        count_set_aside(db, quarter, cut),
    )


def list_item(line: SeenLine, mask: Masker) -> Item:
    state = "settled" if line.settled else "late" if line.late else "process"
    return Item(
        line.number,
        line.received_on,
        CATEGORIES[line.category].label,
        mask.gist(line.words, line.id),
        line.due_on,
        state,
        mask.gist(line.follow_up or "", line.id),
        line.followed_on or "",
        (line.closed_on or "") if line.settled else "",
    )


def carried_totals(db: Database, lines: Sequence[SeenLine]) -> shape.Totals:
    calendar = office.office_calendar(db)
    days = Counter(count_workdays(calendar, line.received_on, line.closed_on or "") for line in lines if line.settled)
    late = sum(1 for line in lines if line.settled and (line.closed_on or "") > line.due_on)
    return totals_of(
        Tally(
            len(lines),
            sum(line.settled for line in lines),
            sum(line.late for line in lines),
            late,
            sum(line.first_late for line in lines),
        ),
        days,
    )


def count_promises(db: Database, quarter: Quarter) -> list[Kept]:
    quarters = [quarter]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].before)
    found = promises_by_quarter(db, KTP, quarters[0].start, quarter.end)
    return [Kept(str(one), *found.get(str(one), PromiseCount(0, 0))) for one in quarters]


def count_box(db: Database, quarter: Quarter) -> Box:
    calendar = office.office_calendar(db)
    span = quarter.start.isoformat(), quarter.end.isoformat()
    rows = list(db.run("SELECT on_date, slips, counts FROM box_opening WHERE on_date BETWEEN ? AND ?", span))
    working = calendar.workdays_between(quarter.start - timedelta(days=1), quarter.end)
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
    quarter, what, who, by_on, *ended, why = (value or "" for value in row)
    kept_on, withdrawn_on = (on if on and on <= end else "" for on in ended)
    open_state = "broken" if by_on <= end else "running"
    state = (
        "withdrawn" if withdrawn_on else "kept" if kept_on and kept_on <= by_on else "late" if kept_on else open_state
    )
    return PledgeState(
        quarter, mask.text(what), who, by_on, kept_on, state, withdrawn_on, mask.text(why) if withdrawn_on else ""
    )
