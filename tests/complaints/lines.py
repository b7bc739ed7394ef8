"""Deeds with a line of the book by the services, for tests of its dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.complaints import follow
from app.complaints.book import Written
from app.complaints.tables import Complaint
from app.core.permissions import SYSTEM
from app.office import service as office
from tests.complaints.desk import BookDesk
from tests.complaints.recaps import go


def without_days_off(book: BookDesk) -> BookDesk:
    """The same book in an office without days off."""
    days = [row.on_date for year in (2026, 2027) for row in office.holidays(book.journal.db, year)]
    office.set_holidays(
        book.journal, book.who("ratna"), days=[], removed=days, reason="Uji", now=book.clock()
    )
    return book


def do(book: BookDesk, command: Callable[..., Any], who: str, line: Written, **told: Any) -> Any:
    """A command on a line at the clock's moment."""
    actor = SYSTEM if who == "system" else book.who(who)
    return command(book.journal, actor, complaint_id=line.id, now=book.clock(), **told)


def settle(book: BookDesk, line: Written) -> None:
    book.follow(line)
    book.answer(line)
    do(book, follow.close, "ida", line)


def classed(book: BookDesk, line: Written, handling: str = "desk", **other: str) -> Complaint:
    """The line after a change of class."""
    told = {"type_": "complaint", "category": "speed", "weight": "light"} | other
    do(book, follow.classify, "ida", line, handling=handling, **told)
    return book.row(line)


def paused(book: BookDesk, line: Written, since: date, until: date) -> date:
    """The clock stands still from one day to another; the new due date."""
    go(book, since)
    do(book, follow.pause, "budi", line, reason="field", text="")
    go(book, until)
    found: date = do(book, follow.resume, "budi", line)
    return found
