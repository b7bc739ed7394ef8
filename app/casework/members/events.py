"""Journal kinds of people in requests and of their slots, and how they are applied."""

import json
from typing import Annotated

import msgspec

from app.casework.members.tables import Member, MemberEvent, MemberSlot
from schema.database import Database
from schema.person_fields import PersonText, PersonValues, named_by
from sync.entries import NOBODY, Entry, Kind, to_utc_text

LISTED, CORRECTED = "listed", "corrected"
"""What the room itself writes into the story of a person; the rest are moves of the definition."""


class NewMember(msgspec.Struct, frozen=True):
    """A person as the list has him; `claim` is what only one open row may hold."""

    id: int
    ordinal: int
    member_key: Annotated[str, named_by("id")]
    name: PersonText
    fields: PersonValues
    claim: Annotated[str, named_by("id")]


class MembersListed(msgspec.Struct, frozen=True, omit_defaults=True):
    """People entered into a request by hand, or from the file of this digest."""

    case_id: int
    state: str
    members: list[NewMember]
    digest: str = ""


class MemberCorrected(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    case_id: int
    member_key: Annotated[str, named_by("id")]
    name: PersonText
    fields: PersonValues
    claim: Annotated[str, named_by("id")]
    reason: PersonText


class MembersMoved(msgspec.Struct, frozen=True, omit_defaults=True):
    """One move for many: (person, his slot or None after it) each. `final` gives up the claims; with `claims`, their
    beginning, people who come back from a final state take theirs again."""

    case_id: int
    move: str
    state: str
    members: list[tuple[int, int | None]]
    final: bool = False
    reason: PersonText = ""
    claims: str = ""


class Slot(msgspec.Struct, frozen=True):
    id: int
    on_date: str
    begins: str
    ends: str
    capacity: int
    place: str


class SlotsSet(msgspec.Struct, frozen=True):
    """Slots opened, or given another capacity."""

    service: str
    slots: list[Slot]


class SlotsRemoved(msgspec.Struct, frozen=True):
    service: str
    slots: list[int]


def write_story(
    db: Database, entry: Entry, members: list[tuple[int, int | None]], action: str, state: str, note: str = ""
) -> None:
    own = {"at": to_utc_text(entry.at), "action": action, "state": state, "note": note, "actor": entry.actor}
    MemberEvent.add_all(db, [{"member_id": number, "slot_id": slot, **own} for number, slot in members])


def apply_listed(db: Database, entry: Entry) -> None:
    body: MembersListed = entry.body
    own = {"case_id": body.case_id, "state": body.state, "changed_at": to_utc_text(entry.at)}
    Member.add_all(db, [Member.take(member, **own) for member in body.members])
    write_story(db, entry, [(member.id, None) for member in body.members], LISTED, body.state)


def apply_corrected(db: Database, entry: Entry) -> None:
    body: MemberCorrected = entry.body
    changes = {"member_key": body.member_key, "name": body.name, "claim": body.claim}
    Member.alter(db, {"id": body.id}, fields=json.dumps(body.fields), changed_at=to_utc_text(entry.at), **changes)
    row = Member.first(db, id=body.id)
    if row is not None:
        write_story(db, entry, [(row.id, row.slot_id)], CORRECTED, row.state, body.reason)


def apply_moved(db: Database, entry: Entry) -> None:
    """Slots are given up before others are taken: people may change places."""
    body: MembersMoved = entry.body
    at = to_utc_text(entry.at)
    claim = ", claim = NULL" if body.final else ""
    db.many("UPDATE member SET slot_id = NULL WHERE id = ?", [(number,) for number, _ in body.members])
    sql = f"UPDATE member SET state = ?, slot_id = ?, changed_at = ?{claim} WHERE id = ?"
    db.many(sql, [(body.state, slot, at, number) for number, slot in body.members])
    if body.claims:
        sql = "UPDATE member SET claim = ? || member_key WHERE id = ? AND claim IS NULL"
        db.many(sql, [(body.claims, number) for number, _ in body.members])
    write_story(db, entry, body.members, body.move, body.state, body.reason)


def apply_slots(db: Database, entry: Entry) -> None:
    own = {"service": entry.body.service, "actor": entry.actor, "at": to_utc_text(entry.at)}
    for slot in entry.body.slots:
        MemberSlot.put_from(db, slot, **own)


def apply_removed(db: Database, entry: Entry) -> None:
    for slot in entry.body.slots:
        MemberSlot.remove(db, id=slot)


KINDS = [
    Kind("member.listed", 1, MembersListed, apply_listed),
    Kind("member.corrected", 1, MemberCorrected, apply_corrected, told_in="member_event"),
    Kind("member.moved", 1, MembersMoved, apply_moved),
    Kind("member.slots_set", 1, SlotsSet, apply_slots, NOBODY),
    Kind("member.slots_removed", 1, SlotsRemoved, apply_removed, NOBODY),
]
