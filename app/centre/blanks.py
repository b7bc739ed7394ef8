"""The book of blanks: received, used, spoiled, corrected, and the drawer counted by hand."""

from __future__ import annotations

from datetime import datetime

from app.centre.blank_events import BlanksCorrected, BlanksCounted, BlanksReceived
from app.centre.queries import stock
from app.centre.rules import again, floor, free_text
from app.core.permissions import Actor, require
from app.core.problems import Problem
from sync.journal import Journal

MOST = 100_000
SUBJECT = "blanks"


@again
def receive_blanks(journal: Journal, actor: Actor, *, count: int, letter: str, now: datetime) -> None:
    """Blanks came in with a letter. The same letter twice is a double click: Problem `conflict`."""
    require(actor, "centre.print")
    number = free_text(letter, "letter", 100)
    wrong = {} if 0 < count <= MOST else {"count": "Jumlah blangko antara 1 dan 100.000."}
    if not number:
        wrong["letter"] = "Tulis nomor surat atau berita acara yang menyertai blangko."
    if wrong:
        raise Problem.of("invalid", wrong)
    with floor(journal) as db:
        if db.one("SELECT 1 FROM blank_movement WHERE kind = 'received' AND note = ?", (number,)):
            raise Problem.of(
                "conflict", why=f"Surat {number} sudah dicatat di buku blangko. Periksa nomornya."
            )
        journal.record(BlanksReceived(count, number), subject=SUBJECT, actor=actor.username, at=now)


@again
def correct_blanks(journal: Journal, actor: Actor, *, count: int, reason: str, now: datetime) -> None:
    """Put the book right by a signed count: found (+), lost or destroyed (-). Never below nothing."""
    require(actor, "centre.print")
    why = free_text(reason, "reason")
    if not why:
        raise Problem.of("reason_needed", {"reason": "Tulis alasannya."})
    if count == 0 or abs(count) > MOST:
        raise Problem.of("invalid", {"count": "Tulis selisihnya, misalnya -2 atau 3."})
    with floor(journal) as db:
        held = stock(db)
        if held + count < 0:
            raise Problem.of(
                "invalid", {"count": f"Buku hanya memuat {held} blangko, tidak dapat dikurangi {-count}."}
            )
        journal.record(BlanksCorrected(count, why), subject=SUBJECT, actor=actor.username, at=now)


@again
def count_blanks(journal: Journal, actor: Actor, *, counted: int, note: str, now: datetime) -> int:
    """The drawer was counted by hand. Returns what the book says; both are kept, nothing is made to fit."""
    require(actor, "centre.print")
    if not 0 <= counted <= MOST:
        raise Problem.of("invalid", {"counted": "Tulis hasil hitungan, antara 0 dan 100.000."})
    text = free_text(note, "note", 200)
    with floor(journal) as db:
        book = stock(db)
        journal.record(BlanksCounted(book, counted, text), subject=SUBJECT, actor=actor.username, at=now)
    return book
