"""The print centre in a real Chromium: axe on every page, a card printed without the mouse, the page without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.centre import service
from tests.browser import DESK, find_faults_by_day, served, sign_in
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import OFFICE, YUNI
from tests.platform.people import Clock
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A centre with something in every state."""
    made = Desk(tmp_path, clock)
    first, second, third, fourth = made.print_centre.queued(4)
    made.print_centre.print(first, "0A118401")
    made.print_centre.print(second, "0A118402")
    service.refuse_line(made.print_centre.journal, YUNI, office=OFFICE, line=third, reason="photo", now=clock())
    service.ship_cards(
        made.print_centre.journal, YUNI, office=OFFICE, lines=[first], counted=1, carrier="Fajar", now=clock()
    )
    made.print_centre.queued(3)
    made.print_centre.comes(2)
    made.print_centre.office.recall(fourth)
    return made


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk.centre) as found:
        yield found


PAGES = [
    "/",
    f"/?kantor={OFFICE}",
    "/ditolak",
    "/blangko/",
    "/pengiriman/",
    f"/pengiriman/kecamatan/{OFFICE}",
    "/pengiriman/350899-2026-001",
    "/kantor/",
    f"/kantor/{OFFICE}",
    f"/masukan/{OFFICE}/1",
    f"/masukan/{OFFICE}/3",
    line_path("1/dukcapil/1"),
    line_path("1/dukcapil/4"),
    line_path("1/dukcapil/6"),
    line_path("1/dukcapil/10"),
    "/pengaturan/pusat/",
    f"/kantor/{OFFICE}/kembar/",
    "/stik/",
]


def test_axe_finds_nothing_on_any_page(page: Page, address: str, complaints: list[str]) -> None:
    sign_in(page, address, "eko")
    found: dict[str, list[str]] = {}
    for path in PAGES[:: by_day(9, 1)]:
        page.goto(address + path)
        found[path] = find_faults_by_day(page)
    page.goto(address + line_path("1/dukcapil/6"))
    page.click("text=Tolak baris ini…")
    page.click("button:text('Tolak baris ini')")
    page.wait_for_selector(".error-summary:focus")
    found["refused wrongly"] = find_faults_by_day(page)
    assert {path: what for path, what in found.items() if what} == {}
    assert complaints == []


def test_cards_are_printed_by_scanner_and_enter(page: Page, address: str, desk: Desk, complaints: list[str]) -> None:
    sign_in(page, address, "yuni")
    page.click("text=Kerjakan")
    for serial in ("0a118411", "0a118412", "0a118413"):
        page.wait_for_selector("#serial:focus")
        page.keyboard.type(serial)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.wait_for_selector("text=Antrean ini habis")
    assert desk.print_centre.balance().printed == 5
    assert complaints == []


def test_the_floor_works_without_script(chromium: Browser, address: str, desk: Desk) -> None:
    context = chromium.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "yuni", f"/masukan/{OFFICE}/3")
    page.click("text=Terima semua 2 baris")
    page.goto(address)
    page.click("text=Kerjakan >> nth=0")
    page.fill("#serial", "0A118421")
    page.click("text=Tercetak, lanjut")
    assert "Baris berikutnya sudah terbuka." in page.inner_text("body")
    assert desk.print_centre.balance().printed == 3
    context.close()
