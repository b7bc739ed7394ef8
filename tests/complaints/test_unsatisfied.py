"""A complainant who is not satisfied waits for somebody: a task for the information officer, a filter in the book."""

import pytest
from flask import Flask

from app.complaints import service
from app.complaints.service import WrittenLine
from tests.complaints.desk import BookDesk, Visit
from tests.people import Browser

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
    service.close_line(book.journal, book.who("ida"), **what)
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
