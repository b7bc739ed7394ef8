"""Targets of a year, figures of a period, and what was reached.

An indicator is named by its key, `file/id`. A computed figure is asked of the records for exactly the days of the
period; typed ones of the period are put together: numerators and denominators are added up, counts are added, days and
other measures are averaged. What was typed for no part of the period, as what is measured once a year is not in a
quarter, is the newest figure of that year up to the end of the period.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from app.core.periods import KINDS, Period, PeriodKind, periods_of_year
from app.core.permissions import Actor, may
from app.core.problems import Problem, check_found
from app.platform.people.queries import people_who_may, profile_of
from app.quality.indicators.tables import (
    IndicatorTarget,
    PerformanceAnalysis,
    PerformanceFollowUp,
    PerformanceReview,
    Realisation,
)
from schema.database import Database, first_column

if TYPE_CHECKING:
    from schema.indicator_values import Value
    from schema.indicators import Indicator, IndicatorFile

State = Literal["reached", "missed", "no_data", "waiting", "no_target"]
STATES: dict[State, str] = {
    "reached": "Tercapai",
    "missed": "Belum tercapai",
    "no_data": "Belum ada data",
    "waiting": "Menunggu pemeriksaan",
    "no_target": "Belum ada target",
}
LOOKS: dict[State, str] = {
    "reached": "good",
    "missed": "bad",
    "no_data": "idle",
    "waiting": "wait",
    "no_target": "idle",
}
"""How a state looks on a page."""
FIGURES = {"waiting": "Menunggu pemeriksaan", "checked": "Diperiksa", "returned": "Dikembalikan", "replaced": "Diganti"}
"""What became of a typed figure."""


class Target(msgspec.Struct, frozen=True):
    """The target of a year. One that is not `in_force` stands in the file only, or waits for a second person."""

    key: str
    year: int
    value: Value
    in_force: bool = False
    waiting: bool = False
    lower: bool = False
    reason: str = ""
    responsible: str = ""
    at: str = ""
    actor: str = ""
    second: str = ""


class Achievement(msgspec.Struct, frozen=True):
    """What an indicator reached in a period. `about` is the period of the figure where it is not the asked one;
    `rows` are the typed figures behind it; `running`: the period is not over; `due`: it is measured before its
    end."""

    key: str
    indicator: Indicator
    period: Period
    state: State
    target: Target | None = None
    value: Value | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    about: Period | None = None
    rows: Sequence[Realisation] = ()
    running: bool = False
    due: bool = True

    @property
    def computed(self) -> bool:
        return bool(self.indicator.query)


# -- indicators and targets ------------------------------------------------------------------------------------------


def indicators_of(db: Database) -> dict[str, Indicator]:
    """Key → indicator, of all files of the office, in their order."""
    return {f"{file.id}/{indicator.id}": indicator for file in indicator_files(db) for indicator in file.indicators}


def indicator_files(db: Database) -> list[IndicatorFile]:
    """The files that the profile of the office names, and those of its data folder."""
    from schema.own_indicators import office_indicators

    return office_indicators(profile_of(db).indicators, db.folder)


def load_indicator(db: Database, key: str) -> Indicator:
    """Raises Problem `not_found`."""
    return check_found(indicators_of(db).get(key), "Sasaran itu")


def typing_kind(indicator: Indicator) -> PeriodKind:
    """For which periods an indicator is measured; where its source does not say, for the year of its target."""
    return next((kind for kind in KINDS if kind == indicator.measured), "year")


def load_targets(db: Database, year: int) -> dict[str, Target]:
    """Key → the target of a year: the newest in force, else what waits for a second person, else what the file says."""
    from schema.indicator_values import read_exact

    known = {}
    for key, indicator in indicators_of(db).items():
        value = indicator.target(year)
        if value is not None:
            known[key] = Target(key, year, value, responsible=indicator.responsible)
    for state in ("waiting", "in_force"):
        for row in IndicatorTarget.rows(db, year=year, state=state, order="id"):
            known[row.indicator] = to_target(row, read_exact(row.value))
    return known


def waiting_targets(db: Database, year: int) -> dict[str, Target]:
    """Key → what the chief set for a year and no second person has agreed to yet."""
    from schema.indicator_values import read_exact

    rows = IndicatorTarget.rows(db, year=year, state="waiting", order="id")
    return {row.indicator: to_target(row, read_exact(row.value)) for row in rows}


def given_back(db: Database, year: int) -> IndicatorTarget | None:
    """The last target that was set for a year, where a second person gave it back: with his note."""
    row = IndicatorTarget.first(db, year=year, order="id DESC")
    if row is not None and row.state == "dropped" and row.note:
        return row
    return None


def waiting_rows(db: Database, year: int) -> list[IndicatorTarget]:
    return IndicatorTarget.rows(db, year=year, state="waiting", order="id")


def waiting_mark(rows: Sequence[IndicatorTarget]) -> str:
    """What a page says of the targets that it showed, so that nobody agrees to others."""
    return ".".join(str(row.id) for row in rows)


def may_judge_targets(actor: Actor, rows: Sequence[IndicatorTarget]) -> bool:
    """Whether somebody agrees to targets that wait: whoever checks figures and set none of them."""
    return bool(rows) and may(actor, "indicator.check") and all(row.actor != actor.username for row in rows)


def to_target(row: IndicatorTarget, value: Value) -> Target:
    said = row.reason, row.responsible, row.at, row.actor, row.second
    return Target(
        row.indicator, row.year, value, row.state == "in_force", row.state == "waiting", bool(row.lower), *said
    )


def target_history(db: Database, key: str) -> list[Target]:
    """All targets that were ever in force for an indicator, or wait, the newest first."""
    from schema.indicator_values import read_exact

    return [
        to_target(row, read_exact(row.value))
        for row in IndicatorTarget.rows(db, indicator=key, state=("in_force", "waiting"), order="id DESC")
    ]


def years_in_force(db: Database) -> list[int]:
    query = "SELECT DISTINCT year FROM indicator_target WHERE state = 'in_force' ORDER BY year"
    return first_column(db, query)


def years_waiting(db: Database) -> list[int]:
    query = "SELECT DISTINCT year FROM indicator_target WHERE state = 'waiting' ORDER BY year"
    return first_column(db, query)


def belongs_to(actor: Actor, unit: str) -> bool:
    """Whether somebody is of a unit: fills its role, heads its section, or is of the staff of the counter's section."""
    profile = actor.profile
    if unit in profile.roles:
        return unit in profile.fills(actor.roles)
    if actor.sections is not None:
        return unit in actor.sections
    return unit == profile.counter_section and may(actor, "performance.analyse")


