"""One promise of improvement: what it says, what it said before, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.core.quarters import Quarter
from app.core.transitions import can_move, may_move
from app.people import queries as people
from app.quarter import service
from app.quarter.transitions import FROZEN, PLEDGE_MOVES, load_pledge, load_recap, pledge_facts, pledge_state
from app.quarter.views.forms import CorrectForm
from app.quarter.views.recaps import pages
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import Form, collect_problems, is_accepted
from app.web.guard import needs_permission
from app.web.pages import redirect_to, show_page


@pages.get("/janji/<int:pledge_id>")
@needs_permission("recap.view")
def show_pledge(pledge_id: int) -> ResponseReturnValue:
    return draw_pledge(pledge_id)


def draw_pledge(
    pledge_id: int,
    status: int = 200,
    deed: str = "",
    form: Form | None = None,
    typed: CorrectForm | None = None,
) -> ResponseReturnValue:
    """Draw a pledge; a refused form (`deed` names it) keeps what was typed."""
    one, actor = load_pledge(current_db(), pledge_id), current_actor()
    state = load_recap(current_db(), Quarter.parse(one.quarter)).state
    now, facts = pledge_state(one), pledge_facts(actor, state)
    can = {name: may_move(actor, move) and can_move(move, now, facts) for name, move in PLEDGE_MOVES.items()}
    held = {"what": one.what, "who": one.who}
    return show_page(
        "complaints/pledge.html",
        status=status,
        pledge=one,
        quarter=Quarter.parse(one.quarter),
        deed=deed,
        problem=form,
        history=service.pledge_history(current_db(), [one.id]).get(one.id, []),
        can=can,
        form=typed or CorrectForm(formdata=None, data=held | {"by_on": date.fromisoformat(one.by_on)}),
        deeds=service.DEEDS,
        frozen=state in FROZEN,
        names=people.person_names(current_db()),
        said=request.form,
    )


def after_command(pledge_id: int, deed: str, form: Form, toast: str, **more: Any) -> ResponseReturnValue:
    if is_accepted(form):
        return redirect_to(url_for("recap.show_pledge", pledge_id=pledge_id), toast)
    return draw_pledge(pledge_id, 422, deed, form, **more)


@pages.post("/janji/<int:pledge_id>")
@needs_permission("recap.draft", "recap.check", "recap.approve")
def keep_pledge(pledge_id: int) -> ResponseReturnValue:
    form, kept = Form(), request.form.get("ditepati") == "ya"
    with collect_problems(form):
        service.keep_pledge(
            current_journal(),
            current_actor(),
            pledge_id=pledge_id,
            kept=kept,
            note=request.form.get("note", ""),
            now=current_time(),
        )
    if is_accepted(form):
        return redirect_to(url_for("recap.list_recaps"), "Janji ditepati." if kept else "Alasannya dicatat.")
    return draw_pledge(pledge_id, 422, "keep", form)


@pages.post("/janji/<int:pledge_id>/perbaiki")
@needs_permission("recap.draft", "recap.check", "recap.approve")
def correct_pledge(pledge_id: int) -> ResponseReturnValue:
    form = CorrectForm()
    if form.validate():
        if form.by_on.data is None:
            form.by_on.errors = ["Isi batasnya, misalnya 01062026."]
        else:
            with collect_problems(form):
                service.correct_pledge(
                    current_journal(),
                    current_actor(),
                    pledge_id=pledge_id,
                    what=form.what.data,
                    who=form.who.data,
                    by_on=form.by_on.data,
                    reason=form.reason.data,
                    now=current_time(),
                )
    return after_command(pledge_id, "correct", form, "Janji diperbaiki; yang lama tetap terbaca.", typed=form)


@pages.post("/janji/<int:pledge_id>/tarik")
@needs_permission("recap.draft", "recap.check", "recap.approve")
def withdraw_pledge(pledge_id: int) -> ResponseReturnValue:
    form = Form()
    with collect_problems(form):
        service.withdraw_pledge(
            current_journal(),
            current_actor(),
            pledge_id=pledge_id,
            reason=request.form.get("reason", ""),
            now=current_time(),
        )
    return after_command(pledge_id, "withdraw", form, "Janji ditarik dengan alasannya.")
