"""What a page of the book asks the database for: few statements, none of which reads the whole book."""

import re

from flask import Flask

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
