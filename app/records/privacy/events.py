"""Journal kinds of requests about data, failures of protection, and own lines of the register of processing."""

from typing import Literal

import msgspec

from app.platform.office.events import Number, use_own_number
from app.records.privacy.tables import DataIncident, DataRequest, IncidentNotice, ProcessingLine
from app.room import AT, BY, add_row_of, alter_row_of, in_turn, put_row_of, stamp_row_of
from schema.person_fields import PersonText
from sync.entries import NOBODY, Kind

RequestKind = Literal["access", "correction", "objection", "withdrawal", "erasure"]
Decision = Literal["granted", "partly", "refused"]
Audience = Literal["people", "authority", "public"]


class RequestReceived(msgspec.Struct, frozen=True):
    """Somebody asked about the own data; `received_at` is the moment from which the law counts its hours."""

    id: int
    number: Number
    kind: RequestKind
    name: PersonText
    asked_by: PersonText
    shown: PersonText
    contact: PersonText
    wish: PersonText
    received_at: str


class RequestAnswered(msgspec.Struct, frozen=True):
    id: int
    decision: Decision
    reason: PersonText


class IncidentFacts(msgspec.Struct, frozen=True):
    """What is known of a failure: how it happened, which data were exposed, whose, of how many, what is done."""

    happened: str
    exposed: str
    subjects: str
    people: int | None
    measures: str


class IncidentNoted(IncidentFacts, frozen=True, kw_only=True):
    """`known_at` is the moment from which the law counts its hours."""

    id: int
    number: Number
    known_at: str


class IncidentDescribed(IncidentFacts, frozen=True, kw_only=True):
    id: int


class IncidentNotified(msgspec.Struct, frozen=True):
    """Told at a moment in some way; or not, and why."""

    incident_id: int
    audience: Audience
    told_at: str = ""
    way: str = ""
    why_not: str = ""


class IncidentRead(msgspec.Struct, frozen=True):
    """The head of the office knows."""

    id: int


class IncidentClosed(msgspec.Struct, frozen=True):
    id: int
    conclusion: str


class LineText(msgspec.Struct, frozen=True):
    """What a line of the register of processing says."""

    activity: str
    subjects: str
    data: str
    purpose: str
    basis: str
    receivers: str
    kept: str
    protection: str


class LineWritten(LineText, frozen=True, kw_only=True):
    """One with a known id takes the place of what it said."""

    id: int


class LineEnded(msgspec.Struct, frozen=True):
    id: int


KINDS = [
    Kind(
        "data_request.received",
        1,
        RequestReceived,
        in_turn(add_row_of(DataRequest, number="number.text"), use_own_number),
    ),
    Kind("data_request.answered", 1, RequestAnswered, alter_row_of(DataRequest, answered_at=AT, answered_by=BY)),
    Kind(
        "data_incident.noted",
        1,
        IncidentNoted,
        in_turn(add_row_of(DataIncident, number="number.text"), use_own_number),
        NOBODY,
    ),
    Kind("data_incident.described", 1, IncidentDescribed, alter_row_of(DataIncident), NOBODY),
    Kind("data_incident.notified", 1, IncidentNotified, put_row_of(IncidentNotice), NOBODY),
    Kind("data_incident.read", 1, IncidentRead, stamp_row_of(DataIncident, read_at=AT, read_by=BY), NOBODY),
    Kind("data_incident.closed", 1, IncidentClosed, alter_row_of(DataIncident, closed_at=AT, closed_by=BY), NOBODY),
    Kind("processing.line_written", 1, LineWritten, put_row_of(ProcessingLine), NOBODY),
    Kind("processing.line_ended", 1, LineEnded, stamp_row_of(ProcessingLine, ended_at=AT), NOBODY),
]
