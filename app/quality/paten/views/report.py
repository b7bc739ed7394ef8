"""The PATEN report for any span of days."""

from datetime import timedelta

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.periods import Period, PeriodKind, last_ended
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import asked_day, show_page
from app.platform.web.guard import needs_permission, record_access
from app.quality.paten.by_area import services_by_sex
from app.quality.paten.queries import Report, Span, paten_report

pages = Blueprint("paten", __name__, url_prefix="/paten")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=3660)
KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "semester", "year")


def asked_report() -> Report:
    """Of the days that the address or form names; where none is named, of the last month that is over."""
    usual = last_ended("month", current_date())
    last = asked_day("sampai", usual.end)
    first = min(asked_day("dari", min(usual.start, last)), last)
    return paten_report(current_db(), Span(max(first, last - LONGEST), last))


@pages.get("")
@needs_permission("paten.view")
def show_report() -> ResponseReturnValue:
    from app.quality.paten.papers import BALANCE, CASES, VOICES

    today = current_date()
    choices = [*(last_ended(kind, today) for kind in KINDS), Period.of("month", today), Period.of("year", today)]
    tables = {"Berkas": (CASES, BALANCE), "Pengaduan dan kepuasan": (VOICES, "")}
    return show_page(
        "quality/paten/report.html",
        report=asked_report(),
        tables=tables,
        choices=choices,
        by_area=services_by_sex(current_db(), today),
    )


@pages.post("/cetak")
@needs_permission("paten.view")
def print_report() -> Response:
    from app.quality.paten.papers import report_paper

    report = asked_report()
    data = report_paper(current_db(), report, current_actor().name, current_time())
    subject = f"paten/{report.span.start}-{report.span.end}"
    return printed_answer("paten", data, subject, f"paten-{report.span.start}-{report.span.end}.pdf")


@pages.post("/unduh")
@needs_permission("paten.view")
def download_report() -> Response:
    from app.platform.office.papers import office_name
    from app.quality.paten.papers import report_book

    report = asked_report()
    name = f"paten-{report.span.start}-{report.span.end}.xlsx"
    record_access("paten.export", name)
    return file_answer(report_book(report, current_time(), office_name(current_db())), XLSX, name)
