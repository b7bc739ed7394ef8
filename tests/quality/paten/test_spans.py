"""Which days a PATEN report is about, what its page offers, its spreadsheet as a regency opens it, what is logged."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.platform.office.papers import chief_official, overseer_official
from app.quality.paten import papers, queries
from app.quality.paten.queries import Ending, Line, Report
from app.quality.paten.views.report import LONGEST
from sync.journal import Journal
from tests.platform.people import Browser
from tests.quality.paten import test_paten
from tests.quality.paten.test_columns import LINE, SPAN, SPAN_END
from tests.world.sheets import Book


@pytest.fixture(scope="module")
def office_file(template: Path) -> Path:
    return template


template = test_paten.template
rooms = test_paten.rooms


def asked(browser: Browser, **days: str) -> tuple[date, date]:
    """The first and the last day that the page says it is about."""
    page = browser.get("/paten", query_string=days)
    assert page.status_code == 200
    found = dict(re.findall(r'name="(dari|sampai)"[^>]*value="([^"]*)"', page.text))
    first, last = (read_day(found[name]) for name in ("dari", "sampai"))
    return first, last


def read_day(text: str) -> date:
    parts = [int(part) for part in re.split(r"\D+", text) if part]
    return date(*parts) if parts[0] > 31 else date(*reversed(parts))


@pytest.mark.parametrize(
    ("days", "span"),
    [
        ({}, (date(2026, 2, 1), date(2026, 2, 28))),
        ({"dari": "2026-01-15"}, (date(2026, 1, 15), date(2026, 2, 28))),
        ({"sampai": "2026-02-10"}, (date(2026, 2, 1), date(2026, 2, 10))),
        ({"sampai": "2026-01-10"}, (date(2026, 1, 10), date(2026, 1, 10))),
        ({"dari": "2026-05-01", "sampai": "2026-01-01"}, (date(2026, 1, 1), date(2026, 1, 1))),
        ({"dari": "1990-01-01", "sampai": "2026-01-01"}, (date(2026, 1, 1) - timedelta(days=3660), date(2026, 1, 1))),
    ],
)
def test_a_report_is_about_the_days_that_are_named_else_the_last_month(
    as_ratna: Browser, days: dict[str, str], span: tuple[date, date]
) -> None:
    assert timedelta(days=3660) == LONGEST
    assert asked(as_ratna, **days) == span


def test_the_page_offers_what_is_over_and_what_runs(as_ratna: Browser) -> None:
    page = as_ratna.get("/paten").text
    links = re.findall(r"dari=(\d{4}-\d\d-\d\d)&(?:amp;)?sampai=(\d{4}-\d\d-\d\d)", page)
    spans = [
        ("2026-02-01", "2026-02-28"),
        ("2025-10-01", "2025-12-31"),
        ("2025-07-01", "2025-12-31"),
        ("2025-01-01", "2025-12-31"),
        ("2026-03-01", "2026-03-31"),
        ("2026-01-01", "2026-12-31"),
    ]
    assert [link for link in links if link in spans] == spans


def test_a_report_that_leaves_is_logged(as_ratna: Browser, journal: Journal) -> None:
    answer = as_ratna.post("/paten/unduh", {"dari": "2026-01-01", "sampai": "2026-01-31"})
    name = "paten-2026-01-01-2026-01-31.xlsx"
    assert name in answer.headers["Content-Disposition"]
    rows = list(journal.db.run("SELECT action, subject FROM access_log WHERE action = 'paten.export'"))
    assert rows == [("paten.export", name)]


def test_the_spreadsheet_has_fitting_heads_its_sums_and_what_ended_otherwise() -> None:
    total = Line("Jumlah", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, None, "", 12)
    report = Report(SPAN, [LINE], total, [Ending("KTP", "Ditolak", 6), Ending("KTP", "Dibatalkan", 7)])
    book = Book(papers.report_book(report, SPAN_END, "Kecamatan Contoh"))
    assert book.names == ["Layanan", "Tidak selesai"]
    assert book.misfits() == []
    assert book.heads("Layanan")[-3:] == ["Tepat waktu", "Berjanji hari", "Nilai indeks"]
    assert book.rows("Layanan")[0][-3:] == (5, 4, 81.25)
    assert book.rows("Layanan")[1][-3:] == (5, 4, None)
    widths = [book.book["Layanan"].column_dimensions[letter].width for letter in ("A", "B")]
    assert widths[0] > widths[1], "the names of services have more room than their figures"
    assert book.heads("Tidak selesai") == ["Layanan", "Berakhir", "Berkas"]
    first, second, last = book.rows("Tidak selesai")[:3]
    assert (first, second) == (("KTP", "Ditolak", 6), ("KTP", "Dibatalkan", 7))
    assert str(last[2]).startswith("=") or last[2] == 13
    assert papers.as_number(Decimal("81.25")) == 81.25
    numbers = [cell.number_format for cell in book.book["Layanan"][2]]
    assert numbers[0] != numbers[1], "a name is a text, a figure a number"


def test_the_paper_has_each_figure_to_the_right_and_says_how_to_read_it(journal: Journal) -> None:
    report = Report(SPAN, [LINE], Line("Jumlah"), [Ending("KTP", "Ditolak", 6)])
    paper = papers.report_paper(journal.db, report, "Ratna", datetime(2026, 4, 1, 2, tzinfo=UTC))
    assert paper.period == "1 Januari 2026 sampai 31 Maret 2026"
    assert [column.title for column in paper.columns if column.align == "left"] == ["Layanan"]
    assert {column.width for column in paper.columns} == {0}
    assert [row[0] for row in paper.rows] == ["KTP", "Jumlah"]
    assert paper.notes == (papers.TO_BUPATI, *papers.NOTES, "KTP, ditolak: 6.")
    assert paper.keeper == overseer_official(journal.db, date(2026, 4, 1))
    assert paper.approver == chief_official(journal.db, date(2026, 4, 1))
    assert paper.totals == ()


@pytest.mark.parametrize("place", range(1, 5))
def test_a_line_balances_only_where_all_of_it_does(place: int) -> None:
    whole = {"opening": 5, "received": 7, "finished": 6, "refused": 1, "ended": 2, "backlog": 3}
    assert Line("KTP", **whole).balances
    name = list(whole)[place]
    assert not Line("KTP", **(whole | {name: whole[name] + 1})).balances
    assert queries.REFUSED == "refused"
