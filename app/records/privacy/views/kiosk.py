"""The notice about data of people for visitors: a page of the kiosk."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from app.quality.evaluation.views import kiosk as visitors
from app.records.privacy.notice import notice_parts
from app.services.complaints.views.kiosk import current_moment, draw_page, kiosk_db
from schema.database import Database
from sync.journal import Journal

screen = Blueprint("privacy_kiosk", __name__)
READING = 180
"""Seconds for which the notice may be read."""


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with everything that visitors find there."""
    app = visitors.make_kiosk_app(journal, config)
    app.extensions["loket_doors"] = (*app.extensions["loket_doors"], notice_door)
    app.register_blueprint(screen)
    return app


@screen.get("/data-pribadi")
def show_notice() -> ResponseReturnValue:
    return draw_page("kiosk/privacy.html", parts=notice_parts(kiosk_db(), current_moment()), seconds=READING)


def notice_door(_db: Database) -> tuple[str, str, str]:
    """Where the first page of the kiosk leads to the notice: endpoint, title and text."""
    return "privacy_kiosk.show_notice", "Data pribadi Anda", "Untuk apa dipakai, berapa lama, dan hak Anda."
