"""How long people waited: by service, hour and day, and as an indicator that an office may name."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask

from app.core.periods import Period
from app.quality.indicators.computing import list_facts, measure
from app.services.tickets.figures import Cell, Times, hour_cells, minutes_between, month_figures, times_of
from app.services.tickets.tables import Ticket
from schema.indicators import read_indicators
from sync.entries import to_utc_text
from tests.platform.people import Browser
from tests.services.tickets.queue import HOTLINE, KTP, Queue, at

MARCH, TODAY = date(2026, 3, 1), date(2026, 3, 13)


@pytest.fixture
def worked(queue: Queue) -> Queue:
    """Two days. On the 12th four came: they waited 5, 20 and 40 minutes, one left; on the 13th one waits."""
    for minute, priority in ((0, False), (1, False), (2, True)):
        queue.clock.at = at(9, minute)
        queue.take(priority=priority)
    queue.take_at(at(10, 30), HOTLINE)
    for moment in (at(9, 7), at(9, 20), at(9, 41)):  # A-003 first, then
        queue.clock.at = moment
        number = queue.serve()
        queue.clock.forward(minutes=3)
        queue.finish(number)
    queue.take_at(at(8, day=13))
    return queue


def test_what_a_month_says(worked: Queue) -> None:
    figures = month_figures(worked.journal.db, MARCH, TODAY)
    total = figures.total
    assert (total.taken, total.priority, total.served, total.absent, total.left) == (5, 1, 3, 0, 1)
    assert (total.wait, total.longest, total.service) == (20, 40, 3)
    assert {service: times.taken for service, times in figures.services.items()} == {KTP: 4, HOTLINE: 1}
    assert {day: times.left for day, times in figures.days.items()} == {"2026-03-12": 1, "2026-03-13": 0}
    assert figures.hours == {KTP: {9: Cell(3, 20), 8: Cell(1, None)}, HOTLINE: {10: Cell(1, None)}}
    assert month_figures(worked.journal.db, date(2026, 2, 1), TODAY).total.taken == 0


def test_a_month_has_its_first_and_its_last_day(queue: Queue) -> None:
    for day, month in ((1, 4), (30, 4), (4, 5)):
        queue.take_at(at(9, day=day, month=month))
    april = month_figures(queue.journal.db, date(2026, 4, 1), date(2026, 5, 5))
    assert list(april.days) == ["2026-04-01", "2026-04-30"]


def test_ninety_of_a_hundred_are_by_nearest_rank(queue: Queue) -> None:
    """Of ten waits of 1 to 10 minutes five lie within 5, nine within 9."""
    queue.clock.at = at(9)
    for _ in range(10):
        queue.take()
    for minutes in range(1, 11):
        queue.clock.at = at(9, minutes)
        queue.serve()
    total = month_figures(queue.journal.db, MARCH, TODAY).total
    assert (total.wait, total.longest, total.service) == (5, 9, 1)


def test_of_a_hundred_waits_ninety_lie_within_the_ninetieth_and_half_within_the_fiftieth() -> None:
    """The 89th, the 91st, the 49th and the 51st are other minutes; so is what half were served."""
    begun = [at(9, 0) + timedelta(minutes=n) for n in range(1, 101)]
    tickets = [
        Ticket(
            on_date="2026-03-12",
            service=KTP,
            state="served" if n % 2 else "absent",
            priority=n % 4 == 0,
            taken_at=to_utc_text(at(9, 0)),
            called_at=to_utc_text(moment),
            begun_at=to_utc_text(moment),
            ended_at=to_utc_text(moment + timedelta(minutes=2 * n)),
        )
        for n, moment in enumerate(begun, 1)
    ]
    assert times_of(tickets, TODAY) == Times(100, 25, 50, 50, 0, wait=50, longest=90, service=100)
    assert hour_cells(tickets) == {9: Cell(100, 50)}


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-03-12T02:00:00.000Z", "2026-03-12T02:01:59.000Z", 1),
        ("2026-03-12T02:00:00.000Z", "2026-03-12T02:00:00.000Z", 0),
        ("2026-03-12T02:00:00.000Z", "2026-03-12T01:59:59.000Z", None),
        ("2026-03-12T02:00:00.000Z", None, None),
        (None, "2026-03-12T02:00:00.000Z", None),
    ],
)
def test_minutes_are_whole_and_never_below_nought(since: str | None, until: str | None, minutes: int | None) -> None:
    assert minutes_between(since, until) == minutes


def test_the_page_is_for_those_who_oversee(
    worked: Queue, as_budi: Browser, as_ratna: Browser, as_camat: Browser, as_sari: Browser
) -> None:
    assert as_camat.get("/waktu-tunggu").status_code == 200
    page = as_budi.get("/waktu-tunggu").text
    assert "Waktu tunggu, Maret 2026" in page
    assert "Separuh pengunjung dipanggil dalam 20 menit, 90 dari 100 dalam 40 menit." in " ".join(page.split())
    assert as_ratna.get("/waktu-tunggu?bulan=2026-02").status_code == 200
    assert "Belum ada nomor bulan ini" in as_ratna.get("/waktu-tunggu?bulan=2026-02").text
    assert "Maret 2026" in as_ratna.get("/waktu-tunggu?bulan=besok").text
    assert "Maret 2026" in as_ratna.get("/waktu-tunggu?bulan=2999-01").text
    assert "Maret 2026" in as_ratna.get("/waktu-tunggu?bulan=0001-01").text
    assert "Januari 1990" in as_ratna.get("/waktu-tunggu?bulan=1990-01").text
    assert "Maret 2026" in as_ratna.get("/waktu-tunggu?bulan=1989-12").text
    assert as_sari.get("/waktu-tunggu").status_code == 403


def test_one_goes_to_the_month_before_and_to_no_month_that_has_not_come(web: Flask, queue: Queue) -> None:
    queue.clock.at = at(9, day=1, month=4)
    budi = Browser(web, "budi")
    assert "bulan=2026-04" in budi.get("/waktu-tunggu?bulan=2026-03").text  # its first day is today
    assert "bulan=2026-05" not in budi.get("/waktu-tunggu").text
    assert "bulan=2026-03" in budi.get("/waktu-tunggu").text


def test_an_office_may_make_it_an_indicator(worked: Queue, tmp_path: Path) -> None:
    """Ended days count: of the 12th 2 of 4 were called within 30 minutes, the one who left was not."""
    period, db = Period("quarter", 2026, 1), worked.journal.db
    asked = ("ticket_called", {"minutes": 30}, period, TODAY)
    figure = measure(db, *asked)
    assert (figure.numerator, figure.denominator, figure.value) == (Fraction(2), 4, Fraction(50))
    assert measure(db, "ticket_called", {"minutes": 40, "service": KTP}, period, TODAY).value == 100
    assert measure(db, "ticket_called", {"minutes": 39, "service": KTP}, period, TODAY).numerator == 2
    missed = [(fact.label, fact.endpoint) for fact in list_facts(db, *asked, counted=False)]
    assert sorted(missed) == [("A-002", "ticket_figures.show_figures"), ("B-001", "ticket_figures.show_figures")]


def test_the_example_of_the_guide_is_a_file_that_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/writing-indicators.md").read_text(encoding="utf-8")
    example = page.partition('```toml\nid = "antrean"')[2].partition("```")[0]
    path = tmp_path / "antrean.toml"
    path.write_text(f'id = "antrean"{example}', encoding="utf-8")
    [indicator] = read_indicators(path).indicators
    assert (indicator.query, dict(indicator.arguments)) == ("ticket_called", {"minutes": 30})
