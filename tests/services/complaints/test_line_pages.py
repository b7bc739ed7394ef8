"""What pages and papers of a line say: whole words instead of riddles, nobody's name where others can read it."""

import re
from typing import Any

import pytest
from flask import Flask

from app.core.codes import show_code
from app.quality.quarter.views.recaps import mark_removed
from app.services.complaints import papers, queries, service
from app.services.complaints.queries import Asked
from app.services.complaints.service import WrittenLine
from app.services.complaints.tables import Complaint
from app.services.complaints.views.book import find_lines
from tests.platform.people import Browser
from tests.services.complaints.desk import BookDesk, Visit

OWN = "Saya Tumini Rahasia, telepon 081234567890. Antre lama."


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def secret(book: BookDesk) -> WrittenLine:
    """A confidential line, answered."""
    line = book.write(OWN, name="Tumini Rahasia", confidential=True, second_word="melati")
    book.follow(line)
    book.answer(line)
    return line


def rows(book: BookDesk) -> list[Complaint]:
    return queries.book_page(book.journal.db, Asked(2026), book.clock().date(), 1)


# -- finding ----------------------------------------------------------------------------------------------------


def test_the_search_box_knows_slip_codes_and_numbers_of_complaints(
    as_ida: Browser, as_desi: Browser, book: BookDesk
) -> None:
    line = book.write()
    for asked in (show_code(line.code), line.code.lower(), line.number, " 001/aduan/2026 ", "001", "1/aduan"):
        answer = as_ida.post("/cari", {"q": asked})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/pengaduan/{line.id}")
    assert as_ida.post("/cari", {"q": "999/ADUAN/2026"}).status_code == 200
    village = as_desi.post("/cari", {"q": show_code(line.code)})
    assert village.headers.get("Location") is None


def test_a_whole_number_or_a_code_names_a_line_exactly_and_a_part_does_not(web: Flask, book: BookDesk) -> None:
    line = book.write()
    asked = {line.number: True, line.number.lower(): True, show_code(line.code): True, "001": False, "1/aduan": False}
    with web.test_request_context():
        for typed, exact in asked.items():
            [hit] = find_lines(book.journal.db, book.who("ida"), typed)
            assert (typed, hit.exact) == (typed, exact)


def test_a_line_of_this_year_is_named_by_its_number_alone(as_ida: Browser, book: BookDesk) -> None:
    one, two = book.write(), book.write("Antre lagi")
    assert as_ida.post(f"/pengaduan/{one.id}/terkait", {"number": "2"}).status_code == 303
    assert two.number in text(as_ida, f"/pengaduan/{one.id}")
    opened = as_ida.post("/ltpp/baru", {"source": "audit", "trouble": "Antre"}).headers["Location"]
    assert as_ida.post(f"{opened}/baris", {"number": "02"}).status_code == 303
    assert as_ida.post(f"{opened}/baris", {"number": "77"}).status_code == 422


# -- what the page offers -----------------------------------------------------------------------------------------


def test_settling_is_offered_once_the_complainant_has_an_answer(as_ida: Browser, book: BookDesk) -> None:
    line, slip = book.write(), book.write("Kipas mati", channel="box", anonymous=True)
    book.follow(line)
    book.follow(slip)
    assert "Nyatakan selesai" not in text(as_ida, f"/pengaduan/{line.id}")
    assert "Nyatakan selesai" in text(as_ida, f"/pengaduan/{slip.id}")
    book.answer(line)
    assert "Nyatakan selesai" in text(as_ida, f"/pengaduan/{line.id}")


def test_reopening_wants_a_reason(as_ida: Browser, book: BookDesk, secret: WrittenLine) -> None:
    path = f"/pengaduan/{secret.id}"
    assert as_ida.post(f"{path}/selesai").status_code == 303
    refused = as_ida.post(f"{path}/buka-kembali", {"reason": "  "})
    assert refused.status_code == 422
    assert "Tulis mengapa dibuka kembali" in refused.get_data(as_text=True)
    assert book.row(secret).state == "closed"
    assert as_ida.post(f"{path}/buka-kembali", {"reason": "Terulang"}).status_code == 303
    assert "Dibuka kembali: Terulang" in text(as_ida, path)


