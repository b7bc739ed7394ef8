"""Journal kind of slip codes. The first code of a line comes with `complaint.written`."""

from __future__ import annotations

import msgspec

from app.complaints.tables import ComplaintCode
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class SlipCodeIssued(msgspec.Struct, frozen=True):
    """A line got another code, of which the digest is kept; how the complainant was recognised."""

    id: int
    complaint_id: int
    digest: str
    second_word: str
    reason: str


def apply_issued(db: Database, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry.body)
    ComplaintCode.insert(**values, at=stamp(entry.at), actor=entry.actor).execute(db)


SLIP_KINDS = [Kind("complaint.code_issued", 1, SlipCodeIssued, apply_issued)]
