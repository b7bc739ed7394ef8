"""The quality policy for visitors: a page of the kiosk, and its sheet on the board."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.problems import check_found
from app.quality.evaluation.documents import document_in_force, policy_in_force
from app.quality.surveys.views import kiosk as visitors
from app.services.complaints.views.kiosk import draw_page, kiosk_db
from schema.database import Database
from sync.journal import Journal

screen = Blueprint("policy_kiosk", __name__)
READING = 120
"""Seconds for which the policy may be read."""


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with screen, survey and policy."""
    app = visitors.make_kiosk_app(journal, config)
    app.extensions["loket_board"] = (policy_sheet,)
    app.extensions["loket_doors"] = (policy_door,)
    app.register_blueprint(screen)
    return app


@screen.get("/kebijakan-mutu")
def show_policy() -> ResponseReturnValue:
    known = check_found(policy_in_force(kiosk_db()), "Kebijakan Mutu")
    return draw_page("kiosk/policy.html", content=known[0], row=known[1], seconds=READING)


def policy_sheet(db: Database) -> Markup | None:
    """The policy in force as it hangs on the board; None where the office has none."""
    known = policy_in_force(db)
    if not known:
        return None
    return Markup(render_template("quality/evaluation/_board.html", content=known[0], row=known[1]))


def policy_door(db: Database) -> tuple[str, str, str] | None:
    """Where the first page of the kiosk leads to the policy: endpoint, title and text."""
    known = document_in_force(db, "policy")
    if not known:
        return None
    return ("policy_kiosk.show_policy", "Kebijakan Mutu", "Janji kantor ini kepada setiap pengunjung.")
