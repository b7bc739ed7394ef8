"""What an office decided about lines that two of its PCs wrote, at the centre. `apply` sees entry and tables only."""

from __future__ import annotations

from app.centre.tables import IncomingLine
from app.core.twin_messages import TwinSentAgain, TwinSetAside, TwinTakenOver
from schema.database import Database, plain
from sync.authority import check_line
from sync.fork_events import put_decision
from sync.journal import Entry, Kind


def apply_taken(db: Database, entry: Entry) -> None:
    """A line that is here gets its new number, whatever the floor has made of it; one that is not here comes in a
    dispatch of its own, so no card is ever printed for the decision itself."""
    body: TwinTakenOver = entry.body
    if body.held:
        IncomingLine.update(
            number=body.number.text, changed_at=plain(entry.at), changed_by=entry.actor
        ).where(
            IncomingLine.source == entry.source,
            IncomingLine.line == body.place,
            IncomingLine.main_key == body.line.main_key,
        ).execute(db)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def apply_aside(db: Database, entry: Entry) -> None:
    """What is here of it is asked back: the floor answers as it does to every such wish."""
    body: TwinSetAside = entry.body
    if body.held:
        IncomingLine.update(recall=body.reason).where(
            IncomingLine.source == entry.source, IncomingLine.line == body.place
        ).execute(db)
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_again(db: Database, entry: Entry) -> None:
    body: TwinSentAgain = entry.body
    put_decision(db, entry, body.place, body.hash, "again", "", body.reason)


def check_held(db: Database, entry: Entry) -> None:
    """What an office says of a line that is here must be about that very line. Raises AuthorityError."""
    body: TwinTakenOver | TwinSetAside = entry.body
    if body.held:
        check_line(db, entry.source, body.place, body.hash)


TWIN_KINDS = [
    Kind("twin.taken_over", 1, TwinTakenOver, apply_taken, personal=True, check=check_held),
    Kind("twin.set_aside", 1, TwinSetAside, apply_aside, check=check_held),
    Kind("twin.sent_again", 1, TwinSentAgain, apply_again),
]
