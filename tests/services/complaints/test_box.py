"""The suggestion box, pages and filters of the book, sections and limits."""

import re
from datetime import date, timedelta

import apsw
import pytest
from flask import Flask

from app.core.quarters import Quarter
from app.quality.quarter.counting import count_quarter
from app.services.complaints import queries, suggestion_box
from app.services.complaints import service as complaints_service
from app.services.complaints.queries import Asked
from app.services.complaints.service import Visitor
from sync.entries import to_utc_text
from tests.platform.people import MUNDER, Browser, Clock
from tests.services.complaints.desk import BookDesk, Visit


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def line(book: BookDesk) -> int:
    """A line of the book."""
    return book.write(name="Tumini Rahasia", area=MUNDER).id


def test_the_box_with_slips_with_nothing_and_missed(
    as_ida: Browser, as_budi: Browser, book: BookDesk, clock: Clock
) -> None:
    assert as_budi.post("/kotak-saran", {"aksi": "nihil"}).status_code == 403
    empty = as_ida.post("/kotak-saran", {"aksi": "salin", "words": ""})
    assert empty.status_code == 409
    more = as_ida.post("/kotak-saran", {"aksi": "baris", "baris": "3", "words": "Kipas mati"})
    assert "Kipas mati" in more.get_data(as_text=True)
    data = {
        "aksi": "salin",
        "words": ["Kipas mati", "", "Kursi kurang"],
        "name": ["", "", "Wagimin"],
        "area": ["", "", MUNDER],
    }
    assert as_ida.post("/kotak-saran", data).status_code == 303
    rows = list(book.journal.db.run("SELECT words, anonymous, channel, code FROM complaint ORDER BY n"))
    assert rows == [("Kipas mati", 1, "box", None), ("Kursi kurang", 0, "box", None)]
    clock.forward(days=5)
    as_ida = Browser(as_ida.app, "ida")
    assert "3 hari kerja tanpa pembukaan" in text(as_ida, "/kotak-saran")
    as_ida.post("/kotak-saran", {"aksi": "nihil", "note": "Disaksikan Sari"})
    assert "Nihil" in text(as_ida, "/kotak-saran")


def test_an_opening_counts_for_its_day_only_at_the_end_and_a_second_one_is_possible(
    as_ida: Browser, book: BookDesk, clock: Clock
) -> None:
    """Thursday 12 March 2026, 09.42: the box is emptied early, and again at 14.42."""
    answer = as_ida.post("/kotak-saran", {"aksi": "salin", "words": ["Kipas mati"]})
    assert answer.status_code == 303
    assert "belum dihitung untuk hari ini" in text(as_ida, "/kotak-saran")
    assert count_quarter(book.journal.db, Quarter(2026, 1), clock()).box.opened == 0
    clock.forward(hours=5)
    as_ida = Browser(as_ida.app, "ida")
    assert "Buka kotak, salin suratnya" in text(as_ida, "/")
    assert as_ida.post("/kotak-saran", {"aksi": "salin", "words": ["Kursi kurang"]}).status_code == 303
    assert "Buka kotak, salin suratnya" not in text(as_ida, "/")
    found = count_quarter(book.journal.db, Quarter(2026, 1), clock()).box
    assert (found.opened, found.empty, found.slips) == (1, 0, 2)
    rows = list(book.journal.db.run("SELECT on_date, n, slips, counts FROM box_opening ORDER BY n"))
    assert rows == [("2026-03-12", 1, 1, 0), ("2026-03-12", 2, 1, 1)]


def test_sunday_is_no_service_day(as_ida: Browser, book: BookDesk, clock: Clock) -> None:
    """On Sunday 15 March nothing asks for the box, and what is found there is copied but counts for no day."""
    clock.forward(days=3, hours=5)
    as_ida = Browser(as_ida.app, "ida")
    assert "Buka kotak, salin suratnya" not in text(as_ida, "/")
    assert "Hari ini bukan hari pelayanan" in text(as_ida, "/kotak-saran")
    assert as_ida.post("/kotak-saran", {"aksi": "nihil"}).status_code == 303
    found = count_quarter(book.journal.db, Quarter(2026, 1), clock()).box
    assert (found.opened, found.empty, found.slips) == (0, 0, 0)
    clock.forward(days=2)
    assert suggestion_box.missed_days(book.journal.db, clock().date()) == [date(2026, 3, 16)]


