"""The road to the centre: what waits, send now, write or read a stick, enrol."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import Actor
from app.office.road_desk import RoadDesk, Told
from app.office.views.forms import CodeForm, NoteForm, StickForm
from app.web.context import current_actor, now, surroundings
from app.web.forms import options, sound
from app.web.forms import told as problems_in
from app.web.guard import needs
from app.web.pages import done, page
from schema.database import Database

pages = Blueprint("road_page", __name__, url_prefix="/jalan")

CASE_PAGE = "cases.show"
TWINS_PAGE = "twins.page"
KIND_WORDS = {
    "dispatch.line": "Baris pengiriman", "dispatch.sent": "Penutup pengiriman", "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris", "heads.anchored": "Sidik harian",
    "line.paper_answered": "Jawaban di atas kertas", "recap.published": "Rekap diumumkan",
    "twin.taken_over": "Pengambilalihan", "twin.set_aside": "Penyisihan", "twin.sent_again": "Pengiriman ulang",
    "line.accepted": "Baris diterima", "line.refused": "Baris ditolak", "line.printed": "Kartu dicetak",
    "line.spoiled": "Blangko rusak", "shipment.sent": "Kartu dikirim", "centre.state": "Kabar persediaan",
    "?": "Catatan tidak terbaca",
}  # fmt: skip
"""What travels between the office and the centre, in words."""


def desk() -> RoadDesk:
    """The road as the composition root put it together."""
    return cast(RoadDesk, surroundings().sync)


def unsent(_db: Database, _actor: Actor, _now: datetime) -> int | None:
    """How many entries wait, for the rail."""
    return desk().state().unsent or None


def show(told: Told | None = None, status: int = 200, code: CodeForm | None = None, note: NoteForm | None = None,
         wrong: str = "") -> ResponseReturnValue:  # fmt: skip
    """Draw the page, with what an exchange came to; `wrong` is the place whose note was refused."""
    stick, code = StickForm(formdata=None), code or CodeForm(formdata=None)
    stick.folder.choices = code.folder.choices = options(desk().sticks())
    state, trouble = desk().state(), {}
    if state.enrolled:
        trouble = {"aside": desk().lines_aside(), "forks": desk().forks(), "kept": desk().kept_files(),
                   "key": desk().centre_key(), "not_taken": desk().not_taken(),
                   "rewritten": desk().rewritten(), "twins": desk().twins(),
                   "twins_page": TWINS_PAGE if TWINS_PAGE in current_app.view_functions else ""}  # fmt: skip
    linked = CASE_PAGE if CASE_PAGE in current_app.view_functions else ""
    return page("office/road.html", status=status, state=state, told=told, lost=desk().keys_problem(), stick=stick,
                code=code, words=KIND_WORDS, note=note or NoteForm(formdata=None), wrong=wrong, case_page=linked,
                **trouble)  # fmt: skip


@pages.get("/", endpoint="page")
@needs("sync.view")
def overview() -> ResponseReturnValue:
    """How the road stands."""
    return show()


@pages.post("/kirim")
@needs("sync.run")
def send() -> ResponseReturnValue:
    """One exchange over the network, now."""
    return show(desk().sync(now()))


def chosen_folder() -> Path | None:
    """The chosen drive, only if it is one of those offered."""
    form = StickForm()
    form.folder.choices = options(desk().sticks())
    return Path(form.folder.data) if form.validate() else None


NO_STICK = Told(False, ["Stik itu tidak ditemukan lagi. Colok stiknya, muat ulang halaman, lalu pilih lagi."])


@pages.post("/stik/tulis")
@needs("sync.run")
def write_stick() -> ResponseReturnValue:
    """Write what the centre lacks to a stick."""
    folder = chosen_folder()
    return show(desk().write_stick(folder, now()) if folder else NO_STICK)


@pages.post("/stik/baca")
@needs("sync.run")
def read_stick() -> ResponseReturnValue:
    """Read the answer from a stick."""
    folder = chosen_folder()
    return show(desk().read_stick(folder, now()) if folder else NO_STICK)


@pages.post("/daftar")
@needs("office.settings")
def enrol() -> ResponseReturnValue:
    """Enrol with the centre's printed code, over the network or through a stick."""
    form = CodeForm()
    form.folder.choices = options(desk().sticks())
    if not form.validate():
        return show(status=422, code=form)
    code, folder = form.code.data or "", form.folder.data or ""
    by_stick = folder in {path for path, _ in desk().sticks()}
    told = desk().request_enrolment(code, Path(folder), now()) if by_stick else desk().enrol(code, now())
    if not told.ok:
        form.code.errors = [*form.code.errors, " ".join(told.sentences)]
        return show(status=422, code=form)
    return show(told) if by_stick else done(url_for("road_page.page"), " ".join(told.sentences))


@pages.post("/periksa/baris")
@needs("sync.run")
def settle_line() -> ResponseReturnValue:
    """Somebody has dealt with a line that the centre could not use."""
    place, form = request.form.get("place", ""), NoteForm()
    if form.validate():
        with problems_in(form):
            desk().settle_line(current_actor(), place, form.note.data, now())
    return settled(form, place, "Catatan itu selesai dan tidak lagi di daftar.")


def settled(form: NoteForm, place: str, toast: str) -> ResponseReturnValue:
    """Back to the page, or the same page with what is wrong with the note."""
    return done(url_for("road_page.page"), toast) if sound(form) else show(status=422, note=form, wrong=place)
