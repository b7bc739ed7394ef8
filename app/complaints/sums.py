"""The counting of a quarter: one statement over the lines of three quarters, folded into tables.

A line counts in the one quarter to which it belongs (`membership`) and as it stood on that quarter's last day. Class
and section are those known at the moment of drafting (`complaint_past` keeps what a line was before later changes).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil
from typing import NamedTuple

from app.complaints.figures import FORM, Month, Row, Sums, Totals
from app.complaints.limits import area_names
from app.complaints.membership import lines_of, moved
from app.complaints.words import CATEGORIES, CHANNELS, ELEMENTS, TYPES, WEIGHTS
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.office import service as office
from schema.database import Database

PAST = (
    "complaint_past p ON p.id = (SELECT x.id FROM complaint_past x WHERE x.complaint_id = c.id AND x.until_at > ?1"
    " ORDER BY x.until_at, x.id LIMIT 1)"
)


def reopened(column: str, until: str, form: str) -> str:
    """What a line was that had been settled by a day and was taken up again only after it: a recap says how the line
    stood on the last day. Snapshots of form 1 did not look back so (`recount` reckons them as they were)."""
    return (
        f"(SELECT x.{column} FROM complaint_past x WHERE {form} > 1 AND x.complaint_id = c.id AND x.until_at <= ?1"
        f" AND x.closed_on <= {until} AND date(x.until_at, '+7 hours') > {until} ORDER BY x.until_at, x.id LIMIT 1)"
    )


CLOSED = "CASE WHEN p.id IS NULL THEN c.closed_on ELSE p.closed_on END"
COUNTED = "coalesce(p.aside, c.aside) = 0"
"""A line that was not set aside, as the book knew it at the moment of drafting (`?1`); needs `c` and `p`."""


def then(until: str, form: str) -> str:
    """The columns of a line as it stood on a day, known at the moment of drafting (`?1`); needs `c` and `p`."""
    return (
        "CASE WHEN p.id IS NULL THEN c.first_answer_on ELSE p.first_answer_on END AS first_answer_on,"
        " coalesce(p.type, c.type) AS type, coalesce(p.category, c.category) AS category,"
        " coalesce(p.weight, c.weight) AS weight, coalesce(p.section, c.section) AS section,"
        " coalesce(p.first_due_on, c.first_due_on) AS first_due_on,"
        f" coalesce({reopened('settle_due_on', until, form)}, p.settle_due_on, c.settle_due_on) AS due_on,"
        f" coalesce({reopened('closed_on', until, form)}, {CLOSED}) AS closed_on"
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
    "WITH " + moved("?2", "?8") + ", span (q, since, until) AS (VALUES (0, ?2, ?3), (1, ?4, ?5), (2, ?6, ?7)),"
    " s AS (SELECT span.q, span.until, c.id, c.channel, c.area, c.service, c.received_on, "
    + then("span.until", "?8") + f", coalesce({reopened('closed_on', '?3', '?8')}, {CLOSED}) AS closed_now"
    f" FROM span CROSS JOIN complaint c ON {lines_of('span.since', 'span.until')} AND c.entered_at <= ?1"
    f" LEFT JOIN {PAST} WHERE {COUNTED}),"
    " seen AS MATERIALIZED (SELECT s.q, s.channel, s.area, s.service, s.type, s.category, s.weight, s.section,"
    " s.received_on, s.closed_on, coalesce(s.closed_on <= s.until, 0) AS settled, " + LATE + " AS late,"
    " coalesce(s.closed_on <= s.until AND s.closed_on > s.due_on, 0) AS settled_late, " + FIRST_LATE + " AS first_late,"
    " coalesce(s.closed_now <= ?3, 0) AS settled_now FROM s)"
)  # fmt: skip
DIMENSIONS = ("channel", "type", "weight", "category", "service", "area", "section")
SUMS = (
    SEEN
    + " SELECT 'total', '', '', q, count(*), sum(settled), sum(late), sum(settled_late), sum(first_late) FROM seen"
      " GROUP BY q"
    + "".join(f" UNION ALL SELECT '{name}', {name}, '', q, count(*), sum(settled), sum(late), 0, 0 FROM seen"
              f" GROUP BY {name}, q" for name in DIMENSIONS)
    + " UNION ALL SELECT 'month', substr(received_on, 1, 7), '', q, count(*), sum(settled_now), 0, 0, 0 FROM seen"
      " WHERE q < 2 GROUP BY 2, q"
    + " UNION ALL SELECT 'days', received_on, closed_on, q, count(*), 0, 0, 0, 0 FROM seen WHERE settled"
      " GROUP BY q, 2, 3"
)  # fmt: skip


class Tally(NamedTuple):
    """Counts of one key in one quarter."""

    received: int = 0
    settled: int = 0
    late: int = 0
    settled_late: int = 0
    first_late: int = 0


Tallies = dict[tuple[str, str, int], Tally]
"""(dimension, key, quarter) → counts; quarter 0 is this one, 1 the one before, 2 the same one a year ago."""


def sums(db: Database, quarter: Quarter, cut: str, applications: Mapping[str, int] | None = None,
         form: int = FORM) -> Sums:  # fmt: skip
    """The counts of a quarter from the book as it stood at `cut` (UTC stamp). `applications`: village code → number;
    `form`: how an older recap counted."""
    calendar, found, days = office.calendar(db), Tallies(), (Counter[int](), Counter[int](), Counter[int]())
    for name, key, closed, q, *counts in db.run(SUMS, (*spans(quarter, cut), form)):
        if name == "days":
            days[q][workdays(calendar, key, closed)] += counts[0]
        else:
            found[name, key, q] = Tally(*counts)
    totals = [totals_of(found.get(("total", "", q), Tally()), days[q]) for q in range(3)]
    categories = rows("category", {key: one.label for key, one in CATEGORIES.items()}, found,
                      elements={key: one.element for key, one in CATEGORIES.items()})  # fmt: skip
    months = (*quarter.before.months, *quarter.months)
    return Sums(
        totals[0], totals[1], totals[2], [Month(one, *month_of(found, one)) for one in months],
        rows("channel", CHANNELS, found), rows("type", TYPES, found), rows("weight", WEIGHTS, found), categories,
        by_element(categories), services(db, found), villages(db, found, applications or {}), sections(db, found),
    )  # fmt: skip


def set_aside(db: Database, quarter: Quarter, cut: str) -> int:
    """How many lines of a quarter were set aside at `cut`: with the received ones they are all lines of the book."""
    row = db.one(
        f"SELECT count(*) FROM complaint c LEFT JOIN {PAST} WHERE c.received_on BETWEEN ?2 AND ?3"
        f" AND c.entered_at <= ?1 AND NOT ({COUNTED})",
        (cut, quarter.start.isoformat(), quarter.end.isoformat()),
    )
    return int(row[0]) if row else 0


def spans(quarter: Quarter, cut: str) -> list[str]:
    """Parameters of SUMS: the moment, then this quarter, the one before, the same one a year ago."""
    return [
        cut,
        *(
            day.isoformat()
            for one in (quarter, quarter.before, quarter.year_ago)
            for day in (one.start, one.end)
        ),
    ]


def workdays(calendar: Calendar, received: str, closed: str) -> int:
    """Working days from receipt to settlement."""
    return calendar.workdays_between(date.fromisoformat(received), date.fromisoformat(closed))


def totals_of(tally: Tally, days: Counter[int]) -> Totals:
    """Totals with median and 90th percentile."""
    process = tally.received - tally.settled - tally.late
    return Totals(tally.received, tally.settled, process, tally.late, tally.settled_late, tally.first_late,
                  percentile(days, 50), percentile(days, 90))  # fmt: skip


def percentile(days: Counter[int], percent: int) -> int | None:
    """The smallest number of days within which at least so many percent lie (nearest rank)."""
    wanted, reached = ceil(days.total() * percent / 100), 0
    for value in sorted(days):
        reached += days[value]
        if reached >= wanted:
            return value
    return None


def month_of(found: Tallies, month: str) -> tuple[int, int]:
    """(received, settled) of a month."""
    parts = [found.get(("month", month, q), Tally()) for q in (0, 1)]
    return sum(one.received for one in parts), sum(one.settled for one in parts)


def rows(name: str, labels: Mapping[str, str], found: Tallies, *, elements: Mapping[str, int] | None = None,
         applications: Mapping[str, int] | None = None) -> list[Row]:  # fmt: skip
    """A table of the keys that say something, in the order of the labels, then those that are no longer known.

    What is nought everywhere is left out: a village or service added years later must not change an old recap.
    """
    used = {key for kind, key, _ in found if kind == name} | {
        key for key, n in (applications or {}).items() if n
    }
    order = [*(key for key in labels if key in used), *sorted(used - labels.keys())]
    table = []
    for key in order:
        now, before, year_ago = (found.get((name, key, q), Tally()) for q in range(3))
        counts = now.received, now.settled, now.late, before.received, year_ago.received
        element, asked = (elements or {}).get(key, 0), (applications or {}).get(key, 0)
        table.append(Row(key, labels.get(key, key), *counts, element, asked))
    return table


def by_element(categories: Iterable[Row]) -> list[Row]:
    """Categories put together under the 14 satisfaction elements; the office's own ones under 0."""
    found = {number: Row(str(number), label, element=number) for number, label in ELEMENTS.items()}
    for row in categories:
        old = found[row.element]
        found[row.element] = Row(
            old.key, old.label, old.received + row.received, old.settled + row.settled, old.late + row.late,
            old.before + row.before, old.year_ago + row.year_ago, row.element,
        )  # fmt: skip
    return list(found.values())


def services(db: Database, found: Tallies) -> list[Row]:
    """Services of this office; what a visitor wrote freely is *layanan lain*, so that no typed text gets out."""
    adopted = db.run("SELECT service, max(revision) FROM standard GROUP BY service ORDER BY service")
    known = {name: office.definition(db, name, revision).short_name for name, revision in adopted}
    merged: Tallies = {}
    for (name, key, q), tally in found.items():
        if name == "service":
            place = ("service", key if key in known or not key else "other", q)
            merged[place] = Tally(*(a + b for a, b in zip(merged.get(place, Tally()), tally, strict=True)))
    return rows("service", {**known, "other": "Layanan lain", "": "Tidak disebut"}, merged)


def villages(db: Database, found: Tallies, applications: Mapping[str, int]) -> list[Row]:
    """Villages with complaints or applications; then lines from elsewhere and lines that name none."""
    return rows("area", {**area_names(db), "": "Tidak disebut"}, found, applications=applications)


def sections(db: Database, found: Tallies) -> list[Row]:
    """Sections that had a line."""
    return rows("section", dict(db.run("SELECT code, name FROM section ORDER BY code")), found)
