"""Edges of the computed figures, with what they must be reckoned by hand from the standard's words."""

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app import compose
from app.casework.desk.events import CaseAdvanced, CaseOpened, CasePaused, CaseResumed, ImportedCase
from app.core.procedure.limits import Deadline
from app.core.quarters import Quarter
from app.quality.indicators.computing import Measured, count_by, list_facts, measure
from app.quality.paten.queries import Span as PatenSpan
from app.quality.paten.queries import paten_report
from app.services.complaints import service
from app.services.ktp.events import KtpImported
from schema.database import open_office
from schema.indicators import load_indicators
from sync.journal import Journal
from tests.quality.indicators.random_office import FIRST, RandomOffice
from tests.quality.indicators.test_computing import Days, template
from tests.quality.quarter.recaps import go
from tests.services.complaints.conftest import book
from tests.services.complaints.desk import BookDesk

__all__ = ["book", "template"]
Q4, Q1, Q2 = Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 2)
KTP, LATER = {"service": "ktp-el"}, date(2026, 5, 4)


@pytest.fixture
def office_file(template: Path) -> Path:
    return template


def test_an_office_before_its_first_standard_has_no_figure(furnished_office: Path, tmp_path: Path) -> None:
    shutil.copy(furnished_office, tmp_path / "new.sqlite3")
    db = open_office(tmp_path / "new.sqlite3")
    for indicator in load_indicators("kecamatan").indicators:
        asked = (indicator.query, indicator.arguments, Q1, LATER)
        assert measure(db, *asked).value is None or indicator.query == "box_opened", indicator.id
        assert list_facts(db, *asked) == [] or indicator.query == "box_opened"
        assert measure(db, indicator.query, indicator.arguments, Q2, date(2026, 2, 1)).denominator == 0, (
            "a period to come"
        )
        assert list_facts(db, indicator.query, indicator.arguments, Q2, date(2026, 2, 1)) == []
    db.close()


class Cases:
    """Cases of the KTP, written move by move."""

    def __init__(self, journal: Journal) -> None:
        self.writer = RandomOffice(journal, 1)

    def open(self, on: str, area: str = "3508072002") -> int:
        self.writer.cases += 1
        opening = self.writer.opening(self.writer.definitions["ktp-el"], date.fromisoformat(on), "validate")
        self.put(CaseOpened(**(opening | {"area": area})), on)
        return self.writer.cases

    def put(self, body: Any, on: str) -> None:
        with self.writer.journal.transaction():
            self.writer.put(body, f"case/{self.writer.cases}", date.fromisoformat(on))

    def move(self, case: int, way: str, on: str, **more: Any) -> None:
        step, outcome, to = way.split()
        self.put(CaseAdvanced(case, outcome, step, to, "counter", on, to.startswith("@"), **more), on)

    def promised(self, due: str, received: str = "2026-03-02") -> int:
        case = self.open(received)
        self.move(case, "validate complete record", received, promise="start", completed_on=received, due_on=due)
        return case

    def kept(self, due: str, on: str) -> int:
        case = self.promised(due)
        self.move(case, "arrive arrived hand_over", on, promise="keep")
        return case

    def ended(self, due: str, on: str, exit_: str) -> None:
        self.move(self.promised(due), f"record {exit_} @{exit_}", on)


def promise(journal: Journal, quarter: Quarter, today: date = LATER) -> tuple[Fraction, int]:
    figure = measure(journal.db, "promise", KTP, quarter, today)
    return figure.numerator, figure.denominator


def test_a_promise_counts_where_it_falls_due_and_is_kept_on_its_last_day(journal: Journal) -> None:
    cases = Cases(journal)
    assert measure(journal.db, "promise", KTP, Q1, LATER) == Measured(Fraction(0), 0, None)
    cases.kept("2026-03-31", "2026-03-31")
    assert measure(journal.db, "promise", KTP, Q1, LATER) == Measured(Fraction(1), 1, Fraction(100))
    cases.kept("2026-03-30", "2026-03-31")
    assert promise(journal, Q1) == (1, 2)
    cases.kept("2026-04-01", "2026-03-31")  # kept in the first quarter, promised for the second
    assert (promise(journal, Q1), promise(journal, Q2)) == ((1, 2), (1, 1))
    cases.promised("2026-04-30")  # not kept
    assert promise(journal, Q2, date(2026, 4, 30)) == (1, 1), "on its last day it may still be kept"
    assert promise(journal, Q2, date(2026, 5, 1)) == (1, 2)


