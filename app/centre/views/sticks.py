"""The centre's stick: read what offices brought, write what they take home, the keys for an office without network."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.centre import offices
from app.centre.exchange import CentreExchange, StickResult
from app.centre.views.forms import StickForm
from app.core.problems import Problem
from app.web.context import current_actor, current_time, surroundings
from app.web.forms import run_command, show_page, to_choices
from app.web.guard import needs_permission

pages = Blueprint("centre_stick", __name__, url_prefix="/stik")


def stick_exchange() -> CentreExchange:
    return cast(CentreExchange, surroundings().sync)


def stick_form() -> StickForm:
    form = StickForm()
    form.folder.choices = to_choices(stick_exchange().sticks())
    return form


def carry_files(work: Callable[[Path], StickResult]) -> ResponseReturnValue:
    """Do what the button says with the chosen drive, and show what came of it."""
    form = stick_form()

    def refuse(problem: Problem) -> ResponseReturnValue:
        form.take(problem)
        return draw_stick(form, status=422)

    return run_command(
        lambda: offices.use_stick(current_actor(), stick_exchange(), form.folder.data or "", work),
        refuse,
        lambda carried: draw_stick(form, carried),
    )


def draw_stick(form: StickForm, carried: StickResult | None = None, status: int = 200) -> ResponseReturnValue:
    return show_page("centre/stick.html", status=status, form=form, carried=carried)


@pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def show_stick() -> ResponseReturnValue:
    return draw_stick(stick_form())


@pages.post("/baca")
@needs_permission("centre.floor")
def read_stick() -> ResponseReturnValue:
    return carry_files(lambda folder: stick_exchange().read_stick(folder, current_time()))


@pages.post("/tulis")
@needs_permission("centre.floor")
def write_stick() -> ResponseReturnValue:
    return carry_files(lambda folder: stick_exchange().write_stick(folder, current_time()))


@pages.post("/kunci")
@needs_permission("centre.floor")
def write_keys() -> ResponseReturnValue:
    return carry_files(stick_exchange().write_keys)
