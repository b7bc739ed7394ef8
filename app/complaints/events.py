"""Journal kinds of the complaint book. `apply` sees only the entry and the tables."""

from __future__ import annotations

from base64 import b64decode

import msgspec

from app.complaints.aside_events import ASIDE_KINDS
from app.complaints.capa_events import CAPA_KINDS
from app.complaints.limit_events import LIMIT_KINDS
from app.complaints.past import keep_past
from app.complaints.quarter_events import QUARTER_KINDS
from app.complaints.slip_events import SLIP_KINDS
from app.complaints.tables import (
    BoxMissed,
    BoxOpening,
    Complainant,
    Complaint,
    ComplaintCode,
    ComplaintColumn,
    ComplaintLink,
    ComplaintPause,
    ComplaintRoute,
    ComplaintScan,
)
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


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
    words: str
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
    second_word: str = ""
    area: str = ""
    service: str = ""
    hope: str = ""
    levy: bool = False
    name: str = ""
    sex: str = ""
    address: str = ""
    contact: str = ""
    about: str = ""
    slip: str = ""
    slip_id: int = 0
    unit: str = ""


class ColumnWritten(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something the staff wrote beside a line; `state` is the line's state from now on, empty for no change."""

    id: int
    complaint_id: int
    name: str
    text: str
    on: str
    state: str = ""
    satisfied: bool | None = None


class ColumnStruck(msgspec.Struct, frozen=True):
    """A staff column struck through, initialled, with the reason; the line's state after it."""

    id: int
    complaint_id: int
    reason: str
    state: str


class ComplaintRouted(msgspec.Struct, frozen=True):
    """A line goes to another section."""

    id: int
    complaint_id: int
    section: str
    reason: str


class ComplaintClassed(msgspec.Struct, frozen=True):
    """Type, category, weight and handling as the officer sees them now, with the due dates that follow."""

    complaint_id: int
    type: str
    category: str
    weight: str
    handling: str
    levy: bool
    first_due_on: str
    settle_due_on: str
    unit: str = ""


class ComplaintPaused(msgspec.Struct, frozen=True):
    """The settlement clock stands still."""

    id: int
    complaint_id: int
    reason: str
    note: str
    from_on: str


class ComplaintResumed(msgspec.Struct, frozen=True):
    """The clock runs again; the new due date."""

    id: int
    complaint_id: int
    to_on: str
    settle_due_on: str


class ComplaintClosed(msgspec.Struct, frozen=True):
    """A line is settled."""

    complaint_id: int
    on: str


class ComplaintReopened(msgspec.Struct, frozen=True):
    """A settled line is taken up again, with its reason as a note."""

    complaint_id: int
    settle_due_on: str
    unit: str = ""


class ComplaintsLinked(msgspec.Struct, frozen=True):
    """Two lines about the same thing; `one` is the smaller id."""

    one: int
    other: int


class ScanAttached(msgspec.Struct, frozen=True):
    """A picture of the handwritten page, as base64."""

    id: int
    complaint_id: int
    kind: str
    digest: str
    data: str


class BoxOpened(msgspec.Struct, frozen=True):
    """The suggestion box was opened; 0 slips is *nihil*. `counts`: at the end of a service day (all older ones do)."""

    on: str
    slips: int
    note: str
    counts: bool = True


class BoxMissedNoted(msgspec.Struct, frozen=True):
    """Why the box was not opened on some service days."""

    days: list[str]
    reason: str


def apply_written(db: Database, entry: Entry) -> None:
    body: ComplaintWritten = entry.body
    line = msgspec.structs.asdict(body)
    person = {key: line.pop(key) for key in ("name", "sex", "address", "contact", "about")}
    slip, slip_id = line.pop("slip"), line.pop("slip_id")
    line |= {name: line[name] or None for name in ("code", "first_due_on")}
    line |= {name: int(line[name]) for name in ("anonymous", "confidential", "levy")}
    Complaint.insert(**line, epoch=entry.epoch, entered_at=stamp(entry.at), entered_by=entry.actor, state="open",
                     reopened=0, aside=0).execute(db)  # fmt: skip
    Complainant.insert(complaint_id=body.id, **person).execute(db)
    if slip:
        ComplaintCode.insert(id=slip_id, complaint_id=body.id, digest=slip, second_word=body.second_word, reason="",
                             at=stamp(entry.at), actor=entry.actor).execute(db)  # fmt: skip


def change(db: Database, complaint_id: int, **values: object) -> None:
    """Change staff columns of a line."""
    Complaint.update(**values).where(Complaint.id == complaint_id).execute(db)


DATES = {"first_answer": "first_answer_on", "follow_up": "followed_on", "answer": "answered_on"}


def apply_column(db: Database, entry: Entry) -> None:
    body: ColumnWritten = entry.body
    ComplaintColumn.insert(id=body.id, complaint_id=body.complaint_id, name=body.name, text=body.text, on_date=body.on,
                           at=stamp(entry.at), actor=entry.actor, struck_by="", struck_why="").execute(db)  # fmt: skip
    values: dict[str, object] = {DATES[body.name]: body.on} if body.name in DATES else {}
    if body.name in ("follow_up", "answer"):
        first = Complaint.first_answer_on
        Complaint.update(first_answer_on=body.on).where(
            Complaint.id == body.complaint_id, first.is_null()
        ).execute(db)
    if body.name == "answer":
        values["satisfied"] = None
    if body.state:
        values["state"] = body.state
    if body.satisfied is not None:
        values["satisfied"] = int(body.satisfied)
    if values:
        change(db, body.complaint_id, **values)


WROTE = (
    "SELECT k.on_date FROM complaint_column k WHERE k.complaint_id = ?1 AND k.struck_at IS NULL AND k.name"
)
LAST = "ORDER BY k.id DESC LIMIT 1"
STANDING = (
    f"UPDATE complaint SET first_answer_on = ({WROTE} IN ('first_answer', 'follow_up', 'answer') ORDER BY k.id"
    " LIMIT 1),"
    f" followed_on = ({WROTE} = 'follow_up' {LAST}), answered_on = ({WROTE} = 'answer' {LAST}),"
    " satisfied = CASE WHEN (SELECT k.name FROM complaint_column k WHERE k.id = ?2) = 'satisfaction' AND NOT EXISTS"
    f" ({WROTE} = 'satisfaction' AND k.id > ?2) THEN NULL ELSE satisfied END WHERE id = ?1"
)
"""Dates and verdict of a line (?1) as its columns give them once one of them (?2) is struck through."""


def apply_struck(db: Database, entry: Entry) -> None:
    body: ColumnStruck = entry.body
    struck = ComplaintColumn.update(struck_at=stamp(entry.at), struck_by=entry.actor, struck_why=body.reason)
    struck.where(ComplaintColumn.id == body.id).execute(db)
    keep_past(db, entry, body.complaint_id)
    change(db, body.complaint_id, state=body.state)
    db.run(STANDING, (body.complaint_id, body.id))


def apply_routed(db: Database, entry: Entry) -> None:
    body: ComplaintRouted = entry.body
    values = msgspec.structs.asdict(body)
    ComplaintRoute.insert(**values, at=stamp(entry.at), actor=entry.actor).execute(db)
    keep_past(db, entry, body.complaint_id)
    change(db, body.complaint_id, section=body.section)


def apply_classed(db: Database, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry.body)
    keep_past(db, entry, values["complaint_id"])
    values |= {"levy": int(values["levy"]), "first_due_on": values["first_due_on"] or None}
    change(db, values.pop("complaint_id"), **values)


def apply_paused(db: Database, entry: Entry) -> None:
    ComplaintPause.insert(**msgspec.structs.asdict(entry.body), actor=entry.actor).execute(db)


def apply_resumed(db: Database, entry: Entry) -> None:
    body: ComplaintResumed = entry.body
    ComplaintPause.update(to_on=body.to_on).where(ComplaintPause.id == body.id).execute(db)
    keep_past(db, entry, body.complaint_id)
    change(db, body.complaint_id, settle_due_on=body.settle_due_on)


def apply_closed(db: Database, entry: Entry) -> None:
    change(db, entry.body.complaint_id, state="closed", closed_on=entry.body.on)


def apply_reopened(db: Database, entry: Entry) -> None:
    body: ComplaintReopened = entry.body
    keep_past(db, entry, body.complaint_id)
    Complaint.update(state="followed", closed_on=None, satisfied=None, settle_due_on=body.settle_due_on, unit=body.unit,
                     reopened=Complaint.reopened + 1).where(Complaint.id == body.complaint_id).execute(db)  # fmt: skip


def apply_linked(db: Database, entry: Entry) -> None:
    ComplaintLink.insert(complaint_id=entry.body.one, other_id=entry.body.other).on_conflict_ignore().execute(
        db
    )


def apply_scan(db: Database, entry: Entry) -> None:
    body: ScanAttached = entry.body
    ComplaintScan.insert(id=body.id, complaint_id=body.complaint_id, kind=body.kind, digest=body.digest,
                         data=b64decode(body.data), at=stamp(entry.at), actor=entry.actor).execute(db)  # fmt: skip


def apply_box(db: Database, entry: Entry) -> None:
    body: BoxOpened = entry.body
    row = db.one("SELECT count(*) FROM box_opening WHERE on_date = ?", (body.on,))
    BoxOpening.insert(on_date=body.on, n=(row[0] if row else 0) + 1, slips=body.slips, counts=int(body.counts),
                      note=body.note, at=stamp(entry.at), actor=entry.actor).execute(db)  # fmt: skip


def apply_box_missed(db: Database, entry: Entry) -> None:
    body: BoxMissedNoted = entry.body
    for day in body.days:
        BoxMissed.insert(on_date=day, reason=body.reason, at=stamp(entry.at), actor=entry.actor).execute(db)


KINDS = [
    Kind("complaint.written", 1, ComplaintWritten, apply_written, personal=True),
    Kind("complaint.column_written", 1, ColumnWritten, apply_column, personal=True),
    Kind("complaint.column_struck", 1, ColumnStruck, apply_struck),
    Kind("complaint.routed", 1, ComplaintRouted, apply_routed),
    Kind("complaint.classed", 1, ComplaintClassed, apply_classed),
    Kind("complaint.paused", 1, ComplaintPaused, apply_paused),
    Kind("complaint.resumed", 1, ComplaintResumed, apply_resumed),
    Kind("complaint.closed", 1, ComplaintClosed, apply_closed),
    Kind("complaint.reopened", 1, ComplaintReopened, apply_reopened),
    Kind("complaint.linked", 1, ComplaintsLinked, apply_linked),
    Kind("complaint.scan_attached", 1, ScanAttached, apply_scan, personal=True),
    Kind("box.opened", 1, BoxOpened, apply_box),
    Kind("box.missed_noted", 1, BoxMissedNoted, apply_box_missed),
    *SLIP_KINDS,
    *ASIDE_KINDS,
    *LIMIT_KINDS,
    *CAPA_KINDS,
    *QUARTER_KINDS,
]
