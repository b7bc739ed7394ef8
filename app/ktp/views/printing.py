"""Printing from the KTP pages: record the print, draw the PDF, ask afterwards whether the paper came out right."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import service as cases
from app.core.permissions import require
from app.core.problems import Problem
from app.ktp.prints import PrintQuestion, open_questions
from app.ktp.views.shared import ktp_case, whole_number
from app.office import settings
from app.printing import data as shapes
from app.printing.papers import PAPERS, render
from app.web import locking
from app.web.context import current_actor, db, journal, loket, now
from app.web.guard import needs
from app.web.pages import done

pages = Blueprint("ktp_paper", __name__)
JUDGED = {
    "covering_letter": ("dispatch", "case.reveal"),
    "minutes": ("dispatch", "dispatch.view"),
    "hand_over": ("case", "card.hand_over"),
    "reconciliation": ("balance", "dispatch.view"),
    "recording_list": ("recording-list recording-day", "recording.view"),
    "call_list": ("calls", "card.call"),
}
"""Paper of these pages → what it is printed of, and the permission that its own page asks."""


def paper(name: str, subject: str, data: Callable[[], shapes.Paper], file_name: str) -> ResponseReturnValue:
    """Print one paper in the office's size. From the second print on it says SALINAN.

    What could not be made does not count as printed: the next try is an original again. Raises Problem.
    """
    made = data()
    copy = cases.printed(journal(), current_actor(), subject=subject, paper=name, now=now())
    wanted = settings.get(db(), "paper.size")
    size = wanted if wanted in PAPERS[name].sizes else ""
    try:
        pdf = render(name, made, size=size, copy=copy > 1, dialogue=True)
    except Problem:
        cases.judged(journal(), current_actor(), subject=subject, paper=name, came_out=False, now=now())
        raise
    return download(pdf, "application/pdf", f"{file_name}.pdf", "inline")


def download(content: bytes, kind: str, file_name: str, how: str = "attachment") -> Response:
    """A file as an answer. The name carries numbers of files and letters, never a NIK."""
    safe = "".join(one if one.isalnum() or one in ".-" else "-" for one in file_name)
    return Response(content, content_type=kind, headers={"Content-Disposition": f'{how}; filename="{safe}"'})


def questions(subject: str) -> list[tuple[PrintQuestion, str]]:
    """Printed papers of a subject that nobody has judged, each with its title."""
    return [
        (one, PAPERS[one.paper].title.lower()) for one in open_questions(db(), subject) if one.paper in PAPERS
    ]


@pages.post("/kertas/ktp/jawaban")
@needs("paper.print")
def judge() -> ResponseReturnValue:
    """The answer to "did the paper come out right?", then back to the page that asked."""
    right = request.form.get("jawaban") == "ya"
    subject, name = request.form.get("subject", ""), request.form.get("paper", "")
    require_printable(subject, name)
    cases.judged(journal(), current_actor(), subject=subject, paper=name, came_out=right, now=now())
    back = locking.local(request.form.get("back"), url_for(loket().shell.home))
    return done(
        back, "Kertas dicatat keluar dengan benar." if right else "Cetak lagi; cetakan berikutnya tetap asli."
    )


def require_printable(subject: str, name: str) -> None:
    """The form names subject and paper, so both are asked again: only what this person could have printed here.

    Raises Problem `not_found` for a paper of another page, another village's case or list; `forbidden`.
    """
    kinds, permission = JUDGED.get(name, ("", "paper.print"))
    kind, _, rest = subject.partition("/")
    if kind not in kinds.split():
        raise Problem.of("not_found", what="Cetakan itu")
    require(current_actor(), permission)
    own = rest.rpartition("/")[2] == (current_actor().area or "all")
    if kind in ("recording-list", "recording-day", "calls") and not own:
        raise Problem.of("not_found", what="Cetakan itu")
    if kind == "case":
        ktp_case(whole_number(rest) or 0)
