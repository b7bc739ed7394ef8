"""The queue at a counter: who is called there, the key for the next one, and numbers drawn for a visitor."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.permissions import Actor
from app.platform.office.settings import gives_numbers
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_date, current_db
from app.platform.web.forms import redirect_to, show_page
from app.platform.web.guard import needs_permission, passive
from app.services.tickets import queries, service
from schema.database import Database

pages = Blueprint("tickets", __name__, url_prefix="/antrean")
COUNTER = "counter"
"""Where the cookie keeps at which counter this browser stands, until its person signs out."""


def count_for_rail(db: Database, _actor: Actor, now: Any) -> int:
    """How many wait for a call."""
    return sum(queries.count_waiting(db, office_date(now)).values())


@pages.get("")
@needs_permission("ticket.call")
def list_counters() -> ResponseReturnValue:
    """The counters, each with what is called there; it goes straight to the only one, or to the one of before."""
    db = current_db()
    today = current_date()
    counters = queries.all_counters(db)
    if gives_numbers(db) and (own := own_counter(counters)):
        return redirect_to(url_for("tickets.show_counter", counter=own))
    return show_page(
        "services/tickets/counters.html",
        on=gives_numbers(db),
        counters=[(counter, queries.ticket_at(db, counter.id, today)) for counter in counters],
        waiting=queries.count_waiting(db, today),
        states=service.STATES,
    )


def own_counter(counters: Sequence[queries.Counter]) -> int | None:
    """Where this browser called last, unless its officer wants another (`?pilih=1`); the only one of an office."""
    if len(counters) == 1:
        return counters[0].id
    if "pilih" in request.args:
        known = None
    else:
        known = session.get(COUNTER)
    if known not in [counter.id for counter in counters]:
        return None
    return known


@pages.get("/<int:counter>")
@needs_permission("ticket.call")
def show_counter(counter: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    known = queries.find_counter(db, counter)
    session[COUNTER] = counter
    return show_page(
        "services/tickets/counter.html",
        status=status,
        counter=known,
        ticket=queries.ticket_at(db, counter, today),
        absent=queries.absent_tickets(db, queries.letters_at(db, known), today),
        names=queries.queued_services(db, today),
        form=refused.form_for(service.take_ticket),
        refused=refused,
        on=gives_numbers(db),
        **waiting_words(db, known),
    )


def waiting_words(db: Database, counter: queries.Counter) -> dict[str, Any]:
    """Who waits for this counter, in the order of drawing, and who is called next."""
    letters = queries.letters_at(db, counter)
    today = current_date()
    return {
        "waiting": queries.waiting_tickets(db, letters, today),
        "following": service.choose_next(db, letters, today),
    }


@pages.get("/<int:counter>/menunggu")
@needs_permission("ticket.call")
@passive
def show_waiting(counter: int) -> ResponseReturnValue:
    """The part of the page that looks for itself: it moves nothing that a hand is on."""
    db = current_db()
    known = queries.find_counter(db, counter)
    return render_template("services/tickets/_waiting.html", counter=known, **waiting_words(db, known))


def tell_taken(ticket_id: int, counter: int) -> ResponseReturnValue:
    number = queries.find_ticket(current_db(), ticket_id).number
    return redirect_to(url_for("tickets.show_counter", counter=counter), f"Nomor {number} untuk pengunjung.")


def without_counter(counter: int, **place: int) -> dict[str, int]:
    """What a command is told of its address: the counter only says where to go back."""
    return place


OF_TICKET = "/<int:counter>/nomor/<int:ticket_id>"
add_command(pages, "/<int:counter>/berikutnya", service.call_next, show_counter)
add_command(pages, "/<int:counter>/ambil", service.take_ticket, show_counter, named=without_counter, then=tell_taken)
add_command(pages, f"{OF_TICKET}/lagi", service.call_again, show_counter, named=without_counter)
add_command(pages, f"{OF_TICKET}/mulai", service.begin_serving, show_counter, named=without_counter)
add_command(pages, f"{OF_TICKET}/tidak-datang", service.mark_absent, show_counter, named=without_counter)
add_command(pages, f"{OF_TICKET}/selesai", service.finish_serving, show_counter, named=without_counter)
add_command(pages, f"{OF_TICKET}/kembali", service.call_back, show_counter)
