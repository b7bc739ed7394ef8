"""The counting of a quarter: one statement over the lines of three quarters, folded into tables.

A line counts in the one quarter to which it belongs (`membership`) and as it stood on that quarter's last day. Class
and section are those known at the moment of drafting (`complaint_past` keeps what a line was before later changes).
Complaints, aspirations and questions are counted apart; tables, months and causes are of complaints.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.casework.desk.queries import applications_by_area
from app.core.dates import stored_date
from app.core.quarters import Quarter
from app.core.ranks import nearest_rank
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.quality.quarter.beside import capa_items, count_box, count_pledges, count_promises
from app.quality.quarter.figures import FORM, Carried, Cause, Figures, Item, KindTotals, Month, Row, Sums, Totals
from app.quality.quarter.membership import lines_sql, moved_sql, quarter_sql
from app.services.complaints.limits import area_names
from app.services.complaints.masks import MASKS, Masker, masker_of_quarter
from app.services.complaints.words import CATEGORIES, CHANNELS, ELEMENTS, TYPES, WEIGHTS
from schema.database import Database, first_value
from schema.zone import sql_shift
from sync.entries import to_utc_text

PAST = (
    "complaint_past p ON p.id = (SELECT x.id FROM complaint_past x WHERE x.complaint_id = c.id AND x.until_at > ?1"
    " ORDER BY x.until_at, x.id LIMIT 1)"
)


def reopened_sql(column: str, until: str, form: str) -> str:
    """What a line was that had been settled by a day and was taken up again only after it: a recap says how the line
    stood on the last day. Snapshots of form 1 did not look back so (`recount` reckons them as they were).

    Few lines have a past: that is asked of one small list, not of the table line by line."""
    return (
        "CASE WHEN c.id IN (SELECT complaint_id FROM complaint_past) THEN"
        f" (SELECT x.{column} FROM complaint_past x WHERE {form} > 1 AND x.complaint_id = c.id AND x.until_at <= ?1"
        f" AND x.closed_on <= {until} AND date(x.until_at, {sql_shift()}) > {until} ORDER BY x.until_at, x.id LIMIT 1)"
        " END"
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


def seen_sql(lines: str, *, now: str, form: str) -> str:
    """`seen`: the lines of some spans of days as they stood at the end of each. Needs `span` (q, since, until, stand);
    `lines` is the condition that a line `c` belongs to one, `now` the day on which a month counts as settled."""
    return (
        " s AS (SELECT span.q, span.stand AS until, c.id, c.channel, c.area, c.service, c.received_on, "
        + line_then_sql("span.stand", form)
        + f", coalesce({reopened_sql('closed_on', now, form)}, {CLOSED}) AS closed_now"
        f" FROM span CROSS JOIN complaint c ON {lines} AND c.entered_at <= ?1 LEFT JOIN {PAST} WHERE {COUNTED}),"
        " seen AS MATERIALIZED (SELECT s.q, s.channel, s.area, s.service, s.type, s.category, s.weight, s.section,"
        " s.received_on, s.closed_on, coalesce(s.closed_on <= s.until, 0) AS settled, " + LATE + " AS late,"
        " coalesce(s.closed_on <= s.until AND s.closed_on > s.due_on, 0) AS settled_late, "
        f"{FIRST_LATE} AS first_late, coalesce(s.closed_now <= {now}, 0) AS settled_now FROM s)"
    )


def folded_sql(form: str, months: str = "1") -> str:
    """The counts of `seen`. Of tables and months only the complaints count, since form 3."""
    complaints = f"({form} < 3 OR type = 'complaint')"
    late = "sum(settled_late), sum(first_late)"
    return (
        f" SELECT 'total', '', '', q, count(*), sum(settled), sum(late), {late} FROM seen GROUP BY q"
        f" UNION ALL SELECT 'type', type, '', q, count(*), sum(settled), sum(late), {late} FROM seen GROUP BY type, q"
        + "".join(
            f" UNION ALL SELECT '{name}', {name}, '', q, count(*), sum(settled), sum(late), 0, 0 FROM seen"
            f" WHERE {complaints} GROUP BY {name}, q"
            for name in DIMENSIONS
        )
        + " UNION ALL SELECT 'month', substr(received_on, 1, 7), '', q, count(*), sum(settled_now), 0, 0, 0 FROM seen"
        f" WHERE {months} AND {complaints} GROUP BY 2, q"
        " UNION ALL SELECT 'days/' || type, received_on, closed_on, q, count(*), 0, 0, 0, 0 FROM seen WHERE settled"
        " GROUP BY 1, q, 2, 3"
    )


DIMENSIONS = ("channel", "weight", "category", "service", "area", "section")
SPANS = (
    "span (q, since, until, stand) AS (SELECT column1, column2, column3, column3 FROM"
    " (VALUES (0, ?2, ?3), (1, ?4, ?5), (2, ?6, ?7))),"
)
SUMS = (
    f"WITH {moved_sql('?8')}, {SPANS}"
    + seen_sql(lines_sql("span.since", "span.until"), now="?3", form="?8")
    + folded_sql("?8", "q < 2")
)


class Tally(NamedTuple):
    received: int = 0
    settled: int = 0
    late: int = 0
    settled_late: int = 0
    first_late: int = 0


Tallies = dict[tuple[str, str, int], Tally]
"""(dimension, key, span) → counts; of a recap span 0 is this quarter, 1 the one before, 2 the same one a year ago."""
Days = dict[tuple[str, int], Counter[int]]
"""(kind, or empty for all, span) → working days until settled → lines."""


class WorkdayNumbers(dict[str, int]):
    """ISO day → its number among the working days since a fixed one, reckoned once for each day that is asked for."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__()
        self.calendar = calendar

    def __missing__(self, day: str) -> int:
        number = self[day] = self.calendar.workdays_between(FIRST_DAY, date.fromisoformat(day))
        return number


