"""Cards that leave for an office: what lies ready, closing a shipment, its list on paper."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, make_response, url_for
from flask.typing import ResponseReturnValue

from app.centre import books, lists, paper, shipping
from app.centre.views.forms import ShipForm
from app.core.permissions import Actor
from app.core.problems import Problem
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import PER_PAGE, cut, done, page, page_number
from schema.database import Database

pages = Blueprint("shipments", __name__, url_prefix="/pengiriman")


def ready(db: Database, _actor: Actor, _now: datetime) -> int:
    """For the rail: printed cards that still lie here."""
    return sum(office.printed for office in books.office_queues(db))


@pages.get("/")
@needs("centre.floor")
def all_shipments() -> ResponseReturnValue:
    """What lies ready for whom, and what has left."""
    number = page_number()
    rows = books.shipments(db(), PER_PAGE + 1, (number - 1) * PER_PAGE)
    offices = [office for office in books.office_queues(db()) if office.printed]
    return page("centre/shipments.html", offices=offices, shipments=cut(rows, number), on=today())


def show_cards(office: str, form: ShipForm | None = None) -> ResponseReturnValue:
    """Draw the cards of one office; those asked back are not ticked by themselves."""
    cards = lists.ready_to_ship(db(), office)
    fresh = ShipForm(formdata=None, carrier=books.last_carrier(db(), office))
    chosen = form.lines.data or [] if form else [card.line for card in cards if not card.recall]
    return page("centre/ship.html", status=422 if form else 200, office=office, cards=cards, form=form or fresh,
                chosen=set(chosen), name=books.office_names(db()).get(office, office))  # fmt: skip


@pages.get("/kecamatan/<office>")
@needs("centre.floor")
def cards(office: str) -> ResponseReturnValue:
    """The cards that lie ready for an office."""
    return show_cards(office)


@pages.post("/kecamatan/<office>")
@needs("centre.print")
def ship(office: str) -> ResponseReturnValue:
    """Close the shipment: counted by hand, listed, numbered."""
    form, number = ShipForm(), ""
    if form.validate():
        with told(form):
            number = shipping.ship(journal(), current_actor(), office=office, lines=form.lines.data or [], now=now(),
                                   counted=form.counted.data or 0, carrier=form.carrier.data or "")  # fmt: skip
    if not sound(form):
        return show_cards(office, form)
    return done(
        url_for("shipments.view", number=number), "Kiriman ditutup. Cetak daftarnya dan sertakan pada kartu."
    )


def found(number: str) -> books.Shipped:
    """The shipment, or Problem `not_found`."""
    shipment = books.shipment(db(), number)
    if shipment is None:
        raise Problem.of("not_found", what="Kiriman itu")
    return shipment


@pages.get("/<number>")
@needs("centre.floor")
def view(number: str) -> ResponseReturnValue:
    """One shipment with its cards."""
    shipment = found(number)
    return page(
        "centre/shipment.html", shipment=shipment, cards=lists.of_shipment(db(), shipment.office, number)
    )


@pages.get("/<number>/daftar-kirim.pdf")
@needs("centre.floor")
def on_paper(number: str) -> ResponseReturnValue:
    """The list as PDF, to go with the cards."""
    pdf = paper.shipping_list(db(), found(number), printed_by=current_actor().name, now=now())
    answer = make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="daftar-kirim-{number}.pdf"'
    return answer
