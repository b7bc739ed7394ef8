"""Two PCs of one office: both versions beside each other, the decision, the code of the PC that goes on."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import forks, neighbours
from app.centre.views.forms import ForkForm
from app.centre.views.neighbours_page import road
from app.core.problems import Problem
from app.people.queries import names
from app.web.context import current_actor, db, journal, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("forks", __name__, url_prefix="/kantor/<office>/kembar")

KIND_WORDS = {
    "dispatch.line": "Baris pengiriman", "dispatch.sent": "Penutup pengiriman", "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris", "line.paper_answered": "Jawaban di atas kertas",
    "heads.anchored": "Tambatan harian", "recap.published": "Rekap diumumkan", "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak", "line.printed": "Kartu dicetak", "line.spoiled": "Blangko rusak",
    "shipment.sent": "Kartu dikirim", "centre.state": "Kabar persediaan", "?": "Catatan tidak terbaca",
}  # fmt: skip


def show(office: str, form: ForkForm | None = None, code: str = "") -> ResponseReturnValue:
    """Draw the page; a code is shown in the answer to the POST that made it, and never again."""
    known = neighbours.neighbour(db(), office, now())
    if known is None:
        raise Problem.of("not_found", what="Kecamatan itu")
    return page("centre/fork.html", status=422 if form and not code else 200, office=known, code=code,
                forks=forks.stopped(journal(), office), decided=forks.decided(db(), office), words=KIND_WORDS,
                people=names(db()), has_pin=has_pin(), form=form or ForkForm(formdata=None),
                choices=forks.CHOICES)  # fmt: skip


@pages.get("/", endpoint="page")
@needs("centre.floor")
def overview(office: str) -> ResponseReturnValue:
    """What two PCs of an office wrote."""
    return show(office)


@pages.post("/")
@needs("centre.offices")
def settle(office: str) -> ResponseReturnValue:
    """Decide which PC goes on, and show its code once."""
    form, code = ForkForm(), ""
    known = neighbours.neighbour(db(), office, now())
    if form.validate() and known:
        with told(form):
            confirm_pin(form.pin.data)
            code = forks.settle(journal(), current_actor(), office=office, place=form.place.data or "", name=known.name,
                                goes_on=form.goes_on.data or "", note=form.note.data or "", issue=road().issue,
                                now=now())  # fmt: skip
    if sound(form) and not code:
        return done(
            url_for("forks.page", office=office), "Keputusan disimpan. Jawaban pusat mengalir di masa baru."
        )
    return show(office, form, code)
