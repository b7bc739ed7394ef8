"""Papers of the quarter."""

from flask import Response, request

from app.complaints.views.printing import printer_name
from app.core.problems import Problem
from app.desk.views.papers import printed_answer
from app.people import access_log as people
from app.quarter import exports, papers, service
from app.quarter.transitions import load_recap
from app.quarter.views.recaps import asked_quarter as quarter_of
from app.quarter.views.recaps import pages
from app.web.context import current_actor, current_db, current_time
from app.web.guard import needs_permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.post("/<code>/cetak/rekap")
@needs_permission("recap.view")
def print_recap(code: str) -> Response:
    one = quarter_of(code)
    data = papers.recap_paper(current_db(), load_recap(current_db(), one), printer_name(), current_time())
    return printed_answer("recap", data, f"recap/{one}", f"rekap-{one}.pdf")


@pages.post("/<code>/cetak/poster-<size>")
@needs_permission("recap.view")
def print_poster(code: str, size: str) -> Response:
    one = quarter_of(code)
    check_known(size, "a3", "f4")
    data = papers.poster_paper(current_db(), one, printer_name(), current_time())
    return printed_answer("poster", data, f"poster/{one}-{size}", f"poster-{one}-{size}.pdf", size.upper())


@pages.post("/<code>/unduh/<kind>")
@needs_permission("recap.view")
def download_recap(code: str, kind: str) -> Response:
    one = quarter_of(code)
    check_known(kind, "xlsx", "csv")
    found = load_recap(current_db(), one)
    if kind == "xlsx":
        return attached_file(exports.recap_xlsx(found, current_time()), XLSX, f"rekap-{one}.xlsx")
    text = exports.recap_csv(service.figures_of_recap(found))
    return attached_file(text.encode("utf-8-sig"), "text/csv; charset=utf-8", f"rekap-{one}.csv")


@pages.post("/tahun/<int:year>/<kind>")
@needs_permission("recap.view")
def print_year(year: int, kind: str) -> Response:
    check_known(kind, "cetak", "xlsx")
    if not 2000 <= year <= 2099:
        raise Problem.of("not_found", what="Tahun itu")
    if kind == "xlsx":
        return attached_file(exports.year_xlsx(current_db(), year, current_time()), XLSX, f"pengaduan-{year}.xlsx")
    data = exports.year_paper(current_db(), year, current_actor().username, printer_name(), current_time())
    return printed_answer("register", data, f"year/{year}", f"pengaduan-{year}.pdf")


def check_known(asked: str, *known: str) -> None:
    if asked not in known:
        raise Problem.of("not_found", what="Halaman itu")


def attached_file(data: bytes, kind: str, name: str) -> Response:
    people.log_access(
        current_db(),
        at=current_time(),
        person_id=current_actor().person_id,
        action="recap.export",
        subject=name,
        address=request.remote_addr or "",
    )
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
