"""A request about one's own data in a real Chromium, from the desk to the answer."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import audit, sign_in
from tests.platform.people import Clock
from tests.records.privacy.conftest import NAME, NIK, PHONE, desk, journal, office_file, web
from tests.services.ktp.desk import Desk

__all__ = ["desk", "journal", "office_file", "web"]
pytestmark = pytest.mark.browser


def press(page: Page, button: str) -> str:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    return page.inner_text("main")


def test_from_the_desk_to_the_answer(
    page: Page, web: Flask, address: str, desk: Desk, clock: Clock, complaints: list[str]
) -> None:
    case = {"nik": NIK, "full_name": NAME, "phone": PHONE, "birth_on": "1990-12-01", "sex": "female"}
    desk.open(why="Benar begitu.", **case)
    desk.open(full_name=NAME)
    sign_in(page, address, "ida", "/data-pribadi")
    page.get_by_role("link", name="Permintaan baru", exact=True).click()
    page.fill("#name", NAME)
    page.fill("#shown", "KTP-el asli")
    assert page.input_value("#received_clock") == "09.42", "the moment stands there already"
    press(page, "Catat permintaan")
    page.fill("#number", NIK)
    said = press(page, "Cari di semua bagian")
    assert NIK in said
    assert NIK not in page.url
    assert "Miliknya (1)" in said
    assert "Mungkin orang lain (1)" in said
    audit(page)
    page.get_by_role("checkbox").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Cetak yang tersimpan").click()
    assert NIK not in opened.value.url
    opened.value.close()
    page.get_by_role("radio", name="Dikabulkan", exact=True).check()
    said = press(page, "Simpan jawaban")
    assert "Cetak jawaban" in said
    assert NIK not in said, "what was found stands in one answer only"
    assert complaints == []
