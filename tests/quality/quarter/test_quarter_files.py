"""Papers and files of a quarter from the tables: they open, add up, name nobody, and come out the same each time."""

import csv
import io
import struct
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app import paths
from app.core.clock import at_office
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.platform.printing.papers import render_paper
from app.quality.quarter import charts, papers, service, year_papers
from app.quality.quarter.figures import Kept, Month, Totals, canonical_text, parse_figures, text_digest
from app.quality.quarter.year_papers import count_year
from app.services.complaints import papers as complaints_papers
from app.services.complaints import queries
from app.services.complaints import service as complaints_service
from app.services.complaints.words import CATEGORIES, CHANNELS
from schema.definitions import load_all
from tests.platform.printing.layout import NOTO_SANS, sheets_of, x_heights
from tests.platform.printing.reading import page_size, pages_of, pixels_of, text_of
from tests.quality.quarter.recaps import approve, draft
from tests.services.complaints.desk import BookDesk

Q1 = Quarter(2026, 1)
LATER = date(2026, 4, 2)
PLANTED = ("Slamet Riyadi", "SLAMET", "Tumini", "081234567890", "0812-3456", "Kebonan", "3508994112800030")


@pytest.fixture
def lived(book: BookDesk) -> BookDesk:
    """Four lines with planted people, a follow-up, an approved recap with a pledge."""
    first = book.write(
        "Pak Slamet Riyadi minta uang, hubungi 0812-3456-7890. NIK 3508994112800030",
        name="Tumini",
        contact="081234567890",
        address="Dusun Kebonan RT 4",
        category="levy",
    )
    book.follow(first, "Slamet Riyadi sudah ditegur di Dusun Kebonan.")
    book.answer(first)
    for n in range(3):
        book.write(f"Antre lama sekali {n}", category="speed")
    book.clock.at = at_office(LATER, 9)
    j, now = book.journal, book.clock()
    service.draft_recap(j, book.who("ida"), quarter=Q1, now=now)
    service.give_pledge(
        j, book.who("ida"), quarter=Q1, what="Loket kedua dibuka", who="Kasi", by_on=date(2026, 5, 4), now=now
    )
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    return book


def nobody(text: str) -> None:
    assert [one for one in PLANTED if one in text] == []


def test_recap_and_poster_name_nobody_and_carry_number_and_digest(lived: BookDesk, tmp_path: Path) -> None:
    db, now = lived.journal.db, lived.clock()
    recap = service.load_recap(db, Q1)
    sheet = papers.recap_paper(db, recap, "Ida", now)
    pdf = render_paper("recap", sheet)
    text = text_of(pdf, tmp_path)
    nobody(text)
    assert "4 pengaduan; triwulan lalu belum ada data" in text
    assert recap.number in text
    assert " ".join(recap.digest[n : n + 4] for n in range(0, 16, 4)) in text
    assert "RANCANGAN" not in text
    assert all(word in text for word in ("Dibuat oleh", "Diperiksa oleh", "Disetujui oleh", "Persetujuan dalam sistem"))
    assert pdf == render_paper("recap", papers.recap_paper(db, recap, "Ida", now))
    poster = render_paper("poster", papers.poster_paper(db, Q1, "Ida", now))
    wall = text_of(poster, tmp_path)
    nobody(wall)
    assert "Loket kedua dibuka" in wall
    assert page_size(poster, tmp_path) == (297, 420)
    assert len(pages_of(render_paper("poster", papers.poster_paper(db, Q1, "Ida", now), size="F4"), tmp_path)) == 1


def test_a_poster_is_refused_before_approval_and_without_a_pledge(book: BookDesk) -> None:
    book.write()
    book.clock.at = at_office(LATER, 9)
    j, now = book.journal, book.clock()
    service.draft_recap(j, book.who("ida"), quarter=Q1, now=now)
    with pytest.raises(Problem, match="disetujui"):
        papers.poster_paper(j.db, Q1, "Ida", now)
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    with pytest.raises(Problem, match="janji"):
        papers.poster_paper(j.db, Q1, "Ida", now)


