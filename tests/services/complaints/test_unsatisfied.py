"""A complainant who is not satisfied waits for somebody: a task for the information officer, a filter in the book."""

import re

import pytest
from flask import Flask

from app.services.complaints import service
from app.services.complaints.service import WrittenLine
from tests.platform.people import Browser
from tests.services.complaints.desk import BookDesk, Visit

TASK = "Pengadu belum puas, pengaduan 001"


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def judged(kiosk: Flask, book: BookDesk) -> WrittenLine:
    """A line whose complainant pressed *Tidak puas* at the kiosk."""
    line = book.write()
    book.follow(line)
    book.answer(line)
    visit = Visit(kiosk)
    told = visit.ask(line.code).get_data(as_text=True)
    token = told.partition('/puas"')[2].partition('name="token" value="')[2].partition('"')[0]
    thanks = visit.client.post("/puas", data={"token": token, "jawaban": "tidak"})
    assert "belum puas" in thanks.get_data(as_text=True)
    assert book.row(line).satisfied == 0
    return line


def test_the_information_officer_is_told_until_it_is_answered_anew(
    as_ida: Browser, as_sari: Browser, kiosk: Flask, book: BookDesk, judged: WrittenLine
) -> None:
    desk = text(as_ida, "/")
    assert TASK in desk
    assert "Nyatakan selesai pengaduan 001" not in desk
    assert TASK not in text(as_sari, "/")
    book.answer(judged, "Mulai besok loket dibuka pukul tujuh.")
    assert TASK not in text(as_ida, "/")
    assert "Nyatakan selesai pengaduan 001" in text(as_ida, "/")
    assert "Apakah jawaban ini memuaskan?" in Visit(kiosk).ask(judged.code).get_data(as_text=True)


def test_a_settled_line_waits_until_it_is_reopened(as_ida: Browser, book: BookDesk, judged: WrittenLine) -> None:
    what = {"complaint_id": judged.id, "now": book.clock()}
    service.close_line(book.journal, book.who("ida"), **what, reason="Dijelaskan lagi di meja.")
    assert TASK in text(as_ida, "/")
    service.reopen_line(book.journal, book.who("ida"), reason="Belum puas", **what)
    assert TASK not in text(as_ida, "/")


def test_the_book_shows_whose_complainant_is_not_satisfied(
    as_ida: Browser, book: BookDesk, judged: WrittenLine
) -> None:
    book.write("Kipas mati")
    page = text(as_ida, "/pengaduan?keadaan=unsatisfied")
    assert f"/pengaduan/{judged.id}" in page.partition("<tbody>")[2]
    assert "Kipas mati" not in page


def test_a_line_whose_complainant_is_not_satisfied_is_not_closed_without_a_question(
    as_ida: Browser, book: BookDesk, judged: WrittenLine
) -> None:
    """The officer is asked why; the reason stands in the book, and nothing is closed without it."""
    page = text(as_ida, f"/pengaduan/{judged.id}")
    assert "Mengapa tetap dinyatakan selesai?" in page
    where = f"/pengaduan/{judged.id}/selesai"
    for reason in ("", "   "):
        refused = as_ida.post(where, {"reason": reason})
        assert refused.status_code == 422
        assert "Pengadu menyatakan belum puas. Tulis mengapa tetap dinyatakan selesai" in refused.get_data(as_text=True)
        assert book.row(judged).state == "answered"
    assert as_ida.post(where, {"reason": "x" * 301}).status_code == 422
    assert as_ida.post(where, {"reason": "Permintaannya di luar wewenang kecamatan"}).status_code == 303
    assert book.row(judged).state == "closed"
    written = "Diselesaikan meskipun pengadu belum puas: Permintaannya di luar wewenang kecamatan"
    assert written in text(as_ida, f"/pengaduan/{judged.id}")


def test_nobody_is_asked_about_a_complainant_who_is_satisfied_and_nothing_is_ticked_for_him(
    as_ida: Browser, book: BookDesk
) -> None:
    line = book.write()
    book.follow(line)
    book.answer(line)
    page = text(as_ida, f"/pengaduan/{line.id}")
    assert "Mengapa tetap dinyatakan selesai?" not in page
    yes = re.search(r'<input[^>]*name="satisfied"[^>]*value="1">', page)
    assert yes
    assert "checked" not in yes[0]
    assert as_ida.post(f"/pengaduan/{line.id}/kepuasan", {"text": "diam saja"}).status_code == 422
    assert book.row(line).satisfied is None
    assert as_ida.post(f"/pengaduan/{line.id}/kepuasan", {"satisfied": "1"}).status_code == 303
    assert as_ida.post(f"/pengaduan/{line.id}/selesai", {}).status_code == 303
    assert book.row(line).state == "closed"