def test_the_verdict_stays_with_the_words_of_the_complainant(as_ida: Browser, secret: WrittenLine) -> None:
    path = f"/pengaduan/{secret.id}"
    data = {"satisfied": "0", "text": "Masih menunggu"}
    assert as_ida.post(f"{path}/kepuasan", data).status_code == 303
    page = text(as_ida, path)
    assert "Tidak puas: Masih menunggu" in page
    assert re.search(r'<input checked[^>]*name="satisfied"[^>]*value="0">', page)


def test_the_answer_is_read_out_against_the_slip_that_the_complainant_holds(
    as_ida: Browser, as_sari: Browser, book: BookDesk, secret: WrittenLine
) -> None:
    assert "kata rahasianya sendiri di kios" in text(as_ida, f"/pengaduan/{secret.id}")
    line = book.write()
    book.follow(line)
    book.answer(line)
    assert "minta kode slipnya, ketik di kotak pencarian" in text(as_ida, f"/pengaduan/{line.id}")
    assert "Sampaikan kepada pengadu" not in text(as_sari, f"/pengaduan/{line.id}")


def test_a_full_box_gets_more_rows_and_keeps_what_was_typed(as_ida: Browser) -> None:
    data = {"aksi": "baris", "baris": "3", "words": ["Kipas mati", "Kursi kurang", ""]}
    page = as_ida.post("/kotak-saran", data).get_data(as_text=True)
    assert page.count('name="words"') == 6
    assert "Kipas mati</textarea>" in page
    assert "Kursi kurang</textarea>" in page


# -- LTPP ---------------------------------------------------------------------------------------------------------


def test_an_ltpp_begins_without_the_people_of_the_complaint(as_ida: Browser, secret: WrittenLine) -> None:
    page = text(as_ida, f"/ltpp/baru?pengaduan={secret.id}")
    assert "Antre lama." in page
    assert [one for one in ("Tumini", "081234567890") if one in page] == []


def test_a_plan_is_told_everything_that_is_missing_at_once(as_ida: Browser) -> None:
    opened = as_ida.post("/ltpp/baru", {"source": "audit", "trouble": "Antre"}).headers["Location"]
    page = as_ida.post(f"{opened}/rencana", {"why1": " "})
    assert page.status_code == 422
    told = page.get_data(as_text=True)
    for sentence in (
        "Tulis paling sedikit satu sebab.",
        "Tulis tindakan perbaikannya.",
        "Pilih penanggung jawabnya.",
        "Isi batas waktunya, misalnya 10042026.",
    ):
        assert sentence in told


# -- kiosk --------------------------------------------------------------------------------------------------------


def test_the_kiosk_tells_everything_that_is_missing_at_once(kiosk: Flask) -> None:
    told = Visit(kiosk).write(" ", about="").get_data(as_text=True)
    assert "Tulis isi pengaduan." in told
    assert "Pilih tentang apa pengaduan Anda." in told


def test_the_kiosk_says_when_the_first_answer_comes_until_there_is_one(kiosk: Flask, book: BookDesk) -> None:
    line = book.write()
    told = Visit(kiosk).ask(line.code).get_data(as_text=True)
    assert "Dijawab paling lambat" in told
    book.follow(line)
    book.answer(line)
    told = Visit(kiosk).ask(line.code).get_data(as_text=True)
    assert "Dijawab paling lambat" not in told
    assert "Selesai paling lambat" in told


# -- papers -------------------------------------------------------------------------------------------------------


def test_no_paper_carries_the_name_of_a_confidential_complainant(book: BookDesk, secret: WrittenLine) -> None:
    open_line = book.write(name="Sutikno")
    page = papers.book_paper(book.journal.db, book.who("ida"), rows(book), book.clock())
    assert [line.who for line in page.lines] == ["rahasia", "Sutikno"]
    letter = papers.answer_paper(book.journal, book.who("ida"), secret.id, book.clock())
    assert (letter.words, letter.to) == ("", ())
    book.follow(open_line)
    book.answer(open_line)
    letter = papers.answer_paper(book.journal, book.who("ida"), open_line.id, book.clock())
    assert "Antrean jam delapan" in letter.words


