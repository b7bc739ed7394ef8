"""Whether the office gives numbers, for which services, and at which counters."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.platform.office.settings import get_setting
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_db
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.services.tickets import queries, service

pages = Blueprint("ticket_settings", __name__, url_prefix="/pengaturan/antrean")


@pages.get("")
@needs_permission("office.settings")
def show_settings(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    letters = queries.letters_of_services(db)
    form = refused.form_for(
        service.change_ticket_settings,
        on=get_setting(db, "tickets.on"),
        services=list(letters),
        counters=get_setting(db, "tickets.counters"),
    )
    return show_page("services/tickets/settings.html", status=status, form=form, letters=letters)


add_command(pages, "", service.change_ticket_settings, show_settings, "Pengaturan nomor antrean disimpan.")
