"""Kotak saran: opened at the end of every working day by a named officer, each slip into the book, nihil when empty."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.cases import form_drafts as drafts
from app.complaints import limits, openings
from app.complaints.book import Visitor
from app.complaints.views.book_page import box_today
from app.core.problems import Problem
from app.people import service as people
from app.web.context import current_actor, db, journal, now
from app.web.forms import MENDABLE
from app.web.guard import needs
from app.web.pages import done, page
from app.web.space import saving

pages = Blueprint("box", __name__, url_prefix="/kotak-saran")
ROWS, MOST, LATEST = 3, 40, 15
"""Slips that the form has room for at first and at most; openings listed beside it."""


@pages.get("")
@needs("complaint.view")
def overview() -> ResponseReturnValue:
    """The form of today, the days before, and the days on which nobody opened it."""
    held = drafts.kept(db(), current_actor(), drafts.BOX)
    return show(rows=wanted_rows(), typed=MultiDict(held.fields) if held else None, draft=held)


def wanted_rows() -> int:
    """How many slips the form has room for."""
    asked = request.values.get("baris", "")
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 4 else ROWS


def show(rows: int, status: int = 200, problem: Problem | None = None, typed: MultiDict[str, str] | None = None,
         draft: drafts.Kept | None = None) -> ResponseReturnValue:  # fmt: skip
    """Draw the page; a refused form keeps what was typed, and so does one that was left half-written."""
    typed = request.form if typed is None else typed
    words = typed.getlist("words")
    return page(
        "complaints/box.html", status=status, today_box=box_today(), latest=openings.latest(db(), LATEST),
        names=people.names(db()), villages=limits.area_names(db()), problem=problem, typed=typed,
        words=words + [""] * max(0, rows - len(words)), areas=typed.getlist("area"),
        names_typed=typed.getlist("name"), contacts=typed.getlist("contact"), draft=draft,
    )  # fmt: skip


@pages.post("")
@needs("box.open")
def open_box() -> ResponseReturnValue:
    """Write the opening and its slips; or give more rows first, with everything typed kept."""
    if request.form.get("aksi") == "baris":
        return show(min(wanted_rows() + ROWS, MOST))
    slips = slips_typed()
    try:
        agree(slips, request.form.get("aksi") == "nihil")
        with saving(), journal().transaction():
            written = openings.open_box(
                journal(), current_actor(), slips=slips, now=now(), note=request.form.get("note", "")
            )
            drafts.forget(db(), current_actor(), drafts.BOX)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return show(wanted_rows(), problem.status, problem)
    numbers = ", ".join(one.number for one in written)
    counted = openings.is_end_of_service(db(), now())
    later = "" if counted else " Pembukaan ini bukan di akhir pelayanan, jadi belum dihitung untuk hari ini."
    return done(
        url_for("box.overview"), (f"Disalin ke {numbers}." if numbers else "Tercatat: nihil.") + later
    )


@pages.post("/alasan")
@needs("box.open", "oversight.note")
def explain() -> ResponseReturnValue:
    """Why the box stayed shut on the days that nobody has explained yet."""
    try:
        openings.explain(journal(), current_actor(), reason=request.form.get("reason", ""), now=now())
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return show(wanted_rows(), problem.status, problem)
    return done(url_for("box.overview"), "Alasannya dicatat; harinya tetap terbaca di Pengawasan.")


@pages.post("/isian")
@needs("box.open")
def save_field() -> ResponseReturnValue:
    """A field was left: keep what stands in the form."""
    drafts.keep(db(), current_actor(), drafts.BOX, request.form.to_dict(flat=False), now())
    return render_template("cases/_saved.html", oob=True)


@pages.post("/buang")
@needs("box.open")
def forget_draft() -> ResponseReturnValue:
    """Throw away what was typed."""
    drafts.forget(db(), current_actor(), drafts.BOX)
    return done(url_for("box.overview"), "Draf dibuang.")


def agree(slips: list[Visitor], nihil: bool) -> None:
    """Raise Problem when the button does not fit what was copied."""
    if not slips and not nihil:
        why = "Belum ada surat yang disalin. Kalau kotaknya kosong, tekan Kosong: catat nihil."
        raise Problem.of("conflict", why=why)
    if slips and nihil:
        raise Problem.of("conflict", why="Ada surat yang sudah disalin, jadi hari ini tidak nihil.")


def slips_typed() -> list[Visitor]:
    """Every row with words. A slip without name and contact is anonymous: nobody can be answered."""
    found = []
    held = [request.form.getlist(name) for name in ("name", "area", "contact")]
    for place, words in enumerate(request.form.getlist("words")[:MOST]):
        name, area, contact = (one[place] if place < len(one) else "" for one in held)
        if words.strip():
            nobody = not name.strip() and not contact.strip()
            found.append(Visitor(words, name=name, area=area, contact=contact, anonymous=nobody))
    return found
