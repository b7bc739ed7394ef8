"""Journal kinds of the quarter: recap, addenda, posting. An approved recap never changes again (schema and service)."""

import msgspec

from app.core.messages import RecapPublished
from app.platform.office.events import Number, use_number
from app.quality.quarter.membership import keep_counted_lines
from app.quality.quarter.tables import Pledge, PledgeHistory, Posting, Recap, RecapAddendum
from app.room import AT, BY, ON, add_row_of, in_turn, stamp_row_of
from schema.database import Database
from schema.person_fields import OfficialName
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class RecapDrafted(msgspec.Struct, frozen=True):
    quarter: str
    number: Number
    figures: str
    digest: str
    on: str


class OfQuarter(msgspec.Struct, frozen=True):
    quarter: str


class RecapReturned(OfQuarter, frozen=True):
    note: str


class RecapChecked(OfQuarter, frozen=True):
    on: str


class RecapApproved(OfQuarter, frozen=True):
    """The Camat approves: the snapshot is frozen, and with it what its papers say beside the figures (`frame`)."""

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


def apply_drafted(db: Database, entry: Entry) -> None:
    body: RecapDrafted = entry.body
    begun = {"state": "draft", "since_on": body.on, "drafted_by": entry.actor, "drafted_on": body.on, "note": ""}
    values = begun | {"figures": body.figures, "digest": body.digest, "checked_by": "", "checked_on": None}
    Recap.add(db, "DO NOTHING", quarter=body.quarter, number=body.number.text, frame="", **values)
    Recap.alter(db, {"quarter": body.quarter}, **values)
    use_number(db, entry, body.number)


class PledgeGiven(msgspec.Struct, frozen=True):
    """A promise of improvement: what, who, by when. `approved`: added by the Camat after he had approved the recap."""

    id: int
    quarter: str
    what: str
    who: OfficialName
    by_on: str
    approved: bool = False


class PledgeChange(msgspec.Struct, frozen=True):
    """What a promise said before is kept under `history_id`."""

    id: int
    history_id: int


class PledgeCorrected(PledgeChange, frozen=True):
    """What a promise says from now on, and why; only before its recap is approved."""

    what: str
    who: OfficialName
    by_on: str
    reason: str


class PledgeKept(PledgeChange, frozen=True):
    """The promise was kept, or why not (`on` empty)."""

    on: str
    note: str


class PledgeWithdrawn(PledgeChange, frozen=True):
    """The promise is taken back, with the reason; before approval it was never made."""

    on: str
    reason: str


def apply_pledge_corrected(db: Database, entry: Entry) -> None:
    keep_former_pledge(db, entry, "corrected", entry.body.reason)
    Pledge.alter(db, {"id": entry.body.id}, **{name: getattr(entry.body, name) for name in ("what", "who", "by_on")})


def apply_pledge_kept(db: Database, entry: Entry) -> None:
    body: PledgeKept = entry.body
    if body.on:
        keep_former_pledge(db, entry, "kept", body.note)
        Pledge.alter(db, {"id": body.id}, note=body.note, kept_on=body.on)
    else:
        keep_former_pledge(db, entry, "note", body.note)
        Pledge.alter(db, {"id": body.id}, note=body.note)


def apply_pledge_withdrawn(db: Database, entry: Entry) -> None:
    body: PledgeWithdrawn = entry.body
    old = keep_former_pledge(db, entry, "withdrawn", body.reason)
    recap = Recap.first(db, quarter=old.quarter)
    if recap is None or recap.state in ("draft", "checked"):
        unmade = {"void": 1}
    else:
        unmade = {}
    gone = {"withdrawn_at": to_utc_text(entry.at), "withdrawn_on": body.on, "withdrawn_why": body.reason}
    Pledge.alter(db, {"id": body.id}, **gone, **unmade)


# The schema refuses what an approved recap keeps.
RETURNED = stamp_row_of(
    Recap, {"state": "draft", "checked_by": "", "checked_on": None}, key="quarter", note="note", since_on=ON
)
CHECKED = stamp_row_of(
    Recap, {"state": "checked", "note": ""}, key="quarter", since_on="on", checked_by=BY, checked_on="on"
)
APPROVED = stamp_row_of(
    Recap, {"state": "approved"}, key="quarter", since_on=ON, approved_by=BY, approved_at=AT, frame="frame"
)
HUNG = stamp_row_of(Recap, {"state": "published"}, key="quarter")

KINDS = [
    Kind("recap.drafted", 1, RecapDrafted, apply_drafted, NOBODY),
    Kind("recap.returned", 1, RecapReturned, RETURNED, NOBODY),
    Kind("recap.checked", 1, RecapChecked, CHECKED, NOBODY),
    Kind("recap.approved", 1, RecapApproved, in_turn(APPROVED, keep_counted_lines), NOBODY),
    Kind("recap.published", 1, RecapPublished, stamp_row_of(Recap, key="quarter", regency_on=ON), NOBODY),
    Kind("recap.addendum_written", 1, AddendumWritten, add_row_of(RecapAddendum), NOBODY),
    Kind("pledge.given", 1, PledgeGiven, add_row_of(Pledge, {"note": "", "withdrawn_why": "", "void": 0}, given_at=AT)),
    Kind("pledge.corrected", 1, PledgeCorrected, apply_pledge_corrected),
    Kind("pledge.kept", 1, PledgeKept, apply_pledge_kept, NOBODY),
    Kind("pledge.withdrawn", 1, PledgeWithdrawn, apply_pledge_withdrawn, NOBODY),
    Kind("board.posted", 1, BoardPosted, in_turn(add_row_of(Posting, posted_on="on", until_on="until"), HUNG), NOBODY),
]


def keep_former_pledge(db: Database, entry: Entry, deed: str, text: str) -> Pledge:
    """Keep what a promise said before this entry; what it said."""
    [old] = Pledge.rows(db, id=entry.body.id)
    said = {"pledge_id": old.id, "what": old.what, "who": old.who, "by_on": old.by_on, "text": text}
    when = {"at": to_utc_text(entry.at), "actor": entry.actor}
    PledgeHistory.add(db, id=entry.body.history_id, deed=deed, **said, **when)
    return old
