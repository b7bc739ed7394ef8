"""The pictures of the officers' guide, taken from the demo: `python -m tests.browser.guide DEMO_FOLDER`.

The folder is one that `run.py demo --data DIR --today 2026-04-02` has made; the quarter walks on while pictures are
taken. A picture above 150 kB is refused.
"""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.demo.cast import PASSWORD, PIN
from app.demo.house import House, running_clock
from tests.browser import FLAGS

PLACE = Path(__file__).resolve().parents[2] / "docs" / "petugas" / "gambar"
SIZE = {"width": 1120, "height": 700}


class Camera:
    """One window that signs in as somebody and keeps pictures."""

    def __init__(self, page: Page, office: str, kiosk: str) -> None:
        self.page, self.office, self.kiosk = page, office, kiosk

    def enter(self, username: str, path: str) -> None:
        """Sign in and open a page."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.office}/masuk")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.goto(self.office + path)

    def press(self, name: str) -> None:
        """Press a button."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()

    def keep(self, name: str, selector: str = "") -> None:
        """A picture of the window, or of one part of the page."""
        path = PLACE / f"{name}.png"
        if selector:
            self.page.locator(selector).first.screenshot(path=path)
        else:
            self.page.screenshot(path=path)
        assert path.stat().st_size < 150_000, name


def of_the_book(camera: Camera) -> None:
    """Book, line, box and kiosk."""
    page = camera.page
    page.goto(camera.kiosk)
    camera.keep("kios")
    page.goto(f"{camera.kiosk}/papan")
    page.set_viewport_size({"width": 960, "height": 600})
    camera.keep("layar")
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    camera.enter("nurlaila", "/")
    camera.keep("meja")
    page.goto(f"{camera.office}/pengaduan")
    camera.keep("buku")
    page.goto(f"{camera.office}/pengaduan?keadaan=unanswered")
    page.locator(".ledger tbody th a").first.click()
    camera.keep("baris")
    page.goto(f"{camera.office}/kotak-saran")
    camera.keep("kotak")
    camera.enter("agung", "/pengaduan?keadaan=open")
    page.locator(".ledger tbody th a").first.click()
    camera.keep("tindak-lanjut", "#kolom")
    page.goto(f"{camera.office}/ltpp?keadaan=")
    page.locator(".list tbody th a").first.click()
    camera.keep("ltpp")


def of_the_quarter(camera: Camera) -> None:
    """From the draft to the poster."""
    page, recap = camera.page, "/rekap/2026-Q1"
    camera.enter("nurlaila", recap)
    camera.press("Susun rancangan")
    page.fill("#what", "Nomor antrean dibagikan sejak pintu dibuka pukul 07.30")
    page.fill("#who", "Kasi Pelayanan Umum")
    page.fill("#by_on", "01052026")
    camera.press("Tambah janji")
    page.goto(camera.office + recap)
    camera.keep("rekap")
    camera.enter("wiji", recap)
    page.evaluate("document.querySelector('#umum').scrollIntoView()")
    camera.keep("dua-versi")
    camera.keep("periksa", "#setuju")
    page.check("#read_public")
    camera.press("Nyatakan sudah diperiksa")
    camera.enter("hendra", "/")
    camera.keep("meja-camat")
    page.goto(camera.office + recap)
    camera.keep("setuju", "#setuju")
    page.fill("#pin", PIN)
    camera.press("Setujui rekap")
    camera.keep("cetak", "#cetak")


def main() -> None:
    """Take all pictures."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    house = House(Path(sys.argv[1]), running_clock(date(2026, 4, 2)))
    office = f"http://{house.start_office(8971)}"
    assert house.kiosk is not None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        camera = Camera(page, office, f"http://{house.kiosk.address}")
        of_the_book(camera)
        of_the_quarter(camera)
        browser.close()
    house.stop()


if __name__ == "__main__":
    main()
