"""The list that goes with the cards, from the tables to the typesetter's data."""

from __future__ import annotations

from datetime import date, datetime

from app.centre import lists, settings
from app.centre.books import Shipped
from app.core.codes import check_character
from app.printing import data as shapes
from app.printing.papers import render
from schema.database import Database

CONTROL = shapes.Control(document="PC/F-01", revision="01", issued_on=date(2026, 1, 5))
"""The centre's own form number; Dukcapil may give it another one."""


def letterhead(db: Database) -> shapes.Letterhead:
    """The centre as papers print it."""
    known = settings.all_settings(db)
    return shapes.Letterhead(regency=known["centre.regency"], office=known["centre.name"], place=known["centre.place"],
                             address=known["centre.postal"], contact=known["centre.contact"])  # fmt: skip


def shipping_list(db: Database, shipment: Shipped, *, printed_by: str, now: datetime) -> bytes:
    """The PDF of a shipment's list. Raises Problem `print_failed`."""
    row = db.one("SELECT name FROM person WHERE username = ?", (shipment.actor,))
    text = f"KARTU/{shipment.number}"
    cards = lists.of_shipment(db, shipment.office, shipment.number)
    numbers = dict(
        db.run("SELECT dispatch_id, number FROM incoming_dispatch WHERE source = ?", (shipment.office,))
    )
    data = shapes.ShippingList(
        head=letterhead(db), control=CONTROL, printed_at=now, printed_by=printed_by, number=shipment.number,
        on=date.fromisoformat(shipment.on_date), addressee=addressee(shipment), carrier=shipment.carrier,
        sender=shapes.Official(name=row[0] if row else "", post="Petugas Cetak"),
        cards=tuple(card(place, line, numbers) for place, line in enumerate(cards, 1)),
        qr=f"{text}-{check_character(text)}",
    )  # fmt: skip
    return render("shipping_list", data, size=settings.get(db, "paper.size"), dialogue=True)


def addressee(shipment: Shipped) -> str:
    """`Kecamatan Yosowilangun`, whatever the label says already."""
    return shipment.name if shipment.name.startswith("Kecamatan ") else f"Kecamatan {shipment.name}"


def card(place: int, line: lists.Line, dispatches: dict[int, str]) -> shapes.ShippedCard:
    """One row of the list."""
    dispatch = dispatches.get(line.dispatch_id, "")
    return shapes.ShippedCard(line=place, number=line.number, name=line.name, village=line.area_name,
                              kind=line.kind_label, serial=line.serial, dispatch=dispatch)  # fmt: skip
