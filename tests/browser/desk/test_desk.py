"""The desk in a real browser: by keyboard alone, without script, through a stopped server; axe on every page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app.casework.desk import drafts, queries
from app.casework.desk.opening import Opened
from app.core.permissions import Actor
from sync.journal import Journal
from tests.browser import DESK, find_faults_by_day, served, sign_in
from tests.casework.desk.papers import KK, NIK
from tests.platform.people import START
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser
OTHER = "3508996708970007"


def keys(page: Page, *texts: str) -> None:
    """Type into one field after the other; Enter goes on."""
    for text in texts:
        if text:
            page.keyboard.type(text)
        page.keyboard.press("Enter")


def begin(page: Page, address: str) -> None:
    """From the rail's line to the form, with a NIK."""
    page.goto(f"{address}/permohonan/baru")
    page.focus("#kunci")
    with page.expect_navigation():
        keys(page, OTHER)


def test_a_registration_without_the_mouse(
    page: Page, address: str, journal: Journal, sari: Actor, complaints: list[str]
) -> None:
    sign_in(page, address, "sari")
    begin(page, address)
    page.focus("#kind-0")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.keyboard.press("End")  # the newest form
    page.keyboard.press("Enter")
    page.focus("#kk")
    keys(page, KK, "lailatul fitriyah", "Lumajang")
    expect(page.locator("#birth_on-check button")).to_be_visible()
    keys(page, "", "")  # past the empty date to the suggestion, and take it: it goes on past the sex that it gives
    assert page.input_value("#birth_on") == "27-08-1997"
    assert page.is_checked("#sex >> text=Perempuan")
    keys(page, "siti aminah")
    page.keyboard.press("End")
    keys(page, "", "Dusun Krajan", "3", "1", "", "")
    expect(page.locator("#asides")).to_contain_text("Merah")
    expect(page.locator("#saved")).to_contain_text("Tersimpan")
    page.focus("button[value=daftar]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/kertas/tanda-terima")
    row = queries.latest_cases(journal.db, sari).rows[0]
    assert (row.name, row.main_key) == ("LAILATUL FITRIYAH", OTHER)
    assert OTHER not in page.url
    assert complaints == []


def test_errors_come_first_and_take_the_focus(page: Page, address: str) -> None:
    sign_in(page, address, "sari")
    begin(page, address)
    page.evaluate("window.before = ['kk-told', 'full_name-told'].map(id => document.getElementById(id))")
    page.fill("#kk", "3508991203150")
    page.keyboard.press("Tab")
    expect(page.locator("#kk-told")).to_contain_text("Yang diketik 13 angka")
    assert page.evaluate("before.map(place => place.isConnected)") == [False, True], "only what changed is drawn anew"
    with page.expect_navigation():
        page.click("button[value=daftar]")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.input_value("#kk") == "3508991203150"
    page.click(".error-summary a >> nth=-1")
    assert page.evaluate("document.activeElement.id") == "rw"


def test_a_stopped_server_costs_nothing_that_stands_on_the_screen(
    page: Page, web: Flask, journal: Journal, sari: Actor
) -> None:
    with served(web) as address:
        port = int(address.rsplit(":", 1)[1])
        sign_in(page, address, "sari")
        begin(page, address)
        page.fill("#full_name", "Lailatul")
        page.keyboard.press("Tab")
        expect(page.locator("#saved")).to_contain_text("Tersimpan")
    page.fill("#street", "Dusun Krajan")
    page.keyboard.press("Tab")
    expect(page.locator("#saved")).to_contain_text("Belum tersimpan")
    assert page.input_value("#street") == "Dusun Krajan"
    with served(web, port):
        page.fill("#rt", "3")
        page.keyboard.press("Tab")
        expect(page.locator("#saved")).to_contain_text("Tersimpan")
    held = drafts.draft_fields(drafts.own_drafts(journal.db, sari)[0])
    assert (held["full_name"], held["street"], held["rt"]) == ("Lailatul", "Dusun Krajan", "3")


