"""The book of blanks: what came in, what was used or spoiled, what the drawer holds."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import blanks as commands
from app.centre import books
from app.centre.queries import blanks as figures
from app.centre.queries import stock as in_drawer
from app.centre.views.forms import CorrectForm, CountForm, ReceiveForm
from app.core.permissions import Actor
from app.people.queries import names
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from schema.database import Database

pages = Blueprint("blanks", __name__, url_prefix="/blangko")
CORRECT = "koreksi-"
"""Two forms of the page ask for a count; the prefix keeps their fields apart."""


def left(db: Database, _actor: Actor, _now: datetime) -> int:
    """For the rail: blanks in stock."""
    return in_drawer(db)


def show(**refused: Form) -> ResponseReturnValue:
    """Draw the book; a form that was just refused replaces its fresh one."""
    forms: dict[str, Form] = {
        "receive": ReceiveForm(formdata=None),
        "correct": CorrectForm(formdata=None, prefix=CORRECT),
        "count": CountForm(formdata=None),
    }
    return page("centre/blanks.html", status=422 if refused else 200, today_book=figures(db(), today().isoformat()),
                whole=figures(db()), days=books.days(db()), deliveries=books.deliveries(db()), people=names(db()),
                counted=books.last_count(db()), on=today(), **(forms | refused))  # fmt: skip


@pages.get("/")
@needs("centre.floor")
def book() -> ResponseReturnValue:
    """The book."""
    return show()


@pages.post("/masuk")
@needs("centre.print")
def receive() -> ResponseReturnValue:
    """Blanks came in."""
    form = ReceiveForm()
    if form.validate():
        with told(form):
            commands.receive_blanks(journal(), current_actor(), count=form.count.data or 0,
                                    letter=form.letter.data or "", now=now())  # fmt: skip
    return done(url_for("blanks.book"), "Blangko masuk dicatat.") if sound(form) else show(receive=form)


@pages.post("/koreksi")
@needs("centre.print")
def correct() -> ResponseReturnValue:
    """Put the book right."""
    form = CorrectForm(prefix=CORRECT)
    if form.validate():
        with told(form):
            commands.correct_blanks(journal(), current_actor(), count=form.count.data or 0,
                                    reason=form.reason.data or "", now=now())  # fmt: skip
    return done(url_for("blanks.book"), "Koreksi dicatat.") if sound(form) else show(correct=form)


@pages.post("/hitung")
@needs("centre.print")
def count() -> ResponseReturnValue:
    """The drawer was counted by hand."""
    form, said = CountForm(), 0
    if form.validate():
        with told(form):
            said = commands.count_blanks(journal(), current_actor(), counted=form.counted.data or 0,
                                         note=form.note.data or "", now=now())  # fmt: skip
    if not sound(form):
        return show(count=form)
    agrees = said == form.counted.data
    toast = (
        "Hitungan cocok dengan buku."
        if agrees
        else f"Hitungan {form.counted.data}, buku {said}. Cari selisihnya."
    )
    return done(url_for("blanks.book"), toast)
