"""Health of the PC and its data: one verdict, line by line, and the clock that a person confirms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.dates import number, short_day
from app.office import health, service, ways
from app.office.health import Line
from app.office.views.forms import NoteForm
from app.office.views.road_page import desk
from app.people import returns
from app.web import returned
from app.web.context import current_actor, db, journal, now, surroundings
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("health", __name__, url_prefix="/keadaan")
WORK = ("bad", "warn")
BACK = "r-"


@pages.get("/", endpoint="page")
@needs("health.view")
def overview() -> ResponseReturnValue:
    """One verdict, then line by line."""
    return show(NoteForm(formdata=None))


def show(form: NoteForm, status: int = 200, back: NoteForm | None = None) -> ResponseReturnValue:
    """Draw the page."""
    data: Path = surroundings().data
    devices = service.devices(db())
    lines = health.lines(journal(), data, now(), [road_line(now()), *update_line()])
    broken = [name for name, one in devices.items() if one and not one.works]
    todo = [line for line in lines if line.kind in WORK]
    return page("office/health.html", status=status, lines=lines, devices=devices, todo=todo, broken=broken, form=form,
                settle=journal().clock_at(now()) != "ok", returned=returned.warning(),
                back=back or NoteForm(formdata=None, prefix=BACK))  # fmt: skip


def road_line(at: datetime) -> Line:
    """What waits on the road to the centre, as a line among the others. Offline alone is no illness."""
    state = desk().state()
    name = "Belum terkirim"
    if not state.enrolled:
        return Line(name, "idle", "Belum terdaftar", "Kantor ini bekerja tanpa jalan ke pusat cetak")
    if state.set_aside or state.stopped:
        return Line(name, "warn", "Perlu diperiksa", f"{number(state.set_aside + state.stopped)} hal menunggu orang",
                    "Buka Jalan ke pusat cetak.")  # fmt: skip
    if not state.unsent or state.oldest_at is None:
        return Line(name, "good", "Tidak ada", f"Semua sudah diakui {state.label}")
    oldest = office_date(state.oldest_at)
    late = ways.runs_loket(db()) and service.calendar(db()).workdays_between(oldest, office_date(at)) >= 3
    return Line(name, "warn" if late else "idle", f"{number(state.unsent)} catatan", f"Tertua {short_day(oldest)}",
                "Kirim sekarang, atau tulis ke stik." if late else "")  # fmt: skip


def update_line() -> list[Line]:
    """Entries of a newer program that wait for the update of this one; no line when there are none."""
    waiting = desk().state().waiting
    if not waiting:
        return []
    detail = f"{number(waiting)} catatan ditulis program yang lebih baru dan menunggu"
    return [
        Line(
            "Versi program",
            "warn",
            "Perlu diperbarui",
            detail,
            "Perbarui Loket; sesudah itu terpakai sendiri.",
        )
    ]


@pages.post("/jam")
@needs("office.settings")
def confirm_clock() -> ResponseReturnValue:
    """The clock was compared with the wall."""
    form = NoteForm()
    if form.validate():
        with told(form):
            health.confirm_clock(journal(), current_actor(), note=form.note.data, now=now())
    if not sound(form):
        return show(form, 422)
    return done(url_for("health.page"), "Jam komputer dipastikan. Catatan berikutnya kembali dipercaya.")


@pages.post("/kembali")
@needs("office.settings")
def confirm_return() -> ResponseReturnValue:
    """Somebody has read that this PC's data came back, and says what was done."""
    form = NoteForm(prefix=BACK)
    if form.validate():
        with told(form):
            returns.confirm(
                journal(), current_actor(), permission="office.settings", note=form.note.data, now=now()
            )
    if not sound(form):
        return show(NoteForm(formdata=None), 422, back=form)
    return done(url_for("health.page"), "Dicatat. Peringatannya tidak tampil lagi.")
