"""Printing: one page for each paper of a case, the POST that makes it, and the question whether it came out right."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import papers, service
from app.cases.opening import get_case
from app.cases.papers import CASE_PAPERS
from app.cases.views.registry import rules_for
from app.core.problems import Problem
from app.office import settings
from app.people import service as people
from app.printing import data as shapes
from app.printing.papers import PAPERS, render
from app.web.context import current_actor, db, journal, now
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("papers", __name__, url_prefix="/berkas/<int:case_id>/kertas/<name>")


@pages.get("")
@needs("paper.print")
def sheet(case_id: int, name: str) -> ResponseReturnValue:
    """One paper: print it, then say whether it came out."""
    paper = paper_named(name)
    case = get_case(db(), current_actor(), case_id)
    if name not in papers.ready(db(), case):
        raise Problem.of(
            "conflict",
            why="Berkas ini belum sampai pada kertas itu. Buka berkasnya untuk melihat keadaannya.",
        )
    require_offered(case, name)
    done_ = next((one for one in service.prints(db(), f"case/{case_id}") if one.paper == paper), None)
    return page(
        "cases/paper.html",
        case=case,
        name=name,
        paper=PAPERS[paper],
        printed=done_,
        copy=service.next_copy(db(), f"case/{case_id}", paper),
    )


@pages.post("/cetak")
@needs("paper.print")
def make(case_id: int, name: str) -> ResponseReturnValue:
    """Make the PDF and write down that it was printed."""
    case = get_case(db(), current_actor(), case_id)
    paper = paper_named(name)
    if name in papers.WHOLE_NUMBERS:
        require_offered(case, name)
        note_whole_numbers(case_id)
    data = papers.paper_of(db(), case, paper, current_actor(), now(), rules_for(case.service))
    return printed(paper, data, f"case/{case_id}", f"{name}-{case_id}.pdf")


def require_offered(case: Any, name: str) -> None:
    """Raise Problem `forbidden` for a paper whose whole numbers this person may not see."""
    if name not in papers.offered(db(), case, current_actor()):
        raise Problem.of("forbidden")


def note_whole_numbers(case_id: int) -> None:
    """Printing the whole NIK is logged like looking at it."""
    actor = current_actor()
    people.log_access(db(), at=now(), person_id=actor.person_id, action="case.reveal", subject=f"case/{case_id}",
                      address=request.remote_addr or "")  # fmt: skip


@pages.post("/hasil")
@needs("paper.print")
def judge(case_id: int, name: str) -> ResponseReturnValue:
    """Whether the paper came out right; a wrong one does not count."""
    get_case(db(), current_actor(), case_id)
    paper = paper_named(name)
    if not any(one.paper == paper for one in service.prints(db(), f"case/{case_id}")):
        return done(
            url_for("papers.sheet", case_id=case_id, name=name), "Cetak dulu, baru jawab pertanyaannya."
        )
    right = request.form.get("jawaban") == "ya"
    service.judged(
        journal(), current_actor(), subject=f"case/{case_id}", paper=paper, came_out=right, now=now()
    )
    if right:
        return done(url_for("cases.show", case_id=case_id), "Kertas keluar dengan benar.")
    return done(
        url_for("papers.sheet", case_id=case_id, name=name), "Cetak sekali lagi; yang tadi tidak dihitung."
    )


def paper_named(name: str) -> str:
    """The paper behind a name in an address. Raises Problem `not_found`."""
    if name not in CASE_PAPERS:
        raise Problem.of("not_found", what="Kertas itu")
    return CASE_PAPERS[name]


def printed(paper: str, data: shapes.Paper, subject: str, file_name: str, size: str = "") -> Response:
    """A PDF that opens with the print dialogue, recorded as printed. A second print says SALINAN.

    `size` is one of the paper's; empty is what the office has chosen, where the paper knows it.
    """
    sizes = PAPERS[paper].sizes
    wanted = size or settings.get(db(), "paper.slip" if "80mm" in sizes else "paper.size")
    size = wanted if wanted in sizes else sizes[0]
    copy = service.next_copy(db(), subject, paper)
    pdf = render(paper, data, size=size, copy=copy > 1, dialogue=True)
    counted = service.printed(journal(), current_actor(), subject=subject, paper=paper, now=now())
    if (counted > 1) != (copy > 1):  # somebody printed the same paper in between
        pdf = render(paper, data, size=size, copy=counted > 1, dialogue=True)
    answer = Response(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    return answer
