"""The centre's stick: read what offices brought, write what they take home, the keys for an office without network."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.centre import sticks
from app.centre.sticks import Carried, StickRoad
from app.centre.views.forms import StickForm
from app.web.context import current_actor, now, surroundings
from app.web.forms import options, sound, told
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("centre_stick", __name__, url_prefix="/stik")


def road() -> StickRoad:
    """The road as the composition root put it together."""
    return cast(StickRoad, surroundings().sync)


def chosen() -> StickForm:
    """The form with the drives that are there now."""
    form = StickForm()
    form.folder.choices = options(road().sticks())
    return form


def carry(work: Callable[[str], Carried]) -> ResponseReturnValue:
    """Do what the button says with the chosen drive, and show what came of it."""
    form, carried = chosen(), None
    with told(form):
        carried = work(form.folder.data or "")
    return show(form, carried)


def show(form: StickForm, carried: Carried | None = None) -> ResponseReturnValue:
    """Draw the page."""
    return page("centre/stick.html", status=200 if sound(form) else 422, form=form, carried=carried)


@pages.get("/", endpoint="page")
@needs("centre.floor")
def overview() -> ResponseReturnValue:
    """The drives that are there."""
    return show(chosen())


@pages.post("/baca")
@needs("centre.floor")
def read() -> ResponseReturnValue:
    """Read what offices brought."""
    return carry(lambda folder: sticks.read_stick(current_actor(), road(), folder=folder, now=now()))


@pages.post("/tulis")
@needs("centre.floor")
def write() -> ResponseReturnValue:
    """Write what they take home."""
    return carry(lambda folder: sticks.write_stick(current_actor(), road(), folder=folder, now=now()))


@pages.post("/kunci")
@needs("centre.floor")
def write_keys() -> ResponseReturnValue:
    """Write the public keys for an office that enrols without network."""
    return carry(lambda folder: sticks.write_keys(current_actor(), road(), folder=folder))
