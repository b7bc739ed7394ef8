"""After the centre came back: which offices were not heard of, which lines are held, and letting one go."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import holding, lists
from app.centre.lists import line_id
from app.centre.views.forms import ReleaseForm, ReturnForm
from app.people import returns
from app.web import returned
from app.web.context import current_actor, db, journal, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import PER_PAGE, cut, done, page, page_number

pages = Blueprint("centre_returns", __name__, url_prefix="/pemulihan")
CONFIRM = "r-"


def show(
    back: ReturnForm | None = None, form: ReleaseForm | None = None, wrong: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """Draw the page; `wrong` is the place of the line whose reason was refused."""
    number = page_number()
    held = holding.held_lines(db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    return page("centre/returns.html", status=422 if back or form else 200, epoch=holding.return_epoch(db()),
                returned=returned.warning(), unheard=holding.unheard(db()), lines=cut(held, number), wrong=wrong,
                back=back or ReturnForm(formdata=None, prefix=CONFIRM), form=form)  # fmt: skip


@pages.get("/", endpoint="page")
@needs("centre.floor")
def overview() -> ResponseReturnValue:
    """Who was not heard of, and what is held."""
    return show()


@pages.post("/")
@needs("centre.offices")
def confirm() -> ResponseReturnValue:
    """Somebody has read that the centre came back, and says what was done."""
    form = ReturnForm(prefix=CONFIRM)
    if form.validate():
        with told(form):
            returns.confirm(journal(), current_actor(), permission="centre.offices", note=form.note.data or "",
                            now=now())  # fmt: skip
    return done(url_for("centre_returns.page"), "Dicatat.") if sound(form) else show(back=form)


@pages.post("/<office>/<int:epoch>/<int:n>/lepas")
@needs("centre.offices")
def release(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Let one held line go, with the reason."""
    form = ReleaseForm()
    if form.validate():
        with told(form):
            holding.release(journal(), current_actor(), office=office, line=line_id(epoch, n),
                            reason=form.reason.data or "", now=now())  # fmt: skip
    if not sound(form):
        return show(form=form, wrong=lists.place(office, line_id(epoch, n)))
    return done(url_for("centre_returns.page"), "Dilepas. Barisnya kembali ke antrean.")
