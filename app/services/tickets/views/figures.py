"""How long visitors waited, month by month."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.platform.web.context import current_date, current_db
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.services.tickets import queries
from app.services.tickets.figures import month_figures

FIRST_YEAR = 1990  # earlier months are no month of an office; the page names the month before
pages = Blueprint("ticket_figures", __name__, url_prefix="/waktu-tunggu")


@pages.get("")
@needs_permission("oversight.view")
def show_figures() -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    first = asked_month(today)
    figures = month_figures(db, first, today)
    return show_page(
        "services/tickets/figures.html",
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=next_month(first, today),
        figures=figures,
        hours=sorted({hour for cells in figures.hours.values() for hour in cells}),
        names=queries.queued_services(db, today),
    )


def asked_month(today: date) -> date:
    """The first day of the month that the address names (`2026-03`); of this one where it names none of an office."""
    try:
        month = date.fromisoformat(f"{request.args.get('bulan', '')[:7]}-01")
    except ValueError:
        return today.replace(day=1)
    if month.year >= FIRST_YEAR and month <= today:
        return month
    return today.replace(day=1)


def next_month(first: date, today: date) -> Any:
    """The first day of the month after, or nothing where it has not come."""
    following = (first + timedelta(days=31)).replace(day=1)
    if following <= today:
        return following
    return None
