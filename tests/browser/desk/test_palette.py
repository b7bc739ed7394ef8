"""The search box under the fingers: one key, what it offers while one types, arrows, Escape; a page without script."""

from typing import Any

import pytest
from playwright.sync_api import Page

from app.casework.desk.opening import Opened
from app.casework.desk.views import ROOM as CASES
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import WebRoom
from tests.browser import find_faults_by_day, sign_in, too_wide
from tests.casework.desk.conftest import office_file, opened, sari, shell

pytestmark = pytest.mark.browser
__all__ = ["office_file", "opened", "sari", "shell"]


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [PEOPLE, CASES]


def test_one_key_opens_it_and_arrows_lead_to_a_number(
    page: Page, address: str, opened: Opened, complaints: list[str]
) -> None:
    sign_in(page, address, "sari", "/jatuh-tempo")
    page.keyboard.press("/")
    page.wait_for_selector("#offered a[href='/permohonan/baru']")
    page.keyboard.type("0001")
    page.wait_for_selector(f"#offered a:has-text('{opened.number}')")
    assert find_faults_by_day(page) == []
    assert not too_wide(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "q"
    assert page.query_selector("#offered a") is None
    page.keyboard.type("/")
    page.wait_for_selector("#offered p:has-text('mencari juga orang')")
    page.wait_for_selector(f"#offered a:has-text('{opened.number}')")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{address}/berkas/{opened.id}"
    assert complaints == []


def test_it_leaves_when_one_goes_on_and_nothing_comes_late(page: Page, address: str, opened: Opened) -> None:
    sign_in(page, address, "sari", "/berkas")
    page.click("#q")
    page.wait_for_selector("#offered a")
    page.mouse.click(1200, 700)
    page.wait_for_selector("#offered a", state="detached")
    page.keyboard.press("/")
    page.keyboard.type("jatuh")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main a", has_text="Jatuh tempo").count() == 1


def test_without_script_the_same_stands_on_the_page_of_the_search(chromium: Any, address: str, opened: Opened) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "sari", "/")
    page.fill("#q", "0001/ktp")
    with page.expect_navigation():
        page.press("#q", "Enter")
    assert page.url == f"{address}/berkas/{opened.id}"
    page.fill("#q", "register")
    with page.expect_navigation():
        page.press("#q", "Enter")
    assert page.url == f"{address}/cari"
    assert page.locator("main a[href='/register']").count() == 1
    context.close()