def test_the_book_names_hands_and_kinds_instead_of_sign_in_names(book: BookDesk) -> None:
    line, now = book.write(), book.clock()
    book.follow(line)
    [column] = queries.staff_columns(book.journal.db, [line.id])[line.id]
    service.strike_column(book.journal, book.who("budi"), column_id=column.id, reason="Salah baris", now=now)
    book.follow(line, "Loket ditambah dua.")
    book.answer(line)
    service.record_satisfaction(book.journal, book.who("ida"), complaint_id=line.id, satisfied=True, text="", now=now)
    [drawn] = papers.book_paper(book.journal.db, book.who("ida"), rows(book), now).lines
    budi = book.who("budi").name
    assert drawn.columns[0].struck.startswith(f"{budi} ")
    assert [one.label for one in drawn.answered] == ["Jawaban", "Kepuasan atas jawaban"]
    assert [one.label for one in drawn.columns] == ["", ""]


def test_a_recap_asks_about_its_paper_only_who_printed_it(web: Flask, approved: BookDesk) -> None:
    ida, camat = Browser(web, "ida"), Browser(web, "camat")
    assert ida.post("/rekap/2026-Q1/cetak/poster-a3").status_code == 200

    def asked(browser: Browser) -> list[Any]:
        shown = re.sub(
            r"<div[^>]*id=\"paper-\d\"[^>]*hidden.*?</section>\s*</div>",
            "",
            text(browser, "/rekap/2026-Q1"),
            flags=re.DOTALL,
        )
        return re.findall(r"Apakah (.+?) keluar dengan benar", shown)

    assert asked(ida) == ["poster A3"]
    assert asked(camat) == []


def test_what_was_taken_out_of_a_public_text_stands_out_and_nothing_else_is_markup() -> None:
    assert mark_removed("Tolong <b>hubungi</b> [nama] di [nomor].") == (
        "Tolong &lt;b&gt;hubungi&lt;/b&gt; <mark>[nama]</mark> di <mark>[nomor]</mark>."
    )


def test_a_line_says_who_wrote_it_and_names_the_service(as_ida: Browser, book: BookDesk) -> None:
    line = book.write(anonymous=True, service="ktp-el")
    page = text(as_ida, f"/pengaduan/{line.id}")
    assert "Tanpa nama. Ditulis di kios oleh pengunjung" in page
    assert "<dd>KTP-el</dd>" in page


def test_the_list_of_what_waits_holds_no_number_of_a_person(web: Flask, book: BookDesk) -> None:
    book.write("NIK saya 3508 9920 1090 0003, hubungi 081234567890. Antre.")
    desk = text(Browser(web, "ida"), "/")
    assert "NIK saya [nomor], hubungi [nomor]. Antre." in desk
    assert [one for one in ("3508 9920", "081234567890") if one in desk] == []


def test_strike_through_is_offered_to_whoever_may(
    as_ida: Browser, as_sari: Browser, as_budi: Browser, book: BookDesk
) -> None:
    line = book.write()
    assert as_sari.post(f"/pengaduan/{line.id}/catatan", {"text": "Menelepon lagi"}).status_code == 303
    book.follow(line)
    path = f"/pengaduan/{line.id}"
    offered = {
        person.username: re.findall(r"/coret/(\d+)", text(person, path)) for person in (as_ida, as_sari, as_budi)
    }
    assert offered == {"ida": ["1"], "sari": ["1"], "budi": ["2"]}
    assert as_sari.post(f"{path}/coret/2", {"reason": "Salah"}).status_code == 403


def test_the_form_of_the_first_answer_comes_back_when_it_is_struck(as_ida: Browser, book: BookDesk) -> None:
    path = f"/pengaduan/{book.write().id}"
    as_ida.post(f"{path}/jawaban-pertama", {"text": "Salah baris"})
    assert "Simpan jawaban pertama" not in text(as_ida, path)
    assert as_ida.post(f"{path}/coret/1", {"reason": "Salah baris"}).status_code == 303
    page = text(as_ida, path)
    assert "Simpan jawaban pertama" in page
    assert "Ditepati" not in page
