"""The office's own indicators, reckoned from its records and never typed.

An indicator file names a query and its arguments; :func:`measure` answers with numerator, denominator and the exact
value, :func:`list_facts` with the cases, lines or days behind them, :func:`count_by` with the same figure by village
or reason.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Protocol

from app.core.ranks import nearest_rank
from app.quality.indicators import records
from app.quality.indicators.records import Asked, Facts
from schema.database import Database, cached_until_next_entry

Arguments = Mapping[str, str | int]
Reckoning = Literal["share", "median", "p90"]
PERCENT: dict[Reckoning, int] = {"median": 50, "p90": 90}


class Span(Protocol):
    """A period, from its first day to its last."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


class Measured(NamedTuple):
    """A figure. Of a share `denominator` facts of which `numerator` count, `value` in percent; of a duration
    `denominator` facts and their number of working days, which is numerator and value. None: nothing was counted.
    """

    numerator: Fraction
    denominator: int
    value: Fraction | None


NOTHING = Measured(Fraction(0), 0, None)


class Fact(NamedTuple):
    """One of the rows behind a figure: what it is called and the page on which it stands, its two days, and whether it
    counts in the numerator (of a duration its number of days)."""

    label: str
    endpoint: str
    values: Mapping[str, Any]
    since: str
    until: str
    counted: bool
    days: int | None = None


class Subject(NamedTuple):
    """What a fact is about: in SQL what one (`f`) is called, the page on which it stands and the key that this asks."""

    label: str
    endpoint: str
    key: str = ""


CASE = Subject("SELECT c.number FROM case_file c WHERE c.id = f.ref", "cases.show_case", "case_id")
LINE = Subject("SELECT c.number FROM complaint c WHERE c.id = f.ref", "complaints.show_line", "complaint_id")
REPORT = Subject("SELECT k.number FROM capa k WHERE k.id = f.ref", "capa.show_report", "capa_id")
PLEDGE = Subject("SELECT substr(p.what, 1, 100) FROM pledge p WHERE p.id = f.ref", "recap.show_pledge", "pledge_id")
DAY = Subject("SELECT f.ref", "box.show_box")
TICKET = Subject("SELECT t.number FROM ticket t WHERE t.id = f.ref", "ticket_figures.show_figures")


class Query(NamedTuple):
    """A way to count: the facts, how a figure is made of them, what they are about, how their two days are called, and
    the arguments that a file must and may give. `first`: what missed (ASC) or what counts (DESC) stands above."""

    facts: Callable[[Asked], Facts]
    reckoning: Reckoning
    subject: Subject
    days: tuple[str, str]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    first: Literal["ASC", "DESC"] = "ASC"


STEP = frozenset({"service", "step"})
SIDE = frozenset({"service", "side"})
ENTERED = ("Masuk langkah", "Keluar langkah")
COUNTED = ("Lengkap", "Janji berakhir")
SERVICES = frozenset({"service", "others_than"})
QUERIES: Mapping[str, Query] = {
    "promise": Query(records.promise_facts, "share", CASE, ("Jatuh tempo", "Dipenuhi"), takes=SERVICES),
    "step_median": Query(records.stay_facts, "median", CASE, ENTERED, STEP),
    "step_p90": Query(records.stay_facts, "p90", CASE, ENTERED, STEP),
    "side_median": Query(records.side_facts, "median", CASE, COUNTED, SIDE),
    "side_p90": Query(records.side_facts, "p90", CASE, COUNTED, SIDE),
    "outcome_share": Query(records.ending_facts, "share", CASE, ENTERED, STEP | {"outcome"}, first="DESC"),
    "acknowledged": Query(
        records.acknowledgement_facts, "share", CASE, ("Dikirim", "Dijawab pertama"), frozenset({"days"}), SERVICES
    ),
    "first_answer": Query(records.first_answer_facts, "share", LINE, ("Batas", "Dijawab pertama")),
    "settlement": Query(records.settlement_facts, "share", LINE, ("Batas", "Selesai")),
    "capa_on_time": Query(records.action_facts, "share", REPORT, ("Batas", "Dilaksanakan")),
    "capa_effective": Query(records.effect_facts, "share", REPORT, ("Batas", "Diverifikasi")),
    "pledge_kept": Query(records.pledge_facts, "share", PLEDGE, ("Batas", "Ditepati")),
    "box_opened": Query(records.box_facts, "share", DAY, ("Hari kerja", "")),
    "ticket_called": Query(
        records.ticket_facts, "share", TICKET, ("Diambil", "Dipanggil"), frozenset({"minutes"}), SERVICES
    ),
}
SATISFACTION = "satisfaction"
"""The query that the survey room answers; its facts are answers without names, which stand on that room's page."""


def question_of(db: Database, arguments: Arguments, period: Span, today: date) -> Asked:
    until = min(period.end, today)
    return Asked(db, period.start, until, min(period.end, today - timedelta(days=1)), arguments)


def measure(db: Database, query: str, arguments: Arguments, period: Span, today: date) -> Measured:
    """The figure of a period, of a running one as it stands today."""
    if query == SATISFACTION:
        return measure_satisfaction(db, arguments, period)
    chosen = QUERIES[query]
    asked = question_of(db, arguments, period, today)
    if asked.until < asked.start:
        return NOTHING
    if chosen.reckoning == "share":
        sql, params = chosen.facts(asked)
        return share_of(*(db.one(f"SELECT count(*), total(hit) FROM ({sql}) f", params) or (0, 0)))
    return rank_of(count_days(asked, chosen), PERCENT[chosen.reckoning])