def responsible_people(db: Database) -> dict[str, str]:
    """User name → name of whoever may carry out what follows from a period: all who may note it as done."""
    return people_who_may(db, "indicator.view")


def can_type(actor: Actor, indicator: Indicator, target: Target | None) -> bool:
    """Whether somebody types the figures of an indicator: whoever is of its unit; anybody's where it has none."""
    if target:
        unit = target.responsible
    else:
        unit = indicator.responsible
    return may(actor, "indicator.type") and not indicator.query and (not unit or belongs_to(actor, unit))


# -- realisation -----------------------------------------------------------------------------------------------------


def figures_of_year(db: Database, year: int) -> dict[str, list[Realisation]]:
    """Key → the figures of a year that were typed and not replaced."""
    known: dict[str, list[Realisation]] = {}
    for row in Realisation.rows(db, Realisation.state != "replaced", year=year, order="period"):
        known.setdefault(row.indicator, []).append(row)
    return known


def figure_history(db: Database, key: str, period: Period) -> list[Realisation]:
    """Every figure that was typed for a period, the newest first."""
    return Realisation.rows(db, indicator=key, period=period.code, order="id DESC")


def find_figure(db: Database, key: str, period: Period) -> Realisation | None:
    """The figure that stands for a period."""
    return Realisation.first(db, Realisation.state != "replaced", indicator=key, period=period.code)


def load_figure(db: Database, figure_id: int) -> Realisation:
    return check_found(Realisation.first(db, id=figure_id), "Angka itu")


def may_see_evidence(db: Database, actor: Actor, figure_id: int, _now: datetime) -> bool:
    return may(actor, "indicator.view") and Realisation.first(db, id=figure_id) is not None


def figures_within(rows: Iterable[Realisation], period: Period) -> list[Realisation]:
    """The figures that end within a period, else the newest one before its end in the same year."""
    known = [(Period.parse(row.period), row) for row in rows if row.state in ("waiting", "checked")]
    inside = [row for measured, row in known if period.start <= measured.end <= period.end]
    if inside:
        return inside
    earlier = [
        (measured.end, row) for measured, row in known if measured.end < period.start and measured.year == period.year
    ]
    newest = max((end for end, _ in earlier), default=None)
    return [row for end, row in earlier if end == newest]


class Figure(msgspec.Struct, frozen=True):
    value: Value
    numerator: Fraction | None = None
    denominator: Fraction | None = None


