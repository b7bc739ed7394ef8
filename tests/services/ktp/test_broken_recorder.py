"""A recorder that is noted as broken: nothing offers to record here, everything says what else there is."""

import re

import pytest
from flask import Flask

from app.casework.resources.service import note_facility
from app.services.ktp import queries
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


@pytest.fixture
def people(web: Flask) -> dict[str, Browser]:
    return {name: Browser(web, name) for name in ("sari", "oki", "desi")}


def device(desk: Desk, works: bool) -> None:
    note_facility(desk.journal, desk.who("oki"), name="Kamera", works=works, note="Lensa retak", now=desk.now)


def shown(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_nothing_offers_to_record_here_while_the_recorder_is_broken(desk: Desk, people: dict[str, Browser]) -> None:
    case_id, oki = desk.complete(), people["oki"]
    assert 'value="here"' in shown(oki, f"/perekaman/{case_id}")
    device(desk, works=False)
    page = shown(oki, f"/perekaman/{case_id}")
    for offered in ('value="here"', "Direkam di sini", "Silakan ke meja perekaman", "jika direkam di sini"):
        assert offered not in page, offered
    for instead in ("sedang rusak", "Dispenduk Capil atau kecamatan lain", "jadwalkan hari lain"):
        assert instead in page, instead
    assert 'type="radio"' not in page, "what is left is no choice"
    assert '<input type="hidden" name="how" value="already">' in page
    draft = people["sari"].post("/permohonan/baru", {"layanan": "ktp-el", "kunci": "3508991708900003"}).location
    form = shown(people["sari"], draft)
    assert "langsung ke meja perekaman" not in form
    assert "Dispenduk Capil atau kecamatan lain" in form
    assert queries.next_free_day(desk.journal.db, desk.now.date()) > desk.now.date()


def test_desks_tell_the_village_not_to_send_anybody(desk: Desk, people: dict[str, Browser]) -> None:
    desk.complete()
    desk.complete()
    device(desk, works=False)
    home = {name: shown(people[name], "/") for name in ("oki", "desi")}
    assert "Direkam atau dijadwalkan" not in home["oki"]
    assert "Beri tahu pemohon untuk datang merekam" not in home["desi"]
    assert "pemohon jangan datang dulu" in home["desi"]


def test_a_page_opened_before_it_broke_is_told(desk: Desk, people: dict[str, Browser]) -> None:
    case_id, oki = desk.complete(), people["oki"]
    device(desk, works=False)
    sent = {"how": "here", "status": "print_ready", "on": "12032026", "place": "Kecamatan Contoh"}
    refused = oki.post(f"/perekaman/{case_id}/catat", sent)
    assert refused.status_code == 422
    assert "Kamera dicatat rusak sejak" in refused.get_data(as_text=True)
    assert desk.step(case_id) == "record"
    assert oki.post(f"/perekaman/{case_id}/catat", {**sent, "how": "already"}).status_code == 303


def test_a_recorder_that_works_again_is_offered_again(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.complete()
    device(desk, works=False)
    device(desk, works=True)
    page = shown(people["oki"], f"/perekaman/{case_id}")
    assert 'value="here"' in page
    assert "Silakan ke meja perekaman" in page
