"""Journal kinds of the quarter: recap, addenda, posting. An approved recap never changes again (schema and service)."""

from __future__ import annotations

import msgspec

from app.complaints.membership import keep_lines
from app.complaints.pledge_events import PLEDGE_KINDS
from app.complaints.tables import Posting, Recap, RecapAddendum
from app.core.clock import office_date
from app.core.messages import RecapPublished
from app.office.events import Number, use_number
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class RecapDrafted(msgspec.Struct, frozen=True):
    """The snapshot of a quarter as JSON text in canonical form, and its SHA-256."""

    quarter: str
    number: Number
    figures: str
    digest: str
    on: str


class RecapReturned(msgspec.Struct, frozen=True):
    """Sekretaris or Camat returns a draft with a note."""

    quarter: str
    note: str


class RecapChecked(msgspec.Struct, frozen=True):
    """The Sekretaris has checked it, the public version with his own eyes."""

    quarter: str
    on: str


class RecapApproved(msgspec.Struct, frozen=True):
    """The Camat approves: the snapshot is frozen, and with it what its papers say beside the figures (`frame`)."""

    quarter: str
    digest: str
    frame: str


class AddendumWritten(msgspec.Struct, frozen=True):
    """What became known after approval."""

    id: int
    quarter: str
    text: str


class BoardPosted(msgspec.Struct, frozen=True):
    """The recap hangs on the board: on, until, where."""

    id: int
    quarter: str
    on: str
    until: str
    place: str


def change(db: Database, quarter: str, **values: object) -> None:
    """Change a recap; the schema refuses what an approved one keeps."""
    Recap.update(**values).where(Recap.quarter == quarter).execute(db)


def apply_drafted(db: Database, entry: Entry) -> None:
    body: RecapDrafted = entry.body
    values: dict[str, object] = {
        "state": "draft", "since_on": body.on, "figures": body.figures, "digest": body.digest,
        "drafted_by": entry.actor, "drafted_on": body.on, "note": "", "checked_by": "", "checked_on": None,
    }  # fmt: skip
    Recap.insert(
        quarter=body.quarter, number=body.number.text, frame="", **values
    ).on_conflict_ignore().execute(db)
    change(db, body.quarter, **values)
    use_number(db, entry, body.number)


def apply_returned(db: Database, entry: Entry) -> None:
    on = office_date(entry.at).isoformat()
    change(
        db,
        entry.body.quarter,
        state="draft",
        note=entry.body.note,
        since_on=on,
        checked_by="",
        checked_on=None,
    )


def apply_checked(db: Database, entry: Entry) -> None:
    body: RecapChecked = entry.body
    change(
        db,
        body.quarter,
        state="checked",
        note="",
        since_on=body.on,
        checked_by=entry.actor,
        checked_on=body.on,
    )


def apply_approved(db: Database, entry: Entry) -> None:
    change(db, entry.body.quarter, state="approved", approved_by=entry.actor, approved_at=stamp(entry.at),
           frame=entry.body.frame, since_on=office_date(entry.at).isoformat())  # fmt: skip
    keep_lines(db, entry.body.quarter)


def apply_addendum(db: Database, entry: Entry) -> None:
    body: AddendumWritten = entry.body
    RecapAddendum.insert(
        id=body.id, quarter=body.quarter, text=body.text, at=stamp(entry.at), actor=entry.actor
    ).execute(db)


def apply_published(db: Database, entry: Entry) -> None:
    change(db, entry.body.quarter, regency_on=office_date(entry.at).isoformat())


def apply_posted(db: Database, entry: Entry) -> None:
    body: BoardPosted = entry.body
    Posting.insert(id=body.id, quarter=body.quarter, posted_on=body.on, until_on=body.until, place=body.place,
                   actor=entry.actor).execute(db)  # fmt: skip
    Recap.update(state="published").where(Recap.quarter == body.quarter).execute(db)


QUARTER_KINDS = [
    Kind("recap.drafted", 1, RecapDrafted, apply_drafted),
    Kind("recap.returned", 1, RecapReturned, apply_returned),
    Kind("recap.checked", 1, RecapChecked, apply_checked),
    Kind("recap.approved", 1, RecapApproved, apply_approved),
    Kind("recap.published", 1, RecapPublished, apply_published),
    Kind("recap.addendum_written", 1, AddendumWritten, apply_addendum),
    *PLEDGE_KINDS,
    Kind("board.posted", 1, BoardPosted, apply_posted),
]
