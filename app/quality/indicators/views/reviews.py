"""Evaluation of a period (clause 14): figures against targets, analysis of the section, closing by the chief."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import TextAreaField

from app.casework.desk.views.papers import judge_answer, printed_answer
from app.core.dates import date_or_none
from app.core.periods import Period, last_ended, periods_of_year
from app.core.problems import Problem
from app.platform.office.moves import possible_moves
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, Form, TextLine, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from app.quality.indicators import papers, queries, service, wording
from app.quality.indicators.charts import states_chart
from app.quality.indicators.service import NewTarget, Plan
from app.quality.indicators.views.dashboard import figure_words, read_period


class PinForm(Form):
    pin = TextLine("PIN", [AtMost(6)])


def typed_targets(posted: Mapping[str, str]) -> list[NewTarget]:
    """Targets of a posted form, `target-KEY` with `reason-KEY` and `unit-KEY`; empty ones are left out."""
    keys = [name.removeprefix("target-") for name in posted if name.startswith("target-")]
    return [
        NewTarget(key, text, posted.get(f"reason-{key}", ""), posted.get(f"unit-{key}", ""))
        for key in keys
        if (text := posted[f"target-{key}"].strip())
    ]


target_pages = Blueprint("targets", __name__, url_prefix="/sasaran/target")


@target_pages.get("/<int:year>")
@needs_permission("indicator.view")
def show_targets(year: int, status: int = 200, refused: Refused = NOT_REFUSED, **forms: Any) -> ResponseReturnValue:
    if not 2000 <= year <= 2199:
        raise Problem.of("not_found", what="Tahun itu")
    db = current_db()
    profile = current_actor().profile
    known = queries.load_targets(db, year)
    before = queries.load_targets(db, year - 1)
    return show_page(
        "quality/indicators/targets.html",
        status=status,
        year=year,
        indicators=queries.indicators_of(db),
        known=known,
        before=before,
        coming=year > current_date().year,
        proposed=sum(not (target.in_force or target.waiting) for target in known.values()),
        **waiting_parts(year),
        units=wording.units_of(profile),
        judge=refused.form_for(service.judge_targets, pin=True),
        form=forms.get("form") or PinForm(formdata=None),
        wrong=forms.get("wrong") or {},
        typed=request.form,
        names=person_names(db),
        amount_words=wording.amount_words,
        plain_words=wording.plain_words,
        directions=wording.DIRECTIONS,
        unit_words=lambda unit: wording.unit_words(profile, unit),
    )


def waiting_parts(year: int) -> dict[str, Any]:
    """The targets of a year that wait, and whether this person agrees to them."""
    rows = queries.waiting_rows(current_db(), year)
    return {
        "given_back": queries.given_back(current_db(), year),
        "waiting": queries.waiting_targets(current_db(), year),
        "mark": queries.waiting_mark(rows),
        "judging": queries.may_judge_targets(current_actor(), rows),
    }


@target_pages.post("/<int:year>")
@needs_permission("indicator.target")
def set_targets(year: int) -> ResponseReturnValue:
    form = PinForm()
    changes = typed_targets(request.form)
    return run_command(
        lambda: service.set_targets(current_journal(), current_actor(), year=year, changes=changes, now=current_time()),
        lambda problem: show_targets(year, problem.status, form=form, wrong=problem.fields),
        lambda count: redirect_to(url_for("targets.show_targets", year=year), set_words(year, count)),
        form=form,
        pin=True,
    )


def set_words(year: int, count: int) -> str:
    if not count:
        return "Tidak ada yang berubah."
    return f"{count} target {year} ditetapkan; berlaku sesudah disetujui orang kedua."


def is_agreed() -> bool:
    """Which of the two buttons was pressed: a second person agrees to what the chief set, or gives it back."""
    return "kembalikan" not in request.form


def judged_year(year: int) -> dict[str, Any]:
    return {"year": year, "agreed": is_agreed()}


def tell_judged(count: int, year: int) -> ResponseReturnValue:
    if is_agreed():
        words = "disetujui dan berlaku"
    else:
        words = "dikembalikan"
    return redirect_to(url_for("targets.show_targets", year=year), f"{count} target {year} {words}.")


JUDGE = "/<int:year>/setujui"
add_command(target_pages, JUDGE, service.judge_targets, show_targets, named=judged_year, then=tell_judged, pin=True)


class CloseForm(Form):
    conclusion = TextAreaField("Kesimpulan", [AtMost(3000)])
    pin = TextLine("PIN", [AtMost(6)])


MOST_PLANS = 12


def plan_lines(posted: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(what, who, by when) of each follow-up of a posted form as typed; lines that hold nothing are left out."""
    lines = []
    for n in range(1, MOST_PLANS + 1):
        what, person, by_on = (posted.get(f"{name}-{n}", "").strip() for name in ("what", "person", "by_on"))
        if what or by_on:
            lines.append((what, person, by_on))
    return lines