def test_who_goes_before_the_date_was_promised_nothing_and_who_is_refused_after_it_was(journal: Journal) -> None:
    cases = Cases(journal)
    cases.ended("2026-03-31", "2026-03-30", "withdrawn")
    cases.ended("2026-03-31", "2026-03-31", "refused")
    assert promise(journal, Q1) == (0, 0)
    cases.ended("2026-03-31", "2026-04-01", "refused")
    assert promise(journal, Q1) == (0, 1)


def test_a_clock_that_stands_still_over_the_end_of_the_period_moves_the_promise_to_the_next(journal: Journal) -> None:
    cases = Cases(journal)
    case = cases.promised("2026-03-31")
    cases.put(CasePaused(case, 1, "no_blanks", "", "2026-03-30"), "2026-03-30")
    assert (promise(journal, Q1), promise(journal, Q2)) == ((0, 0), (0, 0))
    cases.put(CaseResumed(case, 1, "2026-04-06", "2026-04-08", []), "2026-04-06")
    assert (promise(journal, Q1), promise(journal, Q2)) == ((0, 0), (0, 1))
    cases.move(case, "arrive arrived hand_over", "2026-04-08", promise="keep")
    assert (promise(journal, Q1), promise(journal, Q2)) == ((0, 0), (1, 1))


def test_a_misprint_reopens_the_promise_and_a_second_card_keeps_it_or_not(journal: Journal) -> None:
    cases = Cases(journal)
    case = cases.kept("2026-03-20", "2026-03-10")
    cases.move(case, "hand_over misprint dispatch", "2026-03-12", promise="reopen")
    assert promise(journal, Q1) == (0, 1)
    cases.move(case, "arrive arrived hand_over", "2026-03-19", promise="keep")
    assert promise(journal, Q1) == (1, 1)


def days(journal: Journal, query: str, quarter: Quarter = Q1) -> Fraction | None:
    return measure(journal.db, query, KTP | {"step": "validate"}, quarter, LATER).value


def test_median_and_percentile_are_days_that_a_case_really_took(journal: Journal) -> None:
    """Nearest rank: of an even count the lower one of the middle two, so that half took so many days or fewer."""
    cases = Cases(journal)
    assert (days(journal, "step_median"), days(journal, "step_p90")) == (None, None)
    for number, until in enumerate(("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"), start=1):
        cases.move(cases.open("2026-01-05"), "validate complete record", until)
        if number == 1:
            assert (days(journal, "step_median"), days(journal, "step_p90")) == (1, 1)
    assert (days(journal, "step_median"), days(journal, "step_p90")) == (2, 4)
    over_new_year = cases.open("2025-12-30")  # 1 January is a holiday, 3 and 4 a weekend
    cases.move(over_new_year, "validate complete record", "2026-01-05")
    assert (days(journal, "step_median", Q4), days(journal, "step_median")) == (None, 3)
    [longest, *_] = list_facts(journal.db, "step_median", KTP | {"step": "validate"}, Q1, LATER, most=1)
    assert (longest.values, longest.since, longest.until) == ({"case_id": over_new_year}, "2025-12-30", "2026-01-05")
    assert longest.days == 3


def test_returned_files_are_told_apart_by_village_and_by_reason(journal: Journal) -> None:
    cases = Cases(journal)
    for area, note in (
        ("3508072002", "Fotokopi KK tidak ada"),
        ("3508072002", "Fotokopi KK tidak ada; Tanda tangan pemohon tidak ada"),
        ("", "Tanda tangan pemohon tidak ada"),
    ):
        cases.move(cases.open("2026-01-05", area), "validate returned returned", "2026-01-06", note=note)
    cases.move(cases.open("2026-01-05"), "validate complete record", "2026-01-06")
    asked = ("outcome_share", KTP | {"step": "validate", "outcome": "returned"}, Q1, LATER)
    assert measure(journal.db, *asked).value == 75
    villages = count_by(journal.db, *asked, "village")
    assert [(village.measured.numerator, village.measured.denominator) for village in villages] == [(2, 3), (1, 1)]
    reasons = {
        one.label: (one.measured.numerator, one.measured.denominator) for one in count_by(journal.db, *asked, "reason")
    }
    assert reasons == {"Fotokopi KK tidak ada": (2, 3), "Tanda tangan pemohon tidak ada": (2, 3)}