def test_the_font_of_the_poster_is_the_one_that_is_measured() -> None:
    font = (paths.static_folder() / "fonts" / "NotoSans-Regular.ttf").read_bytes()
    tables = {font[at : at + 4]: int.from_bytes(font[at + 8 : at + 12]) for at in range(12, 12 + 16 * font[5], 16)}
    high, deep = struct.unpack(">hh", font[tables[b"hhea"] + 4 : tables[b"hhea"] + 8])
    (x,) = struct.unpack(">h", font[tables[b"OS/2"] + 86 : tables[b"OS/2"] + 88])
    assert ((high - deep) / 1000, x / 1000) == NOTO_SANS


def test_poster_body_text_is_at_least_7_mm_high_in_x_and_pledges_are_larger(lived: BookDesk, tmp_path: Path) -> None:
    """Arms on top, red and blue photo, KTP-el gratis, one sheet; the strip of document control alone is small."""
    pdf = render_paper("poster", papers.poster_paper(lived.journal.db, Q1, "Ida", lived.clock()))
    [sheet] = sheets_of(pdf, tmp_path)
    found = x_heights(sheet)
    assert min(found)[0] >= 7
    words = [word for _, word in found]
    height = {word: high for high, word in found}
    assert height["Loket"] > height["selesai"] >= 7
    assert {"KTP-el", "gratis", "ganjil:", "merah", "genap:", "biru"} <= set(words)
    colours = {colour for row in pixels_of(pdf) for colour in row}
    assert {(196, 22, 28), (31, 79, 163)} <= colours


@pytest.mark.parametrize(
    ("service", "said"), [("ktm", set()), ("hotline", set()), ("ktp-el", {"KTP-el", "gratis", "merah", "biru"})]
)
def test_the_poster_says_of_fee_and_photo_what_the_services_of_the_office_say(
    lived: BookDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str, said: set[str]
) -> None:
    monkeypatch.setattr("app.platform.office.queries.services_in_force", lambda _db, _on: [load_all()[service]])
    pdf = render_paper("poster", papers.poster_paper(lived.journal.db, Q1, "Ida", lived.clock()))
    [sheet] = sheets_of(pdf, tmp_path)
    words = {word for _, word in x_heights(sheet)}
    assert words & {"KTP-el", "KTP", "gratis", "merah", "biru"} == said
    colours = {colour for row in pixels_of(pdf) for colour in row}
    assert ({(196, 22, 28), (31, 79, 163)} <= colours) == bool(said)


def test_arms_stand_on_top_of_the_poster(lived: BookDesk, tmp_path: Path) -> None:
    """A green square as arms: it is drawn in the first tenth of the sheet."""
    rect = b'<rect width="10" height="12" fill="#00ff00"/>'
    square = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12">' + rect + b"</svg>"
    paper = papers.poster_paper(lived.journal.db, Q1, "Ida", lived.clock())
    shown = replace(paper, head=replace(paper.head, arms=square))
    rows = pixels_of(render_paper("poster", shown))
    green = [n for n, row in enumerate(rows) if (0, 255, 0) in row]
    assert green
    assert max(green) < len(rows) / 8


def test_many_long_pledges_take_a_further_sheet_and_never_smaller_letters(lived: BookDesk, tmp_path: Path) -> None:
    for n in range(9):
        service.give_pledge(
            lived.journal,
            lived.who("camat"),
            quarter=Q1,
            what=f"Janji {n} " + "yang panjang sekali " * 9,
            who="Kasi",
            by_on=date(2026, 5, 4),
            now=lived.clock(),
        )
    for size, least in (("A3", 7.0), ("F4", 7.0 * 215 / 297)):
        pdf = render_paper("poster", papers.poster_paper(lived.journal.db, Q1, "Ida", lived.clock()), size=size)
        pages = pages_of(pdf, tmp_path)
        assert len(pages) > 1
        assert all(f"Janji {n}" in " ".join(pages) for n in range(9))
        assert "Loket kedua dibuka" in pages[0]
        assert all(min(x_heights(sheet))[0] >= least - 0.01 for sheet in sheets_of(pdf, tmp_path))
        assert all(f"Lembar {n + 1} dari {len(pages)}" in page for n, page in enumerate(pages))


