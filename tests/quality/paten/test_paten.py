"""The PATEN report: it balances over random journals, equals a count by hand, comes as page, paper and spreadsheet."""

import io
import shutil
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app import compose
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import WebRoom
from app.quality.paten.queries import Line, Span, paten_report
from app.quality.paten.views import ROOM as PATEN
from schema.database import open_office
from sync.journal import Journal
from tests.platform.people import Browser
from tests.quality.indicators.naive import Case, cases_of, entries_of
from tests.quality.indicators.random_office import RandomOffice
from tests.quality.indicators.test_computing import SPANS, new_office, template
from tests.world.nightly import by_day

__all__ = ["new_office", "template"]
"""The office of three services that the indicators live in too."""


def ended(case: Case) -> date:
    """The day on which a case ended; one that an old register closed before it was received ended when it was."""
    return max(case.closed, case.received) if case.closed else date.max


def count_by_hand(cases: list[Case], span: Span) -> Counter[str]:
    counts: Counter[str] = Counter()
    for case in cases:
        if case.received > span.end or ended(case) < span.start:
            continue
        counts["opening" if case.received < span.start else "received"] += 1
        if ended(case) > span.end:
            counts["backlog"] += 1
            kept = case.kept or date.max
            counts["overdue"] += case.due is not None and case.due < span.end and kept > span.end
        elif case.exit in ("@withdrawn", "@died", "@moved", "@uncollected", "@complaint"):
            counts["ended"] += 1
        elif case.exit == "@refused":
            counts["refused"] += 1
        else:
            counts["finished"] += 1
            counts["promised"] += case.due is not None
            counts["on_time"] += bool(case.due and case.kept and case.kept <= case.due)
    return counts


NAMES = ("opening", "received", "finished", "promised", "on_time", "refused", "ended", "backlog", "overdue")


@pytest.mark.parametrize("seed", range(100, 100 + by_day(3, 60)))
def test_the_report_balances_and_equals_a_count_by_hand(seed: int, new_office: object) -> None:
    lived: RandomOffice = new_office(seed)  # a fixture that makes offices
    lived.work(120)
    db, cases = lived.journal.db, list(cases_of(entries_of(lived.journal)).values())
    months = [date(2025, 11, 1), date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 10))]
    spans = [Span(first, after - timedelta(days=1)) for first, after in pairwise(months)]
    reports = [paten_report(db, span) for span in spans]
    for report in (*reports, *(paten_report(db, Span(*span)) for span in SPANS)):
        assert all(line.balances for line in (*report.lines, report.total))
        for service, line in zip(("ktp-el", "kia", "hotline"), sorted_lines(report.lines, lived), strict=True):
            own = count_by_hand([case for case in cases if case.service == service], report.span)
            assert {name: getattr(line, name) for name in NAMES} == {name: own[name] for name in NAMES}
        assert report.total.refused + report.total.ended == sum(ending.cases for ending in report.endings)
    for before, after in pairwise(reports):
        assert [row.backlog for row in before.lines] == [read_line.opening for read_line in after.lines]
    assert sum(one.total.finished for one in reports) > 0


def sorted_lines(lines: list[Line], lived: RandomOffice) -> list[Line]:
    """Lines in the order of the services; two of them share a name."""
    order = [service for (service,) in lived.journal.db.run("SELECT DISTINCT service FROM standard ORDER BY service")]
    return [dict(zip(order, lines, strict=True))[one] for one in ("ktp-el", "kia", "hotline")]


# -- page, paper, spreadsheet --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office_file(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same office after some work, made once."""
    path = tmp_path_factory.mktemp("paten") / "kantor.sqlite3"
    shutil.copy(template, path)
    db = open_office(path)
    RandomOffice(compose.journal("office", db), 7).work(60)
    db.close()
    return path


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [PEOPLE, PATEN]


def test_page_paper_and_spreadsheet_say_the_same(as_ratna: Browser, journal: Journal) -> None:
    days = {"dari": "2026-01-01", "sampai": "2026-03-31"}
    report = paten_report(journal.db, Span(date(2026, 1, 1), date(2026, 3, 31)))
    page = as_ratna.get("/paten", query_string=days)
    assert page.status_code == 200
    for line in (*report.lines, report.total):
        cells = f'<td class="num">{line.opening}</td><td class="num">{line.received}</td>'
        assert cells in page.text, line
    paper = as_ratna.post("/paten/cetak", days)
    assert paper.data.startswith(b"%PDF")
    assert (as_ratna.post("/paten/unduh", days)).status_code == 200
    book = load_workbook(io.BytesIO(as_ratna.post("/paten/unduh", days).data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("Layanan", "Tunggakan awal", "Masuk", "Selesai")
    assert [row[1:4] for row in rows[1:]] == [
        (one.opening, one.received, one.finished) for one in (*report.lines, report.total)
    ]


def test_days_that_say_nothing_ask_for_a_report_all_the_same(as_ratna: Browser) -> None:
    for days in ({}, {"dari": " "}, {"dari": "2026-05-01", "sampai": "2026-01-01"}, {"dari": "1 Mei 2026"}):
        assert as_ratna.get("/paten", query_string=days).status_code == 200


def test_a_day_that_cannot_be_read_is_told_and_never_answered_with_another_report(as_ratna: Browser) -> None:
    for days in ({"dari": "besok"}, {"sampai": "x" * 90}):
        answer = as_ratna.get("/paten", query_string=days)
        assert (answer.status_code, "Ketik hari, bulan, tahun" in answer.text) == (422, True)


def test_who_serves_at_the_counter_does_not_see_it(as_sari: Browser) -> None:
    assert as_sari.get("/paten").status_code == 403
    assert as_sari.post("/paten/cetak").status_code == 403
