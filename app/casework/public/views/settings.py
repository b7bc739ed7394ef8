"""Whether the regency's public page tells of this office's cases, and where it stands."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.casework.public import service
from app.platform.office.settings import get_setting
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_db
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission

pages = Blueprint("public_states", __name__, url_prefix="/pengaturan/halaman-status")


@pages.get("")
@needs_permission("office.settings")
def show_settings(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    form = refused.form_for(service.change_status_page, address=get_setting(current_db(), "status.address"))
    return show_page("casework/public/settings.html", status=status, form=form, days=service.KEPT_DAYS)


add_command(pages, "", service.change_status_page, show_settings, "Pengaturan halaman status disimpan.")
