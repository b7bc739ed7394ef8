"""A half-written complaint and half-copied slips come back after a power cut: to their author, until they are sent."""

from datetime import timedelta
from html import unescape

import pytest

from app.casework.desk import drafts
from app.core.problems import Problem
from sync.backup import LEFT_OUT
from tests.platform.people import START, Browser
from tests.services.complaints.desk import WORDS, BookDesk, Visit

LINE = {
    "words": WORDS,
    "hope": "",
    "channel": "telephone",
    "received_on": "",
    "area": "",
    "service": "",
    "about": "",
    "type": "complaint",
    "category": "speed",
    "weight": "medium",
    "name": "Sutrisno",
    "sex": "",
    "address": "",
    "contact": "0812-555-0101",
    "confidential": "y",
    "second_word": "melati putih",
}
SECOND = "Kipas di ruang tunggu mati sejak Senin."


def text(answer: object) -> str:
    return unescape(str(answer.get_data(as_text=True)))


def rows(book: BookDesk) -> int:
    row = book.journal.db.one("SELECT count(*) FROM draft")
    assert row is not None
    return int(row[0])


def test_a_complaint_comes_back_to_its_author_and_goes_with_the_line(
    as_ida: Browser, as_budi: Browser, book: BookDesk
) -> None:
    saved = as_ida.post("/pengaduan/tulis/isian", LINE, htmx=True)
    assert saved.status_code == 200
    assert 'id="saved"' in text(saved)
    page = text(Browser(as_ida.app, "ida").get("/pengaduan/tulis"))  # after a power cut she signs in again
    assert f">\r\n{WORDS}</textarea>" in page or f">{WORDS}</textarea>" in page
    assert all(typed in page for typed in ("Sutrisno", "0812-555-0101", "Dilanjutkan dari draf Anda"))
    assert '<option selected value="telephone">' in page
    assert "melati putih" not in page
    assert "Sutrisno" not in text(as_budi.get("/pengaduan/tulis"))
    kept = book.journal.db.one("SELECT fields FROM draft")
    assert kept is not None
    assert "melati" not in kept[0]
    assert as_ida.post("/pengaduan/tulis", LINE).status_code == 303
    assert rows(book) == 0
    assert "draf-note" not in text(as_ida.get("/pengaduan/tulis"))


def test_a_refused_line_keeps_its_draft(as_ida: Browser, book: BookDesk) -> None:
    as_ida.post("/pengaduan/tulis/isian", LINE, htmx=True)
    assert as_ida.post("/pengaduan/tulis", {**LINE, "received_on": "31-12-2031"}).status_code == 422
    assert rows(book) == 1
    assert as_ida.post("/pengaduan/tulis/buang").status_code == 303
    assert rows(book) == 0


def test_slips_of_the_box_come_back_and_go_with_the_opening(as_ida: Browser, book: BookDesk) -> None:
    typed = {
        "words": [WORDS, SECOND],
        "name": ["", "Tumini"],
        "contact": ["", "0812-555-0102"],
        "area": ["", ""],
        "note": "Saksi: Pak Budi",
        "baris": "3",
    }
    assert as_ida.post("/kotak-saran/isian", typed, htmx=True).status_code == 200
    page = text(as_ida.get("/kotak-saran"))
    assert all(one in page for one in (WORDS, SECOND, 'value="Tumini"', "0812-555-0102", "Saksi: Pak Budi"))
    assert as_ida.post("/kotak-saran", typed | {"aksi": "salin"}).status_code == 303
    assert rows(book) == 0
    written = book.journal.db.one("SELECT count(*) FROM complaint WHERE channel = 'box'")
    assert written == (2,)


def test_whose_they_are_how_long_they_live_and_where_they_are_not(
    as_ida: Browser, as_oki: Browser, book: BookDesk
) -> None:
    db, ida = book.journal.db, book.who("ida")
    drafts.keep_form(db, ida, drafts.BOX, {"words": [WORDS]}, START)
    with pytest.raises(Problem, match="wewenang"):
        drafts.keep_form(db, book.who("oki"), drafts.LINE, {"words": [WORDS]}, START)
    with pytest.raises(Problem, match="terlalu besar"):
        drafts.keep_form(db, ida, drafts.BOX, {"words": ["x" * drafts.LONGEST_FORM]}, START)
    assert as_oki.post("/pengaduan/tulis/isian", LINE).status_code == 403
    assert drafts.kept_form(db, book.who("budi"), drafts.BOX) is None
    assert drafts.own_drafts(db, ida) == []
    number = db.one("SELECT id FROM draft")
    assert number is not None
    assert as_oki.get(f"/permohonan/draf/{number[0]}").status_code == 404
    assert "draft" in LEFT_OUT
    assert drafts.sweep_drafts(db, START + timedelta(days=30)) == 0
    assert drafts.sweep_drafts(db, START + timedelta(days=30, minutes=1)) == 1


def test_the_kiosk_keeps_no_draft(kiosk: object, book: BookDesk) -> None:
    visit = Visit(kiosk)
    assert "hx-" not in text(visit.client.get("/tulis"))
    visit.write("")
    assert rows(book) == 0
