"""Journal kinds of what the office sets for complaints: its sections and time limits."""

from __future__ import annotations

import msgspec

from app.complaints.tables import ComplaintLimit, SectionRow
from schema.database import Database
from sync.journal import Entry, Kind


class SectionSet(msgspec.Struct, frozen=True):
    """A section of the office and its head's user name."""

    code: str
    name: str
    head: str
    active: bool = True


class LimitSet(msgspec.Struct, frozen=True):
    """A time limit, set by the office."""

    name: str
    label: str
    days: int
    unit: str
    source: str


def apply_section(db: Database, entry: Entry) -> None:
    body: SectionSet = entry.body
    SectionRow.replace(
        code=body.code, name=body.name, head=body.head, services="[]", active=int(body.active)
    ).execute(db)


def apply_limit(db: Database, entry: Entry) -> None:
    ComplaintLimit.replace(**msgspec.structs.asdict(entry.body), set_by=entry.actor).execute(db)


LIMIT_KINDS = [
    Kind("section.set", 1, SectionSet, apply_section),
    Kind("limit.set", 1, LimitSet, apply_limit),
]
