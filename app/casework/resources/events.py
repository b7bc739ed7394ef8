"""Journal kinds of this room: things with what became of them, what people have learnt."""

from typing import Annotated, Any, Literal

import msgspec

from app.casework.resources.tables import Device, FacilityItem, Qualification, Repair
from app.room import alter_row_of, put_row_of
from schema.database import Database
from schema.person_fields import EMPTIED, PersonCode, PersonDay, PersonLines
from sync.entries import NOBODY, Entry, Kind, to_utc_text

Condition = Literal["working", "broken", "sent", "replaced", "written_off"]


class FacilityAdded(msgspec.Struct, frozen=True, omit_defaults=True):
    """Things of one kind are there from a day on; `label` is the inventory number of a single one."""

    ids: list[int]
    facility: str
    name: str
    on: str
    label: str = ""
    place: str = ""


class FacilityDescribed(msgspec.Struct, frozen=True):
    id: int
    label: str
    place: str


class FacilityMoved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing broke, was sent to be mended, works again, was replaced by another one or written off.

    `repair_id` is the repair that this begins, goes on with or ends; none where a working thing is written off.
    """

    id: int
    state: Condition
    on: str
    note: str
    repair_id: int | None = None
    sent_to: str = ""
    cost: int | None = None
    new_id: int | None = None


class DeviceNoted(msgspec.Struct, frozen=True):
    """Equipment works or does not, since when, and what is wrong; written before things were listed one by one."""

    name: str
    works: bool
    note: str
    since: str


class Training(msgspec.Struct, frozen=True):
    name: str
    on: str


class PersonQualified(msgspec.Struct, frozen=True):
    """Everything that is known of a person's education, trainings, experience and skills, in place of what was."""

    person_id: int
    education: PersonCode
    study: PersonCode
    working_since: PersonDay
    trainings: Annotated[list[Training], EMPTIED]
    skills: PersonLines


def apply_added(db: Database, entry: Entry) -> None:
    body: FacilityAdded = entry.body
    own = {"at": to_utc_text(entry.at), "actor": entry.actor, "state": "working", "begun_on": body.on, "since": body.on}
    FacilityItem.add_all(db, [FacilityItem.take(body, id=number, **own) for number in body.ids])


def apply_moved(db: Database, entry: Entry) -> None:
    body: FacilityMoved = entry.body
    key = {"id": body.id}
    held = FacilityItem.first(db, **key)
    FacilityItem.alter(db, key, state=body.state, since=body.on, note=body.note)
    repair: dict[str, Any] = {"id": body.repair_id}
    if body.state == "broken":
        begun = {"item_id": body.id, "broken_on": body.on, "fault": body.note, "reported_by": entry.actor}
        Repair.add(db, **(repair | begun))
    elif body.state == "sent":
        Repair.alter(db, repair, sent_on=body.on, sent_to=body.sent_to)
    elif body.repair_id is not None:
        if body.state == "working":
            outcome = "mended"
        else:
            outcome = body.state
        ended = {"ended_on": body.on, "ended_by": entry.actor, "note": body.note, "cost": body.cost}
        Repair.alter(db, repair, outcome=outcome, **ended)
    if body.new_id is not None and held is not None:
        came = {"at": to_utc_text(entry.at), "actor": entry.actor, "begun_on": body.on, "since": body.on}
        kept = {name: getattr(held, name) for name in ("facility", "name", "place")}
        FacilityItem.add(db, id=body.new_id, state="working", replaces=body.id, **kept, **came)


KINDS = [
    Kind("office.device_noted", 1, DeviceNoted, put_row_of(Device), NOBODY),
    Kind("facility.added", 1, FacilityAdded, apply_added, NOBODY),
    Kind("facility.described", 1, FacilityDescribed, alter_row_of(FacilityItem), NOBODY),
    Kind("facility.moved", 1, FacilityMoved, apply_moved, NOBODY),
    Kind("person.qualified", 1, PersonQualified, put_row_of(Qualification)),
]
