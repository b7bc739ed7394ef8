"""Deeds with a line of the book by the services, for tests of its dates."""

from collections.abc import Callable
from datetime import date
from typing import Any

from app.core.permissions import SYSTEM
from app.platform.office import queries as office
from app.platform.office import service as office_service
from app.services.complaints import service
from app.services.complaints.service import WrittenLine
from app.services.complaints.tables import Complaint
from tests.quality.quarter.recaps import go
from tests.services.complaints.desk import BookDesk


def without_days_off(book: BookDesk) -> BookDesk:
    """The same book in an office without days off."""
    days = [row.on_date for year in (2026, 2027) for row in office.list_holidays(book.journal.db, year)]
    office_service.set_holidays(book.journal, book.who("ratna"), days=[], removed=days, reason="Uji", now=book.clock())
    return book


def do(book: BookDesk, command: Callable[..., Any], who: str, line: WrittenLine, **told: Any) -> Any:
    """A command on a line at the clock's moment."""
    actor = SYSTEM if who == "system" else book.who(who)
    return command(book.journal, actor, complaint_id=line.id, now=book.clock(), **told)


def settle(book: BookDesk, line: WrittenLine) -> None:
    book.follow(line)
    book.answer(line)
    do(book, service.close_line, "ida", line)


def classed(book: BookDesk, line: WrittenLine, handling: str = "desk", **other: str) -> Complaint:
    """The line after a change of class."""
    told = {"type_": "complaint", "category": "speed", "weight": "light"} | other
    do(book, service.classify_line, "ida", line, handling=handling, **told)
    return book.row(line)


def paused(book: BookDesk, line: WrittenLine, since: date, until: date) -> date:
    """The clock stands still from one day to another; the new due date."""
    go(book, since)
    do(book, service.pause_clock, "budi", line, reason="field", text="")
    go(book, until)
    found: date = do(book, service.resume_clock, "budi", line)
    return found
