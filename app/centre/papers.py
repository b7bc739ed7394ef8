"""The list that goes with the cards, from the tables to the typesetter's data."""

from datetime import date, datetime

from app.centre import queries, settings
from app.centre.tables import IncomingLine, OutgoingShipment, shared_terms
from app.core.codes import check_character
from app.platform.printing.data import cases
from app.platform.printing.data import common as shapes
from schema.database import Database, first_value

CONTROL = shapes.Control(document="PC/F-01", revision="01", issued_on=date(2026, 1, 5))
"""The centre's own form number; Dispenduk Capil may give it another one."""


def centre_letterhead(db: Database) -> shapes.Letterhead:
    known = settings.all_settings(db)
    return shapes.Letterhead(
        regency=known["centre.regency"],
        office=known["centre.full_name"] or known["centre.name"],
        place=known["centre.place"],
        address=known["centre.postal"],
        contact=known["centre.contact"],
    )


def shipping_list_paper(
    db: Database, shipment: OutgoingShipment, *, printed_by: str, now: datetime
) -> cases.ShippingList:
    sender = first_value(db, "SELECT name FROM person WHERE username = ?", (shipment.actor,)) or ""
    text = f"KARTU/{shipment.number}"
    carrier, carrier_post = split_carrier(shipment.carrier)
    cards = queries.list_shipment_lines(db, shipment.office, shipment.number)
    numbers = dict(db.run("SELECT dispatch_id, number FROM incoming_dispatch WHERE source = ?", (shipment.office,)))
    return cases.ShippingList(
        head=centre_letterhead(db),
        control=CONTROL,
        printed_at=now,
        printed_by=printed_by,
        number=shipment.number,
        on=date.fromisoformat(shipment.on_date),
        addressee=shipment_addressee(shipment),
        carrier=carrier,
        carrier_post=carrier_post,
        sender=shapes.Official(name=sender, post="Petugas Cetak"),
        product=shared_terms([card.terms for card in cards]).product,
        cards=tuple(to_shipped_card(place, line, numbers) for place, line in enumerate(cards, 1)),
        qr=f"{text}-{check_character(text)}",
    )


def split_carrier(text: str) -> tuple[str, str]:
    """`Fajar Setiawan, petugas kecamatan` as name and post; a title behind the name (`, S.E.`) belongs to the name."""
    name, comma, post = text.rpartition(", ")
    if comma and post[:1].islower():
        return (name, post[0].upper() + post[1:])
    return (text, "")


def shipment_addressee(shipment: OutgoingShipment) -> str:
    if shipment.name.startswith("Kecamatan "):
        return shipment.name
    return f"Kecamatan {shipment.name}"


def to_shipped_card(place: int, line: IncomingLine, dispatches: dict[int, str]) -> cases.ShippedCard:
    dispatch = dispatches.get(line.dispatch_id, "")
    return cases.ShippedCard.of(line, line=place, village=line.area_name, kind=line.kind_label, dispatch=dispatch)
