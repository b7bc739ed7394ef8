"""The centre's own keys: in force since when, which offices know them, and the change, confirmed with the PIN."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import own_keys
from app.centre.views.forms import RotateForm
from app.centre.views.neighbours_page import road
from app.people.queries import names
from app.web.context import current_actor, db, journal, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("centre_keys", __name__, url_prefix="/pengaturan/pusat/kunci")
DONE = {
    "announced": "Kunci pusat diganti. Setiap kecamatan mengikutinya sendiri pada pertukaran berikutnya.",
    "stolen": "Kunci pusat diganti tanpa pengumuman. Buat sekarang kode pendaftaran baru untuk setiap kecamatan.",
}


def show(form: RotateForm | None = None) -> ResponseReturnValue:
    """Draw the page; a form that was just refused says why."""
    lost = road().lost()
    mine = None if lost else road().own_keys()
    return page("centre/keys.html", status=422 if form else 200, mine=mine, changes=own_keys.changes(journal()),
                lost=lost, behind=own_keys.behind(db(), mine.sealed_to) if mine else [], people=names(db()),
                has_pin=has_pin(), form=form or RotateForm(formdata=None))  # fmt: skip


@pages.get("/", endpoint="page")
@needs("centre.offices")
def overview() -> ResponseReturnValue:
    """How it stands with the keys."""
    return show()


@pages.post("/")
@needs("centre.offices")
def rotate() -> ResponseReturnValue:
    """Change them."""
    form = RotateForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            own_keys.rotate_keys(journal(), current_actor(), way=form.way.data or "", reason=form.reason.data or "",
                                 rotate=road().rotate, now=now())  # fmt: skip
    if not sound(form):
        return show(form)
    where = "centre_keys.page" if form.way.data == "announced" else "offices.all_offices"
    return done(url_for(where), DONE[form.way.data])
