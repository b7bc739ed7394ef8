"""Cards: arrived, called for, handed over, misprinted."""

from __future__ import annotations

import msgspec

from app.ktp.tables import CardCall, DispatchLineRow, HandOver, Shipment
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class ShipmentCounted(msgspec.Struct, frozen=True):
    """A shipment as counted on arrival; what differs from the shipping list stands in the note."""

    shipment: str
    sent_on: str
    expected: int
    counted: int
    on: str
    note: str


class CardArrived(msgspec.Struct, frozen=True):
    """One card lies in the kecamatan."""

    case_id: int
    dispatch_id: int
    ordinal: int
    on: str


class ApplicantCalled(msgspec.Struct, frozen=True):
    """One attempt to call the applicant by hand: phone, message, village or visit."""

    case_id: int
    means: str
    reached: bool
    note: str


class CardHandedOver(msgspec.Struct, frozen=True):
    """Handed over once: to whom, in which relation, on whose authority, and what was surrendered."""

    case_id: int
    receiver: str
    relation: str
    authority: str
    surrendered: str
    on: str


class CardMisprinted(msgspec.Struct, frozen=True):
    """A misprint, found at arrival, hand-over or later: the card is surrendered and printed again, free of charge."""

    case_id: int
    dispatch_id: int
    ordinal: int
    reason: str
    on: str


def apply_counted(db: Database, entry: Entry) -> None:
    body: ShipmentCounted = entry.body
    Shipment.insert(
        number=body.shipment, sent_on=body.sent_on, count=body.expected
    ).on_conflict_ignore().execute(db)
    Shipment.update(counted=body.counted, arrived_on=body.on, note=body.note).where(
        Shipment.number == body.shipment
    ).execute(db)


def apply_card_arrived(db: Database, entry: Entry) -> None:
    body: CardArrived = entry.body
    DispatchLineRow.update(arrived_on=body.on).where(
        DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    ).execute(db)


def apply_called(db: Database, entry: Entry) -> None:
    body: ApplicantCalled = entry.body
    CardCall.insert(case_id=body.case_id, at=stamp(entry.at), means=body.means, reached=int(body.reached),
                    note=body.note, actor=entry.actor).execute(db)  # fmt: skip


def apply_handed_over(db: Database, entry: Entry) -> None:
    body: CardHandedOver = entry.body
    HandOver.insert(case_id=body.case_id, receiver=body.receiver, relation=body.relation, authority=body.authority,
                    surrendered=body.surrendered, on_date=body.on, at=stamp(entry.at),
                    actor=entry.actor).execute(db)  # fmt: skip


def apply_misprinted(db: Database, entry: Entry) -> None:
    body: CardMisprinted = entry.body
    DispatchLineRow.update(misprint=body.reason).where(
        DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    ).execute(db)
    HandOver.update(returned_on=body.on).where(
        HandOver.case_id == body.case_id, HandOver.returned_on.is_null()
    ).execute(db)


CARD_KINDS = [
    Kind("shipment.counted", 1, ShipmentCounted, apply_counted),
    Kind("card.arrived", 1, CardArrived, apply_card_arrived),
    Kind("card.called", 1, ApplicantCalled, apply_called, personal=True),
    Kind("card.handed_over", 1, CardHandedOver, apply_handed_over, personal=True),
    Kind("card.misprinted", 1, CardMisprinted, apply_misprinted),
]
