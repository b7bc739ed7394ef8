"""The second step in a real browser: installed from the own page, asked at the next sign-in, remembered by choice."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.platform.people.one_time_codes import code_of, step_at
from sync.journal import Journal
from tests.browser import audit
from tests.platform.people import PASSWORD, Clock

pytestmark = pytest.mark.browser


def key_on(page: Page) -> bytes:
    """The key as somebody types it into the app who cannot scan."""
    import base64

    return base64.b32decode("".join(page.locator("main code").first.inner_text().split()))


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/masuk")
    page.get_by_label("Nama pengguna").fill("ratna")
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def test_the_app_is_installed_and_asked_at_the_next_sign_in(
    page: Page, address: str, web: Flask, journal: Journal, clock: Clock, complaints: list[str]
) -> None:
    enter(page, address)
    page.get_by_role("link", name="Kode ponsel").click()
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Mulai memasang").click()
    page.locator(".code-picture svg").wait_for()
    assert audit(page) == []
    key = key_on(page)
    page.get_by_label("Kode yang tampil di aplikasi").fill(code_of(key, step_at(clock())))
    page.get_by_role("button", name="Pastikan dan pasang").click()
    page.locator(".spare-codes").wait_for()
    assert page.locator(".spare-codes li").count() == 8
    spare = page.locator(".spare-codes li").first.inner_text()
    assert audit(page) == []
    page.context.clear_cookies()
    enter(page, address)
    page.wait_for_url(re.compile("/masuk/kode/"))
    assert audit(page) == []
    page.goto(f"{address}/saya")
    page.wait_for_url(re.compile("/masuk/kode/"))
    page.get_by_label("Kode dari ponsel").fill(spare)
    page.get_by_label("Ingat peramban ini").check()
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_url(re.compile("/saya$"))
    page.goto(f"{address}/saya/sesi/")
    page.get_by_role("heading", name="Peramban yang diingat").wait_for()
    assert audit(page) == []
    assert complaints == []
