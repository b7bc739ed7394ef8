"""Journal kinds of the hotline: contacts made complaints, messages (SMS), desk information, the team and its pacts."""

import json
from typing import Any, Literal

import msgspec

from app.casework.desk.tables import CaseFile
from app.room import AT, BY, add_row_of, add_rows_of, alter_row_of, in_turn, stamp_row_of
from app.services.hotline import SERVICE
from app.services.hotline.tables import Article, ArticleUse, HotlineComplaint, Sms, TeamDecree, TeamMember
from schema.database import Database
from schema.person_fields import OfficialName, PersonCode
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class ComplaintMade(msgspec.Struct, frozen=True):
    """A contact became one line of the complaint book."""

    case_id: int
    complaint_id: int


# -- messages ----------------------------------------------------------------------------------------------------


class SmsReceived(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message came in. Of a blocked number nothing but the number is kept; without `case_id` it became no contact.
    One that ends an agreement belongs to a case or line that had it."""

    id: int
    number: PersonCode
    text: PersonCode
    state: str
    stamp: str
    digest: str
    case_id: int | None = None
    complaint_id: int | None = None


class SmsQueued(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message is to leave in a file of this name; an answer `tells` an event of its case, a notice a moment of its
    case or its line of the complaint book."""

    id: int
    purpose: str
    number: PersonCode
    text: PersonCode
    file: str
    case_id: int | None = None
    tells: str = ""
    complaint_id: int | None = None


class SmsMoved(msgspec.Struct, frozen=True):
    """What became of an outgoing message: the daemon has it, it is sent, it failed, its file is gone; or it is queued
    again in another file."""

    id: int
    state: Literal["queued", "handed", "sent", "failed", "gone"]
    file: str


class SmsDropped(msgspec.Struct, frozen=True):
    """A notice does not leave, and why; what it told may be told by another one."""

    id: int
    dropped_why: str


class SmsErased(msgspec.Struct, frozen=True):
    """Numbers and words of old messages are taken out; that they came or went, when and why stays."""

    ids: list[int]
    reason: str


# -- desk information ----------------------------------------------------------------------------------------------


class ArticleWritten(msgspec.Struct, frozen=True, omit_defaults=True):
    """A revision of an article, the first one out of a contact where `case_id` names one."""

    id: int
    article_id: int
    revision: int
    field: str
    question: str
    answer: str
    owner: str
    valid_from: str
    valid_until: str
    case_id: int | None = None


class ArticleApproved(msgspec.Struct, frozen=True):
    id: int


class ArticleEnded(msgspec.Struct, frozen=True):
    id: int
    reason: str


class ArticleUsed(msgspec.Struct, frozen=True):
    article_id: int
    revision: int
    case_id: int


# -- the team ------------------------------------------------------------------------------------------------------


class Member(msgspec.Struct, frozen=True):
    id: int
    username: OfficialName
    name: OfficialName
    education: OfficialName
    study: OfficialName


class TeamDrafted(msgspec.Struct, frozen=True):
    """The letter that names a team was drafted; it counts from its number on."""

    id: int
    letter_id: int
    until_on: str
    members: list[Member]


class PactSigned(msgspec.Struct, frozen=True):
    id: int
    pact: str


class MemberLeft(msgspec.Struct, frozen=True):
    id: int
    reason: str


class TeamWithdrawn(msgspec.Struct, frozen=True):
    id: int
    reason: str


def apply_erased(db: Database, entry: Entry) -> None:
    body: SmsErased = entry.body
    gone = {"gone_at": to_utc_text(entry.at), "gone_by": entry.actor, "gone_why": body.reason}
    Sms.alter(db, {"id": tuple(body.ids)}, number="", text="", **gone)


def index_question(db: Database, entry: Entry) -> None:
    """After a case was opened or corrected: the words of a contact's question are found by the search."""
    body: Any = entry.body
    if entry.kind == "case.opened":
        case_id = body.id
    else:
        case_id = body.case_id
    contact = CaseFile.first(db, id=case_id, service=SERVICE)
    if contact is not None:
        question = json.loads(contact.fields).get("question", "")
        db.run("DELETE FROM contact_fts WHERE rowid = ?", (case_id,))
        db.run("INSERT INTO contact_fts (rowid, question) VALUES (?, ?)", (case_id, question))


INCOMING = {"direction": "incoming", "purpose": "question"}
OUTGOING = {"direction": "outgoing", "state": "queued"}
DROPPED = {"state": "dropped", "tells": ""}
WITHDRAWN = alter_row_of(TeamDecree, withdrawn_at=AT, withdrawn_by=BY, withdrawn_why="reason")

KINDS = [
    Kind("hotline.complaint_made", 1, ComplaintMade, add_row_of(HotlineComplaint), NOBODY),
    Kind("sms.received", 1, SmsReceived, add_row_of(Sms, INCOMING), gone_from="sms"),
    Kind("sms.queued", 1, SmsQueued, add_row_of(Sms, OUTGOING), gone_from="sms"),
    Kind("sms.moved", 1, SmsMoved, alter_row_of(Sms, changed_at=AT), NOBODY),
    Kind("sms.dropped", 1, SmsDropped, stamp_row_of(Sms, DROPPED, changed_at=AT, dropped_why="dropped_why"), NOBODY),
    Kind("sms.erased", 1, SmsErased, apply_erased, NOBODY),
    Kind("article.written", 1, ArticleWritten, add_row_of(Article), NOBODY),
    Kind("article.approved", 1, ArticleApproved, alter_row_of(Article, approved_at=AT, approved_by=BY), NOBODY),
    Kind("article.ended", 1, ArticleEnded, alter_row_of(Article, ended_at=AT, ended_by=BY, ended_why="reason"), NOBODY),
    Kind("article.used", 1, ArticleUsed, add_row_of(ArticleUse), NOBODY),
    Kind(
        "team.drafted",
        1,
        TeamDrafted,
        in_turn(add_row_of(TeamDecree), add_rows_of(TeamMember, "members", decree_id="id")),
    ),
    Kind("team.pact_signed", 1, PactSigned, alter_row_of(TeamMember, pact_at=AT), NOBODY),
    Kind("team.member_left", 1, MemberLeft, alter_row_of(TeamMember, left_at=AT, left_why="reason"), NOBODY),
    Kind("team.withdrawn", 1, TeamWithdrawn, WITHDRAWN, NOBODY),
]
