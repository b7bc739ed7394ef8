"""What is done with a line: class, route, answers, follow-up, notes, strike-through, pauses, closing, links, scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import asides, book, follow, slip_codes
from app.complaints.views.book_page import current_codes, full_number, pages
from app.complaints.views.line_page import here, line_page
from app.core.problems import Problem
from app.web.context import current_actor, journal, now
from app.web.guard import needs
from app.web.pages import done

MENDABLE = (409, 422)


def attempt(
    line_id: int, deed: str, toast: str, command: Callable[..., Any], /, **values: Any
) -> ResponseReturnValue:
    """Run a command on a line and go back to it; what can be mended comes back with the page and everything typed."""
    try:
        command(journal(), current_actor(), now=now(), **values)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return line_page(line_id, problem.status, problem=problem, typed=request.form, deed=deed)
    return done(here(line_id), toast)


def verdict(satisfied: str, said: str) -> str:
    """`Tidak puas: masih menunggu`: the book keeps the verdict with what was said, not one of the two."""
    word = "Puas" if satisfied == "ya" else "Tidak puas"
    return f"{word}: {said.strip()}" if said.strip() else word


def typed(name: str) -> str:
    """A field of the form."""
    return request.form.get(name, "")


@pages.post("/<int:complaint_id>/golongan")
@needs("complaint.class")
def classify(complaint_id: int) -> ResponseReturnValue:
    """Type, category, weight, way of handling."""
    return attempt(complaint_id, "class", "Golongan disimpan.", follow.classify, complaint_id=complaint_id,
                   type_=typed("type"), category=typed("category"), weight=typed("weight"),
                   handling=typed("handling"))  # fmt: skip


@pages.post("/<int:complaint_id>/teruskan")
@needs("complaint.route")
def route(complaint_id: int) -> ResponseReturnValue:
    """Give the line to another section."""
    return attempt(complaint_id, "route", "Diteruskan ke seksi lain.", follow.route, complaint_id=complaint_id,
                   section=typed("section"), reason=typed("reason"))  # fmt: skip


@pages.post("/<int:complaint_id>/jawaban-pertama")
@needs("complaint.answer")
def first_answer(complaint_id: int) -> ResponseReturnValue:
    """The first answer."""
    return attempt(complaint_id, "first_answer", "Jawaban pertama dicatat.", follow.first_answer,
                   complaint_id=complaint_id, text=typed("text"))  # fmt: skip


@pages.post("/<int:complaint_id>/tindak-lanjut")
@needs("complaint.follow")
def follow_up(complaint_id: int) -> ResponseReturnValue:
    """The Kasi's column."""
    return attempt(complaint_id, "follow", "Tindak lanjut dicatat.", follow.follow_up, complaint_id=complaint_id,
                   text=typed("text"))  # fmt: skip


@pages.post("/<int:complaint_id>/jawaban")
@needs("complaint.answer")
def answer(complaint_id: int) -> ResponseReturnValue:
    """The answer to the complainant."""
    return attempt(complaint_id, "answer", "Jawaban dicatat.", follow.answer, complaint_id=complaint_id,
                   text=typed("text"))  # fmt: skip


@pages.post("/<int:complaint_id>/kepuasan")
@needs("complaint.answer")
def satisfaction(complaint_id: int) -> ResponseReturnValue:
    """Whether the complainant is satisfied."""
    return attempt(complaint_id, "satisfaction", "Kepuasan dicatat.", follow.satisfaction, complaint_id=complaint_id,
                   satisfied=typed("satisfied") == "ya", text=verdict(typed("satisfied"), typed("text")))  # fmt: skip


@pages.post("/<int:complaint_id>/catatan")
@needs("complaint.write")
def note(complaint_id: int) -> ResponseReturnValue:
    """A dated note beside the words."""
    return attempt(
        complaint_id, "note", "Catatan ditulis.", book.note, complaint_id=complaint_id, text=typed("text")
    )


@pages.post("/<int:complaint_id>/coret/<int:column_id>")
@needs("complaint.write")
def strike(complaint_id: int, column_id: int) -> ResponseReturnValue:
    """Strike through something the staff wrote."""
    return attempt(complaint_id, f"strike-{column_id}", "Dicoret dan diparaf.", follow.strike, column_id=column_id,
                   reason=typed("reason"))  # fmt: skip