def test_a_missed_day_stands_on_desks_and_under_supervision_until_somebody_says_why(
    as_ida: Browser, as_ratna: Browser, as_budi: Browser, book: BookDesk, clock: Clock
) -> None:
    """In use since Thursday 12 March; 18 and 19 March are Nyepi, so on Friday 20 four days are missed."""
    book.write()
    clock.forward(days=8)
    for who in (as_ida, as_ratna):
        desk = text(Browser(who.app, who.username), "/")
        assert "Kotak saran tidak dibuka: 4 hari kerja" in desk
        assert "12 Mar 2026, 13 Mar 2026, 16 Mar 2026, 17 Mar 2026. Tulis alasannya." in desk
    as_budi, as_ratna, as_ida = (Browser(person.app, person.username) for person in (as_budi, as_ratna, as_ida))
    assert "Kotak saran tidak dibuka" not in text(as_budi, "/")
    assert text(as_ratna, "/pengawasan/").count("Belum dijelaskan") == 4
    assert as_budi.post("/kotak-saran/alasan", {"reason": "Lupa"}).status_code == 403
    assert as_ida.post("/kotak-saran/alasan", {"reason": " "}).status_code == 422
    assert as_ida.post("/kotak-saran/alasan", {"reason": "Kunci kotak hilang"}).status_code == 303
    assert as_ida.post("/kotak-saran/alasan", {"reason": "Lagi"}).status_code == 409
    assert "Kotak saran tidak dibuka" not in text(as_ida, "/")
    assert text(as_ratna, "/pengawasan/").count("Kunci kotak hilang (Ida") == 4


def test_only_slips_with_name_or_telephone_wait_for_an_answer(
    as_ida: Browser, as_budi: Browser, book: BookDesk, clock: Clock
) -> None:
    data = {
        "aksi": "salin",
        "words": ["Kipas mati", "Kursi kurang", "Tolong telepon saya"],
        "name": ["", "Wagimin", ""],
        "contact": ["", "", "0812 3456 7890"],
        "area": ["", "", ""],
    }
    assert as_ida.post("/kotak-saran", data).status_code == 303
    db = book.journal.db
    rows = dict(db.run("SELECT n, first_due_on FROM complaint"))
    assert rows == {1: None, 2: "2026-03-17", 3: "2026-03-17"}
    assert queries.count_unanswered(db) == 2
    nobody = text(as_ida, "/pengaduan/1")
    assert "papan pengumuman di bawah nomor 001/ADUAN/2026" in nobody
    assert "Jawaban pertama" not in nobody
    assert "Tulis jawaban pertama" not in text(as_ida, "/pengaduan/1")
    assert "Jawaban pertama, pengaduan 001" not in text(as_ida, "/")
    assert "Jawaban pertama, pengaduan 003" in text(as_ida, "/")
    for one in (1, 2):
        assert as_budi.post(f"/pengaduan/{one}/tindak-lanjut", {"text": "Dibeli."}).status_code == 303
    clock.forward(days=30)
    as_ida = Browser(as_ida.app, "ida")
    assert as_ida.post("/pengaduan/1/selesai").status_code == 303
    assert as_ida.post("/pengaduan/2/selesai").status_code == 409
    assert as_ida.post("/pengaduan/2/jawaban", {"text": "Sudah dibeli."}).status_code == 303
    assert "Kec. Contoh: pengaduan Anda no. 002" in text(as_ida, "/pengaduan/2")
    assert as_ida.post("/pengaduan/2/selesai").status_code == 303
    assert count_quarter(db, Quarter(2026, 1), clock()).totals.first_late == 1
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run("UPDATE complaint SET first_due_on = '2026-03-17' WHERE id = 1")


