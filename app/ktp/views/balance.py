"""Keseimbangan: sent = printed + refused + waiting, cards, and the sheet that puts the journal's head on paper."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.ktp import answers, balance_paper, disputes, queries
from app.ktp.views.printing import paper, questions
from app.ktp.views.shared import road_state
from app.printing.data import Paper
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("balance", __name__, url_prefix="/keseimbangan")
NAV = (
    Nav("Keseimbangan", "balance.overview", "dispatch.view", group="Dukcapil", order=30,
        count=lambda db, _actor, _now: queries.mismatches(db)),
)  # fmt: skip


def subject() -> str:
    """The sheet of this day."""
    return f"balance/{today().isoformat()}"


@pages.get("/")
@needs("dispatch.view")
def overview() -> ResponseReturnValue:
    """Every dispatch in figures, the cards in the office, the heads of the journal."""
    return page(
        "ktp/balance.html", rows=queries.sent(db(), 60), cards=balance_paper.card_counts(db(), today()),
        heads=balance_paper.journal_heads(db()), road=road_state(), checked=queries.checked_on(db()),
        asked=questions(subject()), subject=subject(), disputed=len(disputes.conflicts(db())),
    )  # fmt: skip


@pages.post("/periksa")
@needs("answer.check")
def check() -> ResponseReturnValue:
    """Check all open dispatches now, beside the daily check."""
    wrong = answers.check_balances(journal(), now())
    return done(
        url_for("balance.overview"), "Cocok." if not wrong else f"{len(wrong)} pengiriman tidak cocok."
    )


@pages.post("/cetak")
@needs("dispatch.view")
def sheet() -> ResponseReturnValue:
    """The daily reconciliation sheet."""
    road = road_state()

    def data() -> Paper:
        return balance_paper.reconciliation(db(), current_actor(), now(), unsent=road.unsent, since=road.oldest_at,
                                            enrolled=road.enrolled)  # fmt: skip

    return paper("reconciliation", subject(), data, f"pencocokan-{today().isoformat()}")
