"""Evaluation of a period (clause 14): figures against targets, analysis of the section, closing by the chief."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.periods import Period, last_ended, periods_of_year
from app.core.problems import SENTENCES, Problem
from app.desk.views.papers import judge_answer, printed_answer
from app.indicators import papers, queries, service, wording
from app.indicators.charts import states_chart
from app.indicators.views.dashboard import figure_words, read_period
from app.indicators.views.forms import MOST_PLANS, AnalysisForm, CloseForm, plan_lines, typed_plans, typed_targets
from app.people.queries import list_people, person_names
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import Form, redirect_to, run_command, show_page, to_choices
from app.web.guard import needs_permission

pages = Blueprint("reviews", __name__, url_prefix="/sasaran/evaluasi")


@pages.get("")
@needs_permission("indicator.view")
def list_reviews() -> ResponseReturnValue:
    """The quarters and years that are over, with what became of each."""
    db, newest = current_db(), last_ended("quarter", current_date())
    years = sorted({newest.year, *queries.years_in_force(db)} & set(range(2000, newest.year + 1)), reverse=True)
    known = [one for year in years for one in (Period("year", year), *reversed(periods_of_year("quarter", year)))]
    over = [one for one in known if one.end < current_date()]
    return show_page(
        "indicators/reviews.html",
        rows=[(one, service.find_review(db, one), len(service.analyses_of(db, one))) for one in over[:20]],
        names=person_names(db),
    )


@pages.get("/<code>")
@needs_permission("indicator.view")
def show_review(code: str) -> ResponseReturnValue:
    return draw_review(read_period(code))


def draw_review(period: Period, status: int = 200, **forms: Any) -> ResponseReturnValue:
    db, actor, today = current_db(), current_actor(), current_date()
    found, review = queries.achievements(db, period, today), service.find_review(db, period)
    state, facts = "closed" if review else "open", service.period_facts(db, period, today)
    return show_page(
        "indicators/review.html",
        status=status,
        period=period,
        lead=wording.lead_sentence(found, period),
        found=[one for one in found if one.target],
        chart=Markup(states_chart(papers.state_parts(found))),
        review=review,
        frozen=service.frozen_figures(review) if review else {},
        analyses=service.analyses_of(db, period),
        follow_ups=service.follow_ups_of(db, period),
        can={name: may_do(name, state, facts) for name in service.PERIOD_MOVES},
        over=period.end < today,
        names=person_names(db),
        staff=to_choices([(one.username, one.name) for one in list_people(db, active=True)]),
        form=forms.get("form") or AnalysisForm(formdata=None),
        close_form=forms.get("close_form") or CloseForm(formdata=None),
        wrong=forms.get("wrong") or {},
        target_wrong=any(name.startswith(("target-", "reason-")) for name in forms.get("wrong") or {}),
        typed=request.form,
        plans=[*plan_lines(request.form), ("", "", ""), ("", "", "")][:MOST_PLANS],
        next_year=period.year + 1,
        known=queries.load_targets(db, period.year + 1),
        before=queries.load_targets(db, period.year),
        own=actor.username,
        plain_words=wording.plain_words,
        unit_words=lambda one: wording.unit_words(actor.profile, wording.responsible_unit(one)),
        **figure_words(),
    )


def may_do(name: str, state: str, facts: set[str]) -> bool:
    move = service.PERIOD_MOVES[name]
    return service.may_move(current_actor(), move) and service.can_move(move, state, facts)


def change_review(
    code: str, toast: str, command: Any, form: Form, drawn: str = "form", *, pin: bool = False, **values: Any
) -> ResponseReturnValue:
    """Run a command on a period and go back to it; a refused form comes back with everything that was typed."""
    period = read_period(code)

    def redraw(problem: Problem) -> ResponseReturnValue:
        return draw_review(period, problem.status, wrong=problem.fields, **{drawn: form})

    return run_command(
        lambda: command(current_journal(), current_actor(), period=period, now=current_time(), **values),
        redraw,
        lambda _: redirect_to(url_for("reviews.show_review", code=period.code), toast),
        form=form,
        pin=pin,
    )


@pages.post("/<code>/analisis")
@needs_permission("performance.analyse")
def write_analysis(code: str) -> ResponseReturnValue:
    form = AnalysisForm()
    return change_review(code, "Analisis disimpan.", service.analyse_period, form, text=form.text.data or "")


@pages.post("/<code>/tutup")
@needs_permission("performance.close")
def close_period(code: str) -> ResponseReturnValue:
    form = CloseForm()
    said: Mapping[str, Any] = {
        "conclusion": form.conclusion.data or "",
        "plans": typed_plans(request.form, current_date()),
        "targets": typed_targets(request.form),
    }
    return change_review(code, "Evaluasi ditutup.", service.close_period, form, "close_form", pin=True, **said)


@pages.post("/<code>/tindak-lanjut/<int:n>")
@needs_permission("indicator.view")
def follow_plan(code: str, n: int) -> ResponseReturnValue:
    note = request.form.get(f"done-{n}", "")[:1000]
    return change_review(code, "Tindak lanjut dicatat selesai.", service.follow_plan, Form(), n=n, note=note)


@pages.post("/<code>/cetak")
@needs_permission("indicator.view")
def print_review(code: str) -> Response:
    """The report of a period; of a year it is the annual report on the targets."""
    period, actor = read_period(code), current_actor()
    data = papers.performance_paper(current_db(), period, actor.name, current_time())
    return printed_answer("performance", data, f"performance/{period.code}", f"sasaran-mutu-{period.code}.pdf")


@pages.post("/<code>/cetak/hasil")
@needs_permission("indicator.view")
def judge_report(code: str) -> ResponseReturnValue:
    page = url_for("reviews.show_review", code=read_period(code).code)
    return judge_answer(f"performance/{code}", "performance", page, page, SENTENCES["print_right"])