FIRST_DAY = date(2000, 1, 3)
"""Any day would do: only differences are asked for."""


def read_tallies(db: Database, sql: str, values: Sequence[str | int]) -> tuple[Tallies, Days]:
    numbered = WorkdayNumbers(office.office_calendar(db))
    found = Tallies()
    days = defaultdict[tuple[str, int], Counter[int]](Counter)
    for name, key, closed, q, *counts in db.run(sql, values):
        if name.startswith("days/"):
            taken = numbered[closed] - numbered[key]
            for kind in (name.removeprefix("days/"), ""):
                days[kind, q][taken] += counts[0]
        else:
            found[name, key, q] = Tally(*counts)
    return found, days


def kind_totals(found: Tallies, days: Days, kind: str, q: int) -> Totals:
    """Of one kind of lines in a span; of all where the kind is empty."""
    dimension = "type" if kind else "total"
    return totals_of(found.get((dimension, kind, q), Tally()), days.get((kind, q), Counter()))


def count_sums(
    db: Database, quarter: Quarter, cut: str, applications: Mapping[str, int] | None = None, form: int = FORM
) -> tuple[Sums, list[KindTotals]]:
    """The counts of a quarter from the book as it stood at `cut` (UTC stamp), and the kinds apart. `applications`:
    village code → number; `form`: how an older recap counted."""
    found, days = read_tallies(db, SUMS, (*quarter_spans(quarter, cut), form))
    totals = [kind_totals(found, days, "", q) for q in range(3)]
    sums = fold_sums(db, quarter, totals, found, applications)
    if form < FORM:
        return sums, []
    kinds = []
    for kind in TYPES:
        now, before, year_ago = (kind_totals(found, days, kind, q) for q in range(3))
        kinds.append(KindTotals(kind, now, before, year_ago))
    return sums, kinds


def fold_sums(
    db: Database, quarter: Quarter, totals: Sequence[Totals], found: Tallies, applications: Mapping[str, int] | None
) -> Sums:
    labels = {key: category.label for key, category in CATEGORIES.items()}
    elements = {key: category.element for key, category in CATEGORIES.items()}
    categories = table_rows("category", labels, found, elements=elements)
    months = (*quarter.before.months, *quarter.months)
    return Sums(
        totals[0],
        totals[1],
        totals[2],
        [Month(month, *month_counts(found, month)) for month in months],
        table_rows("channel", CHANNELS, found),
        table_rows("type", TYPES, found),
        table_rows("weight", WEIGHTS, found),
        categories,
        by_element(categories),
        service_rows(db, found),
        table_rows("area", {**area_names(db), "": "Tidak disebut"}, found, applications=applications),
        table_rows("section", dict(db.run("SELECT code, name FROM section ORDER BY code")), found),
    )


def book_since_sql() -> str:
    """In SQL the day on which the book came into use, as known at ?1."""
    return (
        "SELECT min(day) FROM (SELECT min(on_date) AS day FROM box_opening WHERE at <= ?1 UNION ALL"
        f" SELECT date(entered_at, {sql_shift()}) FROM complaint WHERE id = (SELECT min(id) FROM complaint)"
        " AND entered_at <= ?1)"
    )


def book_since(db: Database, cut: str) -> str:
    """The day on which the book came into use, as known at `cut`: the first opening of the box or the first line."""
    return str(first_value(db, book_since_sql(), (cut,)) or "")


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
    spans = (quarter, quarter.before, quarter.year_ago)
    return [cut, *(day.isoformat() for span in spans for day in (span.start, span.end))]


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


