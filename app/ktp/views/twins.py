"""Lines of another PC of this office: each is taken over under a new number or set aside, by a person."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.ktp import twins
from app.ktp.twins import Twin
from app.ktp.views.forms import RestForm, TwinForm
from app.web.context import current_actor, journal, now
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("twins", __name__, url_prefix="/jalan/kembar")


def key_of(one: Twin) -> str:
    """A line's name in the form: its place and the beginning of its hash."""
    return f"{one.place}/{one.hash[:12]}"


def label_of(one: Twin) -> str:
    """A line as a choice: number, name for those who may see it, and what the centre has of it."""
    if one.line is None:
        return f"Catatan {one.place}, tidak terbaca"
    name = f", {one.line.name}" if may(current_actor(), "case.view") else ""
    return f"{one.line.number}{name} ({one.line.kind_label})"


def show(status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw the page with what still waits."""
    known = twins.waiting(journal())
    cases = [one for one in known if one.kind == twins.LINE and not one.own]
    fresh = {"form": TwinForm(formdata=None), "rest_form": RestForm(formdata=None, prefix="rest")}
    drawn = fresh | forms
    drawn["form"].which.choices = options([(key_of(one), label_of(one)) for one in cases])
    return page("ktp/twins.html", status=status, cases=[(key_of(one), label_of(one), one) for one in cases],
                rest=[one for one in known if one.kind != twins.LINE], unsent=len(twins.unsent(journal())),
                has_pin=has_pin(), **drawn)  # fmt: skip


@pages.get("/", endpoint="page")
@needs("office.settings")
def overview() -> ResponseReturnValue:
    """What waits for a decision."""
    return show()


@pages.post("/")
@needs("office.settings")
def decide() -> ResponseReturnValue:
    """Take one line over, or set it aside."""
    form, toast = TwinForm(), ""
    cases = {key_of(one): one for one in twins.waiting(journal())}
    form.which.choices = options([(key, key) for key in cases])
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            one = cases[form.which.data]
            note = form.note.data or ""
            if form.deed.data == "ambil":
                number = twins.take_over(journal(), current_actor(), place=one.place, digest=one.hash, note=note,
                                         heeded=form.heeded.data, now=now())  # fmt: skip
                toast = f"Berkas diambil alih dengan nomor {number}."
            else:
                twins.set_aside(
                    journal(), current_actor(), place=one.place, digest=one.hash, note=note, now=now()
                )
                toast = "Catatan disisihkan dengan alasannya."
    return done(url_for("twins.page"), toast) if sound(form) else show(422, form=form)


@pages.post("/sisa")
@needs("office.settings")
def set_rest_aside() -> ResponseReturnValue:
    """Set everything aside that is no case."""
    form, count = RestForm(prefix="rest"), 0
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            count = twins.set_rest_aside(journal(), current_actor(), note=form.note.data, now=now())
    if not sound(form):
        return show(422, rest_form=form)
    return done(url_for("twins.page"), f"{count} catatan disisihkan.")


@pages.post("/kirim-ulang")
@needs("office.settings")
def send_again() -> ResponseReturnValue:
    """Own cases that never reached the centre wait for the next dispatch."""
    count = twins.send_again(journal(), current_actor(), now())
    return done(url_for("twins.page"), f"{count} berkas siap dikirim lagi di halaman Pengiriman.")