def typed_plans(posted: Mapping[str, str], today: date) -> list[Plan]:
    return [Plan(what, person, date_or_none(by_on, today, future=True)) for what, person, by_on in plan_lines(posted)]


pages = Blueprint("reviews", __name__, url_prefix="/sasaran/evaluasi")


@pages.get("")
@needs_permission("indicator.view")
def list_reviews() -> ResponseReturnValue:
    """The quarters and years that are over, with what became of each."""
    db = current_db()
    newest = last_ended("quarter", current_date())
    years = sorted({newest.year, *queries.years_in_force(db)} & set(range(2000, newest.year + 1)), reverse=True)
    over = []
    for year in years:
        periods = [Period("year", year), *reversed(periods_of_year("quarter", year))]
        over += [period for period in periods if period.end < current_date()]
    return show_page(
        "quality/indicators/reviews.html",
        rows=[(period, queries.find_review(db, period), len(queries.analyses_of(db, period))) for period in over[:20]],
        names=person_names(db),
    )


@pages.get("/<code>")
@needs_permission("indicator.view")
def show_review(code: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return draw_review(read_period(code), status, refused)


def draw_review(period: Period, status: int, refused: Refused) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    today = current_date()
    found = queries.achievements(db, period, today)
    review = queries.find_review(db, period)
    facts = queries.period_facts(db, period, today)
    closing = refused.command is service.close_period
    if closing and refused.problem:
        wrong = refused.problem.fields
    else:
        wrong = {}
    target_wrong = any(name.startswith(("target-", "reason-")) for name in wrong)
    if review:
        state = "closed"
        frozen = service.frozen_figures(review)
    else:
        state = "open"
        frozen = {}
    if closing:
        close_form = refused.form
    else:
        close_form = CloseForm(formdata=None)
    return show_page(
        "quality/indicators/review.html",
        status=status,
        period=period,
        lead=wording.lead_sentence(found, period),
        found=[achievement for achievement in found if achievement.target],
        chart=Markup(states_chart(papers.state_parts(found))),
        review=review,
        frozen=frozen,
        analyses=queries.analyses_of(db, period),
        follow_ups=queries.follow_ups_of(db, period),
        can=possible_moves(service.PERIOD_MOVES, actor, state, facts),
        over=period.end < today,
        names=person_names(db),
        staff=to_choices(list(queries.responsible_people(db).items())),
        form=refused.form_for(service.analyse_period),
        follow_form=refused.form_for(service.follow_plan),
        followed=refused.place.get("n"),
        problem=refused.sentence,
        close_form=close_form,
        wrong=wrong,
        target_wrong=target_wrong,
        typed=request.form,
        plans=[*plan_lines(request.form), ("", "", ""), ("", "", "")][:MOST_PLANS],
        next_year=period.year + 1,
        known=queries.load_targets(db, period.year + 1),
        before=queries.load_targets(db, period.year),
        own=actor.username,
        plain_words=wording.plain_words,
        unit_words=lambda row: wording.unit_words(actor.profile, wording.responsible_unit(row)),
        **figure_words(),
    )


@pages.post("/<code>/tutup")
@needs_permission("performance.close")
def close_period(code: str) -> ResponseReturnValue:
    period = read_period(code)
    form = CloseForm()
    said: Mapping[str, Any] = {
        "conclusion": form.conclusion.data or "",
        "plans": typed_plans(request.form, current_date()),
        "targets": typed_targets(request.form),
    }
    return run_command(
        lambda: service.close_period(current_journal(), current_actor(), period=period, now=current_time(), **said),
        lambda problem: show_review(code, problem.status, Refused(service.close_period, form, problem)),
        url_for("reviews.show_review", code=period.code),
        "Evaluasi ditutup.",
        form=form,
        pin=True,
    )


def period_of(code: str, **more: int) -> dict[str, Any]:
    return {"period": read_period(code), **more}


FOLLOWED = "Tindak lanjut dicatat selesai."
add_command(pages, "/<code>/analisis", service.analyse_period, show_review, "Analisis disimpan.", named=period_of)
add_command(pages, "/<code>/tindak-lanjut/<int:n>", service.follow_plan, show_review, FOLLOWED, named=period_of)


@pages.post("/<code>/cetak")
@needs_permission("indicator.view")
def print_review(code: str) -> Response:
    """The report of a period; of a year it is the annual report on the targets."""
    period = read_period(code)
    actor = current_actor()
    data = papers.performance_paper(current_db(), period, actor.name, current_time())
    return printed_answer("performance", data, f"performance/{period.code}", f"sasaran-mutu-{period.code}.pdf")


@pages.post("/<code>/cetak/hasil")
@needs_permission("indicator.view")
def judge_report(code: str) -> ResponseReturnValue:
    page = url_for("reviews.show_review", code=read_period(code).code)
    return judge_answer(f"performance/{code}", "performance", page)
