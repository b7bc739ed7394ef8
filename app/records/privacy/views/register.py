"""The register of processing: what the definitions and rooms say, and lines of the office's own."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.permissions import may
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import asked_id, show_page
from app.platform.web.guard import needs_permission
from app.records.privacy import service
from app.records.privacy.register import register_lines

pages = Blueprint("processing", __name__, url_prefix="/data-pribadi/register")


@pages.get("")
@needs_permission("privacy.view")
def show_register(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw the register; `ubah` in the address names an own line whose words stand in the form."""
    db = current_db()
    line_id = asked_id("ubah")
    held = None
    if line_id is not None:
        held = service.load_line(db, line_id)
    return show_page(
        "records/privacy/register.html",
        status=status,
        lines=register_lines(db, current_time()),
        own=service.own_lines(db),
        form=refused.form_for(service.write_line, held),
        form_open=refused.command is service.write_line or held is not None,
        line_id=line_id,
        labels=service.LINE_LABELS,
        can_write=may(current_actor(), "privacy.lead"),
    )


add_command(pages, "/baris", service.write_line, show_register, "Baris disimpan.")
add_command(pages, "/baris/<int:line_id>/akhiri", service.end_line, show_register, "Baris tidak ditampilkan lagi.")


@pages.post("/cetak")
@needs_permission("privacy.view")
def print_register() -> Response:
    from app.records.privacy.papers import register_paper

    data = register_paper(current_db(), current_actor(), current_time())
    return printed_answer("processing_register", data, "processing_register", "register-pemrosesan.pdf")
