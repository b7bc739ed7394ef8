"""Kotak saran: opened at the end of every working day by a named officer, each slip into the book, nihil when empty."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.complaints import limits, suggestion_box
from app.complaints.service import Visitor, WrittenLine
from app.complaints.views.book import box_today
from app.core.problems import SENTENCES, Problem
from app.desk import drafts
from app.people import queries as people
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import redirect_to, run_command, show_page
from app.web.guard import needs_permission

pages = Blueprint("box", __name__, url_prefix="/kotak-saran")
ROWS, MOST, LATEST = 3, 40, 15
"""Slips that the form has room for at first and at most; openings listed beside it."""


@pages.get("")
@needs_permission("complaint.view")
def show_box() -> ResponseReturnValue:
    held = drafts.kept_form(current_db(), current_actor(), drafts.BOX)
    return draw_box(rows=wanted_rows(), typed=MultiDict(held.fields) if held else None, draft=held)


def wanted_rows() -> int:
    asked = request.values.get("baris", "")
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 4 else ROWS


def draw_box(
    rows: int,
    status: int = 200,
    problem: Problem | None = None,
    typed: MultiDict[str, str] | None = None,
    draft: drafts.KeptForm | None = None,
) -> ResponseReturnValue:
    """Draw the page; a refused form keeps what was typed, and so does one that was left half-written."""
    typed = request.form if typed is None else typed
    words = typed.getlist("words")
    return show_page(
        "complaints/box.html",
        status=status,
        today_box=box_today(),
        latest=suggestion_box.latest_openings(current_db(), LATEST),
        names=people.person_names(current_db()),
        villages=limits.area_names(current_db()),
        problem=problem,
        typed=typed,
        words=words + [""] * max(0, rows - len(words)),
        areas=typed.getlist("area"),
        names_typed=typed.getlist("name"),
        contacts=typed.getlist("contact"),
        draft=draft,
    )


@pages.post("")
@needs_permission("box.open")
def open_box() -> ResponseReturnValue:
    """Write the opening and its slips; or give more rows first, with everything typed kept."""
    if request.form.get("aksi") == "baris":
        return draw_box(min(wanted_rows() + ROWS, MOST))
    slips = typed_slips()

    def write_slips() -> list[WrittenLine]:
        check_slips(slips, request.form.get("aksi") == "nihil")
        with current_journal().transaction():
            drafts.forget_form(current_db(), current_actor(), drafts.BOX)
            return suggestion_box.open_box(
                current_journal(), current_actor(), slips=slips, now=current_time(), note=request.form.get("note", "")
            )

    return run_command(write_slips, redraw_box, box_opened)


def redraw_box(problem: Problem) -> ResponseReturnValue:
    return draw_box(wanted_rows(), problem.status, problem)


def box_opened(written: list[WrittenLine]) -> ResponseReturnValue:
    numbers = ", ".join(one.number for one in written)
    counted = suggestion_box.is_end_of_service(current_db(), current_time())
    later = "" if counted else " Pembukaan ini bukan di akhir pelayanan, jadi belum dihitung untuk hari ini."
    return redirect_to(url_for("box.show_box"), (f"Disalin ke {numbers}." if numbers else "Tercatat: nihil.") + later)


@pages.post("/alasan")
@needs_permission("box.open", "oversight.note")
def explain_missed_days() -> ResponseReturnValue:
    reason, now = request.form.get("reason", ""), current_time()
    return run_command(
        lambda: suggestion_box.explain_missed_days(current_journal(), current_actor(), reason=reason, now=now),
        redraw_box,
        url_for("box.show_box"),
        "Alasannya dicatat; harinya tetap terbaca di Pengawasan.",
    )


@pages.post("/isian")
@needs_permission("box.open")
def save_field() -> ResponseReturnValue:
    drafts.keep_form(current_db(), current_actor(), drafts.BOX, request.form.to_dict(flat=False), current_time())
    return render_template("desk/_saved.html", oob=True)


@pages.post("/buang")
@needs_permission("box.open")
def forget_draft() -> ResponseReturnValue:
    drafts.forget_form(current_db(), current_actor(), drafts.BOX)
    return redirect_to(url_for("box.show_box"), SENTENCES["draft_dropped"])


def check_slips(slips: list[Visitor], nihil: bool) -> None:
    if not slips and not nihil:
        why = "Belum ada surat yang disalin. Jika kotaknya kosong, tekan Kosong: catat nihil."
        raise Problem.of("conflict", why=why)
    if slips and nihil:
        raise Problem.of("conflict", why="Ada surat yang sudah disalin, jadi hari ini tidak nihil.")


def typed_slips() -> list[Visitor]:
    """Every row with words. A slip without name and contact is anonymous: nobody can be answered."""
    found = []
    held = [request.form.getlist(name) for name in ("name", "area", "contact")]
    for place, words in enumerate(request.form.getlist("words")[:MOST]):
        name, area, contact = (one[place] if place < len(one) else "" for one in held)
        if words.strip():
            nobody = not name.strip() and not contact.strip()
            found.append(Visitor(words, name=name, area=area, contact=contact, anonymous=nobody))
    return found
