"""The pictures of the officers' guide, taken from the demo: `python -m tests.browser.guide DEMO_FOLDER`.

The folder is one that `run.py demo --data DIR --today 2026-04-02` has made; its work goes on while pictures are taken.
Needs Chromium, poppler-utils and ImageMagick. A picture above 120 kB is refused.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.cli.demo.programs import Programs, centre_moved, running_clock
from app.cli.serving import free_port
from tests.browser import DESK, FLAGS
from tests.browser.camera import PLACE, Camera
from tests.browser.guide_card import of_the_card
from tests.world.cast import PIN


def of_the_book(camera: Camera) -> None:
    """Book, line, box and kiosk."""
    page = camera.page
    page.goto(camera.kiosk)
    camera.keep("kios")
    page.goto(f"{camera.kiosk}/papan")
    camera.narrow(960, 600)
    camera.keep("layar")
    camera.wide()
    camera.enter("nurlaila")
    camera.keep("meja")
    camera.go("/pengaduan")
    camera.keep("buku")
    camera.go("/pengaduan?keadaan=open")
    page.locator(".ledger tbody th a").first.click()
    camera.keep("baris")
    camera.go("/kotak-saran")
    camera.keep("kotak")
    camera.enter("agung", "/pengaduan?keadaan=open&seksi=pelayanan")
    page.locator(".ledger tbody th a").first.click()
    camera.keep("tindak-lanjut", "#kolom")
    camera.go("/ltpp?keadaan=")
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
    camera.go(recap)
    camera.keep("rekap")
    camera.enter("wiji", recap)
    camera.show("#umum")
    camera.keep("dua-versi")
    camera.keep("periksa", "#setuju")
    page.check("#read_public")
    camera.press("Nyatakan sudah diperiksa")
    camera.go("/pengaturan/pengaduan")
    camera.keep("sekretaris-seksi", "section[aria-labelledby=s-h]")
    camera.enter("hendra")
    camera.keep("meja-camat")
    camera.go(recap)
    camera.keep("setuju", "#setuju")
    page.fill("#pin", PIN)
    camera.press("Setujui rekap")
    camera.keep("cetak", "#cetak")


def main() -> None:
    """Take all pictures."""
    folder, centre = Path(sys.argv[1]), free_port(0)
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    centre_moved(folder, f"127.0.0.1:{centre}")
    programs = Programs(folder, running_clock(date(2026, 4, 2)))
    office = f"http://{programs.start_office(free_port(0), 0)}"
    assert programs.kiosk is not None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport=DESK)
        camera = Camera(page, office, f"http://{programs.kiosk.address}", f"http://{programs.start_centre(centre)}")
        for scene in (of_the_card, of_the_book, of_the_quarter):
            scene(camera)
        browser.close()
    programs.stop()


if __name__ == "__main__":
    main()
