"""Recap figures mean what they say: kinds apart, no nought without data, no `0 hari`, sums, targets, differences."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from app.core.permissions import SYSTEM
from app.core.quarters import Quarter
from app.platform.office.queries import office_calendar
from app.platform.printing.papers import render_paper
from app.quality.quarter import frame, papers, service, wording
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.figures import Item, Kept, canonical_text
from app.quality.quarter.frame import public_version
from app.quality.quarter.tasks import recap_tasks
from app.services.complaints import service as writing
from tests.platform.people import Browser
from tests.platform.printing.reading import pages_of, text_of
from tests.quality.quarter.recaps import Q1, Q2, approve, closed, figures, go
from tests.services.complaints.desk import BookDesk


@pytest.fixture
def mixed(book: BookDesk) -> BookDesk:
    """Two complaints (one settled on its day, one open), an aspiration and a question of March; drafted on 2 April."""
    closed(book, "Antre lama", date(2026, 3, 12), category="speed")
    book.write("Kipas mati", category="comfort")
    for words, category, type_ in (("Mohon ada kursi", "comfort", "aspiration"), ("Buka?", "schedule", "information")):
        visitor = writing.Visitor(words)
        writing.write_line(
            book.journal, SYSTEM, channel="desk", visitor=visitor, now=book.clock(), category=category, type_=type_
        )
    go(book, date(2026, 4, 2))
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    return book


def recap_text(book: BookDesk, folder: Path) -> str:
    recap = service.load_recap(book.journal.db, Q1)
    return text_of(render_paper("recap", papers.recap_paper(book.journal.db, recap, "Ida", book.clock())), folder)


def test_complaints_aspirations_and_questions_are_counted_apart_everywhere(
    mixed: BookDesk, web: Flask, tmp_path: Path
) -> None:
    """Page, paper, spreadsheet, CSV and board say the same numbers: two complaints, one aspiration, one question."""
    approve(mixed)
    db, recap = mixed.journal.db, service.load_recap(mixed.journal.db, Q1)
    told = service.figures_of_recap(recap)
    assert [(kind.key, kind.now.received, kind.now.settled) for kind in told.kinds] == [
        ("complaint", 2, 1),
        ("aspiration", 1, 0),
        ("information", 1, 0),
    ]
    assert {row.key: row.received for row in told.sums.categories} == {"speed": 1, "comfort": 1}
    page = Browser(web, "ida").get("/rekap/2026-Q1").text
    paper = recap_text(mixed, tmp_path)
    for text in (page, paper):
        assert "2 pengaduan; triwulan lalu belum ada data. 1 selesai." in text
        assert "Di luar pengaduan ada 1 aspirasi dan 1 pertanyaan." in text
    assert "Pengaduan: 2" in paper
    assert "Aspirasi: 1" in paper
    rows = [row for row in csv.reader(io.StringIO(papers.recap_csv(told)), delimiter=";") if row[0] == "Jenis"]
    assert [(row[1], row[3]) for row in rows] == [("complaint", "2"), ("aspiration", "1"), ("information", "1")]
    made = openpyxl.load_workbook(io.BytesIO(papers.recap_xlsx(db, recap, mixed.clock())))
    jumlah = {row[:2]: row[2] for row in made["Jumlah"].iter_rows(min_row=2, values_only=True)}
    assert [jumlah[kind, "Masuk"] for kind in ("Pengaduan", "Aspirasi", "Permintaan informasi", "Semua")] == [
        2,
        1,
        1,
        4,
    ]
    beside = {row[3:5] for row in made["Jumlah"].iter_rows(min_row=2, values_only=True)}
    assert beside == {(None, None)}, "neither the quarter before nor the year before was kept"
    assert (public_version(db, recap).complaints.now.received, public_version(db, recap).others) == (
        2,
        "1 aspirasi dan 1 pertanyaan",
    )


def test_a_year_without_data_says_so_instead_of_0(mixed: BookDesk, web: Flask, tmp_path: Path) -> None:
    """The book came into use on 12 March 2026. A quarter later the first one is known, the year before is not."""
    recap = service.load_recap(mixed.journal.db, Q1)
    page, paper = (
        Browser(web, "ida").get("/rekap/2026-Q1").text,
        papers.recap_paper(mixed.journal.db, recap, "Ida", mixed.clock()),
    )
    assert "Tahun lalu belum ada data" in text_of(render_paper("recap", paper), tmp_path)
    for text in (page, paper.facts[0].note):
        assert "triwulan lalu belum ada data, setahun lalu belum ada data" in text
        assert "setahun lalu 0" not in text
    table = papers.recap_csv(service.figures_of_recap(recap))
    first = list(csv.reader(io.StringIO(table), delimiter=";"))[1]
    assert first[:4] == ["jumlah", "", "Semua", "4"]
    assert first[7:] == ["", "", ""]
    go(mixed, date(2026, 7, 2))
    later = figures(mixed, Q2)
    assert wording.headlines(later)[0].note == "triwulan lalu 2 (buku sejak 12-03-2026), setahun lalu belum ada data"
    assert wording.unknown_columns(later) == {"year_ago"}
    [counts, *_] = papers.recap_sheets(later, recap, frame.frame_of_recap(mixed.journal.db, recap))
    received = [row[3:] for row in counts.rows if row[:2] == ("Pengaduan", "Masuk")]
    assert received == [(2, None)], "the first quarter beside it, and no year before"
    go(mixed, date(2027, 7, 2))
    assert wording.unknown_columns(figures(mixed, Quarter(2027, 2))) == frozenset()


def test_no_0_hari_and_no_percentage_beside_0_late(mixed: BookDesk, tmp_path: Path) -> None:
    """One complaint was settled on the day of its receipt; of three KTP promises two were kept."""
    told = figures(mixed)
    assert told.complaints.now.median == 0
    assert wording.headlines(told)[2][:2] == ("Sampai selesai", "hari yang sama")
    assert "0 hari" not in " ".join(word for headline in wording.headlines(told) for word in headline)
    assert "0 hari" not in recap_text(mixed, tmp_path)
    few, many, all_kept = Kept("2026-Q1", 3, 2), Kept("2026-Q1", 201, 195), Kept("2026-Q1", 12, 12)
    assert (wording.percent_words(few), wording.kept_words(few)) == ("2 dari 3", "yang jatuh tempo; 1 lewat janji")
    assert wording.percent_words(many) == "97,0%"
    assert wording.kept_words(many) == "195 dari 201 yang jatuh tempo, 6 lewat janji"
    assert wording.kept_words(all_kept).endswith("tidak ada yang lewat janji")
    assert wording.percent_words(Kept("2026-Q1", 0, 0)) == "–"


def test_nobody_is_told_that_a_quarter_ended_0_working_days_ago(book: BookDesk) -> None:
    """30 September 2028 is a Saturday: on Sunday the quarter ended without a working day since."""
    go(book, date(2028, 9, 29))
    book.write()
    go(book, date(2028, 10, 1))
    [task] = recap_tasks(book.journal.db, book.who("ida"), book.clock())
    assert "0 hari" not in task.detail
    assert task.detail.endswith("Triwulannya berakhir 30 Sep.")


def test_targets_stand_with_what_was_reached_and_the_difference(mixed: BookDesk, tmp_path: Path) -> None:
    """Both complaints are in time on 31 March; the question is late by then, yet no complaint. The box was never opened
    since the book came into use on Thursday 12 March; 18 to 24 March are days off. Noto Sans has no minus sign: an en
    dash stands for it on paper, where U+2212 would be an empty box."""
    told = figures(mixed)
    rows = {target.what: (target.target, target.reached, target.difference) for target in wording.targets(told)}
    assert rows["Pengaduan lewat batas pada hari terakhir triwulan"] == (0, 0, 0)
    days = [date(2026, 3, 12) + timedelta(days=n) for n in range(20)]
    off = office_calendar(mixed.journal.db).holiday
    count = sum(day.weekday() < 5 and off(day) is None for day in days)
    assert rows["Kotak saran dibuka di akhir pelayanan"] == (count, 0, -count)
    paper = recap_text(mixed, tmp_path)
    assert f"Kotak saran dibuka di akhir pelayanan {count} 0 –{count}" in paper
    assert "\N{MINUS SIGN}" not in paper


def test_the_recap_is_two_pages_with_sums_and_the_lines_are_its_annex(mixed: BookDesk, tmp_path: Path) -> None:
    approve(mixed)
    db, recap = mixed.journal.db, service.load_recap(mixed.journal.db, Q1)
    pdf = render_paper("recap", papers.recap_paper(db, recap, "Ida", mixed.clock()))
    *front, annex = pages_of(pdf, tmp_path)
    assert len(front) <= 2
    assert "Jumlah 4 1 1" in front[0]
    assert "Disetujui oleh" in front[-1]
    assert "Kipas diganti" in front[-1]
    assert f"LAMPIRAN REKAP NOMOR {recap.number}" in annex
    assert "001/ADUAN/2026" in annex
    assert "001/ADUAN/2026" not in " ".join(front)


def test_a_recap_of_form_2_counts_and_says_what_it_said(mixed: BookDesk) -> None:
    """Approved before kinds were told apart: its text has none of the new fields, and its tables count every kind."""
    old = count_quarter(mixed.journal.db, Q1, mixed.clock(), form=2)
    text = canonical_text(old)
    assert all(word not in text for word in ('"kinds"', '"since"', '"type":'))
    assert {row.key: row.received for row in old.sums.categories} == {"speed": 1, "comfort": 2, "schedule": 1}
    assert wording.digest_sentence(old).startswith("4 pengaduan, 4 lebih banyak daripada triwulan lalu.")
    assert wording.unknown_columns(old) == frozenset()


def test_a_pledge_is_part_of_what_the_camat_approves_and_is_never_above_his_name_later(
    mixed: BookDesk, web: Flask, kiosk: Flask, tmp_path: Path
) -> None:
    """The page says before the PIN how many pledges he approves; one that he adds later stands below his name on page,
    board and screen of the waiting room."""
    j = mixed.journal
    service.mark_checked(j, mixed.who("ratna"), quarter=Q1, read_public=True, now=mixed.clock())
    camat = Browser(web, "camat")
    assert "Belum ada janji" in camat.get("/rekap/2026-Q1").text
    give(mixed, "Kipas diganti", "ratna")
    assert "angka di halaman ini dan 1 janji perbaikan" in camat.get("/rekap/2026-Q1").text
    service.approve_recap(j, mixed.who("camat"), quarter=Q1, now=mixed.clock())
    give(mixed, "Kursi ditambah", "camat")
    page = camat.get("/rekap/2026-Q1").text
    assert page.index("Kipas diganti") < page.index("Ditambahkan sesudah disetujui") < page.index("Kursi ditambah")
    today = date(2026, 4, 2)
    service.post_recap(
        j, mixed.who("ida"), quarter=Q1, on=today, until=date(2026, 7, 1), place="Loket", now=mixed.clock()
    )
    for shown in (kiosk.test_client().get("/papan").text, camat.get("/papan-pengumuman").text):
        face = shown[shown.index("Janji perbaikan kami") :]
        order = [face.index(word) for word in ("Kipas diganti", "Rekap disetujui Camat", "Kursi ditambah")]
        assert order == sorted(order)


def give(book: BookDesk, what: str, who: str) -> None:
    service.give_pledge(
        book.journal, book.who(who), quarter=Q1, what=what, who="Kasi", by_on=date(2026, 5, 4), now=book.clock()
    )


def test_a_recap_without_a_pledge_never_says_that_its_poster_is_ready(mixed: BookDesk, web: Flask) -> None:
    j = mixed.journal
    service.mark_checked(j, mixed.who("ratna"), quarter=Q1, read_public=True, now=mixed.clock())
    service.approve_recap(j, mixed.who("camat"), quarter=Q1, now=mixed.clock())
    for path in ("/rekap/2026-Q1", "/papan-pengumuman", "/rekap", "/"):
        for who in ("camat", "ida"):
            page = Browser(web, who).get(path).text
            assert "oster siap" not in page, (path, who)
            assert "Cetak poster A3" not in page, (path, who)


def test_a_cause_that_repeats_itself_is_of_complaints_in_both_quarters(book: BookDesk) -> None:
    """In the first quarter one complaint and one question about the same, in the second three complaints."""
    for type_ in ("complaint", "information"):
        write(book, type_)
    go(book, date(2026, 4, 20))
    for type_ in ("complaint", "complaint", "information"):
        write(book, type_)
    go(book, date(2026, 7, 2))
    assert figures(book, Q2).causes == []
    go(book, date(2026, 6, 30))
    write(book, "complaint")
    go(book, date(2026, 7, 2))
    assert [(cause.count, cause.before) for cause in figures(book, Q2).causes] == [(3, 1)]


def write(book: BookDesk, type_: str) -> None:
    visitor = writing.Visitor("Antre lama")
    writing.write_line(
        book.journal, SYSTEM, channel="desk", visitor=visitor, now=book.clock(), category="speed", type_=type_
    )


def test_the_annex_lists_complaints_then_aspirations_then_questions(book: BookDesk) -> None:
    def item(number: str, type_: str) -> Item:
        return Item(number, "2026-03-12", "speed", f"Isi {number}", "2026-03-30", "process", type=type_)

    mixed_up = [item("1", "information"), item("2", "complaint"), item("3", "aspiration"), item("4", "complaint")]
    rows = papers.listed_lines(mixed_up)
    assert [next(n for n in "1234" if f"Isi {n}" in str(row)) for row in rows] == ["2", "4", "3", "1"]
    older = papers.listed_lines([item("1", ""), item("2", "complaint")])  # a text of before kinds were kept apart
    assert [next(n for n in "12" if f"Isi {n}" in str(row)) for row in older] == ["1", "2"]
