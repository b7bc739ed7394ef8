"""The guide in a browser: pictures are there, nothing scrolls sideways, the page to pin up fits on one sheet."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.platform.web.guide import pages_of
from tests.browser import PHONE, audit, sign_in, too_wide
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser
SHOWN = "() => [...document.images].filter(one => !(one.complete && one.naturalWidth)).map(one => one.src)"


def test_every_page_of_the_guide_is_whole(page: Page, address: str, complaints: list[str]) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, address, "ratna")
    found: dict[str, list[str]] = {}
    for place, name in enumerate(guide.name for guide in pages_of("office")):
        page.goto(f"{address}/panduan/{name}", wait_until="load")
        found[name] = list(page.evaluate(SHOWN))
        if too_wide(page):
            found[name].append("too wide")
        if not place % by_day(4, 1):  # they are all of one template
            found[name] += audit(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert complaints == []


def test_the_page_for_the_dark_day_is_one_sheet(page: Page, address: str, tmp_path: Path) -> None:
    sign_in(page, address, "ratna")
    page.click("text=Panduan")
    page.click("text=Jika listrik padam, jika jaringan putus")
    page.wait_for_selector("h1:has-text('Jika listrik padam')")
    page.pdf(path=tmp_path / "padam.pdf", prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", str(tmp_path / "padam.pdf")], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in told
