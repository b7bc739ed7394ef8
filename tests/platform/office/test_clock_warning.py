"""A PC whose clock jumped: told on every page with what to do, nothing typed is lost, nothing is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.casework.desk import drafts, queries
from app.platform.office import health
from sync.journal import Journal, keep_centre_time
from tests.casework.desk.conftest import form_of
from tests.casework.desk.papers import application
from tests.platform.people import START, Browser, Clock
from tests.services.ktp.desk import Desk

JUMPS = [
    (datetime(1970, 1, 1, 0, 3, tzinfo=UTC), "Jam komputer ini mundur", "baterai CMOS"),
    (datetime(2010, 1, 1, 0, 3, tzinfo=UTC), "Jam komputer ini mundur", "baterai CMOS"),
    (START + timedelta(days=365), "Jam komputer ini perlu dipastikan", "Cocokkan dengan jam dinding"),
    (
        datetime(2099, 7, 1, 3, 0, tzinfo=UTC),
        "Jam komputer ini perlu dipastikan",
        "Cocokkan dengan jam dinding",
    ),
]


def heard(journal: Journal, told: datetime, here: datetime) -> None:
    """The centre has just answered."""
    with journal.transaction():
        keep_centre_time(journal.db, told, here, fresh=True)


@pytest.mark.parametrize(("at", "title", "todo"), JUMPS)
def test_every_page_says_so_and_what_to_do(
    desk: Desk, web: Flask, clock: Clock, at: datetime, title: str, todo: str
) -> None:
    assert "clock-warning" not in Browser(web, "sari").get("/").text
    clock.at = at
    for who, path in (
        ("sari", "/"),
        ("sari", "/permohonan/baru?layanan=ktp-el"),
        ("camat", "/"),
        ("ratna", "/pengaturan/petugas/"),
    ):
        page = Browser(web, who).get(path).text
        assert title in page, (who, path)
        assert todo in page
        assert "tidak ada isian yang hilang" in page
    assert title not in Browser(web, "ratna").get("/keadaan/").text  # the page itself says more
    assert "Pastikan jam komputer" in Browser(web, "ratna").get("/keadaan/").text
    clock.at = START + timedelta(hours=1)
    assert "clock-warning" not in Browser(web, "sari").get("/").text


def test_both_times_are_shown_when_the_centre_knows_better(desk: Desk, web: Flask, clock: Clock) -> None:
    clock.forward(hours=2)
    heard(desk.journal, START, clock())
    page = Browser(web, "sari").get("/").text
    assert "Jam komputer ini salah menurut mitra" in page
    assert "selisih 2 jam" in page
    assert "Salah" in Browser(web, "oki").get("/keadaan/").text


@pytest.mark.parametrize("at", [at for at, _, _ in JUMPS])
def test_what_was_typed_survives_the_jump_and_the_putting_right(
    desk: Desk, web: Flask, clock: Clock, at: datetime
) -> None:
    sari = Browser(web, "sari")
    draft = sari.post("/permohonan/baru", {"layanan": "ktp-el"}).location
    leave(sari, draft, full_name="Anisa Rahmawati")
    clock.at = at
    sari = Browser(web, "sari")
    leave(sari, draft, full_name="Anisa Rahmawati", rt="007")
    other = sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": "3508990101990001"}).location
    leave(sari, other, full_name="Slamet Widodo")
    clock.at = START + timedelta(hours=3)
    sari = Browser(web, "sari")
    assert drafts.sweep_drafts(desk.journal.db, clock()) == 0
    assert 'value="007"' in sari.get(draft).text
    assert "Slamet Widodo" in sari.get(other).text
    clock.forward(days=31)
    assert drafts.sweep_drafts(desk.journal.db, clock()) == 2


def leave(browser: Browser, draft: str, **typed: str) -> None:
    """The last of these fields was left."""
    name = list(typed)[-1]
    answer = browser.post(f"{draft}/isian", typed, htmx=True, headers={"HX-Trigger-Name": name})
    assert answer.status_code == 200, answer.text


def test_work_goes_on_and_is_flagged(desk: Desk, web: Flask, clock: Clock) -> None:
    clock.forward(days=365)
    sari = Browser(web, "sari")
    draft = sari.post("/permohonan/baru", {"layanan": "ktp-el"}).location
    assert sari.post(draft, form_of(application())).status_code == 303
    row = desk.journal.db.one("SELECT kind, clock FROM journal WHERE kind = 'case.opened'")
    assert row == ("case.opened", "unsure")


@pytest.mark.parametrize("year", [1970, 2010])
def test_before_any_standard_nothing_is_registered_and_everything_typed_stays(
    desk: Desk, web: Flask, clock: Clock, year: int
) -> None:
    """A number of the year 1970 would stand on the receipt."""
    clock.at = datetime(year, 1, 1, 0, 3, tzinfo=UTC)
    sari = Browser(web, "sari")
    draft = sari.post("/permohonan/baru", {"layanan": "ktp-el"}).location
    answer = sari.post(draft, form_of(application()))
    assert answer.status_code in (409, 422)
    assert f"komputer menunjuk 1 Januari {year}. Bila tanggal itu salah, betulkan jam komputer" in answer.text
    assert "Anisa Rahmawati" in answer.text
    assert queries.latest_cases(desk.journal.db, sari.actor).rows == []
    clock.at = START + timedelta(hours=1)
    sari = Browser(web, "sari")
    assert sari.post(draft, form_of(application())).status_code == 303


def test_a_promise_counted_under_a_doubted_clock_is_marked_until_time_goes_on(
    desk: Desk, web: Flask, clock: Clock
) -> None:
    sure = desk.complete()
    doubted = desk.later(days=12).complete()  # nobody was here for twelve days: the clock may be right
    clock.at = desk.now

    def marked(case_id: int) -> bool:
        return "Dihitung saat jam komputer diragukan" in Browser(web, "sari").get(f"/berkas/{case_id}").text

    assert (marked(sure), marked(doubted)) == (False, True)
    health.confirm_clock(desk.journal, desk.who("ratna"), note="telepon", now=desk.later(hours=1).now)
    assert not marked(doubted)


def test_a_promise_of_a_wrong_year_stays_marked_when_the_clock_is_put_right(
    desk: Desk, web: Flask, clock: Clock
) -> None:
    right = desk.now
    case_id = desk.later(days=365).complete()
    desk.now = clock.at = right + timedelta(hours=2)
    desk.complete()
    page = Browser(web, "sari").get(f"/berkas/{case_id}").text
    assert "Dihitung saat jam komputer diragukan" in page
