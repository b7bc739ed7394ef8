"""On the page of a case: whether the regency's public page tells of it, and the applicant's word about that."""

from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from app.casework.desk.views.case_page import CASE_PAGE, show_case
from app.casework.public import service
from app.core.permissions import Actor, may
from app.platform.office.settings import get_setting
from app.platform.web.commands import add_command
from app.platform.web.context import CaseSheet
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("case_status", __name__, url_prefix="/berkas/<int:case_id>/halaman-status")


def status_sheet(db: Database, actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """Where the page tells of this case, and the button that ends it; nothing where the office takes no part."""
    address = get_setting(db, "status.address")
    if not address:
        return None
    said = may(actor, "case.note")
    return CaseSheet(
        "Halaman status",
        Markup(render_template("casework/public/_case.html", case=case, address=address, said=said)),
    )


HIDDEN = "Dicatat. Keadaan berkas ini dicabut dari halaman status pada pertukaran berikutnya."
SHOWN = "Dicatat. Keadaan berkas ini tampil lagi di halaman status sesudah pertukaran berikutnya."
add_command(pages, "/sembunyi", service.hide_status, show_case, HIDDEN, to=CASE_PAGE)
add_command(pages, "/tampil", service.show_status, show_case, SHOWN, to=CASE_PAGE)
