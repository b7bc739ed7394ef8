"""After the centre came back: which offices were not heard of, which lines are held, and letting one go."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.backups import service as backups
from app.centre import lists, service
from app.centre.lists import line_id
from app.centre.views.forms import ReleaseForm, ReturnForm
from app.web import notices
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import PER_PAGE, cut_slice, page_number, run_command, show_page
from app.web.guard import needs_permission

pages = Blueprint("centre_returns", __name__, url_prefix="/pemulihan")
CONFIRM = "r-"


def draw_returns(
    back: ReturnForm | None = None, form: ReleaseForm | None = None, wrong: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """Draw the page; `wrong` is the place of the line whose reason was refused."""
    number = page_number()
    held = lists.list_held_lines(current_db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    return show_page(
        "centre/returns.html",
        status=422 if back or form else 200,
        epoch=lists.last_return_epoch(current_db()),
        returned=notices.return_warning(),
        unheard=lists.list_silent_offices(current_db()),
        lines=cut_slice(held, number),
        wrong=wrong,
        back=back or ReturnForm(formdata=None, prefix=CONFIRM),
        form=form,
    )


@pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def show_returns() -> ResponseReturnValue:
    return draw_returns()


@pages.post("/")
@needs_permission("centre.offices")
def confirm_return() -> ResponseReturnValue:
    form = ReturnForm(prefix=CONFIRM)
    return run_command(
        lambda: backups.confirm_return(
            current_journal(),
            current_actor(),
            permission="centre.offices",
            note=form.note.data or "",
            now=current_time(),
        ),
        lambda _: draw_returns(back=form),
        url_for("centre_returns.page"),
        "Dicatat.",
        form=form,
    )


@pages.post("/<office>/<int:epoch>/<int:n>/lepas")
@needs_permission("centre.offices")
def release_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    form = ReleaseForm()
    return run_command(
        lambda: service.release_line(
            current_journal(),
            current_actor(),
            office=office,
            line=line_id(epoch, n),
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda _: draw_returns(form=form, wrong={"office": office, "epoch": epoch, "n": n}),
        url_for("centre_returns.page"),
        "Dilepas. Barisnya kembali ke antrean.",
        form=form,
    )