def put_together(indicator: Indicator, rows: Sequence[Realisation]) -> Figure:
    """One figure of what was typed for several periods."""
    from schema.indicator_values import number, read_exact

    values = [read_exact(row.value) for row in rows]
    above = [Fraction(row.numerator) for row in rows if row.numerator]
    below = [Fraction(row.denominator) for row in rows if row.denominator]
    total = None
    if above:
        total = sum(above, Fraction(0))
    base = None
    if below:
        base = sum(below, Fraction(0))
    if len(rows) == 1 or any(value.form == "range" for value in values):
        return Figure(values[-1], total, base)
    if indicator.formula and indicator.formula.denominator and total is not None:
        return Figure(indicator.formula.value(total, base, indicator.unit), total, base)
    amount = sum((value.first for value in values), Fraction(0))
    if indicator.unit != "count":
        amount /= len(values)
    return Figure(number(amount), total, base)


# -- what was reached ------------------------------------------------------------------------------------------------


def achievements(db: Database, period: Period, today: date) -> list[Achievement]:
    targets = load_targets(db, period.year)
    typed = figures_of_year(db, period.year)
    return [
        make_achievement(db, key, indicator, period, today, targets.get(key), typed.get(key, ()))
        for key, indicator in indicators_of(db).items()
    ]


def achievement(db: Database, key: str, period: Period, today: date) -> Achievement:
    """What one indicator reached in a period. Raises Problem `not_found`."""
    indicator = load_indicator(db, key)
    target = load_targets(db, period.year).get(key)
    return make_achievement(db, key, indicator, period, today, target, figures_of_year(db, period.year).get(key, ()))


def make_achievement(
    db: Database,
    key: str,
    indicator: Indicator,
    period: Period,
    today: date,
    target: Target | None,
    rows: Sequence[Realisation],
) -> Achievement:
    if not (target and target.in_force):
        target = None
    made = Achievement(key, indicator, period, "no_data", target, running=today <= period.end)
    made = replace(made, due=bool(rows) or is_due(indicator, period))
    if indicator.query:
        made = with_computed_figure(db, made, today)
    elif chosen := figures_within(rows, period):
        figure = put_together(indicator, chosen)
        measured = Period.parse(chosen[-1].period)
        about = None
        if len(chosen) == 1 and measured != period:
            about = measured
        made = replace(
            made,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            about=about,
            rows=chosen,
        )
    return replace(made, state=judge_state(made))


def is_due(indicator: Indicator, period: Period) -> bool:
    """Whether an indicator is measured for any part of the year before the end of a period; activities may not be."""
    kind = typing_kind(indicator)
    if indicator.query:
        return True
    return kind != "activity" and any(part.end <= period.end for part in periods_of_year(kind, period.year))


def with_computed_figure(db: Database, made: Achievement, today: date) -> Achievement:
    """With what the records of the office say of the period. One that has not begun says nothing, nor does an office
    that has no standard in force."""
    from app.quality.indicators import computing
    from schema.indicator_values import number

    if made.period.start > today:
        return made
    indicator = made.indicator
    try:
        measured = computing.measure(db, indicator.query, indicator.arguments, made.period, today)
    except Problem as problem:
        if problem.code not in ("standard", "standard_later"):
            raise
        return made
    if measured.value is None:
        return made
    parts = measured.numerator, Fraction(measured.denominator)
    return replace(made, value=number(measured.value), numerator=parts[0], denominator=parts[1])


def judge_state(made: Achievement) -> State:
    """The state of a figure: what nobody checked is never reached, and what is not known is never nought."""
    from schema.indicator_values import is_reached

    if made.value is None:
        if made.target:
            return "no_data"
        return "no_target"
    if any(row.state == "waiting" for row in made.rows):
        return "waiting"
    if made.target is None:
        return "no_target"
    indicator = made.indicator
    if is_reached(made.value, made.target.value, indicator.direction, indicator.best):
        return "reached"
    return "missed"


# -- evaluation of a period -----------------------------------------------------------------------------------------


def period_facts(db: Database, period: Period, today: date) -> set[str]:
    facts = set()
    if period.end < today:
        facts.add("over")
    if PerformanceAnalysis.first(db, period=period.code):
        facts.add("analysed")
    return facts


def find_review(db: Database, period: Period) -> PerformanceReview | None:
    return PerformanceReview.first(db, period=period.code)


def analyses_of(db: Database, period: Period) -> list[PerformanceAnalysis]:
    return PerformanceAnalysis.rows(db, period=period.code, order="id")


def follow_ups_of(db: Database, period: Period) -> list[PerformanceFollowUp]:
    return PerformanceFollowUp.rows(db, period=period.code, order="n")