def test_lines_of_desk_and_kiosk_are_counted_under_the_service_they_name(
    as_ida: Browser, kiosk: Flask, book: BookDesk, clock: Clock
) -> None:
    form = {
        "channel": "telephone",
        "type": "complaint",
        "category": "speed",
        "weight": "medium",
        "sex": "",
        "received_on": "12032026",
        "area": "",
        "words": "Lama",
    }
    offered = text(as_ida, "/pengaduan/tulis").partition('name="service"')[2].partition("</select>")[0]
    for name in re.findall(r'value="([^"]+)"', offered):
        answer = as_ida.post("/pengaduan/tulis", form | {"service": name})
        assert answer.status_code == 303, answer.get_data(as_text=True)
    Visit(kiosk).write("Lama sekali", service="ktp-el")
    Visit(kiosk).write("Tanpa layanan")
    rows = {row.key: row.received for row in count_quarter(book.journal.db, Quarter(2026, 1), clock()).sums.services}
    assert rows == {"ktp-el": 2, "other": 1, "": 1}
    assert "KTP-el" in text(as_ida, "/pengaduan/1")


def test_a_new_class_does_not_start_the_clock_of_a_slip(book: BookDesk) -> None:
    line = book.write("Kipas mati", channel="box", anonymous=True)
    complaints_service.classify_line(
        book.journal,
        book.who("ida"),
        complaint_id=line.id,
        type_="complaint",
        category="comfort",
        weight="light",
        handling="desk",
        now=book.clock(),
    )
    assert (book.row(line).category, book.row(line).first_due_on) == ("comfort", None)


def test_filters_and_pages_of_the_book(as_ida: Browser, book: BookDesk, clock: Clock) -> None:
    for n in range(1, 33):
        book.write(f"Aduan ke {n}.", category="comfort" if n % 2 else "speed")
    shown = [
        [int(n) for n in re.findall(r'id="n(\d+)"', text(as_ida, f"/pengaduan?hal={hal}"))] for hal in (1, 2, 3, 4)
    ]
    assert [n for one in shown for n in one] == list(range(32, 0, -1))
    assert [len(one) for one in shown] == [15, 15, 2, 0]
    comfort = [row.n for row in queries.book_page(book.journal.db, Asked(2026, category="comfort"), clock().date(), 1)]
    assert comfort == list(range(31, 0, -2))
    assert "Tidak ada yang cocok" in text(as_ida, "/pengaduan?keadaan=late")
    clock.forward(days=40)
    as_ida = Browser(as_ida.app, "ida")
    assert "Belum dijawab" in text(as_ida, "/pengaduan?keadaan=late&tentang=speed&hal=xx&tahun=2026")
    assert "Belum ada pengaduan tahun 2031" in text(as_ida, "/pengaduan?tahun=2031")


def test_sections_and_limits_are_the_office_s_own(as_ratna: Browser, as_camat: Browser, book: BookDesk) -> None:
    assert "Bawaan, tetapkan oleh Camat" in text(as_camat, "/pengaturan/pengaduan")
    data = {"days": "5", "unit": "calendar_days", "source": "SK Camat 12/2026"}
    assert as_camat.post("/pengaturan/pengaduan/batas/first_answer", data).status_code == 303
    assert as_camat.post("/pengaturan/pengaduan/batas/desk", data | {"days": "0"}).status_code == 422
    assert as_camat.post("/pengaturan/pengaduan/seksi", {"code": "x", "name": "X"}).status_code == 403
    assert as_ratna.post("/pengaturan/pengaduan/seksi", {"code": "trantib", "name": "Seksi Trantib"}).status_code == 303
    assert as_ratna.post("/pengaturan/pengaduan/seksi", {"code": "dua kata", "name": "X"}).status_code == 422
    assert book.row(book.write()).first_due_on == "2026-03-17"
    assert "Seksi Trantib" in text(as_ratna, "/pengaturan/pengaduan")
    assert as_ratna.post("/pengaturan/pengaduan/kabupaten", {"nyala": "1"}).status_code == 303


