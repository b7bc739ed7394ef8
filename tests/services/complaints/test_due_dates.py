"""Due dates and recaps of lines that were paused, reopened and classed anew, with the dates written out.

An office without days off; 12 March 2026 is a Thursday.
"""

from datetime import date

import pytest

from app.core.quarters import Quarter
from app.quality.quarter.counting import count_quarter
from app.services.complaints import service
from app.services.complaints.limits import set_limit
from app.services.complaints.service import WrittenLine
from tests.quality.quarter.recaps import go
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import classed, do, paused, settle, without_days_off

FRIDAY, MONDAY = date(2026, 3, 13), date(2026, 3, 16)


@pytest.fixture
def book(book: BookDesk) -> BookDesk:
    return without_days_off(book)


@pytest.fixture
def line(book: BookDesk) -> WrittenLine:
    return book.write()


def far(book: BookDesk) -> WrittenLine:
    """A line of 7 April, due on the 27th, settled at once and taken up again on 25 June: due on 15 July."""
    go(book, date(2026, 4, 7))
    line = book.write()
    assert book.row(line).settle_due_on == "2026-04-27"
    settle(book, line)
    go(book, date(2026, 6, 25))
    do(book, service.reopen_line, "ida", line, reason="Terulang")
    assert book.row(line).settle_due_on == "2026-07-15"
    return line


def test_another_class_leaves_15_july_and_nothing_counts_it_late(book: BookDesk) -> None:
    line = far(book)
    assert classed(book, line, category="courtesy").settle_due_on == "2026-07-15"
    assert classed(book, line, "information").settle_due_on == "2026-07-02"
    assert classed(book, line).settle_due_on == "2026-07-15"
    go(book, date(2026, 7, 2))
    totals = count_quarter(book.journal.db, Quarter(2026, 2), book.clock()).totals
    assert (totals.received, totals.process, totals.late) == (1, 1, 0)


def test_a_pause_since_the_reopening_stays_under_another_class_and_one_before_it_is_spent(
    book: BookDesk,
) -> None:
    go(book, date(2026, 4, 7))
    line = book.write()
    assert paused(book, line, date(2026, 4, 8), date(2026, 4, 10)) == date(2026, 4, 29)
    settle(book, line)
    go(book, date(2026, 6, 25))
    do(book, service.reopen_line, "ida", line, reason="Terulang")
    assert paused(book, line, date(2026, 6, 29), date(2026, 7, 1)) == date(2026, 7, 17)
    assert classed(book, line, "field").settle_due_on == "2026-09-21"
    assert classed(book, line).settle_due_on == "2026-07-17"


def in_calendar_days(book: BookDesk, *names: str, days: int = 10) -> None:
    for name in names:
        set_limit(
            book.journal, book.who("camat"), name=name, days=days, unit="calendar_days", source="SK", now=book.clock()
        )


def test_a_limit_in_calendar_days_moves_by_calendar_days(book: BookDesk) -> None:
    """Received on Thursday the 12th, 10 days: the 22nd. From Friday to Monday the clock stood three days."""
    in_calendar_days(book, "desk")
    line = book.write()
    assert book.row(line).settle_due_on == "2026-03-22"
    assert paused(book, line, FRIDAY, MONDAY) == date(2026, 3, 25)
    in_calendar_days(book, "field", days=30)
    assert classed(book, line, "field").settle_due_on == "2026-04-14"


def test_a_line_moves_in_the_unit_of_its_own_due_date_whatever_the_limit_says_since(
    book: BookDesk, line: WrittenLine
) -> None:
    in_calendar_days(book, "desk")
    assert paused(book, line, FRIDAY, date(2026, 3, 20)) == date(2026, 4, 8)
    assert classed(book, line).unit == book.row(line).unit == "working_days"


def test_a_line_settled_on_the_last_day_was_settled_in_time_whenever_it_is_reopened(book: BookDesk) -> None:
    """Received 11 March, due and settled on 31 March; reopened on 2 April, the recap drafted on the 3rd."""
    go(book, date(2026, 3, 11))
    line = book.write()
    go(book, date(2026, 3, 31))
    assert book.row(line).settle_due_on == "2026-03-31"
    settle(book, line)
    go(book, date(2026, 4, 2))
    do(book, service.reopen_line, "ida", line, reason="Terulang")
    go(book, date(2026, 4, 3))
    first = count_quarter(book.journal.db, Quarter(2026, 1), book.clock())
    assert (first.totals.settled, first.totals.process, first.totals.late, first.totals.settled_late) == (
        1,
        0,
        0,
        0,
    )
    assert [(row.state, row.due_on, row.closed_on) for row in first.lines] == [("settled", "2026-03-31", "2026-03-31")]
    old = count_quarter(book.journal.db, Quarter(2026, 1), book.clock(), form=1)
    assert (old.totals.settled, old.totals.process) == (0, 1)
    go(book, date(2026, 7, 2))
    second = count_quarter(book.journal.db, Quarter(2026, 2), book.clock())
    assert (second.sums.before.settled, second.carried.totals.received, second.carried.totals.late) == (
        1,
        1,
        1,
    )
