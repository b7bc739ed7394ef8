"""The visitors' kiosk with the screen of the waiting room: promise, ready cards, the recap that hangs on the board."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from app.complaints import kiosk
from app.complaints.views import kiosk as visitors
from app.complaints.views.kiosk import BOARD_FRESH, current_day, kiosk_db
from app.core.quarters import Quarter
from app.quarter import queries
from app.quarter.frame import pledge_words, public_version
from sync.journal import Journal

screen = Blueprint("waiting_room", __name__)


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with everything that hangs on its screen. TRUSTED_HOSTS and CLOCK are optional."""
    app = visitors.make_kiosk_app(journal, config)
    app.register_blueprint(screen)
    return app


@screen.get("/papan")
def show_board() -> ResponseReturnValue:
    db = kiosk_db()
    recap = queries.recap_on_board(db, current_day())
    page = render_template(
        "kiosk/board.html",
        public=public_version(db, recap) if recap else None,
        kept=pledge_words(db, recap, current_day()) if recap else [],
        promise=kiosk.promise_today(db, current_day()),
        quarter=Quarter.parse(recap.quarter) if recap else None,
        codes=kiosk.ready_codes(db),
    )
    return page, {"Refresh": str(BOARD_FRESH)}
