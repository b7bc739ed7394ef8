"""Pictures of work for Pengawasan: what came and ended day by day, dates promised and real, and where things lie.

Every mark has its count and the page that lists exactly those rows. Pure figures: the template draws them.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from app.casework.desk import queries
from app.casework.desk.moving import state_label
from app.casework.desk.waiting import step_waits, waiting_condition
from app.core.clock import office_date
from app.core.dates import format_number, short_date
from app.core.permissions import Actor, may
from app.core.workdays import Calendar
from app.platform.office import queries as office
from schema.database import Database, first_value

WORKDAYS, PROMISE_DAYS, MOST_NAMED, MOST_COLUMNS = 15, 30, 8, 20
"""Working days of the first drawing, days behind the second, late ones that it names, columns of its points."""


class Mark(msgspec.Struct, frozen=True):
    """A count with its words, and the page that lists its rows; without an endpoint it leads nowhere."""

    count: int
    words: str
    endpoint: str = ""
    values: Mapping[str, Any] = {}


class DayMarks(msgspec.Struct, frozen=True):
    on: date
    came: Mark
    ended: Mark


class Gap(NamedTuple):
    """Days between a promised date and the real one, negative before it; `first` and `last` are both in it."""

    first: int
    last: int
    things: int = 0


class GapMark(msgspec.Struct, frozen=True):
    """What was done with such a gap, in its `column` of all."""

    column: int
    is_late: bool
    mark: Mark


class Strip(msgspec.Struct, frozen=True):
    """Points by their gap. `columns` there are, `kept` of them up to the promised date; `earliest` and `latest` are
    days before and after it at both ends."""

    columns: int
    kept: int
    earliest: int
    latest: int
    marks: Sequence[GapMark]

    @property
    def most_alike(self) -> int:
        return max(each.mark.count for each in self.marks)


class LateThing(msgspec.Struct, frozen=True):
    """One that is over, told by its number."""

    number: str
    words: str
    endpoint: str
    values: Mapping[str, Any]


class LimitMarks(msgspec.Struct, frozen=True):
    """A limit beside the promise: the things that kept it, and those that did not."""

    label: str
    met: Mark
    missed: Mark

    @property
    def ended(self) -> int:
        return self.met.count + self.missed.count


class Picture(msgspec.Struct, frozen=True):
    """One kind of work. `services` are those whose cases it draws, so that nobody draws them twice.

    `late` is how many are over and not done, `named` the first of them, `ended_late` those of the strip that were done
    too late; `ever` whether there ever was one.
    """

    title: str
    things: str
    came_word: str
    ended_word: str
    empty: str
    ever: bool
    since: date
    days: Sequence[DayMarks] = ()
    strip: Strip | None = None
    ended_late: Sequence[LateThing] = ()
    late: Mark = Mark(0, "")
    named: Sequence[LateThing] = ()
    places: Sequence[Mark] = ()
    limits: Sequence[LimitMarks] = ()
    services: Sequence[str] = ()
    gap_title: str = "Janji dan selesai"

    @property
    def busiest(self) -> int:
        return max([1, *(max(day.came.count, day.ended.count) for day in self.days)])

    @property
    def fullest(self) -> int:
        return max([1, *(place.count for place in self.places)])


def gap_words(gap: Gap, promise: str = "janji") -> str:
    """`3 hari sebelum janji`, `0 sampai 2 hari sebelum janji`, `tepat pada tanggal janji`; days of the calendar."""
    near, far = sorted((abs(gap.first), abs(gap.last)))
    if not far:
        return f"tepat pada tanggal {promise}"
    if near == far:
        days = format_number(far)
    else:
        days = f"{near} sampai {format_number(far)}"
    when = "sebelum"
    if gap.last > 0:
        when = "sesudah"
    return f"{days} hari {when} {promise}"


def join_gaps(found: Sequence[Gap]) -> tuple[int, list[Gap]]:
    """So many days share a column that there are few of them, and what then stands in each; none mixes both sides of
    the promised date."""
    reach = max(1, *(gap.last for gap in found)) - min(0, *(gap.first for gap in found))
    size = -(-reach // MOST_COLUMNS)
    counts: Counter[int] = Counter()
    for gap in found:
        counts[column_of(gap.first, size)] += gap.things
    return size, [Gap(column * size + 1 - size, column * size, count) for column, count in sorted(counts.items())]


def column_of(days: int, size: int) -> int:
    """0 is the column that ends with the promised date, 1 the first after it."""
    return -(-days // size)


def draw_strip(found: Sequence[Gap], mark: Callable[[Gap], Mark]) -> Strip | None:
    """The points of everything that was done, nothing where nothing was."""
    if not found:
        return None
    size, gaps = join_gaps(found)
    first = min(0, column_of(gaps[0].last, size))
    last = max(1, column_of(gaps[-1].last, size))
    marks = [GapMark(column_of(gap.last, size) - first, gap.last > 0, mark(gap)) for gap in gaps]
    return Strip(last - first + 1, 1 - first, -(first * size + 1 - size), last * size, marks)


def drawn_days(calendar: Calendar, counts: Mapping[str, Any], today: date) -> list[date]:
    """The last working days up to today, and the days off among them on which something happened."""
    found = list[date]()
    day = today
    working = 0
    while working < WORKDAYS:
        is_working = calendar.is_workday(day)
        if is_working or day.isoformat() in counts:
            found.append(day)
        working += is_working
        day -= timedelta(days=1)
    return found[::-1]


def first_drawn(calendar: Calendar, today: date) -> date:
    return drawn_days(calendar, {}, today)[0]


def count_by_day(db: Database, sql: str, values: Sequence[Any]) -> dict[str, int]:
    return dict(db.run(sql, values))


# -- cases -----------------------------------------------------------------------------------------------------


class Scope(msgspec.Struct, frozen=True):
    """The cases of a picture: those of these services; `values` ask a list for the same ones."""

    services: tuple[str, ...]
    values: dict[str, str] = {}

    @property
    def sql(self) -> str:
        """Written so that no index by service serves it: days and steps are the short way."""
        return f"+c.service IN ({', '.join('?' * len(self.services))})"


def scope_without(db: Database, drawn: Sequence[str]) -> Scope:
    """All services that this office ever had, without those that another picture draws."""
    known = dict.fromkeys(standard.service for standard in office.list_standards(db))
    values = {"tanpa": drawn[0]} if drawn else {}
    return Scope(tuple(service for service in known if service not in drawn), values)


def has_cases(db: Database, scope: Scope) -> bool:
    return any(db.one("SELECT 1 FROM case_file WHERE service = ? LIMIT 1", (name,)) for name in scope.services)


def case_picture(db: Database, actor: Actor, now: datetime, scope: Scope, title: str, things: str) -> Picture:
    """The cases of a scope, of a kind that one service or all but one have."""
    today = office_date(now)
    if may(actor, "case.list"):
        listed = "cases.show_cases"
    else:
        listed = ""
    since = today - timedelta(days=PROMISE_DAYS)
    ended_late: Sequence[LateThing] = ()
    named: Sequence[LateThing] = ()
    if listed:
        ended_late = ended_late_cases(db, actor, since, today, scope)
        named = late_cases(db, actor, today, scope)
    return Picture(
        title,
        things,
        "masuk",
        "keluar",
        f"Belum ada {things}. Sesudah yang pertama didaftarkan, gambarnya muncul di sini.",
        has_cases(db, scope),
        since,
        days=case_days(db, today, scope, things, listed),
        strip=case_strip(db, since, today, scope, things, listed),
        ended_late=ended_late,
        late=late_mark(db, today, scope, listed),
        named=named,
        places=case_places(db, scope, listed),
        limits=case_limits(db, since, scope, listed),
        services=scope.services,
    )


BY_DAY = {
    "masuk": "SELECT c.received_on, count(*) FROM case_file c WHERE c.received_on BETWEEN ? AND ?",
    "keluar": "SELECT c.closed_on, count(*) FROM case_file c WHERE c.closed = 1 AND c.closed_on BETWEEN ? AND ?",
}
"""What an address asks of a day, and its cases day by day; `closed = 1` is what the index by the last day holds."""


def case_days(db: Database, today: date, scope: Scope, things: str, listed: str) -> list[DayMarks]:
    calendar = office.office_calendar(db)
    span = (first_drawn(calendar, today).isoformat(), today.isoformat(), *scope.services)
    found = {word: count_by_day(db, f"{sql} AND {scope.sql} GROUP BY 1", span) for word, sql in BY_DAY.items()}

    def mark(day: date, word: str) -> Mark:
        count = found[word].get(day.isoformat(), 0)
        words = f"{format_number(count)} {things} {word} {short_date(day)}"
        return Mark(count, words, listed, {word: day.isoformat()} | scope.values)

    days = drawn_days(calendar, found["masuk"] | found["keluar"], today)
    return [DayMarks(day, mark(day, "masuk"), mark(day, "keluar")) for day in days]


def case_strip(db: Database, since: date, today: date, scope: Scope, things: str, listed: str) -> Strip | None:
    """Promises whose date came within the days behind us and that were kept, by the days between both dates."""
    until = today - timedelta(days=1)
    days = {"dari": since.isoformat(), "sampai": until.isoformat()}
    rows = db.run(
        "SELECT CAST(julianday(c.kept_on) - julianday(c.due_on) AS INTEGER), count(*) FROM case_file c"
        f" WHERE c.due_on BETWEEN ? AND ? AND c.kept_on IS NOT NULL AND {scope.sql} GROUP BY 1 ORDER BY 1",
        (*days.values(), *scope.services),
    )

    def mark(gap: Gap) -> Mark:
        words = f"{format_number(gap.things)} {things} selesai {gap_words(gap)}"
        return Mark(gap.things, words, listed, days | gap_values(gap) | scope.values)

    return draw_strip([Gap(days_apart, days_apart, count) for days_apart, count in rows], mark)


def gap_values(gap: Gap) -> dict[str, str]:
    """How the address of a list asks for a column of the strip."""
    return {"selisih": str(gap.first), "hingga": str(gap.last)}


def ended_late_cases(db: Database, actor: Actor, since: date, today: date, scope: Scope) -> list[LateThing]:
    where = f"c.due_on BETWEEN ? AND ? AND c.kept_on > c.due_on AND {scope.sql}"
    values = [since.isoformat(), (today - timedelta(days=1)).isoformat(), *scope.services]
    rows = queries.select_cases(db, actor, where, values, "c.due_on, c.id", MOST_NAMED)
    return [LateThing(row.number, f"{days_between(row.due_on, row.kept_on)} hari", *case_page(row.id)) for row in rows]


def days_between(first: str | None, last: str | None) -> int:
    return (date.fromisoformat(last or "") - date.fromisoformat(first or "")).days


def late_mark(db: Database, today: date, scope: Scope, listed: str) -> Mark:
    late = queries.late_since(today)
    count = int(
        first_value(
            db,
            f"SELECT count(*) FROM case_file c WHERE {late.sql} AND {scope.sql}",
            (*late.values, *scope.services),
        )
    )
    return Mark(count, f"{format_number(count)} lewat janji", listed, {"keadaan": "lewat"} | scope.values)


def late_cases(db: Database, actor: Actor, today: date, scope: Scope) -> list[LateThing]:
    late = queries.late_since(today)
    values = [*late.values, *scope.services]
    rows = queries.select_cases(db, actor, f"{late.sql} AND {scope.sql}", values, "c.due_on, c.id", MOST_NAMED)
    return [
        LateThing(row.number, f"{days_between(row.due_on, today.isoformat())} hari", *case_page(row.id)) for row in rows
    ]


def case_page(case_id: int) -> tuple[str, dict[str, int]]:
    return "cases.show_case", {"case_id": case_id}


def case_places(db: Database, scope: Scope, listed: str) -> list[Mark]:
    """Open cases by service and step, the fullest first, in the words of the newest revision that has such a step.

    Those that wait at their step for word from elsewhere stand for themselves.
    """
    waiting, values = waiting_condition(db)
    rows = db.run(
        f"SELECT c.service, max(c.revision), c.step, ({waiting}) AS waits, count(*) FROM case_file c"
        f" WHERE c.closed = 0 AND {scope.sql} GROUP BY c.service, c.step, waits"
        " ORDER BY count(*) DESC, c.service, c.step",
        (*values, *scope.services),
    )
    found = list(rows)
    known = step_waits(db)
    several = len({service for service, *_ in found}) > 1
    marks = []
    for service, revision, step, waits, count in found:
        definition = office.adopted_definition(db, service, revision)
        if waits:
            label = known[service].label
        else:
            label = state_label(definition, step)
        if several:
            words = f"{definition.short_name}: {label}"
        else:
            words = label
        where = {"keadaan": "jalan", "layanan": service, "langkah": step}
        if service in known and known[service].step == step:
            where["menunggu"] = str(waits)
        marks.append(Mark(count, words, listed, where))
    return marks


def case_limits(db: Database, since: date, scope: Scope, listed: str) -> list[LimitMarks]:
    """The limits beside the promise of cases received since a day that ended: kept, and not kept.

    A limit of which a case has several is kept where each of them was. The index is named: with statistics SQLite takes
    a quarter of all cases to be received since any day, and would read them all.
    """
    rows = db.run(
        "SELECT service, max(revision), limit_id, total(missed = 0), total(missed) FROM (SELECT c.service, c.revision,"
        " d.limit_id, max(d.stopped > d.due) AS missed FROM case_file c INDEXED BY case_by_received"
        " CROSS JOIN deadline d ON d.subject = 'case/' || c.id"
        f" WHERE c.received_on >= ? AND {scope.sql} AND d.limit_id <> 'promise' AND d.void = 0 AND d.stopped <> ''"
        " GROUP BY +c.id, d.limit_id) GROUP BY service, limit_id",
        (since.isoformat(), *scope.services),
    )
    found = []
    for service, revision, limit_id, *counts in rows:
        definition = office.adopted_definition(db, service, revision)
        label = next((limit.label for limit in definition.limits if limit.id == limit_id), "")
        if label:
            where = {"layanan": service, "sejak": since.isoformat(), "batas": limit_id}
            met, missed = (
                Mark(int(count), f"{format_number(int(count))} {word}", listed, where | {"dalam": asked})
                for count, (asked, word) in zip(counts, KEPT_LIMIT.items(), strict=True)
            )
            found.append(LimitMarks(f"{definition.short_name}: {label}", met, missed))
    return found


KEPT_LIMIT = {"1": "dalam batas", "0": "terlambat"}
"""What an address asks of a limit, in words."""
