"""The recap counts what a brute-force count counts, over random books; and the same again years later."""

import shutil
from collections import Counter
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.clock import at_office
from app.core.problems import ValueProblem
from app.core.quarters import Quarter
from app.core.ranks import nearest_rank
from app.platform.office import queries as office
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.figures import Figures, canonical_text
from app.quality.quarter.recount import count_again
from schema.database import open_office
from sync.entries import parse_utc_text
from sync.journal import Journal
from sync.verification import verify_side
from tests.quality.quarter.counting import agrees
from tests.quality.quarter.living import DEEDS, Book
from tests.quality.quarter.meddling import approve, kept, meddle
from tests.services.complaints.desk import BookDesk
from tests.world.nightly import by_day

STARTS = (date(2026, 3, 20), date(2026, 6, 24), date(2027, 12, 17), date(2028, 2, 24), date(2026, 9, 28))
"""Days before the end of a quarter, of a year, and before a leap day."""

deeds = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from((0, 0, 0, 1, 1, 2, 5, 11, 30, -1, -1)),
    ),
    min_size=15,
    max_size=60,
)
numbers = count()


@pytest.fixture
def template(journal: Journal, tmp_path: Path) -> Path:
    """The furnished office as a file to copy."""
    path = tmp_path / "template.sqlite3"
    journal.db.run("VACUUM INTO ?", (str(path),))
    return path


def opened(template: Path, journal: Journal, start: date) -> Book:
    path = template.with_name(f"book{next(numbers)}.sqlite3")
    shutil.copy(template, path)
    db = open_office(path)
    db.run("PRAGMA synchronous=OFF")
    copy = Journal(db, [kind for kind in journal.kinds.values() if kind.name not in ("epoch.opened", "clock.settled")])
    return Book(copy, office.office_calendar(db), at_office(start, 8))


def lived(book: Book, what: list[tuple[str, int, int, int]]) -> list[Figures]:
    """Do everything; a few days after each quarter take its figures and compare them with the model."""
    taken: list[Figures] = []
    for deed, pick, other, days in what:
        begun = Quarter.of(book.today)
        book.later(days)
        if Quarter.of(book.today) != begun:
            book.now = at_office(max(book.today, begun.end + timedelta(days=3)), 9)
            taken.append(count_quarter(book.journal.db, begun, book.now))
            agrees(taken[-1], book)
            book.later(0)
        book.do(deed, pick, other)
    return taken


@settings(max_examples=by_day(12, 30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(STARTS), what=deeds)
def test_every_figure_equals_a_count_by_hand_and_stays(
    start: date, what: list[tuple[str, int, int, int]], template: Path, journal: Journal
) -> None:
    book = opened(template, journal, start)
    try:
        book.later(0)
        for figures in lived(book, what):
            again = count_quarter(book.journal.db, figures.period, parse_utc_text(figures.as_of))
            assert canonical_text(again) == canonical_text(figures)
        last = Quarter.of(book.today)
        book.now = at_office(last.end + timedelta(days=2), 9)
        agrees(count_quarter(book.journal.db, last, book.now), book)
    finally:
        book.journal.db.close()


@settings(
    max_examples=by_day(5, 12), phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.sampled_from(STARTS), what=deeds)
def test_after_approval_no_path_changes_the_snapshot(
    start: date, what: list[tuple[str, int, int, int]], template: Path, journal: Journal
) -> None:
    """Every quarter that ends is approved; whatever happens to the book, its lines, LTPPs and pledges afterwards."""
    book = opened(template, journal, start)
    try:
        approved: dict[Quarter, tuple[object, ...]] = {}
        for deed, pick, other, days in [*what, ("write", 1, 1, 95), ("close", 0, 0, 3)]:
            begun = Quarter.of(book.today)
            book.later(days)
            if Quarter.of(book.today) != begun:
                book.now = at_office(max(book.today, begun.end + timedelta(days=3)), 9)
                approve(book, begun)
                approved[begun] = kept(book.journal.db, begun)
                book.later(0)
            book.do(deed, pick, other)
            meddle(book, pick + other, list(approved))
        assert approved
        for quarter, before in approved.items():
            assert kept(book.journal.db, quarter) == before
            again = count_again(book.journal, quarter)
            assert (again.same, [one for one in again.found if one.counted]) == (True, []), again.sentence
    finally:
        book.journal.db.close()


FREE = {"since_on", "regency_on"}
"""Columns of an approved recap that say nothing about the quarter: when it came to a desk, when it travelled on."""


def test_the_schema_lets_no_column_of_an_approved_recap_change(approved: BookDesk) -> None:
    db = approved.journal.db
    columns = {name for (name,) in db.run("SELECT name FROM pragma_table_info('recap')")}
    assert columns > FREE
    for name in sorted(columns - FREE):
        for value in ("'draft'", "'checked'", "NULL", "'2020-01-01'", "'{}'", f"{name} || ' '"):
            with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
                db.run(f"UPDATE recap SET {name} = {value}")
    with db.writing(), db.applying():
        db.run("UPDATE recap SET state = 'published'")
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run("UPDATE recap SET state = 'draft'")


def test_a_lived_book_replays_to_the_same_tables(template: Path, journal: Journal) -> None:
    book = opened(template, journal, STARTS[0])
    turns = [(DEEDS[n * 7 % len(DEEDS)], n * 5 % 11, n * 3 % 17, n % 4) for n in range(120)]
    assert len(lived(book, turns)) >= 1
    assert verify_side(book.journal, "office", template.with_name("replay.sqlite3")).faults == []
    book.journal.db.close()


@given(st.integers(2000, 2098), st.integers(1, 4))
def test_quarters_follow_each_other_without_a_gap(year: int, n: int) -> None:
    quarter = Quarter(year, n)
    assert quarter.after.start == quarter.end + timedelta(days=1)
    assert quarter.before.after == quarter == Quarter.parse(quarter.code) == Quarter.of(quarter.end)
    assert quarter.year_ago.after.after.after.after == quarter
    assert 90 <= (quarter.end - quarter.start).days + 1 <= 92


def test_a_leap_day_belongs_to_the_first_quarter() -> None:
    assert Quarter.of(date(2028, 2, 29)) == Quarter(2028, 1)
    assert (Quarter(2028, 1).end - Quarter(2028, 1).start).days + 1 == 91


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "1899-Q1", "2026-Q", "٢٠٢٦-Q1", ""])
def test_what_is_no_quarter_is_told(text: str) -> None:
    with pytest.raises(ValueProblem, match="2026-Q3"):
        Quarter.parse(text)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_median_by_nearest_rank_says_what_half_means(days: list[int]) -> None:
    half, most = nearest_rank(Counter(days), 50), nearest_rank(Counter(days), 90)
    assert half is not None
    assert most is not None
    assert sum(day <= half for day in days) * 2 >= len(days) > sum(day < half for day in days) * 2 - 1
    assert sum(day <= most for day in days) * 10 >= len(days) * 9
    assert nearest_rank(Counter(), 50) is None
