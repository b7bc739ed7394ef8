"""What is done with a recap: draft, return, check, approve with PIN, pledges, addenda, posting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.complaints import pledges, quarter
from app.complaints.views.forms import ApproveForm, LaterPledgeForm, PostingForm
from app.complaints.views.recap_page import asked, here, pages, pledge_form, recap_page
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.people import service as people
from app.web.context import current_actor, db, journal, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done

MENDABLE = (409, 422, 423)


def attempt(one: Quarter, toast: str, command: Callable[..., Any], /, **values: Any) -> ResponseReturnValue:
    """Run a command on a recap and go back to it; what can be mended comes back with the page."""
    try:
        command(journal(), current_actor(), quarter=one, now=now(), **values)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return recap_page(one, problem.status, problem=problem, typed=request.form)
    return done(here(one), toast)


@pages.post("/<code>/susun")
@needs("recap.draft")
def draft(code: str) -> ResponseReturnValue:
    """Reckon the quarter; words to leave out may be named."""
    hide = (
        [line for line in request.form.get("hide", "").splitlines() if line.strip()]
        if "hide" in request.form
        else None
    )
    return attempt(
        asked(code), "Rancangan disusun dari buku. Sekretaris memeriksanya.", quarter.draft, hide=hide,
        strike=request.form.get("strike", "")[:100],
    )  # fmt: skip


@pages.post("/<code>/kembalikan")
@needs("recap.check", "recap.approve")
def send_back(code: str) -> ResponseReturnValue:
    """Return the draft with a note."""
    return attempt(
        asked(code), "Dikembalikan dengan catatan.", quarter.send_back, note=request.form.get("note", "")
    )


@pages.post("/<code>/periksa")
@needs("recap.check")
def check(code: str) -> ResponseReturnValue:
    """The Sekretaris has checked figures and public version."""
    return attempt(asked(code), "Diperiksa. Camat menyetujuinya.", quarter.check,
                   read_public=request.form.get("read_public") == "ya")  # fmt: skip


@pages.post("/<code>/setujui")
@needs("recap.approve")
def approve(code: str) -> ResponseReturnValue:
    """The Camat's PIN freezes the snapshot."""
    one, form = asked(code), ApproveForm()
    if form.validate():
        with told(form):
            people.confirm_pin(db(), current_actor(), form.pin.data, now=now())
            quarter.approve(
                journal(), current_actor(), quarter=one, now=now(), seen=request.form.get("seen", "")
            )
    if not sound(form):
        return recap_page(one, 422, approve_form=form)
    lacks = quarter.poster_lacks(db(), quarter.get(db(), one))
    return done(here(one) + "#cetak", f"Disetujui. Rekap siap dicetak. {lacks or 'Poster siap dicetak.'}")


@pages.post("/<code>/janji")
@needs("recap.draft", "recap.check", "recap.approve")
def pledge(code: str) -> ResponseReturnValue:
    """One more promise of improvement; after approval the Camat's, with his PIN."""
    one = asked(code)
    form = pledge_form(quarter.get(db(), one))
    if form.validate():
        if form.by_on.data is None:
            form.by_on.errors = ["Isi batasnya, misalnya 01062026."]
        else:
            with told(form):
                if isinstance(form, LaterPledgeForm):
                    people.confirm_pin(db(), current_actor(), form.pin.data, now=now())
                pledges.give(journal(), current_actor(), quarter=one, what=form.what.data, who=form.who.data,
                                    by_on=form.by_on.data, now=now())  # fmt: skip
    if not sound(form):
        return recap_page(one, 422, pledge_form=form)
    return done(here(one) + "#janji", "Janji dicatat.")


@pages.post("/<code>/adendum")
@needs("recap.draft")
def addendum(code: str) -> ResponseReturnValue:
    """What became known after approval."""
    return attempt(asked(code), "Adendum ditulis. Rekapnya sendiri tetap.", quarter.add_addendum,
                   text=request.form.get("text", ""))  # fmt: skip


@pages.post("/<code>/pasang")
@needs("board.post")
def post(code: str) -> ResponseReturnValue:
    """The poster hangs on the board."""
    one, form = asked(code), PostingForm()
    if form.validate() and (days := both_days(form)):
        with told(form):
            quarter.post(journal(), current_actor(), quarter=one, on=days[0], until=days[1], place=form.place.data,
                         now=now())  # fmt: skip
    if not sound(form):
        return recap_page(one, 422, posting_form=form)
    return done(here(one), "Tercatat di papan pengumuman.")


def both_days(form: PostingForm) -> tuple[date, date] | None:
    """From and until; a missing one is told at its field."""
    for field in (form.on, form.until):
        if field.data is None:
            field.errors = ["Isi tanggalnya."]
    return (form.on.data, form.until.data) if form.on.data and form.until.data else None
