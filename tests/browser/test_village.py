"""A village in a real Chromium: a form typed there, its receipt, the same number at the desk, the state that comes
back."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from tests.browser import audit, keep_picture, let_in, open_window, served, too_wide
from tests.casework.villages.conftest import Line, line, near
from tests.platform.people import MUNDER
from tests.services.ktp.conftest import desk, office_file, rooms, shell, web
from tests.services.ktp.desk import Desk

pytestmark = pytest.mark.browser
__all__ = ["desk", "line", "near", "office_file", "rooms", "shell", "web"]


@pytest.fixture
def village(chromium: Browser, near: VillageFolder, desk: Desk) -> Iterator[Page]:
    """The village's own pages, in a window of its own."""
    app: Flask = make_village_app(near, {"KEY": "k", "CLOCK": lambda: desk.now, "STICKS": list})
    with served(app) as own:
        context = open_window(chromium)
        window = context.new_page()
        window.set_default_timeout(20_000)
        window.goto(f"{own}/masuk/k")
        yield window
        context.close()


def type_form(village: Page, desk: Desk) -> str:
    """Fill the form as far as the village knows it; the number on the receipt."""
    village.get_by_role("link", name="Ketik KTP-el").click()
    values = desk.form()
    values["birth_on"] = date.fromisoformat(values["birth_on"]).strftime("%d%m%Y")
    for part in village.locator("main select, main input:not([type=hidden]), main textarea").all():
        name = part.get_attribute("name") or ""
        if value := values.get(name):
            choose = part.evaluate("part => part.tagName") == "SELECT"
            part.select_option(value) if choose else part.fill(value)
    village.get_by_role("button", name="Simpan draf").click()
    expect(village.get_by_role("heading", name="Tanda terima permohonan")).to_be_visible()
    return village.inner_text(".receipt .huge")


def test_from_the_village_to_the_desk_and_back(
    village: Page, page: Page, address: str, desk: Desk, line: Line, complaints: list[str]
) -> None:
    number = type_form(village, desk)
    assert number == f"{MUNDER[-4:]}-001"
    assert audit(village) == []
    assert not too_wide(village)
    keep_picture(village, "village-receipt")
    village.emulate_media(media="print")
    expect(village.get_by_text("Cetak lewat menu peramban")).to_be_hidden()
    expect(village.locator(".masthead")).to_be_hidden()
    village.emulate_media(media="screen")
    village.get_by_role("link", name="Kembali").click()
    village.get_by_role("button", name="Kirim dan ambil sekarang").click()
    expect(village.get_by_text("1 draf dikirim.")).to_be_visible()
    keep_picture(village, "village-home")

    let_in(page, address, "sari")
    page.goto(f"{address}/desa")
    expect(page.get_by_text(f"resi {number}")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Permohonan KTP-el", exact=True)).to_be_visible()
    with page.expect_navigation():
        page.locator("button[value=daftar]").last.click()
    page.get_by_role("link", name="Ke berkas").first.click()
    expect(page.get_by_text("Resi desa")).to_be_visible()
    keep_picture(page, "village-case")

    village.get_by_role("button", name="Kirim dan ambil sekarang").click()
    expect(village.get_by_text(f"resi {number}")).to_be_visible()
    keep_picture(village, "village-state")
    assert audit(village) == []
    assert complaints == []
