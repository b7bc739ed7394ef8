"""Nothing typed is lost on a full disk: the book, the box, the work on a line, the visitors' kiosk."""

import re
from html import unescape
from pathlib import Path

from flask import Flask

from tests.disk import damage, no_room
from tests.platform.people import Browser
from tests.services.complaints.desk import WORDS, BookDesk, Visit

HOPE = "Loket tiga dibuka lagi pada jam istirahat."


def text(answer: object) -> str:
    return unescape(str(answer.get_data(as_text=True)))


def lines(book: BookDesk) -> int:
    row = book.journal.db.one("SELECT count(*) FROM complaint")
    assert row is not None
    return int(row[0])


def test_a_complaint_comes_back_with_every_word(as_ida: Browser, book: BookDesk) -> None:
    form = {
        "words": WORDS,
        "hope": HOPE,
        "channel": "telephone",
        "name": "Sutrisno",
        "contact": "0812-555-0101",
        "type": "complaint",
        "category": "speed",
        "weight": "medium",
        "area": "",
        "service": "",
        "sex": "",
    }
    as_ida.get("/pengaduan/tulis")
    with no_room():
        answer = as_ida.post("/pengaduan/tulis", form)
    page = text(answer)
    assert answer.status_code == 422
    assert "Ruang simpan penuh" in page
    assert all(typed in page for typed in (WORDS, HOPE, "Sutrisno", "0812-555-0101"))
    assert lines(book) == 0
    assert as_ida.post("/pengaduan/tulis", form).status_code == 303
    assert lines(book) == 1


def test_the_box_comes_back_with_every_slip(as_ida: Browser, book: BookDesk) -> None:
    as_ida.get("/kotak-saran")
    with no_room():
        answer = as_ida.post("/kotak-saran", {"words": WORDS, "name": "Sutrisno", "contact": "", "aksi": "salin"})
    page = text(answer)
    assert answer.status_code == 507
    assert f">{WORDS}</textarea>" in page
    assert 'value="Sutrisno"' in page
    assert "Ruang simpan penuh" in page


def test_any_other_form_comes_back_on_its_page_and_can_be_sent_again(as_ida: Browser, book: BookDesk) -> None:
    line = book.write()
    note = "Sudah ditelepon dua kali, belum diangkat; dicoba lagi besok pagi."
    as_ida.get(f"/pengaduan/{line.id}")
    with no_room():
        answer = as_ida.post(f"/pengaduan/{line.id}/catatan", {"text": note, "pin": "482913"})
    page = text(answer)
    assert answer.status_code == 507
    assert f"{note}</textarea>" in page
    assert "482913" not in page
    assert "Ruang simpan penuh" in page
    assert as_ida.post(f"/pengaduan/{line.id}/catatan", {"text": note}).status_code == 303
    assert note in text(as_ida.get(f"/pengaduan/{line.id}"))


def test_a_visitor_keeps_what_was_written(kiosk: Flask, book: BookDesk) -> None:
    visit = Visit(kiosk)
    opened = visit.token("/tulis")
    with no_room():
        answer = visit.write(token=opened, hope=HOPE)
    page = text(answer)
    assert answer.status_code == 500
    assert f">{WORDS}</textarea>" in page
    assert HOPE in page
    assert "belum tersimpan" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    pressed = [visit.write(token=token[1]) for _ in range(2)]
    assert [one.status_code for one in pressed] == [200, 410]  # a receipt is shown once
    assert lines(book) == 1


def test_a_kiosk_whose_database_cannot_be_read_shows_the_words_all_the_same(kiosk: Flask, book: BookDesk) -> None:
    visit = Visit(kiosk)
    token = visit.token("/tulis")
    damage(Path(book.journal.db.database))
    book.journal.db.close()
    answer = visit.write(token=token, hope=HOPE)
    assert answer.status_code == 500
    assert WORDS in text(answer)
    assert HOPE in text(answer)
