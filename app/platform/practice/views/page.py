"""The exercises of a person, one begun anew, and the one in hand beside every page."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.platform.practice.service import Progress, begin_anew, progress_of
from app.platform.web.context import (
    current_actor,
    current_db,
    current_journal,
    current_loket,
    current_time,
    surroundings,
)
from app.platform.web.forms import redirect_to, show_page
from app.platform.web.guard import signed_in

pages = Blueprint("practice", __name__, url_prefix="/latihan")


def own_progress() -> list[Progress]:
    shell = current_loket().shell
    db = current_db()
    return progress_of(
        current_journal(),
        surroundings().data,
        current_actor(),
        current_time(),
        files=shell.files(db),
        villages=shell.villages(db),
    )


def exercise_in_hand() -> Progress | None:
    """The first that is not finished, else the last one; none beside the page that shows them all."""
    if request.blueprint == "practice":
        return None
    mine = own_progress()
    going_on = [progress for progress in mine if not progress.finished]
    return next(iter(going_on or mine[-1:]), None)


@pages.get("/", endpoint="page")
@signed_in
def show_exercises() -> ResponseReturnValue:
    return show_page("platform/practice/page.html", exercises=own_progress())


@pages.post("/<name>/ulang")
@signed_in
def begin_exercise_anew(name: str) -> ResponseReturnValue:
    chosen = next((one.exercise for one in own_progress() if one.exercise.id == name), None)
    if chosen is None:
        raise NotFound
    begin_anew(current_journal(), surroundings().data, current_actor(), chosen.id)
    surroundings().people_arrive(current_time())
    return redirect_to(chosen.begins, "Latihan dimulai lagi dengan orang karangan yang baru.")
