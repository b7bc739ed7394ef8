"""One's own sessions: each is seen in words, one or all others are ended, nobody touches another person's."""

import re

import pytest
from flask import Flask

from app.platform.people.sessions import device_words, open_session
from schema.database import SqliteDatabase
from tests.platform.people import PASSWORD, Browser, Clock

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A146P) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0"
PAGE = "/saya/sesi/"


def signed_in(web: Flask, agent: str, address: str) -> Browser:
    """Sari signs in through the page."""
    browser = Browser(web)
    answer = browser.post(
        "/masuk",
        {"username": "sari", "password": PASSWORD},
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": address},
    )
    assert answer.status_code == 303
    return browser


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome di Android"),
        (WINDOWS, "Firefox di Windows"),
        ("curl/8.5.0", "Peramban lain"),
        ("", "Peramban lain"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge di Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile Safari/604.1", "Safari di iPhone"),
        ("<script>" * 500, "Peramban lain"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_each_session_is_listed_and_one_is_ended(web: Flask, clock: Clock, office_db: SqliteDatabase) -> None:
    desk = signed_in(web, WINDOWS, "127.0.0.1")
    phone = signed_in(web, PHONE, "192.168.1.44")
    clock.forward(minutes=5)
    page = desk.get(PAGE).get_data(as_text=True)
    assert "2 sesi" in page
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.DOTALL)
    assert "Firefox di Windows" in rows[0]
    assert "Sesi ini" in rows[0]
    assert "komputer Loket" in rows[0]
    assert "Chrome di Android" in rows[1]
    assert "192.168.1.44" in rows[1]
    [mark] = re.findall(r'name="sesi" value="([0-9a-f]{16})"', page)
    assert phone.get("/saya").status_code == 200
    assert desk.post(PAGE + "akhiri", {"sesi": mark}).status_code == 303
    assert phone.get("/saya").headers["Location"].startswith("/masuk")
    assert desk.get("/saya").status_code == 200
    last = office_db.one("SELECT action, person_id, detail, address FROM access_log ORDER BY id DESC LIMIT 1")
    assert last == ("session.ended", 4, "192.168.1.44", "127.0.0.1")
    assert desk.post(PAGE + "akhiri", {"sesi": mark}).status_code == 404


def test_all_others_are_ended_at_once_and_nobody_else_s(web: Flask, office_db: SqliteDatabase, clock: Clock) -> None:
    phones = [signed_in(web, PHONE, f"192.168.1.{n}") for n in (44, 45)]
    oki, desk = Browser(web, "oki"), signed_in(web, WINDOWS, "127.0.0.1")
    assert desk.post(PAGE + "akhiri-lain").status_code == 303
    assert [phone.get("/saya").status_code for phone in (*phones, oki, desk)] == [303, 303, 200, 200]
    assert "1 sesi" in desk.get(PAGE).text


def test_neither_this_session_nor_another_person_s_is_ended_by_its_mark(
    web: Flask, office_db: SqliteDatabase, clock: Clock
) -> None:
    desk = signed_in(web, WINDOWS, "127.0.0.1")
    open_session(office_db, person_id=5, now=clock(), address="10.0.0.9")
    marks = [row[0][:16] for row in office_db.run("SELECT key FROM sign_in_session")]
    assert len(marks) == 2
    for mark in (*marks, "", "%", "' OR 1=1 --"):
        assert desk.post(PAGE + "akhiri", {"sesi": mark}).status_code == 404
    assert office_db.one("SELECT count(*) FROM sign_in_session") == (2,)
    assert "10.0.0.9" not in desk.get(PAGE).text


def test_a_changed_password_ends_the_sessions_elsewhere(web: Flask) -> None:
    desk, phone = signed_in(web, WINDOWS, "127.0.0.1"), signed_in(web, PHONE, "192.168.1.44")
    new = "tujuh pisau berkarat"
    assert desk.post("/saya/sandi", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert (phone.get("/saya").status_code, desk.get("/saya").status_code) == (303, 200)
