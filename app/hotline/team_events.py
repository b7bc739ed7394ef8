"""Journal kinds of the hotline's team: its decree, who is in it, the integrity pact of each."""

import msgspec

from app.hotline.tables import TeamDecree, TeamMember
from app.room import add_row_of
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class Member(msgspec.Struct, frozen=True):
    username: str
    name: str
    education: str
    study: str


class TeamDrafted(msgspec.Struct, frozen=True):
    id: int
    number: str
    on_date: str
    until_on: str
    members: list[Member]


class TeamEnacted(msgspec.Struct, frozen=True):
    """Whoever enacts decrees signed it; `enacted_post` as papers name it."""

    id: int
    enacted_post: str


class PactSigned(msgspec.Struct, frozen=True):
    """A member signed the pact with this digest."""

    decree_id: int
    username: str
    pact: str


class MemberLeft(msgspec.Struct, frozen=True):
    decree_id: int
    username: str
    reason: str


class TeamWithdrawn(msgspec.Struct, frozen=True):
    id: int
    reason: str


def apply_drafted(db: Database, entry: Entry) -> None:
    body: TeamDrafted = entry.body
    add_row_of(TeamDecree, {"state": "drafted"})(db, entry)
    TeamMember.add_all(db, [TeamMember.take(one, decree_id=body.id) for one in body.members])


def apply_enacted(db: Database, entry: Entry) -> None:
    signed = {"enacted_at": to_utc_text(entry.at), "enacted_by": entry.actor, "enacted_post": entry.body.enacted_post}
    TeamDecree.alter(db, {"id": entry.body.id}, state="enacted", **signed)


def apply_withdrawn(db: Database, entry: Entry) -> None:
    said = {"withdrawn_at": to_utc_text(entry.at), "withdrawn_by": entry.actor, "withdrawn_why": entry.body.reason}
    TeamDecree.alter(db, {"id": entry.body.id}, state="withdrawn", **said)


def apply_pact(db: Database, entry: Entry) -> None:
    body: PactSigned = entry.body
    key = {"decree_id": body.decree_id, "username": body.username}
    TeamMember.alter(db, key, pact=body.pact, pact_at=to_utc_text(entry.at))


def apply_left(db: Database, entry: Entry) -> None:
    body: MemberLeft = entry.body
    key = {"decree_id": body.decree_id, "username": body.username}
    TeamMember.alter(db, key, left_at=to_utc_text(entry.at), left_why=body.reason)


KINDS = [
    Kind("team.drafted", 1, TeamDrafted, apply_drafted),
    Kind("team.enacted", 1, TeamEnacted, apply_enacted),
    Kind("team.pact_signed", 1, PactSigned, apply_pact),
    Kind("team.member_left", 1, MemberLeft, apply_left),
    Kind("team.withdrawn", 1, TeamWithdrawn, apply_withdrawn),
]
