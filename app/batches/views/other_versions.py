"""Lines of another PC of this office: each is taken over under a new number or set aside, by a person."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.batches import other_versions
from app.batches.other_versions import OtherLine
from app.batches.views.forms import RestForm, TwinForm
from app.core import messages
from app.core.permissions import may
from app.web.context import current_actor, current_journal, current_time
from app.web.forms import Form, collect_problems, confirm_pin, has_pin, is_accepted, redirect_to, show_page, to_choices
from app.web.guard import needs_permission

pages = Blueprint("twins", __name__, url_prefix="/jalan/kembar")


def line_key(one: OtherLine) -> str:
    """A line's name in the form: its place and the beginning of its hash."""
    return f"{one.place}/{one.hash[:12]}"


def line_label(one: OtherLine) -> str:
    """A line as a choice: number, name for those who may see it, and what the centre has of it."""
    if one.line is None:
        return f"Catatan {one.place}, tidak terbaca"
    name = f", {one.line.name}" if may(current_actor(), "case.view") else ""
    return f"{one.line.number}{name} ({one.line.kind_label})"


def draw_other_lines(status: int = 200, **forms: Form) -> ResponseReturnValue:
    known = other_versions.waiting_lines(current_journal())
    cases = [one for one in known if one.kind == messages.LINE_KIND and not one.own]
    fresh = {"form": TwinForm(formdata=None), "rest_form": RestForm(formdata=None, prefix="rest")}
    drawn = fresh | forms
    drawn["form"].which.choices = to_choices([(line_key(one), line_label(one)) for one in cases])
    return show_page(
        "batches/other_versions.html",
        status=status,
        cases=[(line_key(one), line_label(one), one) for one in cases],
        rest=[one for one in known if one.kind != messages.LINE_KIND],
        unsent=len(other_versions.unsent_lines(current_journal())),
        has_pin=has_pin(),
        **drawn,
    )


@pages.get("/", endpoint="page")
@needs_permission("office.settings")
def show_other_lines() -> ResponseReturnValue:
    return draw_other_lines()


@pages.post("/")
@needs_permission("office.settings")
def decide_line() -> ResponseReturnValue:
    form, toast = TwinForm(), ""
    cases = {line_key(one): one for one in other_versions.waiting_lines(current_journal())}
    form.which.choices = to_choices([(key, key) for key in cases])
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
            one = cases[form.which.data]
            note = form.note.data or ""
            if form.deed.data == "ambil":
                number = other_versions.take_line_over(
                    current_journal(),
                    current_actor(),
                    place=one.place,
                    digest=one.hash,
                    note=note,
                    heeded=form.heeded.data,
                    now=current_time(),
                )
                toast = f"Berkas diambil alih dengan nomor {number}."
            else:
                other_versions.set_line_aside(
                    current_journal(), current_actor(), place=one.place, digest=one.hash, note=note, now=current_time()
                )
                toast = "Catatan disisihkan dengan alasannya."
    return redirect_to(url_for("twins.page"), toast) if is_accepted(form) else draw_other_lines(422, form=form)


@pages.post("/sisa")
@needs_permission("office.settings")
def set_rest_aside() -> ResponseReturnValue:
    form, count = RestForm(prefix="rest"), 0
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
            count = other_versions.set_rest_aside(
                current_journal(), current_actor(), note=form.note.data, now=current_time()
            )
    if not is_accepted(form):
        return draw_other_lines(422, rest_form=form)
    return redirect_to(url_for("twins.page"), f"{count} catatan disisihkan.")


@pages.post("/kirim-ulang")
@needs_permission("office.settings")
def send_unsent_again() -> ResponseReturnValue:
    count = other_versions.send_unsent_again(current_journal(), current_actor(), current_time())
    return redirect_to(url_for("twins.page"), f"{count} berkas siap dikirim lagi di halaman Pengiriman.")
