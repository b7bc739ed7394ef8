"""Signed out in another window: the page that was open says so, keeps what was typed, and goes on for its person."""

import io

import pytest
from flask import Blueprint, Flask
from htmx_flask import request

from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import WebRoom
from app.platform.web.guard import needs_permission
from tests.platform.people import PASSWORD, Browser

pages = Blueprint("desk", __name__)
seen: list[dict[str, str]] = []
OWN = {"Origin": "http://localhost"}
TYPED = {"name": "SITI <AMINAH>", "note": "baris satu\nbaris dua"}


@pages.post("/catat")
@needs_permission("case.open")
def note() -> str:
    seen.append({name: value for name, value in request.form.items() if name != "csrf_token"})
    return "tercatat"


@pages.get("/denyut")
@needs_permission("case.open")
def pulse() -> str:
    return "masih"


@pytest.fixture
def rooms() -> list[WebRoom]:
    seen.clear()
    return [PEOPLE, WebRoom([pages])]


@pytest.fixture
def left(web: Flask) -> tuple[Browser, str]:
    """A browser in which Sari signed in and out again, and the token of a form that stands in another window."""
    browser = Browser(web)
    browser.post("/masuk", {"username": "sari", "password": PASSWORD})
    token = browser.token()
    browser.post("/keluar")
    return browser, token


def test_a_form_is_kept_and_goes_through_with_the_password(left: tuple[Browser, str]) -> None:
    browser, token = left
    asked = browser.post("/catat", {**TYPED, "pin": "274916", "csrf_token": token}, headers=OWN)
    body = asked.get_data(as_text=True)
    assert asked.status_code == 401
    assert "Anda sudah keluar di jendela lain" in body
    assert "Sari Wulandari, masukkan kata sandi" in body
    assert 'name="name" value="SITI &lt;AMINAH&gt;"' in body
    assert "274916" not in body
    wrong = browser.post("/catat", {**TYPED, "kunci-sandi": "bukan ini"}, headers=OWN)
    assert wrong.status_code == 401
    assert "Tidak cocok" in wrong.get_data(as_text=True)
    assert seen == []
    through = browser.post("/catat", {**TYPED, "kunci-sandi": PASSWORD}, headers=OWN)
    assert through.get_data(as_text=True) == "tercatat"
    assert seen == [TYPED]
    assert browser.get("/denyut").status_code == 200


def test_after_signing_in_elsewhere_the_open_page_goes_on(left: tuple[Browser, str]) -> None:
    browser, token = left
    browser.post("/masuk", {"username": "sari", "password": PASSWORD})
    assert browser.post("/catat", {**TYPED, "csrf_token": token}).get_data(as_text=True) == "tercatat"


def test_another_person_sends_nothing_that_somebody_else_typed(left: tuple[Browser, str]) -> None:
    browser, token = left
    browser.post("/masuk", {"username": "oki", "password": PASSWORD})
    assert browser.client.post("/catat", data={**TYPED, "csrf_token": token}, headers=OWN).status_code == 400
    assert seen == []


def test_a_fragment_brings_the_cover_over_its_page(left: tuple[Browser, str]) -> None:
    browser, token = left
    for answer in (
        browser.get("/denyut", headers={"HX-Request": "true"}),
        browser.post("/catat", {**TYPED, "csrf_token": token}, htmx=True),
    ):
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#lock")
        assert 'hx-post="/buka-kunci"' in answer.get_data(as_text=True)
    opened = browser.post("/buka-kunci", {"kunci-sandi": PASSWORD}, htmx=True)
    assert opened.headers["HX-Trigger-After-Settle"] == "loket:unlocked"
    assert browser.post("/catat", {**TYPED, "csrf_token": token}, htmx=True).get_data(as_text=True) == "tercatat"


def test_only_a_form_of_our_own_pages_is_kept(left: tuple[Browser, str], web: Flask) -> None:
    browser, _ = left
    for headers in ({}, {"Origin": "http://jahat.example"}, {"Origin": "null"}):
        answer = browser.post("/catat", TYPED, headers=headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/masuk")
        sent = browser.post("/catat", {**TYPED, "kunci-sandi": PASSWORD}, headers=headers)
        assert sent.status_code == 303
    forged = browser.client.post("/catat", data={**TYPED, "kunci-sandi": PASSWORD}, headers=OWN)
    assert forged.status_code == 400
    assert Browser(web).post("/catat", TYPED, headers=OWN).headers["Location"] == "/masuk"
    assert seen == []


def test_a_chosen_document_is_named_and_a_page_is_led_back_to(left: tuple[Browser, str]) -> None:
    browser, _ = left
    answer = browser.post("/catat", {"name": "A", "file": (io.BytesIO(b"x"), "register.xlsx")}, headers=OWN)
    assert "register.xlsx" in answer.get_data(as_text=True)
    assert browser.get("/denyut").headers["Location"] == "/masuk?lanjut=/denyut"


def test_locking_by_hand_leads_back_to_the_page_that_stood(as_sari: Browser) -> None:
    for sent_on, comes_back in (
        ("http://localhost/denyut?hal=2", "/denyut?hal=2"),
        ("http://localhost/catat", "/saya"),  # the answer of a post: it cannot be opened again
        ("http://localhost/tidak-ada", "/saya"),
        ("http://jahat.example/denyut", "/saya"),
        ("", "/saya"),
    ):
        answer = as_sari.post("/kunci", headers={"Referer": sent_on} if sent_on else {})
        assert (answer.status_code, answer.headers["Location"]) == (303, comes_back)
        page = as_sari.get(comes_back).get_data(as_text=True)
        assert f'name="lanjut" value="{comes_back}"' in page
        as_sari.post("/buka-kunci", {"kunci-sandi": PASSWORD})
