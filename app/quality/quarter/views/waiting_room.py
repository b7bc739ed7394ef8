"""What hangs on the board: the page of the office, and the screen of the waiting room on the visitors' kiosk."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue

from app.core.quarters import Quarter
from app.platform.office.queries import services_in_force
from app.platform.office.settings import gives_numbers
from app.platform.people import queries as people
from app.platform.web.context import current_date, current_db, current_loket
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.quality.quarter import queries, service
from app.quality.quarter.frame import board_values
from app.services.complaints import kiosk
from app.services.complaints.views import kiosk as visitors
from app.services.complaints.views.kiosk import BOARD_FRESH, current_day, kiosk_db
from app.services.tickets.views.kiosk import add_tickets, called_now
from sync.journal import Journal

screen = Blueprint("waiting_room", __name__)


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with everything that hangs on its screen. TRUSTED_HOSTS and CLOCK are optional."""
    app = visitors.make_kiosk_app(journal, config)
    app.register_blueprint(screen)
    add_tickets(app)
    return app


@screen.get("/papan")
def show_screen() -> ResponseReturnValue:
    db = kiosk_db()
    recap = queries.recap_on_board(db, current_day())
    sheets = [sheet for ask in current_app.extensions.get("loket_board", ()) if (sheet := ask(db))]
    if gives_numbers(db):
        calls = called_now(db)
    else:
        calls = {}
    page = render_template(
        "kiosk/board.html",
        promises=kiosk.promises_today(db, current_day()),
        services=[service.short_name for service in services_in_force(db, current_day())],
        codes=kiosk.ready_codes(db),
        sheets=sheets,
        **calls,
        **board_values(db, recap, current_day()),
    )
    return page, {"Refresh": str(BOARD_FRESH)}


board_pages = Blueprint("board", __name__, url_prefix="/papan-pengumuman")


@board_pages.get("")
@needs_permission("recap.view")
def show_board() -> ResponseReturnValue:
    db = current_db()
    hung = []
    ready = []
    for recap in queries.all_recaps(db):
        quarter = Quarter.parse(recap.quarter)
        hung += [(recap, quarter, posting) for posting in queries.postings_of(db, quarter)]
        if recap.state == "approved":
            ready.append((recap, quarter, service.poster_lacks(db, recap)))
    sheets = [sheet for room in current_loket().rooms if room.board and (sheet := room.board(db))]
    hanging = queries.recap_on_board(db, current_date())
    return show_page(
        "quality/quarter/board.html",
        recap=hanging,
        hung=hung,
        ready=ready,
        names=people.person_names(db),
        today_iso=current_date().isoformat(),
        sheets=sheets,
        **board_values(db, hanging, current_date()),
    )