def test_one_key_shows_and_copies_both_numbers(page: Page, address: str, opened: Opened) -> None:
    sign_in(page, address, "sari")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"{address}/berkas/{opened.id}")
    page.keyboard.press("c")
    expect(page.locator("#no-nik")).to_have_text(NIK)
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text("Disalin")
    assert page.evaluate("navigator.clipboard.readText()") == f"{NIK}\t{KK}"


@pytest.mark.parametrize("copies", [True, False])
def test_without_tls_the_numbers_are_copied_the_old_way_or_left_to_the_hand(
    page: Page, address: str, opened: Opened, copies: bool
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.add_init_script(
        "window.kept = navigator.clipboard;"
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        + ("" if copies else "document.execCommand = () => false;")
    )
    sign_in(page, address, "sari", f"/berkas/{opened.id}")
    page.click("text=Tampilkan")
    page.click("text=Salin NIK dan KK")
    expect(page.locator("#toasts")).to_contain_text("Disalin" if copies else "tekan Ctrl+C")
    if copies:
        assert page.evaluate("window.kept.readText()") == f"{NIK}\t{KK}"
    else:
        assert page.evaluate("String(window.getSelection())") == NIK


@pytest.fixture
def plain(chromium: Chromium) -> Iterator[Page]:
    """A browser that runs no script."""
    context = chromium.new_context(viewport=DESK, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_form_works_without_script(plain: Page, address: str, journal: Journal, sari: Actor) -> None:
    sign_in(plain, address, "sari")
    begin(plain, address)
    plain.check("#kind-0")
    plain.fill("#full_name", "Lailatul Fitriyah")
    plain.press("#full_name", "Enter")  # Enter saves, it never registers an unfinished form
    plain.wait_for_url("**/draf/*")
    assert queries.latest_cases(journal.db, sari).rows == []
    plain.click("button[value=birth_on]")
    assert plain.is_checked("#sex >> text=Perempuan")
    assert plain.input_value("#birth_on") == "27-08-1997"
    plain.fill("#kk", KK)
    plain.select_option("#form_code", "f_1_02")
    plain.fill("#birth_place", "Lumajang")
    plain.select_option("#village", index=1)
    plain.fill("#rt", "3")
    plain.fill("#rw", "1")
    plain.click("button[value=daftar]")
    assert plain.url.endswith("/kertas/tanda-terima")
    assert queries.latest_cases(journal.db, sari).rows[0].name == "LAILATUL FITRIYAH"


def test_the_register_keeps_the_name_in_sight(page: Page, address: str, opened: Opened) -> None:
    sign_in(page, address, "sari")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/register?layanan=ktp-el&bulan=2026-03")
    page.evaluate("document.querySelector('.scroll').scrollLeft = 300")
    name, kind = (page.locator(f".ledger-names tbody td:nth-child({at})").bounding_box() for at in (2, 4))
    assert name is not None
    assert kind is not None
    assert 16 <= name["x"] < 120
    assert kind["x"] < name["x"] + name["width"]  # what is beside it has gone behind it


PAGES = {
    "sari": [
        "/",
        "/permohonan/baru",
        "/berkas",
        "/berkas/1",
        "/berkas/1/periksa",
        "/berkas/1/kertas/tanda-terima",
        "/cari",
        "/jatuh-tempo",
        "/register?bulan=2026-03",
        "/permohonan/formulir",
        "/permohonan/formulir/isi",
    ],
    "budi": ["/berkas/1", "/berkas/1/perbaiki", "/berkas/1/tutup"],
    "desi": ["/", "/berkas"],
}


@pytest.mark.parametrize("who", list(PAGES))
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, address: str, opened: Opened, who: str, journal: Journal, sari: Actor
) -> None:
    drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": OTHER, "full_name": "Lailatul"})
    sign_in(page, address, who)
    wrong = {}
    for path in PAGES[who][:: by_day(4, 1)] + (["/permohonan/draf/1"] if who == "sari" else []):
        page.goto(f"{address}{path}")
        found = find_faults_by_day(page)
        if found:
            wrong[path] = found
    assert wrong == {}