def month_counts(found: Tallies, month: str) -> tuple[int, int]:
    now, before = (found.get(("month", month, q), Tally()) for q in (0, 1))
    return now.received + before.received, now.settled + before.settled


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
    applications = applications or {}
    used = {key for kind, key, _ in found if kind == name}
    used |= {key for key, number in applications.items() if number}
    order = [*(key for key in labels if key in used), *sorted(used - labels.keys())]
    table = []
    for key in order:
        now, before, year_ago = (found.get((name, key, q), Tally()) for q in range(3))
        counts = now.received, now.settled, now.late, before.received, year_ago.received
        element = (elements or {}).get(key, 0)
        asked = applications.get(key, 0)
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
            if key and key not in known:
                key = "other"
            place = ("service", key, q)
            merged[place] = Tally(*(a + b for a, b in zip(merged.get(place, Tally()), tally, strict=True)))
    return table_rows("service", {**known, "other": "Layanan lain", "": "Tidak disebut"}, merged)


AGAIN = 3
"""So many lines of one category in a quarter are a cause that repeats itself (a rule of this program)."""


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
    counts = Counter(line.category for line in received if form < FORM or line.type == "complaint")
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
    return sorted(found, key=lambda group: (-group.count, group.key))


def categories_before(db: Database, quarter: Quarter, cut: str, form: int) -> dict[str, int]:
    days = (day.isoformat() for day in (quarter.start, quarter.before.start, quarter.before.end))
    return dict(
        db.run(
            f"WITH {moved_sql('?5')} SELECT coalesce(p.category, c.category), count(*) FROM complaint c LEFT JOIN"
            f" {PAST} WHERE {lines_sql('?3', '?4')} AND c.entered_at <= ?1 AND {COUNTED}"
            " AND (?5 < 3 OR coalesce(p.type, c.type) = 'complaint') GROUP BY 1",
            (cut, *days, form),
        )
    )


LINE = (
    "SELECT s.*, coalesce(s.closed_on <= s.until, 0), (s.closed_on IS NULL OR s.closed_on > s.until)"
    f" AND s.due_on < s.until AND NOT {WAITING}, {FIRST_LATE},"
    " k.text, k.on_date FROM s LEFT JOIN complaint_column k ON k.id = (SELECT max(f.id) FROM complaint_column f"
    " WHERE f.complaint_id = s.id AND f.name = 'follow_up' AND f.on_date <= s.until AND f.at <= ?1"
    " AND (f.struck_at IS NULL OR f.struck_at > ?1))"
)
BOOK = (
    "WITH "
    + moved_sql("?4")
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
    db: Database, quarter: Quarter, now: datetime, hidden: Sequence[str] = (), form: int = FORM
) -> Figures:
    """All figures of a quarter as the book stands at `now`. `hidden`: prints of further words to leave out (masks);
    `form`: how an older recap counted."""
    cut = to_utc_text(now)
    params = (cut, quarter.start.isoformat(), quarter.end.isoformat(), form)
    received = [SeenLine(*row) for row in db.run(RECEIVED, params)]
    carried = [SeenLine(*row) for row in db.run(CARRIED, params)]
    mask = masker_of_quarter(db, quarter, cut, hidden)
    lines = [list_item(line, mask, form) for line in received]
    left = [list_item(line, mask, form) for line in carried]
    since = ""
    if form >= FORM:
        since = book_since(db, cut)

    sums, kinds = count_sums(db, quarter, cut, applications_by_area(db, quarter.start, quarter.end, cut), form)
    return Figures(
        form,
        str(quarter),
        cut,
        sorted(set(hidden)),
        sums,
        lines,
        Carried(carried_totals(db, carried), left),
        repeated_causes(db, quarter, received, cut, form),
        capa_items(db, quarter, mask),
        count_promises(db, quarter),
        count_box(db, quarter, stored_date(since)),
        count_pledges(db, quarter, mask, cut),
        MASKS,
        count_set_aside(db, quarter, cut),
        kinds,
        since,
    )


def list_item(line: SeenLine, mask: Masker, form: int) -> Item:
    closed_on = ""
    if line.settled:
        state = "settled"
        closed_on = line.closed_on or ""
    else:
        state = "late" if line.late else "process"
    kind = line.type if form >= FORM else ""
    return Item(
        line.number,
        line.received_on,
        CATEGORIES[line.category].label,
        mask.gist(line.words, line.id),
        line.due_on,
        state,
        mask.gist(line.follow_up or "", line.id),
        line.followed_on or "",
        closed_on,
        kind,
    )


def carried_totals(db: Database, lines: Sequence[SeenLine]) -> Totals:
    calendar = office.office_calendar(db)
    days: Counter[int] = Counter()
    settled = settled_late = late = first_late = 0
    for line in lines:
        late += line.late
        first_late += line.first_late
        if line.settled:
            closed_on = line.closed_on or ""
            settled += 1
            settled_late += closed_on > line.due_on
            days[count_workdays(calendar, line.received_on, closed_on)] += 1
    return totals_of(Tally(len(lines), settled, late, settled_late, first_late), days)
