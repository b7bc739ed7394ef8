"""A survey from the receipt to the report in one Chromium: by keyboard and without script, typed twice, signed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.quality.surveys import votes
from app.quality.surveys.views.kiosk import make_kiosk_app
from sync.journal import Journal
from tests.browser import find_faults_by_day, open_window, served, sign_in
from tests.platform.people import PIN, Clock
from tests.quality.surveys.conftest import clock, office_file, web
from tests.quality.surveys.voting import vote

__all__ = ["clock", "office_file", "web"]
pytestmark = pytest.mark.browser
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Iterator[str]:
    with served(make_kiosk_app(journal, {"CLOCK": clock})) as address:
        yield address


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def enter(page: Page, address: str, username: str, path: str) -> None:
    page.context.clear_cookies()
    sign_in(page, address, username, path)


def printed_codes(page: Page, address: str, path: str, folder: Path) -> list[str]:
    """Codes on the receipt that a page prints, the very post that its button makes."""
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    answer = page.request.post(address + path, form={"csrf_token": str(token)})
    assert answer.headers["content-type"] == "application/pdf", answer.text()
    (folder / "kertas.pdf").write_bytes(answer.body())
    done = subprocess.run(["pdftotext", "-raw", str(folder / "kertas.pdf"), "-"], capture_output=True, check=True)
    return CODE.findall(done.stdout.decode())


def await_focus(page: Page, place: Locator) -> None:
    """Until keys reach a place: a browser may focus it and paint the page after "load", and drops keys before that."""
    expect(place).to_be_focused()
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")


def vote_by_keyboard(page: Page, kiosk: str, code: str, faults: list[str]) -> None:
    """Type the code as a scanner does, answer each question with Enter on the focused best answer."""
    page.context.clear_cookies()
    page.goto(kiosk)
    with page.expect_navigation():
        page.get_by_role("link", name="Nilai pelayanan kami").click()
    await_focus(page, page.locator("#code"))
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    faults += find_faults_by_day(page)
    for _ in range(9):
        await_focus(page, page.get_by_role("button").first)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    faults += find_faults_by_day(page)
    page.check("text=Perempuan")
    press(page, "Kirim suara")
    assert "suara Anda sudah masuk" in page.inner_text("main")
    assert code not in page.url
    assert page.context.cookies(kiosk) == []


def type_form(page: Page, address: str, username: str, third: str) -> str:
    """Type form 1 as somebody; returns what the page says then."""
    enter(page, address, username, "/kepuasan/lembar/1")
    for n in range(1, 10):
        page.fill(f"#U{n}", third if n == 3 else "3")
    press(page, "Simpan ketikan")
    said = page.inner_text("main")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the next form comes next
    assert page.evaluate("() => document.activeElement.id") == "nomor"
    return said


def test_a_survey_from_the_receipt_to_the_signed_report(
    page: Page, chromium: Browser, address: str, kiosk: str, journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    faults: list[str] = []
    enter(page, address, "sari", "/kartu/serah/1")
    receipt = printed_codes(page, address, "/kartu/serah/1/cetak", tmp_path)
    slip_of_case, survey_code = receipt[0], receipt[-1]
    assert receipt == [slip_of_case, slip_of_case, survey_code]  # on the receiver's half only
    vote_by_keyboard(page, kiosk, survey_code, faults)
    plain = open_window(chromium, java_script_enabled=False).new_page()  # the second try, without script
    plain.goto(f"{kiosk}/survei")
    plain.fill("#code", survey_code)
    press(plain, "Mulai")
    assert "Kode ini sudah dipakai. Suara Anda sudah masuk" in plain.inner_text("main")
    plain.context.close()
    for case_id in range(2, 6):
        vote(journal, case_id, clock(), "322222222")
    votes.count_votes(journal, clock())

    enter(page, address, "ida", "/kepuasan/lembar")
    page.fill("#count", "2")
    press(page, "Siapkan nomor")
    assert "Orang lain mengetiknya" in type_form(page, address, "sari", "3")
    assert "diselesaikan orang ketiga" in type_form(page, address, "oki", "2")
    enter(page, address, "budi", "/")
    page.get_by_text("Survei kepuasan 1").click()  # no decision of his day: folded with its number
    with page.expect_navigation():
        page.get_by_role("link", name="Selesaikan lembar survei 1").click()
    faults += find_faults_by_day(page)
    page.fill("#U3", "2")
    press(page, "Simpan yang benar")
    assert "Dihitung" in page.inner_text("main")

    enter(page, address, "ida", "/kepuasan?masa=2026-Q1")
    faults += find_faults_by_day(page)
    shown = page.inner_text("main")
    # U1 (4+4x3+3)/6, U3 (4+4x2+2)/6, the other seven (4+4x2+3)/6: (19+14+7x15)/6/9x25 = 63,888...
    assert "63,89" in shown
    assert "belum cukup responden: perlu 8 dari 8" in shown
    press(page, "Buka LTPP")
    assert "Indeks kepuasan Triwulan I 2026 adalah 63,89" in page.inner_text("main")
    page.goto(f"{address}/kepuasan/laporan/baru?masa=2026-Q1")
    page.fill("#plan", "Waktu penyelesaian diumumkan di loket, April 2026.")
    press(page, "Simpan laporan")
    enter(page, address, "camat", "/kepuasan/laporan/1")
    page.fill("#pin", PIN)
    press(page, "Tetapkan dan terbitkan")
    assert "Terbit" in page.inner_text("main")
    page.goto(f"{kiosk}/survei/hasil")
    assert "63,89" in page.inner_text("main")
    assert "Waktu penyelesaian diumumkan" in page.inner_text("main")
    assert faults == []
