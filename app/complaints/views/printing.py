"""Papers of the book and the quarter: each made by a POST, counted, and asked about afterwards; spreadsheets."""

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.complaints import papers, queries
from app.complaints.slip_codes import GONE
from app.complaints.views.book import asked_filter, current_codes
from app.core.permissions import require
from app.core.problems import Problem
from app.desk import service as cases
from app.desk.views.papers import printed_answer
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import page_number, redirect_to
from app.web.guard import local_path, needs_permission

pages = Blueprint("complaint_paper", __name__)
SUBJECT = re.compile(r"(complaint|capa|recap|poster|book|year)/[0-9A-Za-z-]{1,20}")
MAY_PRINT = {
    "complaint_receipt": "complaint.write",
    "answer_letter": "complaint.answer",
    "complaint_book": "complaint.view",
    "capa": "complaint.view",
    "recap": "recap.view",
    "poster": "recap.view",
    "register": "recap.view",
}
"""Papers of this room → the permission that prints them, and therefore judges them."""


def printer_name() -> str:
    return current_actor().name


@pages.post("/pengaduan/<int:complaint_id>/cetak/tanda-terima")
@needs_permission("complaint.write")
def print_receipt(complaint_id: int) -> Response:
    data = papers.receipt_paper(current_db(), complaint_id, fresh_code(complaint_id), printer_name(), current_time())
    return printed_answer("complaint_receipt", data, f"complaint/{complaint_id}", f"tanda-terima-{complaint_id}.pdf")


def fresh_code(complaint_id: int) -> str:
    """The code of a slip that this person just made. Raises Problem where it is nobody's any more."""
    code = current_codes().code_of(complaint_id, current_actor().username, current_time())
    if not code:
        raise Problem.of("conflict", why=GONE)
    return code


@pages.post("/pengaduan/<int:complaint_id>/cetak/surat")
@needs_permission("complaint.answer")
def print_letter(complaint_id: int) -> Response:
    data = papers.answer_paper(current_db(), current_actor(), complaint_id, current_time(), request.remote_addr or "")
    return printed_answer("answer_letter", data, f"complaint/{complaint_id}", f"jawaban-{complaint_id}.pdf")


@pages.post("/pengaduan/cetak")
@needs_permission("complaint.view")
def print_book_page() -> Response:
    shown, number = asked_filter(), page_number()
    rows = queries.book_page(current_db(), shown, current_date(), number)[: queries.PER_PAGE]
    if not rows:
        raise Problem.of("not_found", what="Halaman buku itu")
    data = papers.book_paper(current_db(), current_actor(), rows, current_time(), request.remote_addr or "")
    name = f"{shown.year}-{rows[-1].n}-{rows[0].n}"
    return printed_answer("complaint_book", data, f"book/{name}", f"buku-pengaduan-{name}.pdf")


@pages.post("/pengaduan/kertas/hasil")
@needs_permission("complaint.view")
def judge_paper() -> ResponseReturnValue:
    get = request.form.get
    if not SUBJECT.fullmatch(get("subject", "")) or get("paper", "") not in MAY_PRINT:
        raise Problem.of("not_found", what="Cetakan itu")
    require(current_actor(), MAY_PRINT[get("paper", "")])
    right = get("jawaban") == "ya"
    cases.judge_print(
        current_journal(),
        current_actor(),
        subject=get("subject", ""),
        paper=get("paper", ""),
        came_out=right,
        now=current_time(),
    )
    told = "Kertas keluar dengan benar." if right else "Cetak sekali lagi; yang tadi tidak dihitung."
    return redirect_to(local_path(get("back"), "/"), told)
