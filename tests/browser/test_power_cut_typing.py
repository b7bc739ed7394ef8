"""The office's PC dies in the middle of typing, or its disk is full: at most the field being typed is lost."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import DESK, sign_in
from tests.browser.second import SecondOffice

pytestmark = pytest.mark.browser
NIK, KK = "3508995708900011", "3508991203150071"
TYPED = {
    "kk": KK,
    "full_name": "SITI RAHMAWATI",
    "birth_place": "LUMAJANG",
    "birth_on": "17081990",
    "rt": "3",
}


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SecondOffice]:
    """An office in a process of its own."""
    made = SecondOffice(tmp_path)
    yield made
    made.kill()


def begin(page: Page, address: str) -> None:
    """Sign in and begin an application with its NIK."""
    sign_in(page, address, "retno")
    page.fill("#kunci", NIK)
    with page.expect_navigation():
        page.press("#kunci", "Enter")


def held(browser: Browser, address: str) -> dict[str, str]:
    """What the draft holds, as the clerk finds it after signing in again."""
    page = browser.new_page()
    sign_in(page, address, "retno", "/permohonan/baru")
    page.locator("main table a").first.click()
    page.wait_for_url("**/draf/*")
    found = {name: page.input_value(f"#{name}") for name in ("nik", *TYPED, "mother_name", "rw")}
    page.close()
    return {name: value.replace("-", "") for name, value in found.items() if value}


def test_every_field_that_was_left_is_there_again(chromium: Browser, page: Page, second: SecondOffice) -> None:
    begin(page, second.address)
    for name, text in TYPED.items():
        page.focus(f"#{name}")
        page.keyboard.type(text)
        with page.expect_response("**/isian"):
            page.keyboard.press("Tab")
    page.focus("#mother_name")
    page.keyboard.type("SUPAR")
    second.kill()
    page.keyboard.press("Tab")
    page.wait_for_selector("#saved:has-text('Belum tersimpan')")
    second.start()
    assert held(chromium, second.address) == {"nik": NIK, **TYPED}
    page.fill("#rw", "1")
    with page.expect_response("**/isian"):
        page.press("#rw", "Tab")
    assert held(chromium, second.address) == {"nik": NIK, **TYPED, "mother_name": "SUPAR", "rw": "1"}


def test_without_script_what_was_saved_by_enter_is_there_again(chromium: Browser, second: SecondOffice) -> None:
    context = chromium.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    begin(page, second.address)
    for name, text in TYPED.items():
        page.focus(f"#{name}")
        page.keyboard.type(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.focus("#mother_name")
    page.keyboard.type("SUPAR")
    second.kill()
    context.close()
    second.start()
    assert held(chromium, second.address) == {"nik": NIK, **TYPED}


def test_a_full_disk_is_a_sentence_and_the_form_is_saved_when_there_is_room(
    chromium: Browser, page: Page, second: SecondOffice
) -> None:
    begin(page, second.address)
    page.fill("#full_name", "SITI RAHMAWATI")
    with page.expect_response("**/isian"):
        page.press("#full_name", "Tab")
    no_more = (second.folder / "kantor.sqlite3-wal").stat().st_size
    before = resource.prlimit(second.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(second.process.pid, resource.RLIMIT_FSIZE, (no_more, before[1]))
    page.fill("#birth_place", "LUMAJANG")
    page.press("#birth_place", "Tab")
    page.wait_for_selector("#alerts:has-text('Ruang simpan penuh')")
    assert page.input_value("#birth_place") == "LUMAJANG"
    resource.prlimit(second.process.pid, resource.RLIMIT_FSIZE, before)
    page.fill("#rt", "3")
    with page.expect_response("**/isian"):
        page.press("#rt", "Tab")
    page.wait_for_selector("#alerts:not(:has(*))", state="attached")
    found = held(chromium, second.address)
    assert found == {"nik": NIK, "full_name": "SITI RAHMAWATI", "birth_place": "LUMAJANG", "rt": "3"}
