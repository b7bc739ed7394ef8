"""The search as a page and as what its box offers: numbers, services, pages and acts of whoever asks."""

import pytest
from flask import Flask

from app.casework.desk.opening import Opened
from app.core.permissions import Actor
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, NIK, application, open_anew, open_many
from tests.platform.people import KRAI, Browser, enter


def offered(browser: Browser, typed: str) -> str:
    answer = browser.post("/cari/usul", {"q": typed})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def traces(journal: Journal) -> list[str]:
    return [action for (action,) in journal.db.run("SELECT action FROM access_log WHERE action LIKE 'search%'")]


@pytest.mark.parametrize("typed", ["0001", "1", "0001/KTP", "1/ktp/2026", " 0001 / KTP "])
def test_a_part_of_a_number_opens_the_case(as_sari: Browser, opened: Opened, typed: str) -> None:
    found = as_sari.post("/cari", {"q": typed})
    assert (found.status_code, found.location) == (303, f"/berkas/{opened.id}")
    assert "0001/KTP/2026 <small>Anisa Rahmawati</small>" in offered(as_sari, typed)


def test_a_search_for_a_person_says_which_case_it_led_to_else_how_many_it_found(
    journal: Journal, as_sari: Browser, opened: Opened
) -> None:
    for typed in ("anisa rahma", "siti tidak ada", NIK):
        as_sari.post("/cari", {"q": typed})
    rows = list(journal.db.run("SELECT action, subject, detail FROM access_log WHERE action LIKE 'search%'"))
    case = f"case/{opened.id}"
    assert rows == [
        ("search.name", case, ""),
        ("search.name", "page/cari", "0 berkas"),
        ("search.number", case, ""),
    ]


def test_a_number_never_leads_to_a_new_application(as_sari: Browser) -> None:
    for typed in ("0728", "0728/KTP/2026", NIK, "ABCD-EFGH-99"):
        page = as_sari.post("/cari", {"q": typed}).text
        assert "Tidak ditemukan" in page or "Kode salah baca" in page
        assert 'class="btn" href="/permohonan/baru"' not in page, typed
    assert 'class="btn" href="/permohonan/baru"' in as_sari.post("/cari", {"q": "siti tidak ada"}).text


def test_pages_and_acts_are_found_as_far_as_this_person_may_open_them(as_sari: Browser, web: Flask) -> None:
    assert 'href="/jatuh-tempo"' in as_sari.post("/cari", {"q": "jatuh tem"}).text
    assert 'href="/permohonan/baru"' in offered(as_sari, "")
    assert 'href="/permohonan/baru?layanan=ktp-el"' in offered(as_sari, "ktp-el")
    assert 'href="/panduan/tombol"' in offered(as_sari, "tombol")
    assert 'href="/pengaturan/petugas/"' not in offered(as_sari, "petugas")
    ratna = Browser(web, "ratna")
    assert 'href="/pengaturan/petugas/"' in offered(ratna, "petugas")
    assert 'href="/permohonan/baru"' not in offered(ratna, "permohonan baru")


def test_the_box_offers_no_person_and_leaves_no_trace(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    for typed in ("anisa", NIK, NIK[:12], opened.code):
        assert "Anisa" not in offered(as_sari, typed)
    assert traces(journal) == []
    as_sari.post("/cari", {"q": "anisa"})
    assert traces(journal) == ["search.name"]


def test_a_village_finds_only_its_own_numbers(journal: Journal, as_desi: Browser, sari: Actor) -> None:
    other = open_anew(journal, sari, application(village=KRAI))
    assert other.number not in offered(as_desi, "1")
    assert "Tidak ditemukan" in as_desi.post("/cari", {"q": "1"}).text


def test_whoever_sees_no_case_still_searches_pages(web: Flask, journal: Journal, sari: Actor) -> None:
    open_many(journal, sari, 2, dict.fromkeys(ALL_ITEMS, ""))
    enter(journal, {"agus": {"name": "Agus Keeper", "roles": ["admin"]}})
    keeper = Browser(web, "agus")
    assert "Tidak ditemukan" in keeper.post("/cari", {"q": "budi"}).text
    assert 'href="/pengaturan/petugas/"' in keeper.post("/cari", {"q": "petugas"}).text
    assert Browser(web).post("/cari/usul", {"q": "1"}).status_code in (302, 303, 401)
