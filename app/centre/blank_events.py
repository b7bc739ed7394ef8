"""Journal kinds of the book of blanks, and the one way in which it moves: a row and the day's sums.

Sums do not mind the order of lanes, so the stock is right whichever lane is replayed first.
"""

from __future__ import annotations

import msgspec

from app.centre.tables import BlankCount, BlankMovement
from app.core.clock import office_date
from schema.database import Database, plain
from sync.journal import Entry, Kind


class BlanksReceived(msgspec.Struct, frozen=True):
    """Blanks came in, with the number of the letter that came along."""

    count: int
    letter: str


class BlanksCorrected(msgspec.Struct, frozen=True):
    """The book is put right by a signed count, with the reason: found, lost, destroyed."""

    count: int
    reason: str


class BlanksCounted(msgspec.Struct, frozen=True):
    """The drawer was counted by hand; `book` is what the book said at that moment."""

    book: int
    counted: int
    note: str


DAY_COLUMNS = ("received", "used", "spoiled", "corrected")
ADD_TO_DAY = (
    "INSERT INTO blank_day (on_date, received, used, spoiled, corrected) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (on_date) DO UPDATE SET received = blank_day.received + excluded.received,"
    " used = blank_day.used + excluded.used, spoiled = blank_day.spoiled + excluded.spoiled,"
    " corrected = blank_day.corrected + excluded.corrected"
)


def move(db: Database, entry: Entry, kind: str, count: int, *, serial: str = "", line: str = "",
         note: str = "") -> None:  # fmt: skip
    """One row in the book of blanks, named by our own entry, so that the order of lanes does not matter."""
    BlankMovement.insert(
        entry=entry.line_id, kind=kind, count=count, on_date=plain(office_date(entry.at)), at=plain(entry.at),
        serial=serial, source=entry.stream if line else "", line=line, note=note, actor=entry.actor,
    ).execute(db)  # fmt: skip
    amount = -count if kind in ("used", "spoiled") else count
    amounts = [amount if column == kind else 0 for column in DAY_COLUMNS]
    db.run(ADD_TO_DAY, (plain(office_date(entry.at)), *amounts))


def apply_blanks_received(db: Database, entry: Entry) -> None:
    move(db, entry, "received", entry.body.count, note=entry.body.letter)


def apply_blanks_corrected(db: Database, entry: Entry) -> None:
    move(db, entry, "corrected", entry.body.count, note=entry.body.reason)


def apply_blanks_counted(db: Database, entry: Entry) -> None:
    body: BlanksCounted = entry.body
    BlankCount.insert(entry=entry.line_id, on_date=plain(office_date(entry.at)), at=plain(entry.at), book=body.book,
                      counted=body.counted, note=body.note, actor=entry.actor).execute(db)  # fmt: skip


BLANK_KINDS = [
    Kind("blanks.received", 1, BlanksReceived, apply_blanks_received),
    Kind("blanks.corrected", 1, BlanksCorrected, apply_blanks_corrected),
    Kind("blanks.counted", 1, BlanksCounted, apply_blanks_counted),
]
