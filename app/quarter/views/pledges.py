"""One promise of improvement: what it says, what it said before, and what becomes of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.core.quarters import Quarter
from app.office.moves import can_move, may_move
from app.people import queries as people
from app.quarter import service
from app.quarter.transitions import FROZEN, PLEDGE_MOVES, PLEDGERS, load_pledge, load_recap, pledge_facts, pledge_state
from app.quarter.views.recaps import CorrectForm, pages
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import Form, run_command, show_page
from app.web.guard import needs_permission


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


def change_pledge(
    pledge_id: int, deed: str, toast: str, command: Callable[..., Any], where: str = "", **values: Any
) -> ResponseReturnValue:
    """Run a command on a promise and go back to it; a refused form (`deed` names it) comes back with the page."""
    form = CorrectForm() if deed == "correct" else Form()
    return run_command(
        lambda: command(current_journal(), current_actor(), pledge_id=pledge_id, now=current_time(), **values),
        lambda _: draw_pledge(pledge_id, 422, deed, form, form if isinstance(form, CorrectForm) else None),
        where or url_for("recap.show_pledge", pledge_id=pledge_id),
        toast,
        form=form,
    )


@pages.post("/janji/<int:pledge_id>")
@needs_permission(*PLEDGERS)
def keep_pledge(pledge_id: int) -> ResponseReturnValue:
    kept, where = request.form.get("ditepati") == "ya", url_for("recap.list_recaps")
    toast, said = "Janji ditepati." if kept else "Alasannya dicatat.", {"kept": kept, "note": typed("note")}
    return change_pledge(pledge_id, "keep", toast, service.keep_pledge, where, **said)


@pages.post("/janji/<int:pledge_id>/perbaiki")
@needs_permission(*PLEDGERS)
def correct_pledge(pledge_id: int) -> ResponseReturnValue:
    form, toast = CorrectForm(), "Janji diperbaiki; yang lama tetap terbaca."
    said = {name: form[name].data for name in ("what", "who", "by_on", "reason")}
    return change_pledge(pledge_id, "correct", toast, service.correct_pledge, **said)


@pages.post("/janji/<int:pledge_id>/tarik")
@needs_permission(*PLEDGERS)
def withdraw_pledge(pledge_id: int) -> ResponseReturnValue:
    toast = "Janji ditarik dengan alasannya."
    return change_pledge(pledge_id, "withdraw", toast, service.withdraw_pledge, reason=typed("reason"))


def typed(name: str) -> str:
    return request.form.get(name, "")
