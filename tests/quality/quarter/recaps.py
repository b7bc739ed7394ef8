"""Recaps at work: move the clock, take figures, settle a line, draft and approve the first quarter of 2026."""

from datetime import date, datetime

from app.core.clock import at_office
from app.core.quarters import Quarter
from app.quality.quarter import service
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.figures import Figures
from app.services.complaints import service as complaints_service
from tests.services.complaints.desk import BookDesk

Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
LATER = date(2026, 4, 2)


def go(book: BookDesk, on: date, hour: int = 9) -> datetime:
    book.clock.at = at_office(on, hour)
    return book.clock.at


def figures(book: BookDesk, of: Quarter = Q1) -> Figures:
    return count_quarter(book.journal.db, of, book.clock())


def closed(book: BookDesk, words: str, on: date, **more: str) -> int:
    line = book.write(words, **more)
    book.follow(line)
    book.answer(line)
    go(book, on)
    complaints_service.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
    return line.id


def draft(book: BookDesk) -> None:
    """Two lines of March, one of them settled, and a draft on 2 April."""
    closed(book, "Antre lama", date(2026, 3, 16))
    book.write("Kipas mati", category="comfort")
    go(book, LATER)
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())


def approve(book: BookDesk) -> None:
    """Check it, promise something, approve it."""
    now = book.clock()
    service.mark_checked(book.journal, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.give_pledge(
        book.journal,
        book.who("ida"),
        quarter=Q1,
        what="Kipas diganti",
        who="Sekretaris",
        by_on=date(2026, 5, 4),
        now=now,
    )
    service.approve_recap(book.journal, book.who("camat"), quarter=Q1, now=now)
