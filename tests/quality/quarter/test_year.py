"""The annual report counts the year anew at a stated day, and its numbers agree with the book."""

import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.clock import office_date
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.platform.printing.papers import render_paper
from app.quality.quarter import year_papers
from app.quality.quarter.year_papers import YearCount, count_year
from app.services.complaints.service import set_line_aside
from sync.journal import Journal
from tests.platform.people import Browser
from tests.platform.printing.reading import pages_of, text_of
from tests.quality.quarter.counting import totals
from tests.quality.quarter.living import Book
from tests.quality.quarter.recaps import LATER, approve, draft, go
from tests.quality.quarter.test_recap_counts import STARTS, deeds, opened
from tests.services.complaints.desk import BookDesk
from tests.world.nightly import by_day


@pytest.fixture
def template(journal: Journal, tmp_path: Path) -> Path:
    path = tmp_path / "template.sqlite3"
    journal.db.run("VACUUM INTO ?", (str(path),))
    return path


def reckoned_from_journal(journal: Journal, year: int, on: date) -> Counter[tuple[str, ...]]:
    """Naively over the journal: what each line of the year was at the end of a day, read entry by entry."""
    found: Counter[tuple[str, ...]] = Counter()
    for (line_id,) in journal.db.run("SELECT id FROM complaint ORDER BY id"):
        received, type_, category, state, aside = "", "", "", "open", False
        for entry in journal.about(f"complaint/{line_id}"):
            if office_date(entry.at) > on:
                break
            if entry.kind in ("complaint.written", "complaint.classed"):
                type_, category = entry.body.type, entry.body.category
                received = getattr(entry.body, "received_on", received)
            state = {"complaint.closed": "settled", "complaint.reopened": "open"}.get(entry.kind, state)
            aside = {"complaint.set_aside": True, "complaint.taken_back": False}.get(entry.kind, aside)
        if received.startswith(str(year)):
            quarter = str(Quarter.of(date.fromisoformat(received)).n)
            found["book",] += 1
            found[("aside",) if aside else ("line", type_, quarter, state)] += 1
            found["category", category] += not aside and type_ == "complaint"
            found["month", received[5:7]] += not aside and type_ == "complaint"
    return +found


def told(count: YearCount) -> Counter[tuple[str, ...]]:
    """The same of a count."""
    found: Counter[tuple[str, ...]] = Counter({("book",): count.book, ("aside",): count.aside})
    for kind, quarters in count.kinds.items():
        for n, quarter in quarters.items():
            if kind:
                found["line", kind, str(n), "settled"] = quarter.settled
                found["line", kind, str(n), "open"] = quarter.received - quarter.settled
    for n, received in enumerate(count.months, 1):
        found["month", f"{n:02d}"] = received
    return +found


@settings(
    max_examples=by_day(5, 40), phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.sampled_from(STARTS), what=deeds, back=st.integers(0, 90))
def test_the_year_is_counted_anew_as_the_journal_gives_it_by_naive_reckoning(
    start: date, what: list[tuple[str, int, int, int]], back: int, template: Path, journal: Journal
) -> None:
    book = opened(template, journal, start)
    try:
        book.later(0)
        for deed, pick, other, days in what:
            book.later(days)
            book.do(deed, pick, other)
        for year in {line.received.year for line in book.lines}:
            agrees_with_the_model(book, year)
            for on in {book.today, max(date(year, 1, 1), book.today - timedelta(days=back))}:
                count = count_year(book.journal.db, year, on, book.now)
                naive = reckoned_from_journal(book.journal, year, on)
                categories = {key[1]: n for key, n in naive.items() if key[0] == "category"}
                assert told(count) == Counter({key: n for key, n in naive.items() if key[0] != "category"})
                assert sum(row.total for row in dict(count.tables)["Tentang apa"]) == sum(categories.values())
                assert count.book == count.whole[""].received + count.aside
    finally:
        book.journal.db.close()


def agrees_with_the_model(book: Book, year: int) -> None:
    """Of today also late, late settled and median, line by line."""
    count = count_year(book.journal.db, year, book.today, book.now)
    lines = [line for line in book.lines if line.received.year == year and not line.aside]
    for kind in ("", "complaint", "aspiration", "information"):
        of = [line for line in lines if kind in ("", line.type)]
        assert count.whole[kind] == totals(of, book.today, book.calendar), kind
        for n in count.quarters:
            mine = (line for line in of if Quarter.of(line.received).n == n)
            assert count.kinds[kind][n] == totals(mine, book.today, book.calendar), (kind, n)


def test_a_recap_that_was_approved_does_not_hold_the_annual_report_back(book: BookDesk) -> None:
    """Approved on 2 April with two complaints; a third comes on the 20th: the year says so, and as of 2 April it does
    not."""
    draft(book)
    approve(book)
    go(book, date(2026, 4, 20))
    before = count_year(book.journal.db, 2026, LATER, book.clock())
    book.write("Lagi", category="speed")
    after = count_year(book.journal.db, 2026, date(2026, 4, 20), book.clock())
    assert (before.complaints.received, after.complaints.received) == (2, 3)
    assert dict(year_papers.against_recaps(book.journal.db, 2026, "2026-04-30"))["Baris tahun ini menurut buku"] == 3
    assert dict(year_papers.against_recaps(book.journal.db, 2026, "2026-04-03"))["Baris tahun ini menurut buku"] == 2


