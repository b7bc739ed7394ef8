"""The dashboard: what was reached in a period, what was not, and what waits for whoever looks."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import file_answer
from app.core.periods import Period, PeriodKind, last_ended, periods_of_year
from app.core.permissions import may
from app.core.problems import Problem, ValueProblem
from app.platform.people.queries import person_names
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission, record_access
from app.quality.indicators import queries, tasks, wording
from app.quality.indicators.charts import target_bar

pages = Blueprint("indicators", __name__, url_prefix="/sasaran")


@pages.get("")
@needs_permission("indicator.view")
def show_dashboard() -> ResponseReturnValue:
    period = asked_period()
    actor = current_actor()
    everything = queries.achievements(current_db(), period, current_date())
    own = [achievement for achievement in everything if wording.is_mine(actor, achievement)]
    whole = not own or request.args.get("lingkup") == "semua" or sees_all()
    shown = everything if whole else own
    return show_page(
        "quality/indicators/dashboard.html",
        period=period,
        lead=wording.lead_sentence(shown, period),
        groups=by_unit(shown),
        missed=[achievement for achievement in shown if achievement.state == "missed"],
        waiting=tasks.indicator_tasks(current_db(), actor, current_time()),
        whole=whole,
        own=bool(own) and not sees_all(),
        **figure_words(),
        **period_choices(period),
    )


@pages.get("/capaian")
@needs_permission("indicator.view")
def list_figures() -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    if may(actor, "indicator.type"):
        missing = tasks.missing_figures(db, actor, current_date())
    else:
        missing = []
    if may(actor, "indicator.check"):
        to_check = tasks.figures_to_check(db, actor)
    else:
        to_check = []
    return show_page(
        "quality/indicators/figures.html",
        indicators=queries.indicators_of(db),
        missing=missing,
        checks=[(row, Period.parse(row.period)) for row in to_check],
        names=person_names(db),
        stored_words=wording.stored_words,
    )


@pages.post("/unduh/<int:year>")
@needs_permission("indicator.view")
def download_year(year: int) -> Response:
    from app.platform.files.content import XLSX
    from app.quality.indicators.papers import year_book

    if not 2000 <= year <= 2199:
        raise Problem.of("not_found", what="Tahun itu")
    record_access("indicators.export", f"performance/{year}")
    return file_answer(year_book(current_db(), year, current_time()), XLSX, f"sasaran-mutu-{year}.xlsx")


def sees_all() -> bool:
    """Whether the figures of the whole office are this person's matter: who checks, aims or closes."""
    return may(current_actor(), "indicator.check") or may(current_actor(), "indicator.target")


def asked_period() -> Period:
    """The period of the address; without one the last quarter that is over. Raises Problem `not_found`."""
    code = request.args.get("periode", "")
    if code:
        return read_period(code)
    return last_ended("quarter", current_date())


def read_period(code: str) -> Period:
    try:
        return Period.parse(code)
    except ValueProblem as problem:
        raise Problem.of("not_found", what="Periode itu") from problem


def period_choices(period: Period) -> dict[str, Any]:
    """Periods of the same year that one may change to, and its neighbours."""
    kinds: tuple[PeriodKind, ...] = ("quarter", "semester", "year")
    today = current_date()
    known = [part for kind in kinds for part in periods_of_year(kind, period.year) if part.start <= today]
    return {
        "periods": known,
        "year_before": Period("year", period.year - 1),
        "year_after": Period("year", period.year + 1),
    }


def by_unit(found: list[queries.Achievement]) -> dict[str, list[queries.Achievement]]:
    """Name of the responsible unit → its indicators, in the order of the files."""
    groups: dict[str, list[queries.Achievement]] = {}
    for achievement in found:
        unit = wording.responsible_unit(achievement)
        groups.setdefault(wording.unit_words(current_actor().profile, unit), []).append(achievement)
    return groups


def figure_words() -> dict[str, Any]:
    return {
        "states": queries.STATES,
        "looks": queries.LOOKS,
        "value_words": wording.value_words,
        "target_words": wording.target_words,
        "parts_words": wording.parts_words,
        "target_bar": target_bar,
    }
