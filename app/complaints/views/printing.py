"""Papers of the book and the quarter: each made by a POST, counted, and asked about afterwards; spreadsheets."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.cases import service as cases
from app.cases.views.papers import printed
from app.complaints import exports, line_papers, papers, quarter, queries
from app.complaints.views.book_page import current_codes, wanted
from app.complaints.views.fresh_codes import GONE
from app.complaints.views.recap_page import asked as quarter_of
from app.core.permissions import require
from app.core.problems import Problem
from app.people import service as people
from app.web.context import current_actor, db, journal, now, today
from app.web.guard import needs
from app.web.locking import local
from app.web.pages import done, page_number

pages = Blueprint("complaint_paper", __name__)
SUBJECT = re.compile(r"(complaint|capa|recap|poster|book|year)/[0-9A-Za-z-]{1,20}")
MAY_PRINT = {
    "complaint_receipt": "complaint.write", "answer_letter": "complaint.answer", "complaint_book": "complaint.view",
    "capa": "complaint.view", "recap": "recap.view", "poster": "recap.view", "register": "recap.view",
}  # fmt: skip
"""Papers of this room → the permission that prints them, and therefore judges them."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def me() -> str:
    """Who prints, as papers name him."""
    return current_actor().name


@pages.post("/pengaduan/<int:complaint_id>/cetak/tanda-terima")
@needs("complaint.write")
def receipt(complaint_id: int) -> Response:
    """The complainant's receipt."""
    data = line_papers.receipt_paper(db(), complaint_id, fresh_code(complaint_id), me(), now())
    return printed("complaint_receipt", data, f"complaint/{complaint_id}", f"tanda-terima-{complaint_id}.pdf")


def fresh_code(complaint_id: int) -> str:
    """The code of a slip that this person just made. Raises Problem where it is nobody's any more."""
    code = current_codes().get(complaint_id, current_actor().username, now())
    if not code:
        raise Problem.of("conflict", why=GONE)
    return code


@pages.post("/pengaduan/<int:complaint_id>/cetak/surat")
@needs("complaint.answer")
def letter(complaint_id: int) -> Response:
    """The answer as a letter."""
    data = line_papers.answer_paper(db(), current_actor(), complaint_id, now(), request.remote_addr or "")
    return printed("answer_letter", data, f"complaint/{complaint_id}", f"jawaban-{complaint_id}.pdf")


@pages.post("/pengaduan/cetak")
@needs("complaint.view")
def book_page() -> Response:
    """The lines of this page of the book, by number, with the digest of what they say."""
    shown, number = wanted(), page_number()
    rows = queries.book_page(db(), shown, today(), number)[: queries.PER_PAGE]
    if not rows:
        raise Problem.of("not_found", what="Halaman buku itu")
    data = line_papers.book_paper(db(), current_actor(), rows, now(), request.remote_addr or "")
    name = f"{shown.year}-{rows[-1].n}-{rows[0].n}"
    return printed("complaint_book", data, f"book/{name}", f"buku-pengaduan-{name}.pdf")


@pages.post("/ltpp/<int:capa_id>/cetak")
@needs("complaint.view")
def capa(capa_id: int) -> Response:
    """The form of an LTPP."""
    return printed(
        "capa", line_papers.capa_paper(db(), capa_id, me(), now()), f"capa/{capa_id}", f"ltpp-{capa_id}.pdf"
    )


@pages.post("/rekap/<code>/cetak/rekap")
@needs("recap.view")
def recap(code: str) -> Response:
    """The recap; a draft says that it is one."""
    one = quarter_of(code)
    data = papers.recap_paper(db(), quarter.get(db(), one), me(), now())
    return printed("recap", data, f"recap/{one}", f"rekap-{one}.pdf")


@pages.post("/rekap/<code>/cetak/poster-<size>")
@needs("recap.view")
def poster(code: str, size: str) -> Response:
    """The poster, from an approved recap with a pledge."""
    one = quarter_of(code)
    one_of(size, "a3", "f4")
    data = papers.poster_paper(db(), one, me(), now())
    return printed("poster", data, f"poster/{one}-{size}", f"poster-{one}-{size}.pdf", size.upper())


@pages.post("/rekap/<code>/unduh/<kind>")
@needs("recap.view")
def sheet(code: str, kind: str) -> Response:
    """All tables of a recap for a spreadsheet or another program."""
    one = quarter_of(code)
    one_of(kind, "xlsx", "csv")
    found = quarter.get(db(), one)
    if kind == "xlsx":
        return attached(exports.recap_xlsx(found, now()), XLSX, f"rekap-{one}.xlsx")
    text = exports.recap_csv(quarter.figures_of(found))
    return attached(text.encode("utf-8-sig"), "text/csv; charset=utf-8", f"rekap-{one}.csv")


@pages.post("/rekap/tahun/<int:year>/<kind>")
@needs("recap.view")
def year(year: int, kind: str) -> Response:
    """The annual report: four approved quarters added."""
    one_of(kind, "cetak", "xlsx")
    if not 2000 <= year <= 2099:
        raise Problem.of("not_found", what="Tahun itu")
    if kind == "xlsx":
        return attached(exports.year_xlsx(db(), year, now()), XLSX, f"pengaduan-{year}.xlsx")
    data = exports.year_paper(db(), year, current_actor().username, me(), now())
    return printed("register", data, f"year/{year}", f"pengaduan-{year}.pdf")


def one_of(asked: str, *known: str) -> None:
    """Raise Problem `not_found` for an address that names something else."""
    if asked not in known:
        raise Problem.of("not_found", what="Halaman itu")


def attached(data: bytes, kind: str, name: str) -> Response:
    """A file to keep; taking it along is noted in the access log."""
    people.log_access(db(), at=now(), person_id=current_actor().person_id, action="recap.export", subject=name,
                      address=request.remote_addr or "")  # fmt: skip
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.post("/pengaduan/kertas/hasil")
@needs("complaint.view")
def judge() -> ResponseReturnValue:
    """Whether a paper came out right."""
    get = request.form.get
    if not SUBJECT.fullmatch(get("subject", "")) or get("paper", "") not in MAY_PRINT:
        raise Problem.of("not_found", what="Cetakan itu")
    require(current_actor(), MAY_PRINT[get("paper", "")])
    right = get("jawaban") == "ya"
    cases.judged(
        journal(),
        current_actor(),
        subject=get("subject", ""),
        paper=get("paper", ""),
        came_out=right,
        now=now(),
    )
    told = "Kertas keluar dengan benar." if right else "Cetak sekali lagi; yang tadi tidak dihitung."
    return done(local(get("back"), "/"), told)
