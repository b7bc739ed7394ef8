"""Journal kinds of promises of improvement: given, corrected, kept or not, withdrawn. What stood before is kept."""

from __future__ import annotations

import msgspec

from app.complaints.tables import Pledge, PledgeHistory, Recap
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class PledgeGiven(msgspec.Struct, frozen=True):
    """A promise of improvement: what, who, by when. `approved`: added by the Camat after he had approved the recap."""

    id: int
    quarter: str
    what: str
    who: str
    by_on: str
    approved: bool = False


class PledgeCorrected(msgspec.Struct, frozen=True):
    """What a promise says from now on, and why; only before its recap is approved."""

    id: int
    history_id: int
    what: str
    who: str
    by_on: str
    reason: str


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


def remember(db: Database, entry: Entry, deed: str, text: str) -> None:
    """Keep what a pledge says before this entry changes it, with the text of the change."""
    body = entry.body
    old = Pledge.rows(db, Pledge.id == body.id)[0]
    PledgeHistory.insert(id=body.history_id, pledge_id=old.id, deed=deed, what=old.what, who=old.who, by_on=old.by_on,
                         text=text, at=stamp(entry.at), actor=entry.actor).execute(db)  # fmt: skip


def apply_given(db: Database, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry.body) | {"approved": int(entry.body.approved)}
    Pledge.insert(**values, note="", actor=entry.actor, given_at=stamp(entry.at),
                  withdrawn_why="", void=0).execute(db)  # fmt: skip


def apply_corrected(db: Database, entry: Entry) -> None:
    body: PledgeCorrected = entry.body
    remember(db, entry, "corrected", body.reason)
    Pledge.update(what=body.what, who=body.who, by_on=body.by_on).where(Pledge.id == body.id).execute(db)


def apply_kept(db: Database, entry: Entry) -> None:
    body: PledgeKept = entry.body
    remember(db, entry, "kept" if body.on else "note", body.note)
    values: dict[str, object] = {"note": body.note}
    if body.on:
        values["kept_on"] = body.on
    Pledge.update(**values).where(Pledge.id == body.id).execute(db)


def apply_withdrawn(db: Database, entry: Entry) -> None:
    body: PledgeWithdrawn = entry.body
    remember(db, entry, "withdrawn", body.reason)
    quarter = Pledge.rows(db, Pledge.id == body.id)[0].quarter
    recap = Recap.first(db, Recap.quarter == quarter)
    values: dict[str, object] = {
        "withdrawn_at": stamp(entry.at),
        "withdrawn_on": body.on,
        "withdrawn_why": body.reason,
    }
    if recap is None or recap.state in ("draft", "checked"):
        values["void"] = 1
    Pledge.update(**values).where(Pledge.id == body.id).execute(db)


PLEDGE_KINDS = [
    Kind("pledge.given", 1, PledgeGiven, apply_given),
    Kind("pledge.corrected", 1, PledgeCorrected, apply_corrected),
    Kind("pledge.kept", 1, PledgeKept, apply_kept),
    Kind("pledge.withdrawn", 1, PledgeWithdrawn, apply_withdrawn),
]