@pages.post("/<int:complaint_id>/jeda")
@needs("complaint.follow")
def pause(complaint_id: int) -> ResponseReturnValue:
    """Stop the settlement clock."""
    return attempt(complaint_id, "pause", "Hitungan dijeda.", follow.pause, complaint_id=complaint_id,
                   reason=typed("reason"), text=typed("text"))  # fmt: skip


@pages.post("/<int:complaint_id>/lanjutkan")
@needs("complaint.follow")
def resume(complaint_id: int) -> ResponseReturnValue:
    """Let it run again."""
    return attempt(complaint_id, "pause", "Hitungan berjalan lagi; batasnya bergeser.", follow.resume,
                   complaint_id=complaint_id)  # fmt: skip


@pages.post("/<int:complaint_id>/selesai")
@needs("complaint.close")
def close(complaint_id: int) -> ResponseReturnValue:
    """Settle the line."""
    return attempt(complaint_id, "close", "Pengaduan selesai.", follow.close, complaint_id=complaint_id)


@pages.post("/<int:complaint_id>/buka-kembali")
@needs("complaint.class")
def reopen(complaint_id: int) -> ResponseReturnValue:
    """Take a settled line up again."""
    return attempt(complaint_id, "reopen", "Dibuka kembali.", follow.reopen, complaint_id=complaint_id,
                   reason=typed("reason"))  # fmt: skip


@pages.post("/<int:complaint_id>/sisihkan")
@needs("complaint.aside")
def set_aside(complaint_id: int) -> ResponseReturnValue:
    """Fold a line away that is no complaint."""
    return attempt(complaint_id, "aside", "Disisihkan; nomornya tetap di buku.", asides.set_aside,
                   complaint_id=complaint_id, reason=typed("reason"))  # fmt: skip


@pages.post("/<int:complaint_id>/sisihan/periksa")
@needs("complaint.aside_check")
def check_aside(complaint_id: int) -> ResponseReturnValue:
    """The second pair of eyes agrees."""
    return attempt(
        complaint_id, "aside", "Pemeriksaan Anda dicatat.", asides.check, complaint_id=complaint_id
    )


@pages.post("/<int:complaint_id>/sisihan/kembalikan")
@needs("complaint.take_back")
def take_back(complaint_id: int) -> ResponseReturnValue:
    """The line counts again."""
    return attempt(complaint_id, "aside", "Dihitung lagi sebagai pengaduan.", asides.take_back,
                   complaint_id=complaint_id, reason=typed("reason"))  # fmt: skip


@pages.post("/<int:complaint_id>/kode-baru")
@needs("complaint.slip")
def new_code(complaint_id: int) -> ResponseReturnValue:
    """Another code for a complainant who lost the slip, shown to whoever issues it."""
    try:
        code = slip_codes.issue(journal(), current_actor(), complaint_id=complaint_id, reason=typed("reason"),
                                second_word=typed("word"), now=now())  # fmt: skip
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return line_page(complaint_id, problem.status, problem=problem, typed=request.form, deed="code")
    current_codes().put(complaint_id, code, current_actor().username, now())
    return done(
        url_for("complaints.receipt", complaint_id=complaint_id), "Kode baru dibuat; kode lama berakhir."
    )


@pages.post("/<int:complaint_id>/terkait")
@needs("complaint.class")
def link(complaint_id: int) -> ResponseReturnValue:
    """A line about the same thing."""
    return attempt(
        complaint_id,
        "link",
        "Dihubungkan.",
        book.link,
        complaint_id=complaint_id,
        number=full_number(typed("number"), now().year),
    )


@pages.post("/<int:complaint_id>/pindaian")
@needs("complaint.write")
def attach(complaint_id: int) -> ResponseReturnValue:
    """A picture of the handwritten page."""
    upload = request.files.get("scan")
    data = upload.read(book.SCAN_LIMIT + 1) if upload else b""
    return attempt(
        complaint_id, "scan", "Pindaian dilampirkan.", book.attach, complaint_id=complaint_id, data=data
    )
