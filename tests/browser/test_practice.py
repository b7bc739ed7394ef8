"""One exercise in a real Chromium: its steps stand above each page and tick themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.platform.practice.founding import PASSWORD
from tests.browser import audit
from tests.platform.practice.offices import Training, open_training


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Training]:
    made = open_training(tmp_path, "kecamatan")
    yield made
    made.close()


def test_an_exercise_ticks_itself(page: Page, training: Training) -> None:
    address, person = training.address.rstrip("/"), training.progress("camat", "konsep_surat").person
    page.goto(f"{address}/masuk")
    page.fill("#username", "camat")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("details.practice summary:has-text('0 dari 3 selesai')")
    page.click("details.practice a:has-text('Mulai di sini')")
    page.fill("[name=subject]", f"Undangan untuk {person.name}")
    page.fill("[name=addressed_to]", "Yth. yang bersangkutan")
    page.fill("[name=text]", "Mohon hadir.")
    page.click("main form .btn-main")
    page.wait_for_selector("details.practice summary:has-text('1 dari 3 selesai')")
    assert audit(page, "details.practice") == []
    page.click("details.practice button:has-text('ulang dengan orang lain')")
    page.wait_for_selector("details.practice summary:has-text('0 dari 3 selesai')")
    assert training.progress("camat", "konsep_surat").person.nik != person.nik