def test_a_section_is_retired_on_the_page_and_taken_up_again(
    as_ratna: Browser, as_ida: Browser, as_budi: Browser, book: BookDesk
) -> None:
    page, line = "/pengaturan/pengaduan", book.write("Kipas mati", category="comfort")
    away = {"code": "umum", "name": "Subbagian Umum", "head": "", "aktif": "0"}
    refused = as_ratna.post(f"{page}/seksi", away)
    assert refused.status_code == 409
    assert "masih punya 1 pengaduan yang berjalan" in refused.get_data(as_text=True)
    assert "masih punya 1 pengaduan yang berjalan" in text(as_ratna, page), "the act stands greyed with the reason"
    assert 'aria-label="Nonaktifkan Subbagian Umum' not in text(as_ratna, page)
    book.follow(line)
    book.answer(line)
    assert as_ida.post(f"/pengaduan/{line.id}/selesai").status_code == 303
    assert 'aria-label="Nonaktifkan Subbagian Umum' in text(as_ratna, page)
    assert as_ratna.post(f"{page}/seksi", away).status_code == 303
    assert "Pakai lagi" in text(as_ratna, page)
    assert "<dd>Subbagian Umum</dd>" in text(as_ida, f"/pengaduan/{line.id}")
    other = book.write("Kursi kurang", category="comfort")
    assert book.row(other).section == "pelayanan"
    assert 'value="umum"' not in text(as_ida, f"/pengaduan/{other.id}")
    last = as_ratna.post(f"{page}/seksi", {"code": "pelayanan", "name": "Pelayanan", "aktif": "0"})
    assert last.status_code == 409
    assert as_ratna.post(f"{page}/seksi", away | {"aktif": "1"}).status_code == 303
    assert book.row(book.write("Kursi rusak", category="comfort")).section == "umum"


def test_a_line_reopened_in_a_retired_section_still_waits_for_its_kasi(
    as_ratna: Browser, as_ida: Browser, as_budi: Browser, book: BookDesk
) -> None:
    line = book.write("Kipas mati", category="comfort")
    book.follow(line)
    book.answer(line)
    as_ida.post(f"/pengaduan/{line.id}/selesai")
    as_ratna.post("/pengaturan/pengaduan/seksi", {"code": "umum", "name": "Umum", "head": "", "aktif": "0"})
    as_ida.post(f"/pengaduan/{line.id}/buka-kembali", {"reason": "Terulang"})
    column = queries.staff_columns(book.journal.db, [line.id])[line.id][0]
    assert as_budi.post(f"/pengaduan/{line.id}/coret/{column.id}", {"reason": "Lain"}).status_code == 303
    assert "Tindak lanjut pengaduan 001" in text(as_budi, "/")


def test_openings_of_one_day_are_told_together_with_the_moment_of_the_last(book: BookDesk, clock: Clock) -> None:
    """Thursday 12 March 2026, 09.42 and 14.42, and once more on Friday morning."""
    slips = [Visitor("Kipas mati", anonymous=True), Visitor("Kursi kurang", anonymous=True)]
    at = [clock(), clock() + timedelta(hours=5), clock() + timedelta(days=1)]
    suggestion_box.open_box(book.journal, book.who("ida"), slips=slips, note="Pagi", now=at[0])
    suggestion_box.open_box(book.journal, book.who("ida"), slips=slips[:1], note="Sore", now=at[1])
    suggestion_box.open_box(book.journal, book.who("ida"), slips=[], now=at[2])
    days = suggestion_box.openings_between(book.journal.db, date(2026, 3, 12), date(2026, 3, 13))
    assert [tuple(day) for day in days.values()] == [
        ("2026-03-12", 3, to_utc_text(at[1]), "ida", "Pagi; Sore", True),
        ("2026-03-13", 0, to_utc_text(at[2]), "ida", "", False),
    ]
    only = suggestion_box.openings_between(book.journal.db, date(2026, 3, 13), date(2026, 3, 13))
    assert list(only) == ["2026-03-13"]
    newest = [opening.n for opening in suggestion_box.latest_openings(book.journal.db)]
    assert newest == [1, 2, 1], "the newest day first, its last opening first"
