"""One line in work: opened by a POST that is logged, then printed, spoiled, refused or given back."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.centre import labels, lists, service
from app.centre.doubtful import doubtful
from app.centre.lists import line_id, next_in_queue
from app.centre.queries import is_held, stock
from app.centre.rules import found
from app.centre.views.forms import PrintForm, RefuseForm, SpoilForm
from app.core.problems import Problem
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("line", __name__, url_prefix="/baris/<office>/<int:epoch>/<int:n>")
SPOIL = "rusak-"
"""Two forms of the page ask for a serial; the prefix keeps their fields apart."""


def narrowed() -> str:
    """The office that the printer works through, kept from line to line; empty for the whole queue."""
    return (request.form.get("kantor") or request.args.get("kantor") or "")[:20]


def show(office: str, line: str, **refused: Form) -> ResponseReturnValue:
    """Draw the line: full numbers only for whoever has just opened it."""
    row, listed = found(db(), office, line), lists.one(db(), office, line)
    if listed is None:
        raise Problem.of("not_found", what="Baris itu")
    is_open = service.is_open(db(), current_actor(), office=office, line=line, now=now())
    forms: dict[str, Form] = {"printing": PrintForm(formdata=None), "spoil": SpoilForm(formdata=None, prefix=SPOIL),
                              "refuse": RefuseForm(formdata=None)}  # fmt: skip
    return page("centre/line.html", status=422 if refused else 200, row=row, line=listed, is_open=is_open, on=today(),
                fields=labels.snapshot(row.fields, row.area_name), items=labels.items(row.items),
                recording=labels.recorded(row.recording), narrowed=narrowed(),
                secret=labels.SECRET, held=is_held(db(), office, line), stock=stock(db()),
                doubtful=doubtful(row), others=lists.same_person(db(), listed),
                **(forms | refused))  # fmt: skip


def here(office: str, epoch: int, n: int) -> str:
    """The address of the line's page."""
    return url_for("line.view", office=office, epoch=epoch, n=n, kantor=narrowed() or None)


@pages.get("/")
@needs("centre.floor")
def view(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """The line, masked unless this person opened it."""
    return show(office, line_id(epoch, n))


@pages.post("/buka")
@needs("centre.print")
def open_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Take the line into work: its full numbers show for a quarter of an hour, the access log keeps it."""
    service.open_line(db(), current_actor(), office=office, line=line_id(epoch, n), now=now(),
                      address=request.remote_addr or "")  # fmt: skip
    return done(here(office, epoch, n))


@pages.post("/cetak")
@needs("centre.print")
def print_card(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """A good card came out; the next line of the queue opens by itself."""
    form, line = PrintForm(), line_id(epoch, n)
    if form.validate():
        with told(form):
            service.print_line(journal(), current_actor(), office=office, line=line, serial=form.serial.data or "",
                               compared=form.compared.data or "", now=now())  # fmt: skip
    if not sound(form):
        return show(office, line, printing=form)
    return onward("Tercetak. Baris berikutnya sudah terbuka.", "Tercetak. Antrean ini habis.")


def onward(toast: str, end: str) -> ResponseReturnValue:
    """Open the next line of the queue, or go back to the queue when there is none."""
    following = next_in_queue(db(), narrowed())
    if following is None:
        return done(url_for("centre.queue", kantor=narrowed() or None), end)
    service.open_line(db(), current_actor(), office=following.source, line=following.line, now=now(),
                      address=request.remote_addr or "")  # fmt: skip
    return done(url_for("line.view", **following.place, kantor=narrowed() or None), toast)


@pages.post("/rusak")
@needs("centre.print")
def spoil(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """A blank was spoiled; the line stays open for another try."""
    form, line = SpoilForm(prefix=SPOIL), line_id(epoch, n)
    if form.validate():
        with told(form):
            service.spoil_blank(journal(), current_actor(), office=office, line=line, reason=form.spoil.data or "",
                                serial=form.serial.data or "", now=now())  # fmt: skip
    if not sound(form):
        return show(office, line, spoil=form)
    return done(here(office, epoch, n), "Blangko rusak dicatat. Barisnya tetap menunggu dicetak.")


@pages.post("/tolak")
@needs("centre.print")
def refuse(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Refuse the line; the office reads the reason as a sentence."""
    form, line = RefuseForm(), line_id(epoch, n)
    if form.validate():
        with told(form):
            service.refuse_line(journal(), current_actor(), office=office, line=line, now=now(),
                                reason=form.reason.data or "", words=form.words.data or "",
                                biometric=bool(form.biometric.data))  # fmt: skip
    if not sound(form):
        return show(office, line, refuse=form)
    return done(here(office, epoch, n), "Ditolak. Kecamatan menerima alasannya pada pertukaran berikutnya.")


@pages.post("/terima")
@needs("centre.print")
def accept(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Take this one line into the queue and into work: its numbers show at once, the access log keeps it."""
    line = line_id(epoch, n)
    service.accept_lines(journal(), current_actor(), office=office, lines=[line], now=now())
    service.open_line(db(), current_actor(), office=office, line=line, now=now(),
                      address=request.remote_addr or "")  # fmt: skip
    return done(here(office, epoch, n), "Baris masuk antrean cetak.")


@pages.post("/kembalikan")
@needs("centre.print")
def give_back(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Answer a recall: the line goes back unprinted."""
    service.answer_recall(journal(), current_actor(), office=office, line=line_id(epoch, n), now=now())
    return done(here(office, epoch, n), "Dikembalikan kepada kecamatan, tidak dicetak.")