def test_an_empty_quarter_prints_nihil_everywhere(book: BookDesk, tmp_path: Path) -> None:
    book.clock.at = at_office(LATER, 9)
    j, now = book.journal, book.clock()
    service.draft_recap(j, book.who("ida"), quarter=Q1, now=now)
    recap = service.load_recap(j.db, Q1)
    text = text_of(render_paper("recap", papers.recap_paper(j.db, recap, "Ida", now)), tmp_path)
    assert "NIHIL." in text
    assert "RANCANGAN" in text
    assert text.count("Nihil.") >= 4
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.give_pledge(j, book.who("ida"), quarter=Q1, what="Tetap melayani", who="Semua", by_on=LATER, now=now)
    service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    assert "NIHIL" in text_of(render_paper("poster", papers.poster_paper(j.db, Q1, "Ida", now)), tmp_path)
    assert openpyxl.load_workbook(io.BytesIO(papers.recap_xlsx(j.db, recap, now)))["Daftar"].max_row == 1


def test_the_spreadsheet_opens_with_real_dates_and_adds_up(lived: BookDesk) -> None:
    recap = service.load_recap(lived.journal.db, Q1)
    content = papers.recap_xlsx(lived.journal.db, recap, lived.clock())
    assert content == papers.recap_xlsx(lived.journal.db, recap, lived.clock())
    made = openpyxl.load_workbook(io.BytesIO(content))
    assert {
        "Jumlah",
        "Kategori",
        "Unsur kepuasan",
        "Sarana",
        "Desa",
        "Daftar",
        "Sisa",
        "LTPP",
        "Janji KTP",
    } <= set(made.sheetnames)
    for name in ("Kategori", "Unsur kepuasan", "Sarana", "Jenis", "Kadar", "Layanan", "Desa", "Seksi"):
        *rows, total = made[name].iter_rows(min_row=2, values_only=True)
        assert sum(int(row[1]) for row in rows) == total[1] == 4, name
        assert total[0] == "Jumlah"
        assert all(row[1] == row[2] + row[3] + row[4] for row in rows), name
    lines = list(made["Daftar"].iter_rows(min_row=2, values_only=True))
    assert [type(row[2]) for row in lines] == [datetime] * 4
    assert [row[0] for row in made["Janji"].iter_rows(min_row=2, values_only=True)] == ["Loket kedua dibuka"]
    nobody(" ".join(str(cell) for sheet in made for row in sheet.iter_rows(values_only=True) for cell in row))


def test_csv_reads_back(lived: BookDesk) -> None:
    figures = service.figures_of_recap(service.load_recap(lived.journal.db, Q1))
    rows = list(csv.reader(io.StringIO(papers.recap_csv(figures)), delimiter=";"))
    assert rows[1][:5] == ["jumlah", "", "Semua", "4", "0"]
    assert sum(int(row[3]) for row in rows if row[0] == "Kategori") == 4


def test_the_year_counts_its_quarters_anew(lived: BookDesk, tmp_path: Path) -> None:
    j = lived.journal
    for of, count in ((Quarter(2026, 2), 2), (Quarter(2026, 3), 1)):
        lived.clock.at = at_office(of.start, 9)
        for n in range(count):
            lived.write(f"Lagi {n}")
        lived.clock.at = at_office(of.after.start, 10)
        service.draft_recap(j, lived.who("ida"), quarter=of, now=lived.clock())
        if of.n == 2:
            service.mark_checked(j, lived.who("ratna"), quarter=of, read_public=True, now=lived.clock())
            service.approve_recap(j, lived.who("camat"), quarter=of, now=lived.clock())
    now, on = lived.clock(), date(2026, 10, 1)
    rows = list(year_papers.year_rows(count_year(j.db, 2026, on, now)))
    assert rows[0] == ("Pengaduan", "Masuk", 4, 2, 1, 0, 7)
    text = text_of(render_paper("annual_report", year_papers.year_paper(j.db, 2026, "ida", "Ida", now, on)), tmp_path)
    assert "Triwulan III dan Triwulan IV belum disetujui." in text
    assert "Triwulan II 2 0 0 2 0" in text
    sheet = openpyxl.load_workbook(io.BytesIO(year_papers.year_xlsx(j.db, 2026, now, on)))["Tahun 2026"]
    assert [cell.value for cell in sheet[2]] == ["Pengaduan", "Masuk", 4, 2, 1, 0, 7]