def limited(journal: Journal, **deadline: Any) -> Measured:
    """A contact of the hotline whose whole limit is over at nine on 6 March."""
    writer = RandomOffice(journal, 1)
    writer.cases = journal.next_id("case_file")
    limit = Deadline("whole", "working_hours", "2026-03-03T09:00", "2026-03-06T09:00", **deadline)
    on = date(2026, 3, 3)
    opening = writer.opening(writer.definitions["hotline"], on, "desk")
    with journal.transaction():
        writer.put(CaseOpened(**opening, deadlines=[limit]), f"case/{writer.cases}", on)
    return measure(journal.db, "promise", {"others_than": "ktp-el"}, Q1, LATER)


def test_a_service_without_promised_days_promises_its_limit_to_the_minute(journal: Journal) -> None:
    assert limited(journal, paused="2026-03-05T10:00").denominator == 0
    assert limited(journal, stopped="2026-03-06T09:00")[:2] == (1, 1)
    assert limited(journal, stopped="2026-03-06T09:01")[:2] == (1, 2)
    assert limited(journal)[:2] == (1, 3)


def test_a_line_without_an_answer_counts_once_its_working_day_is_over(journal: Journal) -> None:
    cases, asked = Cases(journal), ("acknowledged", KTP | {"days": 1}, Q1)
    case = cases.promised("2026-03-31")
    cases.move(case, "record recorded dispatch", "2026-03-06")
    cases.writer.chance = Scripted()
    with journal.transaction():
        cases.writer.line()  # sent on Friday 6 March and never answered
    assert measure(journal.db, *asked, date(2026, 3, 9)).denominator == 0
    assert measure(journal.db, *asked, date(2026, 3, 10))[:2] == (0, 1)


class Scripted:
    """Chance that always sends on the same day and never answers."""

    def randint(self, low: int, high: int) -> int:
        return (date(2026, 3, 6) - FIRST).days if high == 240 else low

    def choice(self, known: Any) -> Any:
        return known[0]


def test_an_answer_after_the_period_does_not_count_in_it_and_one_on_its_limit_is_in_time(book: BookDesk) -> None:
    go(book, date(2026, 3, 31))
    compose.begin_rooms(book.journal, book.clock())
    line = book.write("Malam terakhir")
    go(book, date(2026, 4, 1))
    service.write_first_answer(book.journal, book.who("ida"), complaint_id=line.id, text="Diterima.", now=book.clock())
    assert measure(book.journal.db, "first_answer", {}, Q1, LATER).denominator == 0
    due = date.fromisoformat(book.row(line).settle_due_on)
    go(book, due)
    book.follow(line)
    book.answer(line)
    service.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
    whole = Days(date(2026, 1, 1), date(2026, 6, 30))
    assert measure(book.journal.db, "first_answer", {}, whole, due)[:2] == (1, 1)
    assert measure(book.journal.db, "settlement", {}, whole, due)[:2] == (1, 1)


def test_the_backlog_of_a_month_knows_no_case_that_had_ended_before_it_was_received(journal: Journal) -> None:
    """An old register may say so; the report balances all the same."""
    writer = RandomOffice(journal, 1)
    writer.cases = 1
    opening = writer.opening(writer.definitions["ktp-el"], date(2026, 2, 2), "@done")
    with journal.transaction():
        body = KtpImported(ImportedCase(**opening, fingerprint="1", closed_on="2026-01-30"))
        writer.put(body, "case/1", date(2026, 2, 2))
    for month, counts in ((1, (0, 0, 0)), (2, (1, 1, 0)), (3, (0, 0, 0))):
        total = paten_report(journal.db, PatenSpan(date(2026, month, 1), date(2026, month, 28))).total
        assert (total.received, total.finished, total.backlog) == counts
        assert total.balances
