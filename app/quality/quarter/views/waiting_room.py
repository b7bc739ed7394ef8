"""What hangs on the board: the page of the office, and the screen of the waiting room on the visitors' kiosk."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue

from app.core.quarters import Quarter
from app.platform.office.queries import services_in_force
from app.platform.people import queries as people
from app.platform.web.context import current_date, current_db, current_loket
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.quality.quarter import queries, service
from app.quality.quarter.frame import pledge_words, public_version
from app.services.complaints import kiosk
from app.services.complaints.views import kiosk as visitors
from app.services.complaints.views.kiosk import BOARD_FRESH, current_day, kiosk_db
from sync.journal import Journal

screen = Blueprint("waiting_room", __name__)


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with everything that hangs on its screen. TRUSTED_HOSTS and CLOCK are optional."""
    app = visitors.make_kiosk_app(journal, config)
    app.register_blueprint(screen)
    return app


@screen.get("/papan")
def show_screen() -> ResponseReturnValue:
    db = kiosk_db()
    recap = queries.recap_on_board(db, current_day())
    page = render_template(
        "kiosk/board.html",
        public=public_version(db, recap) if recap else None,
        kept=pledge_words(db, recap, current_day()) if recap else [],
        promises=kiosk.promises_today(db, current_day()),
        services=[one.short_name for one in services_in_force(db, current_day())],
        quarter=Quarter.parse(recap.quarter) if recap else None,
        codes=kiosk.ready_codes(db),
        sheets=[sheet for ask in current_app.extensions.get("loket_board", ()) if (sheet := ask(db))],
    )
    return page, {"Refresh": str(BOARD_FRESH)}


board_pages = Blueprint("board", __name__, url_prefix="/papan-pengumuman")


@board_pages.get("")
@needs_permission("recap.view")
def show_board() -> ResponseReturnValue:
    recap = queries.recap_on_board(current_db(), current_date())
    hung = [
        (one, Quarter.parse(one.quarter), post)
        for one in queries.all_recaps(current_db())
        for post in queries.postings_of(current_db(), Quarter.parse(one.quarter))
    ]
    ready = [
        (one, Quarter.parse(one.quarter), service.poster_lacks(current_db(), one))
        for one in queries.all_recaps(current_db())
        if one.state == "approved"
    ]
    return show_page(
        "quality/quarter/board.html",
        recap=recap,
        public=public_version(current_db(), recap) if recap else None,
        kept=pledge_words(current_db(), recap, current_date()) if recap else [],
        hung=hung,
        ready=ready,
        quarter=Quarter.parse(recap.quarter) if recap else None,
        names=people.person_names(current_db()),
        today_iso=current_date().isoformat(),
        sheets=[sheet for room in current_loket().rooms if room.board and (sheet := room.board(current_db()))],
    )
