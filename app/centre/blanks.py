"""Journal kinds of the book of blanks, and the one way in which it moves: a row and the day's sums.

Sums do not mind the order of lanes, so the stock is right whichever lane is replayed first.
"""

from datetime import datetime

import msgspec

from app.centre.queries import blank_stock
from app.centre.rules import centre_transaction, check_text, rerun_on_collision
from app.centre.tables import BlankCount, BlankMovement
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database, to_stored_value
from sync.entries import Entry, Kind
from sync.journal import Journal


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


def move_blanks(
    db: Database, entry: Entry, kind: str, count: int, *, serial: str = "", line: str = "", note: str = ""
) -> None:
    """One row in the book of blanks, named by our own entry, so that the order of lanes does not matter."""
    on_date = to_stored_value(office_date(entry.at))
    BlankMovement.add(
        db,
        entry=entry.line_id,
        kind=kind,
        count=count,
        on_date=on_date,
        at=to_stored_value(entry.at),
        serial=serial,
        source=entry.stream if line else "",
        line=line,
        note=note,
        actor=entry.actor,
    )
    amount = -count if kind in ("used", "spoiled") else count
    db.run(ADD_TO_DAY, (on_date, *(amount if column == kind else 0 for column in DAY_COLUMNS)))


def apply_blanks_received(db: Database, entry: Entry) -> None:
    move_blanks(db, entry, "received", entry.body.count, note=entry.body.letter)


def apply_blanks_corrected(db: Database, entry: Entry) -> None:
    move_blanks(db, entry, "corrected", entry.body.count, note=entry.body.reason)


def apply_blanks_counted(db: Database, entry: Entry) -> None:
    own = {"on_date": to_stored_value(office_date(entry.at)), "at": to_stored_value(entry.at), "actor": entry.actor}
    BlankCount.add(db, **BlankCount.take(entry.body, entry=entry.line_id, **own))


BLANK_KINDS = [
    Kind("blanks.received", 1, BlanksReceived, apply_blanks_received),
    Kind("blanks.corrected", 1, BlanksCorrected, apply_blanks_corrected),
    Kind("blanks.counted", 1, BlanksCounted, apply_blanks_counted),
]

MOST_BLANKS = 100_000
BLANKS_SUBJECT = "blanks"


@rerun_on_collision
def receive_blanks(journal: Journal, actor: Actor, *, count: int, letter: str, now: datetime) -> None:
    """Blanks came in with a letter. The same letter twice is a double click: Problem `conflict`."""
    require(actor, "centre.print")
    number = check_text(letter, "letter", 100)
    wrong = {} if 0 < count <= MOST_BLANKS else {"count": "Jumlah blangko antara 1 dan 100.000."}
    if not number:
        wrong["letter"] = "Tulis nomor surat atau berita acara yang menyertai blangko."
    if wrong:
        raise Problem.of("invalid", wrong)
    with centre_transaction(journal) as db:
        if db.one("SELECT 1 FROM blank_movement WHERE kind = 'received' AND note = ?", (number,)):
            raise Problem.of("conflict", why=f"Surat {number} sudah dicatat di buku blangko. Periksa nomornya.")
        journal.record(BlanksReceived(count, number), subject=BLANKS_SUBJECT, actor=actor.username, at=now)


@rerun_on_collision
def correct_blanks(journal: Journal, actor: Actor, *, count: int, reason: str, now: datetime) -> None:
    """Put the book right by a signed count: found (+), lost or destroyed (-). Never below nothing."""
    require(actor, "centre.print")
    why = check_text(reason, "reason")
    if not why:
        raise Problem.of("reason_needed", {"reason": "Tulis alasannya."})
    if count == 0 or abs(count) > MOST_BLANKS:
        raise Problem.of("invalid", {"count": "Tulis selisihnya, misalnya -2 atau 3."})
    with centre_transaction(journal) as db:
        held = blank_stock(db)
        if held + count < 0:
            raise Problem.of("invalid", {"count": f"Buku hanya memuat {held} blangko, tidak dapat dikurangi {-count}."})
        journal.record(BlanksCorrected(count, why), subject=BLANKS_SUBJECT, actor=actor.username, at=now)


@rerun_on_collision
def count_blanks(journal: Journal, actor: Actor, *, counted: int, note: str, now: datetime) -> int:
    """The drawer was counted by hand. Returns what the book says; both are kept, nothing is made to fit."""
    require(actor, "centre.print")
    if not 0 <= counted <= MOST_BLANKS:
        raise Problem.of("invalid", {"counted": "Tulis hasil hitungan, antara 0 dan 100.000."})
    text = check_text(note, "note", 200)
    with centre_transaction(journal) as db:
        book = blank_stock(db)
        journal.record(BlanksCounted(book, counted, text), subject=BLANKS_SUBJECT, actor=actor.username, at=now)
    return book
