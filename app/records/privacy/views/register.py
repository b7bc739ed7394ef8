"""The register of processing: what the definitions and rooms say, and lines of the office's own."""

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.permissions import may
from app.platform.web.context import current_actor, current_db, current_journal, current_time
from app.platform.web.forms import asked_id, run_command, show_page
from app.platform.web.guard import needs_permission
from app.records.privacy import service
from app.records.privacy.register import register_lines
from app.records.privacy.views.forms import LineForm

pages = Blueprint("processing", __name__, url_prefix="/data-pribadi/register")


@pages.get("")
@needs_permission("privacy.view")
def show_register() -> ResponseReturnValue:
    return draw_register()


def draw_register(status: int = 200, form: LineForm | None = None) -> ResponseReturnValue:
    """Draw the register; `ubah` in the address names an own line whose words stand in the form."""
    db = current_db()
    line_id = asked_id("ubah")
    held = service.load_line(db, line_id) if line_id is not None else None
    data = {name: getattr(held, name) for name in service.LINE_LABELS} if held else {}
    return show_page(
        "records/privacy/register.html",
        status=status,
        lines=register_lines(db, current_time()),
        own=service.own_lines(db),
        form=form or LineForm(formdata=None, data=data),
        form_open=form is not None or held is not None,
        line_id=line_id,
        labels=service.LINE_LABELS,
        can_write=may(current_actor(), "privacy.lead"),
    )


@pages.post("/baris")
@needs_permission("privacy.lead")
def write_line() -> ResponseReturnValue:
    form, line_id = LineForm(), asked_id("ubah")
    return run_command(
        lambda: service.write_line(
            current_journal(), current_actor(), line=form.line, line_id=line_id, now=current_time()
        ),
        lambda problem: draw_register(problem.status, form),
        url_for("processing.show_register"),
        "Baris disimpan.",
        form=form,
    )


@pages.post("/baris/<int:line_id>/akhiri")
@needs_permission("privacy.lead")
def end_line(line_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: service.end_line(current_journal(), current_actor(), line_id=line_id, now=current_time()),
        lambda problem: draw_register(problem.status),
        url_for("processing.show_register"),
        "Baris tidak ditampilkan lagi.",
    )


@pages.post("/cetak")
@needs_permission("privacy.view")
def print_register() -> Response:
    from app.records.privacy.papers import register_paper

    data = register_paper(current_db(), current_actor(), current_time())
    return printed_answer("processing_register", data, "processing_register", "register-pemrosesan.pdf")
