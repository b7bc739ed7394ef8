"""Results of a period and a service, with charts, comments and what follows from them; answers in and out as files."""

from datetime import date
from decimal import Decimal, InvalidOperation

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.desk.opening import get_case
from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.periods import Period
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.platform.office import service as office
from app.platform.office import settings
from app.platform.office.queries import service_names
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.quality.surveys import charts, papers, queries, reports, votes
from app.quality.surveys.answer_files import SOURCES, import_answers
from app.quality.surveys.answers import OLDEST_MONTHS
from app.quality.surveys.reckoning import element_band, number_text, result_json
from schema.body_limits import SMALL, takes_body
from schema.surveys import load_survey, survey_ids

pages = Blueprint("surveys", __name__, url_prefix="/kepuasan")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 5 * 1024 * 1024


def asked_period() -> Period:
    """The period of the address or the form; nonsense asks for the running year."""
    try:
        period = Period.parse(request.values.get("masa", "")[:20])
    except ValueProblem:
        return Period.of("year", current_date())
    if period.start <= current_date():
        return period
    return Period.of("year", current_date())


def asked_service() -> str:
    named = request.values.get("layanan", "")
    if named not in service_names(current_db(), current_date()):
        return ""
    return named


def offered_periods(today: date) -> list[Period]:
    """What the page offers: the running year and the one before, their quarters, the newest months."""
    found: list[Period] = []
    for kind, count in (("year", 2), ("semester", 2), ("quarter", 5), ("month", 6)):
        period = Period.of(kind, today)  # type: ignore[arg-type]  # names of kinds, as Period spells them
        for _ in range(count):
            found.append(period)
            period = period.before
    return found


@pages.get("")
@needs_permission("survey.view")
def show_results() -> ResponseReturnValue:
    return draw_results()


