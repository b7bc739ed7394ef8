"""Complaints in time: over random books the same as counted line by line on a model, and the same as the recap says."""

from datetime import date, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.clock import at_office
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.quality.indicators.computing import list_facts, measure
from app.quality.quarter.counting import count_quarter
from schema.database import open_office
from sync.journal import Journal
from tests.quality.indicators.naive import share
from tests.quality.quarter.counting import first_late, is_late, settled, settlement
from tests.quality.quarter.living import Book, Line
from tests.quality.quarter.test_recap_counts import STARTS, deeds
from tests.services.complaints.conftest import office_file
from tests.world.nightly import by_day

__all__ = ["office_file"]
numbers = count()


class Month(Quarter):
    """The second month of a quarter: a span that no recap counts."""

    @property
    def start(self) -> date:
        return date(self.year, self.n * 3 - 1, 1)

    @property
    def end(self) -> date:
        return date(self.year, self.n * 3, 1) - timedelta(days=1)


def answered_in_time(line: Line, until: date) -> bool:
    answer = line.first_answer
    return line.first_due is not None and answer is not None and answer <= min(line.first_due, until)


def settled_in_time(line: Line, until: date) -> bool:
    ended = settlement(line, until)
    return ended is not None and ended[0] <= ended[1]


def agrees(book: Book, span: Quarter) -> None:
    db, until = book.journal.db, min(span.end, book.today)
    lines = [line for line in book.lines if not line.aside and span.start <= line.received <= until]
    first = [
        answered_in_time(line, until) for line in lines if answered_in_time(line, until) or first_late(line, until)
    ]
    ended = [settled_in_time(line, until) for line in lines if settled(line, until) or is_late(line, until)]
    for query, verdicts in (("first_answer", first), ("settlement", ended)):
        figure = measure(db, query, {}, span, book.today)
        assert (figure.value, figure.denominator) == share(verdicts), (query, span)
        facts = list_facts(db, query, {}, span, book.today, most=1000)
        assert sorted(fact.counted for fact in facts) == sorted(verdicts)
        assert {fact.label for fact in facts} <= {line.number for line in lines}


def agrees_with_recap(book: Book, quarter: Quarter) -> None:
    totals = count_quarter(book.journal.db, quarter, book.now).totals
    first, ended = (measure(book.journal.db, one, {}, quarter, book.today) for one in ("first_answer", "settlement"))
    assert first.denominator - first.numerator == totals.first_late
    assert ended.numerator == totals.settled - totals.settled_late
    assert ended.denominator == totals.settled + totals.late


@settings(max_examples=by_day(6, 80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(STARTS), what=deeds)
def test_complaints_in_time_equal_a_count_by_hand_and_the_recap(
    start: date, what: list[tuple[str, int, int, int]], journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / f"book{next(numbers)}.sqlite3"
    journal.db.run("VACUUM INTO ?", (str(path),))
    db = open_office(path)
    db.run("PRAGMA synchronous=OFF")
    copy = Journal(db, [kind for kind in journal.kinds.values() if kind.name not in ("epoch.opened", "clock.settled")])
    book = Book(copy, office.office_calendar(db), at_office(start, 8))
    book.later(0)
    quarters = {Quarter.of(start)}
    for deed, pick, other, days in [*what, ("write", 1, 1, 3)]:
        begun = Quarter.of(book.today)
        book.later(days)
        quarters.add(Quarter.of(book.today))
        book.do(deed, pick, other)
        if Quarter.of(book.today) != begun:
            book.now = max(book.now, at_office(begun.end + timedelta(days=2), 9))
            agrees_with_recap(book, begun)
    for one in quarters:
        agrees(book, one)
        agrees(book, Month(one.year, one.n))
    db.close()
