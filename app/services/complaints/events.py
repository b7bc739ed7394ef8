"""Journal kinds of the complaint book. `apply` sees only the entry and the tables."""

from base64 import b64decode
from typing import Any

import msgspec

from app.platform.office.events import Number, use_number
from app.room import AT, BY, add_row_of, alter_row_of, in_turn, put_row_of, stamp_row_of
from app.services.complaints.tables import (
    AnswerLetter,
    BoxMissed,
    BoxOpening,
    Complainant,
    Complaint,
    ComplaintAside,
    ComplaintCode,
    ComplaintColumn,
    ComplaintLimit,
    ComplaintLink,
    ComplaintPause,
    ComplaintRoute,
    ComplaintScan,
    SectionRow,
)
from schema.database import Database, Table
from schema.person_fields import OfficialFacts, OfficialName, PersonCode, PersonText
from sync.entries import NOBODY, Apply, Entry, Kind, to_utc_text


class ComplaintWritten(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the book in the visitor's own words. Dates ISO text; `second_word` is a hash or empty.

    `first_due_on` is empty where nobody can be answered. `slip` is the digest of the slip's code (row `slip_id`); only
    lines of before step 0014 hold the `code` itself. `unit` is that of the limit behind `settle_due_on`.
    """

    id: int
    year: int
    n: int
    number: str
    code: str
    received_on: str
    channel: str
    words: PersonText
    type: str
    category: str
    weight: str
    section: str
    handling: str
    first_due_on: str
    settle_due_on: str
    received_time: str = ""
    place: str = ""
    anonymous: bool = False
    confidential: bool = False
    second_word: PersonCode = ""
    area: str = ""
    service: str = ""
    hope: PersonText = ""
    levy: bool = False
    name: PersonText = ""
    sex: str = ""
    address: PersonText = ""
    contact: PersonText = ""
    about: PersonText = ""
    slip: str = ""
    slip_id: int = 0
    unit: str = ""
    accepts_sms: bool = False


class BesideLine(msgspec.Struct, frozen=True):
    """A row of another table that belongs to a line."""

    id: int
    complaint_id: int


class ColumnWritten(BesideLine, frozen=True, omit_defaults=True):
    """Something the staff wrote beside a line; `state` is the line's state from now on, empty for no change."""

    name: str
    text: PersonText
    on: str
    state: str = ""
    satisfied: bool | None = None


class AnswerNumbered(BesideLine, frozen=True):
    """The answer (`id` of its column) goes out as a letter under this number of the office's letters.

    `signer` is the official as papers print him, `check_code` is random and stands on the paper; entries from before
    have none.
    """

    number: Number
    on: str
    signer: OfficialFacts = {}
    check_code: str = ""


class ComplaintSmsStopped(msgspec.Struct, frozen=True):
    """The complainant takes back that an SMS may tell him of the answer."""

    complaint_id: int


class ColumnStruck(BesideLine, frozen=True):
    reason: PersonText
    state: str


class ComplaintRouted(BesideLine, frozen=True):
    section: str
    reason: PersonText


class ComplaintPaused(BesideLine, frozen=True):
    reason: str
    note: PersonText
    from_on: str


class ComplaintResumed(BesideLine, frozen=True):
    to_on: str
    settle_due_on: str


class ScanAttached(BesideLine, frozen=True):
    kind: str
    digest: str
    data: PersonCode


class SlipCodeIssued(BesideLine, frozen=True):
    """A line got another code, of which the digest is kept; how the complainant was recognised."""

    digest: str
    second_word: PersonCode
    reason: PersonText


class ComplaintSetAside(BesideLine, frozen=True):
    reason: PersonText


class ComplaintTakenBack(BesideLine, frozen=True):
    reason: PersonText


class AsideObjected(BesideLine, frozen=True):
    text: PersonText


class AsideChecked(BesideLine, frozen=True):
    """Somebody else read the line again and agrees."""


class ComplaintClassed(msgspec.Struct, frozen=True):
    complaint_id: int
    type: str
    category: str
    weight: str
    handling: str
    levy: bool
    first_due_on: str
    settle_due_on: str
    unit: str = ""

    @property
    def first_due(self) -> str | None:
        return self.first_due_on or None


class ComplaintClosed(msgspec.Struct, frozen=True):
    complaint_id: int
    on: str


class ComplaintReopened(msgspec.Struct, frozen=True):
    complaint_id: int
    settle_due_on: str
    unit: str = ""


class LineDueMoved(msgspec.Struct, frozen=True):
    """A changed calendar gives a running line another date: its `limit` is `first_answer` or `settlement`."""

    complaint_id: int
    limit: str
    before: str
    due: str
    reason: str


class ComplaintsLinked(msgspec.Struct, frozen=True):
    """Two lines about the same thing; `one` is the smaller id."""

    one: int
    other: int


class BoxOpened(msgspec.Struct, frozen=True):
    """The suggestion box was opened; 0 slips is *nihil*. `counts`: at the end of a service day (all older ones do)."""

    on: str
    slips: int
    note: str
    counts: bool = True


class BoxMissedNoted(msgspec.Struct, frozen=True):
    days: list[str]
    reason: str


class LimitSet(msgspec.Struct, frozen=True):
    name: str
    label: str
    days: int
    unit: str
    source: str


class SectionSet(msgspec.Struct, frozen=True):
    code: str
    name: str
    head: OfficialName
    active: bool = True


def add_row(db: Database, entry: Entry, table: type[Table], **others: object) -> None:
    """A row of the body's fields that are columns of the table, with moment and person of the entry."""
    table.add_from(db, entry.body, at=to_utc_text(entry.at), actor=entry.actor, **others)


KEPT = "type, category, weight, levy, section, first_due_on, settle_due_on, closed_on, first_answer_on, aside"


def keep_former_state(db: Database, entry: Entry) -> None:
    """Remember what a line is (`KEPT`) up to this entry; before the entry changes that."""
    db.run(
        f"INSERT INTO complaint_past (complaint_id, until_at, {KEPT}) SELECT id, ?, {KEPT} FROM complaint WHERE id = ?",
        (to_utc_text(entry.at), entry.body.complaint_id),
    )


def change_line(fixed: dict[str, Any] | None = None, **fields: str) -> Apply:
    """Change the line as the body says, after what it was is remembered."""
    return in_turn(keep_former_state, alter_row_of(Complaint, fixed or {}, id="complaint_id", **fields))


def apply_written(db: Database, entry: Entry) -> None:
    body: ComplaintWritten = entry.body
    begun = {"epoch": entry.epoch, "entered_at": to_utc_text(entry.at), "entered_by": entry.actor}
    empty = {name: getattr(body, name) or None for name in ("code", "first_due_on")}
    Complaint.add(db, **Complaint.take(body, **begun, state="open", reopened=0, aside=0) | empty)
    Complainant.add_from(db, body, complaint_id=body.id)
    if body.slip:
        first = {"id": body.slip_id, "complaint_id": body.id, "digest": body.slip, "reason": ""}
        add_row(db, entry, ComplaintCode, **first)


DATES = {"first_answer": "first_answer_on", "follow_up": "followed_on", "answer": "answered_on"}


def apply_column(db: Database, entry: Entry) -> None:
    body: ColumnWritten = entry.body
    add_row(db, entry, ComplaintColumn, on_date=body.on)
    if body.name in ("follow_up", "answer"):
        Complaint.alter(db, {"id": body.complaint_id, "first_answer_on": None}, first_answer_on=body.on)
    values: dict[str, object] = {}
    if body.name in DATES:
        values[DATES[body.name]] = body.on
    if body.name == "answer" or body.satisfied is not None:
        if body.satisfied is None:
            values["satisfied"] = None
        else:
            values["satisfied"] = int(body.satisfied)
    if body.state:
        values["state"] = body.state
    if values:
        Complaint.alter(db, {"id": body.complaint_id}, **values)


def apply_answer_numbered(db: Database, entry: Entry) -> None:
    body: AnswerNumbered = entry.body
    use_number(db, entry, body.number)
    add_row(db, entry, AnswerLetter, number=body.number.text, on_date=body.on)


WROTE = "SELECT k.on_date FROM complaint_column k WHERE k.complaint_id = ?1 AND k.struck_at IS NULL AND k.name"
LAST = "ORDER BY k.id DESC LIMIT 1"
STANDING = (
    f"UPDATE complaint SET first_answer_on = ({WROTE} IN ('first_answer', 'follow_up', 'answer') ORDER BY k.id"
    " LIMIT 1),"
    f" followed_on = ({WROTE} = 'follow_up' {LAST}), answered_on = ({WROTE} = 'answer' {LAST}),"
    " satisfied = CASE WHEN (SELECT k.name FROM complaint_column k WHERE k.id = ?2) = 'satisfaction' AND NOT EXISTS"
    f" ({WROTE} = 'satisfaction' AND k.id > ?2) THEN NULL ELSE satisfied END WHERE id = ?1"
)
"""Dates and verdict of a line (?1) as its columns give them once one of them (?2) is struck through."""


def recall_dates(db: Database, entry: Entry) -> None:
    db.run(STANDING, (entry.body.complaint_id, entry.body.id))


def count_reopening(db: Database, entry: Entry) -> None:
    db.run("UPDATE complaint SET reopened = reopened + 1 WHERE id = ?", (entry.body.complaint_id,))


def apply_due_moved(db: Database, entry: Entry) -> None:
    body: LineDueMoved = entry.body
    keep_former_state(db, entry)
    if body.limit == "first_answer":
        column = "first_due_on"
    else:
        column = "settle_due_on"
    Complaint.alter(db, {"id": body.complaint_id}, **{column: body.due})


def apply_linked(db: Database, entry: Entry) -> None:
    ComplaintLink.add(db, "DO NOTHING", complaint_id=entry.body.one, other_id=entry.body.other)


def apply_scan(db: Database, entry: Entry) -> None:
    add_row(db, entry, ComplaintScan, data=b64decode(entry.body.data))


def apply_box(db: Database, entry: Entry) -> None:
    [(before,)] = db.run("SELECT count(*) FROM box_opening WHERE on_date = ?", (entry.body.on,))
    add_row(db, entry, BoxOpening, on_date=entry.body.on, n=before + 1)


def apply_box_missed(db: Database, entry: Entry) -> None:
    for day in entry.body.days:
        add_row(db, entry, BoxMissed, on_date=day)


STRUCK = stamp_row_of(ComplaintColumn, struck_at=AT, struck_by=BY, struck_why="reason")
CLOSED = alter_row_of(Complaint, {"state": "closed"}, id="complaint_id", closed_on="on")
REOPENED = change_line({"state": "followed", "closed_on": None, "satisfied": None})
SET_ASIDE = in_turn(add_row_of(ComplaintAside), change_line({"aside": 1}))
TAKEN_BACK = stamp_row_of(ComplaintAside, back_at=AT, back_by=BY, back_why="reason")
CHECKED = stamp_row_of(ComplaintAside, checked_at=AT, checked_by=BY)
OBJECTED = stamp_row_of(ComplaintAside, objected_at=AT, objection="text")

KINDS = [
    Kind("complaint.written", 1, ComplaintWritten, apply_written),
    Kind("complaint.column_written", 1, ColumnWritten, apply_column),
    Kind("complaint.answer_numbered", 1, AnswerNumbered, apply_answer_numbered),
    Kind("complaint.column_struck", 1, ColumnStruck, in_turn(STRUCK, change_line(), recall_dates)),
    Kind("complaint.routed", 1, ComplaintRouted, in_turn(add_row_of(ComplaintRoute), change_line())),
    Kind("complaint.classed", 1, ComplaintClassed, change_line(first_due_on="first_due"), NOBODY),
    Kind("complaint.paused", 1, ComplaintPaused, add_row_of(ComplaintPause)),
    Kind("complaint.resumed", 1, ComplaintResumed, in_turn(alter_row_of(ComplaintPause), change_line()), NOBODY),
    Kind("complaint.sms_stopped", 1, ComplaintSmsStopped, change_line({"accepts_sms": 0}), NOBODY),
    Kind("complaint.closed", 1, ComplaintClosed, CLOSED, NOBODY),
    Kind("complaint.reopened", 1, ComplaintReopened, in_turn(REOPENED, count_reopening), NOBODY),
    Kind("complaint.due_moved", 1, LineDueMoved, apply_due_moved, NOBODY),
    Kind("complaint.linked", 1, ComplaintsLinked, apply_linked, NOBODY),
    Kind("complaint.scan_attached", 1, ScanAttached, apply_scan),
    Kind("box.opened", 1, BoxOpened, apply_box, NOBODY),
    Kind("box.missed_noted", 1, BoxMissedNoted, apply_box_missed, NOBODY),
    Kind("complaint.code_issued", 1, SlipCodeIssued, add_row_of(ComplaintCode)),
    Kind("complaint.set_aside", 1, ComplaintSetAside, SET_ASIDE),
    Kind("complaint.aside_checked", 1, AsideChecked, CHECKED, NOBODY),
    Kind("complaint.aside_objected", 1, AsideObjected, OBJECTED),
    Kind("complaint.taken_back", 1, ComplaintTakenBack, in_turn(TAKEN_BACK, change_line({"aside": 0}))),
    Kind("section.set", 1, SectionSet, put_row_of(SectionRow, {"services": "[]"})),
    Kind("limit.set", 1, LimitSet, put_row_of(ComplaintLimit, set_by=BY), NOBODY),
]