def draw_results(status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    db = current_db()
    period = asked_period()
    service = asked_service()
    survey = queries.office_survey(db)
    result = queries.index(db, service, period, survey)
    target = reports.office_target(db)
    elements = result_json(survey, result)["elements"]
    trend = reports.index_trend(db, survey, service, period)
    bands = {element.id: element_band(survey, element) for element in result.elements}
    if service:
        by_service = []
    else:
        by_service = queries.results_by_service(db, survey, period)
    withheld = ""
    if queries.is_withheld(db, survey, service, period):
        withheld = reports.WITHHELD
    sources = queries.sources_of(db, survey.id, service, period)
    bars = line = ""
    if result.respondents:
        bars = Markup(charts.elements_chart(elements, str(target)))
        line = Markup(charts.trend_chart(trend, str(target)))
    return show_page(
        "quality/surveys/results.html",
        status=status,
        problem=problem,
        survey=survey,
        period=period,
        service=service,
        services=service_names(db, current_date()),
        offered=offered_periods(current_date()),
        result=result,
        bands=bands,
        target=target,
        before=trend[-2],
        change=papers.before_words(number_text(result.index), trend[-2][1]),
        below=reports.is_below_target(db, result),
        capa_id=reports.capa_of(db, service, period),
        enough=queries.sample_size(db, survey, service, period, result.respondents),
        groups=queries.results_by_group(db, survey, service, period),
        by_service=by_service,
        withheld=withheld,
        sources=[(SOURCES[source], number) for source, number in sources.items()],
        waiting=votes.waiting_votes(db),
        bars=bars,
        trend=line,
        comments=queries.comments_of(db, survey.id, service, period),
        words=reports.decimal_words,
        months=offered_months(current_date()),
    )


def offered_months(today: date) -> list[tuple[str, str]]:
    """(`2026-11`, `November 2026`), the running month first."""
    period = Period.of("month", today)
    found = []
    for _ in range(OLDEST_MONTHS):
        found.append((period.code, period.label))
        period = period.before
    return found


@pages.post("/ltpp")
@needs_permission("capa.open")
def open_capa() -> ResponseReturnValue:
    period = asked_period()
    service = asked_service()
    return run_command(
        lambda: reports.open_survey_capa(
            current_journal(), current_actor(), service=service, period=period, now=current_time()
        ),
        lambda problem: draw_results(problem.status, problem),
        lambda capa_id: redirect_to(
            url_for("capa.show_report", capa_id=capa_id), "LTPP dibuka dari survei. Isi sebab dan tindakannya."
        ),
    )


# -- files ----------------------------------------------------------------------------------------------------------


@pages.post("/unduh/<kind>")
@needs_permission("survey.import")
def download_answers(kind: str) -> Response:
    period = asked_period()
    service = asked_service()
    name = f"jawaban-survei-{period.code}.{kind}"
    if kind == "csv":
        data = papers.answers_csv(current_db(), service, period)
        content = "text/csv; charset=utf-8"
    elif kind == "xlsx":
        data = papers.answers_xlsx(current_db(), service, period, current_time())
        content = XLSX
    else:
        raise Problem.of("not_found", what="Halaman itu")
    record_access("survey.export", name)
    return file_answer(data, content, name)


@pages.post("/impor")
@needs_permission("survey.import")
@takes_body(LARGEST_FILE + SMALL)
def import_file() -> ResponseReturnValue:

    def take() -> int:
        from app.casework.importing.isolated_reading import read_limited

        sent = request.files.get("file")
        content = b""
        if sent:
            content = sent.read(LARGEST_FILE + 1)
        if sent is None or not content or len(content) > LARGEST_FILE:
            raise Problem.of("invalid", {"file": SENTENCES["answer_file"]})
        return import_answers(
            current_journal(),
            current_actor(),
            book=read_limited(content),
            content=content,
            name=sent.filename or "",
            service=request.form.get("service", ""),
            month=request.form.get("month", ""),
            now=current_time(),
        )

    return run_command(
        take,
        lambda problem: draw_results(problem.status, problem),
        lambda count: redirect_to(url_for("surveys.show_results"), f"{count} jawaban diimpor."),
    )


# -- the slip of a case, settings -----------------------------------------------------------------------------------


@pages.post("/slip/<int:case_id>")
@needs_permission("survey.type")
def print_slip(case_id: int) -> Response:
    case = get_case(current_db(), current_actor(), case_id)
    data = papers.slip_paper(current_db(), case, current_actor(), current_time())
    return printed_answer("survey_slip", data, f"case/{case_id}", f"slip-survei-{case_id}.pdf")


@pages.get("/pengaturan")
@needs_permission("office.settings")
def show_settings(status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    known = settings.all_settings(current_db())
    return show_page(
        "quality/surveys/settings.html",
        status=status,
        problem=problem,
        surveys=[load_survey(survey) for survey in survey_ids()],
        method=request.form.get("method", known[queries.METHOD]),
        target=request.form.get("target", str(known[queries.TARGET]).replace(".", ",")),
        days=request.form.get("days", known[queries.DAYS]),
    )


@pages.post("/pengaturan")
@needs_permission("office.settings")
def save_settings() -> ResponseReturnValue:
    get = request.form.get

    def save() -> None:
        days = get("days", "").strip()
        whole_days = 0
        if days.isascii() and days.isdigit() and len(days) < 4:
            whole_days = int(days)
        values = {
            queries.METHOD: get("method", ""),
            queries.TARGET: parse_target(get("target", "")),
            queries.DAYS: whole_days,
        }
        office.change_settings(current_journal(), current_actor(), values, current_time())

    return run_command(
        save,
        lambda problem: show_settings(problem.status, problem),
        url_for("surveys.show_settings"),
        "Pengaturan survei disimpan.",
    )


def parse_target(typed: str) -> str:
    """`76,61` as it is stored. Raises Problem `invalid`."""
    try:
        value = Decimal(typed.strip()[:10].replace(",", "."))
    except InvalidOperation:
        value = Decimal(0)
    if not (value.is_finite() and 25 <= value <= 100 and value == round(value, 2)):
        raise Problem.of("invalid", {queries.TARGET: "Isi target antara 25,00 dan 100,00, misalnya 76,61."})
    return f"{value:.2f}"
