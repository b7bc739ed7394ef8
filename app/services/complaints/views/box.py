"""Kotak saran: opened at the end of every working day by a named officer, each slip into the book, nihil when empty.

And the settings of this room: sections with their heads, time limits with unit and source, whether a recap travels on.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.casework.desk import drafts
from app.core.permissions import may
from app.core.problems import SENTENCES, Problem
from app.platform.office import service as office
from app.platform.office import settings as office_settings
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_of
from app.platform.web.context import call_command, current_actor, current_db, current_journal, current_time
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.services.complaints import limits, suggestion_box
from app.services.complaints.service import Visitor, WrittenLine
from app.services.complaints.views.book import box_today

pages = Blueprint("box", __name__, url_prefix="/kotak-saran")
ROWS, MOST, LATEST = 3, 40, 15
"""Slips that the form has room for at first and at most; openings listed beside it."""


@pages.get("")
@needs_permission("complaint.view")
def show_box(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    if refused.command is not None:
        return draw_box(wanted_rows(), status, refused.sentence)
    held = drafts.kept_form(current_db(), current_actor(), drafts.BOX)
    typed: MultiDict[str, str] | None = None
    if held:
        typed = MultiDict(held.fields)
    return draw_box(rows=wanted_rows(), typed=typed, draft=held)


def wanted_rows() -> int:
    asked = request.values.get("baris", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 4:
        return min(max(int(asked), 1), MOST)
    return ROWS


def draw_box(
    rows: int,
    status: int = 200,
    problem: str = "",
    typed: MultiDict[str, str] | None = None,
    draft: drafts.KeptForm | None = None,
) -> ResponseReturnValue:
    """Draw the page; a refused form keeps what was typed, and so does one that was left half-written."""
    if typed is None:
        typed = request.form
    words = typed.getlist("words")
    return show_page(
        "services/complaints/box.html",
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
    form = form_of(suggestion_box.open_box)()

    def write_slips() -> list[WrittenLine]:
        check_slips(slips, request.form.get("aksi") == "nihil")
        with current_journal().transaction():
            drafts.forget_form(current_db(), current_actor(), drafts.BOX)
            return call_command(suggestion_box.open_box, slips=slips, **form.values)

    return run_command(
        write_slips,
        lambda problem: show_box(problem.status, Refused(suggestion_box.open_box, form, problem)),
        box_opened,
        form=form,
    )


def box_opened(written: list[WrittenLine]) -> ResponseReturnValue:
    numbers = ", ".join(line.number for line in written)
    counted = suggestion_box.is_end_of_service(current_db(), current_time())
    toast = "Tercatat: nihil."
    if numbers:
        toast = f"Disalin ke {numbers}."
    if not counted:
        toast += " Pembukaan ini bukan di akhir pelayanan, jadi belum dihitung untuk hari ini."
    return redirect_to(url_for("box.show_box"), toast)


EXPLAINED = "Alasannya dicatat; harinya tetap terbaca di Pengawasan."
add_command(pages, "/alasan", suggestion_box.explain_missed_days, show_box, EXPLAINED)


@pages.post("/isian")
@needs_permission("box.open")
def save_field() -> ResponseReturnValue:
    drafts.keep_form(current_db(), current_actor(), drafts.BOX, request.form.to_dict(flat=False), current_time())
    return render_template("casework/desk/_saved.html", oob=True)


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
    held = [dict(enumerate(request.form.getlist(name))) for name in ("name", "area", "contact")]
    for place, words in enumerate(request.form.getlist("words")[:MOST]):
        name, area, contact = (texts.get(place, "") for texts in held)
        if words.strip():
            nobody = not name.strip() and not contact.strip()
            found.append(Visitor(words, name=name, area=area, contact=contact, anonymous=nobody))
    return found


settings_pages = Blueprint("complaint_settings", __name__, url_prefix="/pengaturan/pengaduan")
TO_REGENCY = "recap.to_regency"


@settings_pages.get("")
@needs_permission("complaint.limits", "office.settings")
def show_settings(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw the page; `wrong` names the row that was refused."""
    wrong = ""
    if "name" in refused.place:
        wrong = f"limit-{refused.place['name']}"
    if refused.form is not None and refused.command is limits.set_section:
        wrong = f"section-{refused.form['code'].data}"
    sections = limits.list_sections(current_db())
    return show_page(
        "services/complaints/settings.html",
        status=status,
        sections=sections,
        kept={section.code: limits.why_not_retired(current_db(), section.code) for section in sections},
        retired=limits.list_sections(current_db(), active=False),
        limits=list(limits.office_limits(current_db()).values()),
        heads=list(limits.possible_heads(current_db()).items()),
        names=people.person_names(current_db()),
        wrong=wrong,
        form=refused.form,
        may_limits=may(current_actor(), "complaint.limits"),
        may_sections=may(current_actor(), "office.settings"),
        to_regency=office_settings.all_settings(current_db()).get(TO_REGENCY),
    )


def stays_in_use() -> dict[str, bool]:
    return {"active": request.form.get("aktif", "1") == "1"}


def after_section(_: None, form: CommandForm) -> ResponseReturnValue:
    if stays_in_use()["active"]:
        done = "disimpan"
    else:
        done = "tidak dipakai lagi"
    return redirect_to(url_for("complaint_settings.show_settings"), f"{form.values['name']} {done}.")


LIMITED = "Batas waktu disimpan; berlaku untuk pengaduan sesudah ini."
add_command(settings_pages, "/seksi", limits.set_section, show_settings, then=after_section, named=stays_in_use)
add_command(settings_pages, "/batas/<name>", limits.set_limit, show_settings, LIMITED)


@settings_pages.post("/kabupaten")
@needs_permission("office.settings")
def set_regency() -> ResponseReturnValue:
    if TO_REGENCY not in office_settings.DEFAULTS:
        raise Problem.of("not_found", what="Pengaturan itu")
    office.change_setting(
        current_journal(), current_actor(), key=TO_REGENCY, value=request.form.get("nyala") == "1", now=current_time()
    )
    return redirect_to(url_for("complaint_settings.show_settings"), "Disimpan.")
