"""Every address of an office whose standard is not in force, and addresses out of any range: an answer, never a 500."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.core.problems import CATALOGUE
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, Browser, Clock
from tests.platform.web.walking import EXTREMES, HUGE, failed
from tests.world.nightly import NIGHTLY

PRINTS = (
    "/register/cetak",
    "/perekaman/cetak/desa",
    "/perekaman/cetak/hari",
    "/kartu/panggilan/cetak",
    "/keseimbangan/cetak",
    "/papan/siap/cetak",
)


@pytest.fixture(scope="session")
def office_file(furnished_office: Path) -> Path:
    """The office before any standard is in force."""
    return furnished_office


@pytest.fixture(params=["not adopted", "adopted for later"])
def early(request: pytest.FixtureRequest, journal: Journal) -> Flask:
    """An office that was set up before its standard takes effect."""
    if request.param == "adopted for later":
        put_in_force(journal, on=date(2026, 6, 1))
    web: Flask = request.getfixturevalue("web")
    return web


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """An office without a standard."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.mark.parametrize(
    ("early", "username"),
    [
        ("not adopted", "ratna"),
        ("adopted for later", "budi"),
        *([("not adopted", "budi"), ("adopted for later", "ratna")] if NIGHTLY else []),
    ],
    indirect=["early"],
)
def test_an_office_before_its_standard_has_every_page(early: Flask, journal: Journal, username: str) -> None:
    browser = Browser(early, username)
    assert failed(browser, "GET", 1) == {}
    assert failed(browser, "POST", 1) == {}
    asked_from = "SELECT DISTINCT address FROM access_log WHERE person_id = ? AND action <> 'sign_in'"
    assert list(journal.db.run(asked_from, (browser.actor.person_id,))) == [("127.0.0.1",)], (
        "every page says from where"
    )


@pytest.mark.parametrize("address", PRINTS)
def test_a_paper_under_a_standard_that_nobody_adopted_says_so(web: Flask, address: str) -> None:
    answer = Browser(web, "budi").post(address)
    assert answer.status_code == 409
    assert CATALOGUE["standard"].sentence in answer.get_data(as_text=True)


def test_the_way_out_of_the_office_says_that_nothing_waits(early: Flask) -> None:
    answer = Browser(early, "sari").get("/pengiriman/")
    assert answer.status_code == 200
    assert "<h1>Pengiriman" in answer.get_data(as_text=True)


@pytest.mark.parametrize("username", ["ratna", "budi"])
def test_numbers_too_long_for_a_database_are_not_found(web: Flask, username: str) -> None:
    browser = Browser(web, username)
    assert failed(browser, "GET", HUGE) == {}
    assert failed(browser, "POST", HUGE) == {}
    assert browser.get(f"/berkas/{HUGE}").status_code == 404


@pytest.mark.parametrize("query", EXTREMES)
def test_what_stands_behind_the_question_mark_may_be_anything(web: Flask, query: str) -> None:
    assert failed(Browser(web, "budi"), "GET", 1, query) == {}


def test_the_register_has_no_month_beyond_the_calendar(web: Flask) -> None:
    browser = Browser(web, "budi")
    for month in ("9999-12", "0001-01"):
        answer = browser.get(f"/register?bulan={month}")
        assert answer.status_code == 422
        assert "Ketik bulan dan tahun dari 1990 sampai 2199" in answer.get_data(as_text=True)
        assert browser.post("/register/unduh", {"bulan": month}).status_code == 422