def test_papers_of_one_line(lived: BookDesk, tmp_path: Path) -> None:
    db, now = lived.journal.db, lived.clock()
    receipt = text_of(
        render_paper("complaint_receipt", complaints_papers.receipt_paper(db, 1, "4K7MQ2XQ", "Ida", now)), tmp_path
    )
    assert "4K7M-Q2XQ" in receipt
    letter = text_of(
        render_paper("answer_letter", complaints_papers.answer_paper(lived.journal, lived.who("ida"), 1, now)), tmp_path
    )
    assert "Yth. Tumini" in letter
    assert "Loket sudah kami tambah." in letter
    of_kasi = complaints_papers.answer_paper(lived.journal, lived.who("budi"), 1, now)
    unseen = text_of(render_paper("answer_letter", of_kasi), tmp_path)
    assert "Tumini" not in unseen
    with pytest.raises(Problem, match="belum dijawab"):
        complaints_papers.answer_paper(lived.journal, lived.who("ida"), 2, now)
    rows = queries.book_page(db, queries.Asked(2026), LATER, 1)
    page = complaints_papers.book_paper(db, lived.who("budi"), rows, now)
    assert [line.number for line in page.lines] == sorted(line.number for line in page.lines)
    assert "nama tersimpan" in page.lines[0].who
    seen = complaints_papers.book_paper(db, lived.who("ida"), rows, now)
    assert "Tumini" in seen.lines[0].who
    assert seen.digest == page.digest
    assert page.digest in text_of(render_paper("complaint_book", page), tmp_path)
    looks = [subject for (subject,) in db.run("SELECT subject FROM access_log WHERE action = 'complaint.identity'")]
    assert "complaint/1" in looks


def test_a_struck_column_changes_the_page_digest_and_stays_readable(lived: BookDesk) -> None:

    db, now = lived.journal.db, lived.clock()
    rows = queries.book_page(db, queries.Asked(2026), LATER, 1)
    before = complaints_papers.book_paper(db, lived.who("budi"), rows, now)
    column = queries.staff_columns(db, [1])[1][0]
    complaints_service.strike_column(
        lived.journal, lived.who("budi"), column_id=column.id, reason="Salah baris", now=now
    )
    after = complaints_papers.book_paper(db, lived.who("budi"), rows, now)
    assert after.digest != before.digest
    assert after.lines[0].columns[0].text == column.text
    assert "Salah baris" in after.lines[0].columns[0].struck


# -- charts and the canonical text ------------------------------------------------------------------------------

counts = st.integers(0, 400)


@given(
    st.lists(st.tuples(counts, counts), min_size=6, max_size=6),
    st.lists(st.tuples(counts, counts), min_size=8, max_size=8),
)
def test_charts_are_svg_without_style_or_script(months: list[tuple[int, int]], kept: list[tuple[int, int]]) -> None:
    names = [f"2026-{month:02d}" for month in range(1, 7)]
    drawn = [
        charts.months_chart([Month(name, max(pair), min(pair)) for name, pair in zip(names, months, strict=True)]),
        charts.trend_chart(
            [Kept(f"{2025 + n // 4}-Q{n % 4 + 1}", max(pair), min(pair)) for n, pair in enumerate(kept)]
        ),
        charts.squares_chart(Totals(sum(months[3]), months[3][0], months[3][1], 0)),
    ]
    for one in drawn:
        tree = ElementTree.fromstring(one)
        assert tree.find("{http://www.w3.org/2000/svg}title") is not None
        assert "style=" not in one
        assert "<script" not in one.replace("&lt;script", "")
        numbers = [float(rect.get("height", "0")) for rect in tree.iter("{http://www.w3.org/2000/svg}rect")]
        assert all(number >= 0 for number in numbers)


def test_the_canonical_text_reads_back(lived: BookDesk) -> None:
    recap = service.load_recap(lived.journal.db, Q1)
    assert canonical_text(parse_figures(recap.figures)) == recap.figures
    assert text_digest(recap.figures) == recap.digest


def test_a_full_year_fits_on_two_pages_and_counts_nothing_twice(book: BookDesk, tmp_path: Path) -> None:
    areas = list(office.village_names(book.journal.db))
    for n, category in enumerate(CATEGORIES):
        book.write(
            f"Aduan {n}",
            category=category,
            channel=[*CHANNELS][n % len(CHANNELS)],
            area=areas[n % len(areas)],
        )
    draft(book)
    approve(book)
    now, on = book.clock(), LATER
    tables = {str(row[0]) for row in year_papers.year_rows(count_year(book.journal.db, 2026, on, now))}
    assert "Tentang apa" in tables
    assert "Unsur kepuasan" not in tables
    paper = year_papers.year_paper(book.journal.db, 2026, "ida", "Ida", now, on)
    assert len(pages_of(render_paper("annual_report", paper), tmp_path)) == 2
