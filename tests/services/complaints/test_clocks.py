"""The words of the two clocks, day by day. Thursday 12 March 2026; the 18th to the 24th are off by joint decree."""

from datetime import date
from typing import Any

import pytest

from app.core.procedure.limits import day_words
from app.core.workdays import Calendar, Holiday
from app.services.complaints import limits
from app.services.complaints.tables import Complaint, ComplaintLimit
from tests.services.complaints.desk import BookDesk

CALENDAR = Calendar({date(2026, 3, 18): Holiday("Cuti bersama", "cuti_bersama")})


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("done", "today", "paused", "said"),
    [
        (13, 20, False, ("good", "Ditepati 13 Mar 2026")),
        (17, 20, True, ("good", "Ditepati 17 Mar 2026")),
        (19, 20, False, ("warn", "Terlambat, 19 Mar 2026")),
        (None, 20, True, ("idle", "Hitungan dijeda")),
        (None, 13, False, ("wait", "2 hari kerja lagi")),
        (None, 16, False, ("warn", "Besok")),
        (None, 17, False, ("warn", "Hari ini")),
        (None, 18, False, ("bad", "Lewat 1 hari kerja")),
        (None, 19, False, ("bad", "Lewat 1 hari kerja")),
        (None, 20, False, ("bad", "Lewat 2 hari kerja")),
    ],
)
def test_one_clock_in_words(done: int | None, today: int, paused: bool, said: tuple[str, str]) -> None:
    """Due on Tuesday the 17th."""
    assert day_words(march(17), march(done) if done else None, march(today), CALENDAR, paused) == said


def row(**told: Any) -> Complaint:
    """A line received on the 12th: to be answered by the 17th and settled by the 27th."""
    known = {
        "received_on": "2026-03-12",
        "first_due_on": "2026-03-17",
        "settle_due_on": "2026-03-27",
        "aside": 0,
    } | told
    line = Complaint(**{name: value for name, value in known.items() if name != "paused"})
    line.paused = bool(told.get("paused"))
    return line


@pytest.mark.parametrize(
    ("today", "told", "said"),
    [
        (30, {"closed_on": "2026-03-16"}, ("good", "Selesai 16 Mar", "2 hari kerja")),
        (30, {"closed_on": "2026-03-27"}, ("good", "Selesai 27 Mar", "10 hari kerja")),
        (30, {"closed_on": "2026-03-30"}, ("warn", "Selesai 30 Mar", "11 hari kerja")),
        (13, {}, ("wait", "Jawab s.d. 17 Mar", "2 hari kerja lagi")),
        (17, {}, ("warn", "Jawab s.d. 17 Mar", "Hari ini")),
        (19, {}, ("bad", "Belum dijawab", "batas Sel 17 Mar, lewat 1 hari kerja")),
        (19, {"paused": 1}, ("bad", "Belum dijawab", "batas Sel 17 Mar, lewat 1 hari kerja")),
        (19, {"first_answer_on": "2026-03-16"}, ("wait", "Berjalan", "selesai s.d. Jum 27 Mar")),
        (27, {"first_answer_on": "2026-03-16"}, ("wait", "Berjalan", "selesai s.d. Jum 27 Mar")),
        (30, {"first_answer_on": "2026-03-16"}, ("bad", "Lewat 1 hari kerja", "batas Jum 27 Mar")),
        (30, {"first_answer_on": "2026-03-16", "paused": 1}, ("idle", "Dijeda", "batas Jum 27 Mar bergeser")),
        (19, {"first_due_on": None}, ("wait", "Berjalan", "selesai s.d. Jum 27 Mar")),
    ],
)
def test_a_line_of_the_register_in_words(today: int, told: dict[str, Any], said: tuple[str, str, str]) -> None:
    assert limits.row_word(row(**told), march(today), CALENDAR, {}) == said


def test_a_limit_that_the_office_counts_in_calendar_days_is_said_in_days() -> None:
    """First answer by Tuesday the 17th, settlement by Friday the 27th: the weekend counts too."""
    known = {
        name: ComplaintLimit(name=name, unit="calendar_days", days=1, source="")
        for name in ("first_answer", "settlement")
    }
    first = limits.row_word(row(handling="settlement"), march(22), CALENDAR, known)
    settled = limits.row_word(row(handling="settlement", first_answer_on="2026-03-16"), march(30), CALENDAR, known)
    assert (first[2], settled[1]) == ("batas Sel 17 Mar, lewat 5 hari", "Lewat 3 hari")


def test_both_clocks_of_a_line_with_every_day_explained(book: BookDesk) -> None:
    line = book.row(book.write())
    first, settle = limits.line_clocks(book.journal.db, line, march(13), paused=True)
    assert (first.title, first.due_on, first.under) == ("Jawaban pertama", march(17), "batas 3 hari kerja")
    assert (first.kind, first.word, settle.kind, settle.word) == (
        "wait",
        "2 hari kerja lagi",
        "idle",
        "Hitungan dijeda",
    )
    assert [day.number for day in first.days] == [None, 1, None, None, 2, 3]
    assert (settle.title, settle.under, settle.days[-1].date) == (
        "Penyelesaian",
        "batas 14 hari kerja",
        settle.due_on,
    )
    assert settle.days[-1].number == 14
    assert first.source == settle.source == "bawaan (LAPOR!, 2018)"
    running = limits.line_clocks(book.journal.db, line, march(13), paused=False)[1]
    assert (running.kind, running.done_on) == ("wait", None)


def test_the_calendar_of_a_late_limit_shows_the_days_since(book: BookDesk) -> None:
    """Received on Thursday the 12th, to be answered by Tuesday the 17th; Nyepi and Idul Fitri are no days."""
    line = book.row(book.write())
    first = limits.line_clocks(book.journal.db, line, march(27), paused=False)[0]
    assert (first.kind, first.word) == ("bad", "Lewat 3 hari kerja")
    assert [day.date.day for day in first.days if day.kind == "late"] == [25, 26, 27]
    assert [day.date.day for day in first.days] == list(range(12, 28))


def test_a_slip_has_the_clock_of_settlement_alone(book: BookDesk) -> None:
    found = limits.line_clocks(book.journal.db, book.row(book.write(channel="box")), march(13), paused=False)
    assert [clock.title for clock in found] == ["Penyelesaian"]


def test_a_limit_in_days_of_the_calendar_needs_no_list_of_days(book: BookDesk) -> None:
    limits.set_limit(
        book.journal, book.who("camat"), name="desk", days=10, unit="calendar_days", source="SK", now=book.clock()
    )
    settle = limits.line_clocks(book.journal.db, book.row(book.write()), march(13), paused=False)[1]
    assert (settle.under, settle.due_on, list(settle.days)) == ("batas 10 hari kalender", march(22), [])


def test_a_limit_that_nobody_knows_any_more_is_called_a_limit(book: BookDesk) -> None:
    line = book.row(book.write())
    with book.journal.db.writing(), book.journal.db.applying():
        book.journal.db.run("DELETE FROM complaint_limit")
    first = limits.line_clocks(book.journal.db, line, march(13), paused=False)[0]
    assert (first.under, first.source, first.days[-1].number) == ("batas", "", 3)
