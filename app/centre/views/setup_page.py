"""The set-up page of an empty centre. Only from this PC, only while nobody can sign in."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.backups.remains import remains
from app.backups.views import remains_page
from app.centre import first_run, offices
from app.centre.views.forms import FirstRunForm
from app.web.context import db, journal, now, surroundings
from app.web.forms import sound, told
from app.web.guard import public
from app.web.pages import done, page
from schema.regions import regency

pages = Blueprint("centre_setup", __name__, url_prefix="/persiapan")
LOOPBACK = ("127.0.0.1", "::1")


def closed() -> bool:
    """Whether the set-up is over, or asked for from another machine."""
    return offices.is_set_up(db()) or (request.remote_addr or "") not in LOOPBACK


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    if closed():
        abort(404)
    found = remains(surroundings().data)
    return remains_page(found, "centre") if found else None


@pages.get("/")
@public
def first() -> ResponseReturnValue:
    """The form with what can be guessed."""
    name = regency().name.title().removeprefix("Kabupaten ")
    guess = {"centre_code": f"dukcapil-{regency().code}", "centre_name": f"Pusat Cetak Dukcapil {name}",
             "centre_regency": f"Kabupaten {name}", "centre_place": name, "centre_address": request.host}  # fmt: skip
    return page("centre/first.html", form=FirstRunForm(formdata=None, data=guess))


@pages.post("/")
@public
def found() -> ResponseReturnValue:
    """Write everything, or nothing."""
    form = FirstRunForm()
    if form.validate():
        with told(form):
            first_run.found_centre(journal(), identity=form.settings(), name=form.name.data or "", now=now(),
                                   username=form.username.data or "", password=form.password.data or "")  # fmt: skip
    if not sound(form):
        return page("centre/first.html", status=422, form=form)
    return done(
        url_for("people.sign_in"), "Pusat cetak sudah siap. Masuk dengan nama pengguna yang baru dibuat."
    )
