"""One promise of improvement: what it says, what it said before, and what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import pledges, quarter
from app.complaints.views.forms import CorrectForm
from app.complaints.views.recap_page import pages
from app.core.quarters import Quarter
from app.people import service as people
from app.web.context import current_actor, db, journal, now
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page


@pages.get("/janji/<int:pledge_id>")
@needs("recap.view")
def pledge_page(pledge_id: int) -> ResponseReturnValue:
    """What a pledge says and said."""
    return show(pledge_id)


def show(
    pledge_id: int,
    status: int = 200,
    deed: str = "",
    form: Form | None = None,
    typed: CorrectForm | None = None,
) -> ResponseReturnValue:
    """Draw a pledge; a refused form (`deed` names it) keeps what was typed."""
    one = pledges.get(db(), pledge_id)
    state = pledges.state_of(db(), one)
    held = {"what": one.what, "who": one.who}
    return page(
        "complaints/pledge.html", status=status, pledge=one, quarter=Quarter.parse(one.quarter), deed=deed,
        problem=form, history=pledges.history(db(), [one.id]).get(one.id, []), can=can(one, state),
        form=typed or CorrectForm(formdata=None, data=held | {"by_on": pledges.due(one)}), deeds=pledges.DEEDS,
        frozen=state in quarter.FROZEN, names=people.names(db()), said=request.form,
    )  # fmt: skip


def can(one: Any, state: str) -> dict[str, bool]:
    """What this person may do with a pledge of a recap in this state."""
    actor, stands = current_actor(), not one.kept_on and not one.withdrawn_on
    return {
        "correct": stands and state not in quarter.FROZEN and pledges.may_pledge(actor),
        "withdraw": stands and pledges.may_withdraw(actor, state),
        "keep": stands and pledges.may_pledge(actor),
    }


def after(pledge_id: int, deed: str, form: Form, toast: str, **more: Any) -> ResponseReturnValue:
    """Back to the pledge, or the page again with what is wrong."""
    if sound(form):
        return done(url_for("recap.pledge_page", pledge_id=pledge_id), toast)
    return show(pledge_id, 422, deed, form, **more)


@pages.post("/janji/<int:pledge_id>")
@needs("recap.draft", "recap.check", "recap.approve")
def keep(pledge_id: int) -> ResponseReturnValue:
    """A promise was kept, or why not yet."""
    form, kept = Form(), request.form.get("ditepati") == "ya"
    with told(form):
        pledges.keep(journal(), current_actor(), pledge_id=pledge_id, kept=kept, note=request.form.get("note", ""),
                     now=now())  # fmt: skip
    if sound(form):
        return done(url_for("recap.overview"), "Janji ditepati." if kept else "Alasannya dicatat.")
    return show(pledge_id, 422, "keep", form)


@pages.post("/janji/<int:pledge_id>/perbaiki")
@needs("recap.draft", "recap.check", "recap.approve")
def correct(pledge_id: int) -> ResponseReturnValue:
    """Put a mistyped promise right before it is approved."""
    form = CorrectForm()
    if form.validate():
        if form.by_on.data is None:
            form.by_on.errors = ["Isi batasnya, misalnya 01062026."]
        else:
            with told(form):
                pledges.correct(journal(), current_actor(), pledge_id=pledge_id, what=form.what.data,
                                who=form.who.data, by_on=form.by_on.data, reason=form.reason.data,
                                now=now())  # fmt: skip
    return after(pledge_id, "correct", form, "Janji diperbaiki; yang lama tetap terbaca.", typed=form)


@pages.post("/janji/<int:pledge_id>/tarik")
@needs("recap.draft", "recap.check", "recap.approve")
def withdraw(pledge_id: int) -> ResponseReturnValue:
    """Take a promise back with the reason."""
    form = Form()
    with told(form):
        pledges.withdraw(journal(), current_actor(), pledge_id=pledge_id, reason=request.form.get("reason", ""),
                         now=now())  # fmt: skip
    return after(pledge_id, "withdraw", form, "Janji ditarik dengan alasannya.")
