"""What a page of the book asks the database for: few statements, none reads the whole book; and its picture."""

import re
from datetime import date, timedelta

from flask import Flask

from app.services.complaints import service
from app.services.complaints.pictures import complaint_picture
from schema.database import SqliteDatabase
from tests.casework.desk.test_query_budget import counted
from tests.platform.people import Browser
from tests.services.complaints.desk import BookDesk

BOOK_PAGE = 14
"""Statements of a page of the book, transaction marks included."""


def test_a_page_of_the_book_reads_the_lines_that_it_shows(web: Flask, book: BookDesk) -> None:
    for words in ("Antre", "Lama", "Panas"):
        book.write(words)
    browser, db = Browser(web, "ida"), book.journal.db
    assert isinstance(db, SqliteDatabase)
    with counted(db) as first:
        assert browser.get("/pengaduan").status_code == 200
    with counted(db) as again:
        assert browser.get("/pengaduan").status_code == 200
    assert len(again) <= BOOK_PAGE, again
    read = [sql for sql in first if re.search(r"\b(complaint|complaint_column|complainant)\b", sql)]
    assert read
    plans = {
        sql: db.connection().execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?")).fetchall() for sql in read
    }
    whole = {
        sql: row[3]
        for sql, rows in plans.items()
        for row in rows
        if re.match(r"SCAN (c|complaint)\b(?!.*INDEX)", row[3])
    }
    assert whole == {}


def test_the_lines_of_a_page_are_drawn_once_until_the_book_grows(web: Flask, book: BookDesk) -> None:
    first = book.write("Antrean lama")
    ida, budi, db = Browser(web, "ida"), Browser(web, "budi"), book.journal.db
    assert isinstance(db, SqliteDatabase)
    for browser in (ida, budi):
        assert "Antrean lama" in browser.get("/pengaduan").text
    with counted(db) as again:
        assert "Antrean lama" in ida.get("/pengaduan").text
    assert [sql for sql in again if "complaint_column" in sql or "complaint_masked" in sql] == []
    book.follow(first, "Loket ditambah satu.")
    book.write("Kipas mati")
    for browser in (ida, budi):
        page = browser.get("/pengaduan").text
        assert "Kipas mati" in page
        assert "Loket ditambah satu." in page
    book.clock.forward(days=60)
    assert "lewat" in Browser(web, "ida").get("/pengaduan").text


def test_the_picture_of_the_book_counts_its_lines_and_names_the_late_ones_to_who_reads_it(book: BookDesk) -> None:
    """Two of the twelfth, one of the thirteenth; the first is settled on its limit, the second four days after."""
    db, reader, stranger = book.journal.db, book.who("ida"), book.who("desi")
    assert not complaint_picture(db, reader, book.clock()).ever
    first, second = book.write("Antre"), book.write("Lama")
    book.clock.forward(days=1)
    third = book.write("Panas")
    came = {day.on: day.came for day in complaint_picture(db, reader, book.clock()).days if day.came.count}
    assert {on: mark.count for on, mark in came.items()} == {date(2026, 3, 12): 2, date(2026, 3, 13): 1}
    assert came[date(2026, 3, 12)].words == "2 pengaduan masuk 12 Mar 2026"
    assert came[date(2026, 3, 12)].values == {"tahun": "semua", "masuk": "2026-03-12"}
    due = date.fromisoformat(book.row(first).settle_due_on)
    for line, late in ((first, 0), (second, 4)):
        book.clock.forward(days=(due + timedelta(days=late) - book.clock().date()).days)
        book.follow(line)
        book.answer(line)
        service.close_line(book.journal, reader, complaint_id=line.id, now=book.clock())
    picture = complaint_picture(db, reader, book.clock())
    assert picture.ever
    assert [(day.on, day.ended.count) for day in picture.days if day.ended.count] == [
        (due, 1),
        (due + timedelta(days=4), 1),
    ]
    assert [(one.number, one.words) for one in picture.ended_late] == [("002/ADUAN/2026", "4 hari")]
    assert picture.strip is not None
    assert sorted((mark.is_late, mark.mark.count) for mark in picture.strip.marks) == [(False, 1), (True, 1)]
    third_due = date.fromisoformat(book.row(third).settle_due_on)
    over = (book.clock().date() - third_due).days
    assert [(one.number, one.words, one.values) for one in picture.named] == [
        ("003/ADUAN/2026", f"{over} hari", {"complaint_id": third.id})
    ]
    assert (picture.late.count, picture.late.words) == (1, "1 lewat batas")
    assert [(mark.count, mark.values["keadaan"]) for mark in picture.places] == [(1, "open")]
    hidden = complaint_picture(db, stranger, book.clock())
    assert (hidden.ended_late, hidden.named) == ((), ()), "numbers of lines are for who reads the book"
    assert {mark.endpoint for mark in (hidden.late, *hidden.places)} == {""}
    assert {mark.endpoint for mark in (picture.late, *picture.places)} == {"complaints.show_register"}
    assert hidden.late.count == 1
