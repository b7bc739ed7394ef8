"""Pages of what came in: the needs of a day, and the analysis of what people ask for."""

from datetime import date, timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.core.dates import parse_date
from app.core.problems import ValueProblem
from app.desk.views.papers import file_answer, printed_answer
from app.hotline import papers, reports
from app.hotline.queries import is_in_use
from app.hotline.views.contacts import draw_contacts
from app.web.context import current_actor, current_date, current_db, current_time
from app.web.forms import show_page
from app.web.guard import needs_permission

pages = Blueprint("hotline_reports", __name__, url_prefix="/hotline")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=366)


def asked_day(name: str, usual: date) -> date:
    """A day of the address or form; nonsense and days to come ask for the usual one."""
    try:
        day = parse_date(request.values.get(name, "")[:40], current_date())
    except ValueProblem:
        return usual
    return min(day, current_date())


@pages.get("/laporan")
@needs_permission("hotline.report")
def show_day() -> ResponseReturnValue:
    if not is_in_use(current_db()):
        return draw_contacts()
    on = asked_day("tanggal", current_date())
    report = reports.analyse(current_db(), on, on)
    definition = reports.definition_of(current_db(), on)
    lines = [(one, papers.contact_words(definition, one)) for one in report.contacts]
    day = timedelta(days=1)
    return show_page(
        "hotline/day.html", report=report, lines=lines, before=on - day, after=min(on + day, current_date())
    )


@pages.post("/laporan/cetak")
@needs_permission("hotline.report")
def print_day() -> Response:
    on = asked_day("tanggal", current_date())
    data = papers.daily_paper(current_db(), reports.analyse(current_db(), on, on), current_actor(), current_time())
    return printed_answer("daily_needs", data, f"hotline/{on}", f"kebutuhan-{on}.pdf")


def asked_analysis() -> reports.Analysis:
    """From the first of the month to today, unless other days are asked for; at most a year."""
    last = asked_day("sampai", current_date())
    first = min(asked_day("dari", last.replace(day=1)), last)
    return reports.analyse(current_db(), max(first, last - LONGEST), last)


@pages.get("/analisis")
@needs_permission("hotline.report")
def show_analysis() -> ResponseReturnValue:
    if not is_in_use(current_db()):
        return draw_contacts()
    return show_page("hotline/analysis.html", found=asked_analysis())


@pages.post("/analisis/unduh")
@needs_permission("hotline.report")
def download_analysis() -> Response:
    found = asked_analysis()
    book = papers.analysis_book(current_db(), found, current_time())
    return file_answer(book, XLSX, f"analisis-hotline-{found.first}-{found.last}.xlsx")
