"""Journal kinds of the quarter: recap, addenda, posting. An approved recap never changes again (schema and service)."""

from __future__ import annotations

import msgspec

from app.core.clock import office_date
from app.core.messages import RecapPublished
from app.office.events import Number, use_number
from app.quarter.membership import keep_counted_lines
from app.quarter.tables import Pledge, PledgeHistory, Posting, Recap, RecapAddendum
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class RecapDrafted(msgspec.Struct, frozen=True):
    quarter: str
    number: Number
    figures: str
    digest: str
    on: str


class RecapReturned(msgspec.Struct, frozen=True):
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
    id: int
    quarter: str
    text: str


class BoardPosted(msgspec.Struct, frozen=True):
    id: int
    quarter: str
    on: str
    until: str
    place: str


def update_recap(db: Database, quarter: str, **values: object) -> None:
    """Change a recap; the schema refuses what an approved one keeps."""
    Recap.update(**values).where(Recap.quarter == quarter).execute(db)


def apply_drafted(db: Database, entry: Entry) -> None:
    body: RecapDrafted = entry.body
    values: dict[str, object] = {
        "state": "draft",
        "since_on": body.on,
        "figures": body.figures,
        "digest": body.digest,
        "drafted_by": entry.actor,
        "drafted_on": body.on,
        "note": "",
        "checked_by": "",
        "checked_on": None,
    }
    Recap.insert(quarter=body.quarter, number=body.number.text, frame="", **values).on_conflict_ignore().execute(db)
    update_recap(db, body.quarter, **values)
    use_number(db, entry, body.number)


def apply_returned(db: Database, entry: Entry) -> None:
    on = office_date(entry.at).isoformat()
    update_recap(
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
    update_recap(
        db,
        body.quarter,
        state="checked",
        note="",
        since_on=body.on,
        checked_by=entry.actor,
        checked_on=body.on,
    )


def apply_approved(db: Database, entry: Entry) -> None:
    update_recap(
        db,
        entry.body.quarter,
        state="approved",
        approved_by=entry.actor,
        approved_at=to_utc_text(entry.at),
        frame=entry.body.frame,
        since_on=office_date(entry.at).isoformat(),
    )
    keep_counted_lines(db, entry.body.quarter)


def apply_addendum(db: Database, entry: Entry) -> None:
    body: AddendumWritten = entry.body
    RecapAddendum.insert(
        id=body.id, quarter=body.quarter, text=body.text, at=to_utc_text(entry.at), actor=entry.actor
    ).execute(db)


def apply_published(db: Database, entry: Entry) -> None:
    update_recap(db, entry.body.quarter, regency_on=office_date(entry.at).isoformat())


def apply_posted(db: Database, entry: Entry) -> None:
    body: BoardPosted = entry.body
    Posting.insert(
        id=body.id, quarter=body.quarter, posted_on=body.on, until_on=body.until, place=body.place, actor=entry.actor
    ).execute(db)
    Recap.update(state="published").where(Recap.quarter == body.quarter).execute(db)


class PledgeCorrected(msgspec.Struct, frozen=True):
    """What a promise says from now on, and why; only before its recap is approved."""

    id: int
    history_id: int
    what: str
    who: str
    by_on: str
    reason: str


class PledgeGiven(msgspec.Struct, frozen=True):
    """A promise of improvement: what, who, by when. `approved`: added by the Camat after he had approved the recap."""

    id: int
    quarter: str
    what: str
    who: str
    by_on: str
    approved: bool = False


class PledgeKept(msgspec.Struct, frozen=True):
    """The promise was kept, or why not (`on` empty)."""

    id: int
    history_id: int
    on: str
    note: str


class PledgeWithdrawn(msgspec.Struct, frozen=True):
    """The promise is taken back, with the reason; before approval it was never made."""

    id: int
    history_id: int
    on: str
    reason: str


def apply_pledge_corrected(db: Database, entry: Entry) -> None:
    body: PledgeCorrected = entry.body
    keep_former_pledge(db, entry, "corrected", body.reason)
    Pledge.update(what=body.what, who=body.who, by_on=body.by_on).where(Pledge.id == body.id).execute(db)


def apply_pledge_given(db: Database, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry.body) | {"approved": int(entry.body.approved)}
    Pledge.insert(
        **values, note="", actor=entry.actor, given_at=to_utc_text(entry.at), withdrawn_why="", void=0
    ).execute(db)


def apply_pledge_kept(db: Database, entry: Entry) -> None:
    body: PledgeKept = entry.body
    keep_former_pledge(db, entry, "kept" if body.on else "note", body.note)
    values: dict[str, object] = {"note": body.note}
    if body.on:
        values["kept_on"] = body.on
    Pledge.update(**values).where(Pledge.id == body.id).execute(db)


def apply_pledge_withdrawn(db: Database, entry: Entry) -> None:
    body: PledgeWithdrawn = entry.body
    keep_former_pledge(db, entry, "withdrawn", body.reason)
    quarter = Pledge.rows(db, Pledge.id == body.id)[0].quarter
    recap = Recap.first(db, Recap.quarter == quarter)
    values: dict[str, object] = {
        "withdrawn_at": to_utc_text(entry.at),
        "withdrawn_on": body.on,
        "withdrawn_why": body.reason,
    }
    if recap is None or recap.state in ("draft", "checked"):
        values["void"] = 1
    Pledge.update(**values).where(Pledge.id == body.id).execute(db)


PLEDGE_KINDS = [
    Kind("pledge.given", 1, PledgeGiven, apply_pledge_given),
    Kind("pledge.corrected", 1, PledgeCorrected, apply_pledge_corrected),
    Kind("pledge.kept", 1, PledgeKept, apply_pledge_kept),
    Kind("pledge.withdrawn", 1, PledgeWithdrawn, apply_pledge_withdrawn),
]


KINDS = [
    Kind("recap.drafted", 1, RecapDrafted, apply_drafted),
    Kind("recap.returned", 1, RecapReturned, apply_returned),
    Kind("recap.checked", 1, RecapChecked, apply_checked),
    Kind("recap.approved", 1, RecapApproved, apply_approved),
    Kind("recap.published", 1, RecapPublished, apply_published),
    Kind("recap.addendum_written", 1, AddendumWritten, apply_addendum),
    *PLEDGE_KINDS,
    Kind("board.posted", 1, BoardPosted, apply_posted),
]


def keep_former_pledge(db: Database, entry: Entry, deed: str, text: str) -> None:
    body = entry.body
    old = Pledge.rows(db, Pledge.id == body.id)[0]
    PledgeHistory.insert(
        id=body.history_id,
        pledge_id=old.id,
        deed=deed,
        what=old.what,
        who=old.who,
        by_on=old.by_on,
        text=text,
        at=to_utc_text(entry.at),
        actor=entry.actor,
    ).execute(db)
