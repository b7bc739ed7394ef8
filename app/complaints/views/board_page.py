"""Papan pengumuman: what hangs now, when and where it hung before, and the screen of the waiting room."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.complaints import quarter, quarter_queries
from app.complaints.public import pledge_words, public
from app.core.quarters import Quarter
from app.people import service as people
from app.web.context import db, today
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("board", __name__, url_prefix="/papan-pengumuman")


@pages.get("")
@needs("recap.view")
def overview() -> ResponseReturnValue:
    """What hangs, as visitors read it."""
    recap = quarter_queries.on_board(db(), today())
    hung = [(one, Quarter.parse(one.quarter), post) for one in quarter_queries.recaps(db())
            for post in quarter_queries.postings(db(), Quarter.parse(one.quarter))]  # fmt: skip
    ready = [(one, Quarter.parse(one.quarter), quarter.poster_lacks(db(), one))
             for one in quarter_queries.recaps(db()) if one.state == "approved"]  # fmt: skip
    return page(
        "complaints/board.html",
        recap=recap,
        public=public(db(), recap) if recap else None,
        kept=pledge_words(db(), recap, today()) if recap else [],
        hung=hung,
        ready=ready,
        quarter=Quarter.parse(recap.quarter) if recap else None,
        names=people.names(db()),
        today_iso=today().isoformat(),
    )