def test_the_day_that_is_stated_lies_in_the_year_or_after_it_and_not_ahead(book: BookDesk) -> None:
    go(book, date(2026, 4, 20))
    for on in (date(2025, 12, 31), date(2026, 4, 21)):
        with pytest.raises(Problem) as refused:
            count_year(book.journal.db, 2026, on, book.clock())
        assert set(refused.value.fields) == {"per"}


def test_the_annual_report_tells_the_year_in_sentences_a_table_and_a_chart(book: BookDesk, tmp_path: Path) -> None:
    """Two complaints of March, one settled after two working days; the year before had no book."""
    draft(book)
    approve(book)
    go(book, date(2026, 4, 20))
    on, now = date(2026, 4, 20), book.clock()
    paper = year_papers.year_paper(book.journal.db, 2026, "ida", "Ida", now, on)
    text = text_of(render_paper("annual_report", paper), tmp_path)
    for sentence in (
        "menurut keadaan 20 April 2026; tahunnya belum berakhir.",
        (
            "Buku pengaduan tahun 2026, dipakai sejak 12 Maret 2026, memuat 2 baris:"
            " 2 pengaduan, 0 aspirasi, dan 0 permintaan informasi."
        ),
        "Tahun 2025 belum ada data.",
        "Dari 2 pengaduan itu 1 selesai; 0 masih berjalan dan 1 lewat batas.",
        "Bulan teramai: Maret, 2 pengaduan.",
        "Dalam rekap tahun ini dijanjikan 1 perbaikan; belum ada yang jatuh tempo.",
        "Triwulan I 2 0 0 2 1 0 1",
        "Jumlah 2 0 0 2 1 0 1",
    ):
        assert sentence in text, sentence
    assert "Pengaduan per bulan: Jan belum ada; Feb belum ada; Mar 2; Apr 0; Mei belum ada" in paper.charts[0]
    assert len(pages_of(render_paper("annual_report", paper), tmp_path)) <= 2
    made = openpyxl.load_workbook(io.BytesIO(year_papers.year_xlsx(book.journal.db, 2026, now, on)))
    rows = list(made["Tahun 2026"].iter_rows(min_row=2, values_only=True))
    assert ("Pengaduan", "Masuk", 2, 0, None, None, 2) in rows
    assert ("Baris di buku", 2) in list(made["Cocok dengan buku"].iter_rows(min_row=2, values_only=True))


def test_a_quarter_before_the_book_has_no_data_instead_of_noughts(book: BookDesk, tmp_path: Path) -> None:
    """The first line ever came on 8 May: of the first quarter nobody knows anything, and no recap of it is owed."""
    go(book, date(2026, 5, 8))
    book.write("Antre lama", category="speed")
    on, now = date(2026, 7, 6), go(book, date(2026, 7, 6))
    text = text_of(
        render_paper("annual_report", year_papers.year_paper(book.journal.db, 2026, "ida", "Ida", now, on)), tmp_path
    )
    for told_ in (
        "Buku pengaduan tahun 2026, dipakai sejak 8 Mei 2026, memuat 1 baris",
        "Triwulan I – – – – – – –",
        "Triwulan II 1 0 0 1 0 0 1",
        "Jumlah – 1 0 – 1",
        "Triwulan II dan Triwulan III belum disetujui.",
    ):
        assert told_ in text, told_
    rows = list(year_papers.year_rows(count_year(book.journal.db, 2026, on, now)))
    assert rows[0] == ("Pengaduan", "Masuk", None, 1, 0, None, 1)


def test_the_page_asks_for_the_day_and_keeps_what_was_typed(book: BookDesk, web: Flask) -> None:
    draft(book)
    ida = Browser(web, "ida")
    page = ida.get("/rekap").text
    assert "Dihitung ulang dari buku" in page
    assert 'value="02-04-2026"' in page
    ahead = ida.post("/rekap/tahun/2026/cetak", {"per": "31122026"})
    assert ahead.status_code == 422
    assert "Isi hari antara 1 Januari 2026 dan hari ini." in ahead.text
    assert 'value="31122026"' in ahead.text
    assert ida.post("/rekap/tahun/2026/cetak", {"per": "besok lusa"}).status_code == 422
    assert ida.post("/rekap/tahun/2026/cetak", {"per": "31032026"}).content_type == "application/pdf"
    assert ida.post("/rekap/tahun/2026/xlsx", {}).data.startswith(b"PK")


def test_a_line_that_is_set_aside_later_still_counts_on_the_day_before(book: BookDesk) -> None:
    draft(book)
    go(book, date(2026, 4, 20))
    set_line_aside(book.journal, book.who("ida"), complaint_id=2, reason="Iseng", now=book.clock())
    db, now = book.journal.db, book.clock()
    told = [count_year(db, 2026, on, now) for on in (date(2026, 4, 19), date(2026, 4, 20))]
    assert [(text.complaints.received, text.aside, text.book) for text in told] == [(2, 0, 2), (1, 1, 2)]
