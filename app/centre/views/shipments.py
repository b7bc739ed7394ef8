"""Cards that leave for an office: what lies ready, closing a shipment, its list on paper."""

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, url_for
from flask.typing import ResponseReturnValue

from app.centre import lists, papers, queries, service
from app.centre.views.forms import ShipForm
from app.core.permissions import Actor
from app.core.problems import Problem
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import PER_PAGE, cut_slice, page_number, redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("shipments", __name__, url_prefix="/pengiriman")


def count_ready(db: Database, _actor: Actor, _now: datetime) -> int:
    return sum(office.printed for office in queries.list_office_queues(db))


@pages.get("/")
@needs_permission("centre.floor")
def show_shipments() -> ResponseReturnValue:
    number = page_number()
    rows = queries.list_shipments(current_db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    offices = [office for office in queries.list_office_queues(current_db()) if office.printed]
    return show_page("centre/shipments.html", offices=offices, shipments=cut_slice(rows, number), on=current_date())


def draw_cards(office: str, form: ShipForm | None = None) -> ResponseReturnValue:
    """Draw the cards of one office; those asked back are not ticked by themselves."""
    cards = lists.list_cards_to_ship(current_db(), office)
    fresh = ShipForm(formdata=None, carrier=queries.last_carrier(current_db(), office))
    chosen = form.lines.data or [] if form else [card.line for card in cards if not card.recall]
    return show_page(
        "centre/ship.html",
        status=422 if form else 200,
        office=office,
        cards=cards,
        form=form or fresh,
        chosen=set(chosen),
        name=queries.office_names(current_db()).get(office, office),
    )


@pages.get("/kecamatan/<office>")
@needs_permission("centre.floor")
def choose_cards(office: str) -> ResponseReturnValue:
    return draw_cards(office)


@pages.post("/kecamatan/<office>")
@needs_permission("centre.print")
def close_shipment(office: str) -> ResponseReturnValue:
    form = ShipForm()
    return run_command(
        lambda: service.ship_cards(
            current_journal(),
            current_actor(),
            office=office,
            lines=form.lines.data or [],
            now=current_time(),
            counted=form.counted.data or 0,
            carrier=form.carrier.data or "",
        ),
        lambda _: draw_cards(office, form),
        lambda number: redirect_to(
            url_for("shipments.show_shipment", number=number),
            "Kiriman ditutup. Cetak daftarnya dan sertakan pada kartu.",
        ),
        form=form,
    )


def load_shipment(number: str) -> Any:
    shipment = queries.find_shipment(current_db(), number)
    if shipment is None:
        raise Problem.of("not_found", what="Kiriman itu")
    return shipment


@pages.get("/<number>")
@needs_permission("centre.floor")
def show_shipment(number: str) -> ResponseReturnValue:
    shipment = load_shipment(number)
    return show_page(
        "centre/shipment.html",
        shipment=shipment,
        cards=lists.list_shipment_lines(current_db(), shipment.office, number),
    )


@pages.get("/<number>/daftar-kirim.pdf")
@needs_permission("centre.floor")
def print_list(number: str) -> ResponseReturnValue:
    pdf = papers.render_shipping_list(
        current_db(), load_shipment(number), printed_by=current_actor().name, now=current_time()
    )
    answer = make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="daftar-kirim-{number}.pdf"'
    return answer
