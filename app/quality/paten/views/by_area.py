"""The month of a service by village, kind and sex."""

from datetime import timedelta

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.periods import Period, last_ended
from app.core.problems import Problem, ValueProblem
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission, record_access
from app.quality.paten.by_area import (
    AreaReport,
    area_paper,
    area_report,
    area_sheet,
    balance,
    heads,
    notes,
    rows,
    services_by_sex,
)
from app.quality.paten.views.report import XLSX, pages


def asked_month() -> Period:
    """The month that the address or form names, the last one that is over where it names none. Raises Problem."""
    named = request.values.get("bulan", "")[:20]
    try:
        if named:
            month = Period.parse(named)
        else:
            month = last_ended("month", current_date())
    except ValueProblem:
        month = Period("year", 0)
    if month.kind != "month":
        raise Problem.of("not_found", what="Bulan itu")
    return month


def asked_area_report() -> AreaReport:
    """Of the service that the address or form names, else of the first that has such a report. Raises Problem."""
    month = asked_month()
    first = next(iter(services_by_sex(current_db(), month.end)), "")
    return area_report(current_db(), request.values.get("layanan", first)[:40], month, current_date())


@pages.get("/desa")
@needs_permission("paten.view")
def show_by_area() -> ResponseReturnValue:
    report = asked_area_report()
    titles = heads(report)
    return show_page(
        "quality/paten/by_area.html",
        report=report,
        heads=[*((title, "") for title in titles[:2]), *((title, "num") for title in titles[2:])],
        rows=rows(report),
        balance=balance(report),
        notes=notes(report),
        before=report.month.before,
        after=Period.of("month", report.month.end + timedelta(days=1)),
        newest=Period.of("month", current_date()),
    )


@pages.post("/desa/cetak")
@needs_permission("paten.view")
def print_by_area() -> Response:
    report = asked_area_report()
    name = f"{report.service}-{report.month.code}"
    data = area_paper(current_db(), report, current_actor().name, current_time())
    return printed_answer("by_area", data, f"by_area/{name}", f"laporan-desa-{name}.pdf")


@pages.post("/desa/unduh")
@needs_permission("paten.view")
def download_by_area() -> Response:
    report = asked_area_report()
    name = f"laporan-desa-{report.service}-{report.month.code}.xlsx"
    record_access("paten.export", name)
    return file_answer(area_sheet(current_db(), report, current_time()), XLSX, name)