def rank_of(counts: Counter[int], percent: int) -> Measured:
    """The smallest number of days within which at least so many percent lie (nearest rank), as in the recap."""
    days = nearest_rank(counts, percent)
    if days is None:
        return NOTHING
    return Measured(Fraction(days), counts.total(), Fraction(days))


def share_of(count: int, hits: float) -> Measured:
    """So many of so many, in percent."""
    if count:
        return Measured(Fraction(int(hits)), count, Fraction(100 * int(hits), count))
    return NOTHING


def count_days(asked: Asked, chosen: Query) -> Counter[int]:
    """Number of working days → facts that took so many."""
    return counted_days(asked.db, chosen.facts, tuple(sorted(asked.arguments.items())), asked.start, asked.until)


@cached_until_next_entry
def counted_days(
    db: Database,
    facts: Callable[[Asked], Facts],
    arguments: tuple[tuple[str, str | int], ...],
    start: date,
    until: date,
) -> Counter[int]:
    """The same; median and percentile of a year ask it once."""
    asked = Asked(db, start, until, until, dict(arguments))
    counts = Counter[int]()
    sql, params = facts(asked)
    for since, until_on, hit, count in db.run(
        f"SELECT iif(hit IS NULL, since, ''), iif(hit IS NULL, until, ''), hit, count(*) FROM ({sql}) f"
        " GROUP BY 1, 2, 3",
        params,
    ):
        counts[days_of(asked, since, until_on, hit)] += count
    return counts


def days_of(asked: Asked, since: str, until: str, hit: float | None) -> int:
    """The working days of a fact: those that it brings along, else those between its days (the first not counted)."""
    if hit is not None:
        return int(hit)
    return asked.calendar.workdays_between(date.fromisoformat(since), date.fromisoformat(until))


def measure_satisfaction(db: Database, arguments: Arguments, period: Span) -> Measured:
    from app.quality.surveys.queries import index

    result = index(db, str(arguments.get("service", "")), period)
    value = result.value
    return Measured(value or Fraction(0), result.respondents, value)


def list_facts(
    db: Database,
    query: str,
    arguments: Arguments,
    period: Span,
    today: date,
    counted: bool | None = None,
    most: int = 200,
    skip: int = 0,
) -> list[Fact]:
    """What is behind a figure, what went wrong and what took longest first. `counted`: only what is (not) in the
    numerator."""
    if query == SATISFACTION:
        return []
    chosen = QUERIES[query]
    asked = question_of(db, arguments, period, today)
    if asked.until < asked.start:
        return []
    sql, params = chosen.facts(asked)
    share = chosen.reckoning == "share"
    order = "coalesce(hit, julianday(until) - julianday(since)) DESC, ref"
    if share:
        order = f"hit {chosen.first}, since, ref"
    if counted is None or not share:
        where = ""
    else:
        where = f"WHERE hit = {int(counted)}"
    rows = db.run(
        f"SELECT ({chosen.subject.label}), ref, since, until, hit FROM ({sql}) f {where} ORDER BY {order}"
        f" LIMIT {int(most)} OFFSET {int(skip)}",
        params,
    )
    return [fact_of(asked, chosen, *row) for row in rows]


def fact_of(
    asked: Asked, chosen: Query, label: str, ref: object, since: str | None, until: str | None, hit: float | None
) -> Fact:
    subject = chosen.subject
    share = chosen.reckoning == "share"
    since = since or ""
    until = until or ""
    if subject.key:
        values = {subject.key: ref}
    else:
        values = {}
    if share:
        return Fact(label, subject.endpoint, values, since, until, bool(hit), None)
    return Fact(label, subject.endpoint, values, since, until, True, days_of(asked, since, until, hit))


class Part(NamedTuple):
    """One line of a figure that is told apart: by village its own figure, by reason how often it was given."""

    label: str
    measured: Measured


def count_by(
    db: Database, query: str, arguments: Arguments, period: Span, today: date, by: Literal["village", "reason"]
) -> list[Part]:
    """A share of cases by village, or its counted cases by the reasons that were given (a case may have several)."""
    chosen = QUERIES[query]
    asked = question_of(db, arguments, period, today)
    if chosen.subject is not CASE or chosen.reckoning != "share" or asked.until < asked.start:
        return []
    sql, params = chosen.facts(asked)
    if by == "village":
        return parts_by_village(asked, sql, params)
    return parts_by_reason(asked, sql, params)


def parts_by_village(asked: Asked, sql: str, params: Sequence[Any]) -> list[Part]:
    from app.platform.office.queries import area_names

    names = area_names(asked.db)
    rows = asked.db.run(
        f"SELECT c.area, count(*), total(f.hit) FROM ({sql}) f JOIN case_file c ON c.id = f.ref GROUP BY c.area", params
    )
    parts = [Part(names.get(area, area) or "Tidak disebut", share_of(count, hits)) for area, count, hits in rows]
    return sorted(parts, key=lambda part: (-(part.measured.numerator), part.label))


def parts_by_reason(asked: Asked, sql: str, params: Sequence[Any]) -> list[Part]:
    from app.casework.desk.service import split_reasons

    counts: Counter[str] = Counter()
    total = 0
    for (note,) in asked.db.run(
        f"SELECT e.note FROM ({sql}) f JOIN case_event e ON e.id = f.more WHERE f.hit = 1", params
    ):
        total += 1
        counts.update(set(split_reasons(note)))
    return [
        Part(label, share_of(total, count))
        for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
