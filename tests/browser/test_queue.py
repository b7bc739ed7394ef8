"""The queue in a real Chromium: a number drawn at the kiosk, called by keyboard, shown and rung on the screen."""

import os
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.services.tickets import queries
from tests.browser import audit, keep_picture, let_in, open_window, served, too_wide
from tests.services.tickets.conftest import kiosk, office_file, queue, web
from tests.services.tickets.queue import Queue

pytestmark = pytest.mark.browser
__all__ = ["kiosk", "office_file", "queue", "web"]
COUNT_TONES = """() => {
  const make = AudioContext.prototype.createOscillator;
  let tones = 0;
  AudioContext.prototype.createOscillator = function () {
    tones += 1;
    document.documentElement.dataset.tones = tones;
    return make.call(this);
  };
}"""


@pytest.fixture
def visitors(kiosk: Flask) -> Iterator[str]:
    with served(kiosk) as address:
        yield address


@pytest.fixture
def screen(chromium: Browser, visitors: str) -> Iterator[Page]:
    """The screen of the waiting room, in a window of its own."""
    context = open_window(chromium)
    window = context.new_page()
    window.set_default_timeout(20_000)
    window.add_init_script(f"({COUNT_TONES})()")
    window.goto(f"{visitors}/antrean/layar")
    yield window
    context.close()


def draw(page: Page, visitors: str, name: str, *, priority: bool = False) -> str:
    """Draw a number at the kiosk as a visitor does; which it is."""
    page.goto(visitors)
    page.get_by_role("link", name="Ambil nomor antrean").click()
    if priority:
        page.get_by_label("Prioritas").check()
    keep_picture(page, "queue-services")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="Nomor Anda")).to_be_visible()
    keep_picture(page, "queue-ticket")
    return page.inner_text(".ticket-slip .number")


def test_the_slip_is_printed_on_its_own_narrow_page(page: Page, visitors: str, queue: Queue) -> None:
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    draw(page, visitors, "KTP-el")
    page.get_by_role("button", name="Cetak slip").click()
    expect(page.locator("html[data-printed]")).to_have_count(1)
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    assert [round(float(side) / 72 * 25.4) for side in sizes[0]] == [80, 90]
    assert len(sizes) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 272, "height": 340})
    said = page.inner_text("body")
    assert "A-001" in said
    assert "Ada yang meminta uang" not in said
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/queue-slip.png")


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_from_the_kiosk_to_the_last_key(
    page: Page, address: str, visitors: str, screen: Page, queue: Queue, complaints: list[str]
) -> None:
    assert draw(page, visitors, "KTP-el") == "A-001"
    assert draw(page, visitors, "KTP-el", priority=True) == "A-002"
    expect(page.get_by_role("button", name="Cetak slip")).to_be_visible()
    assert audit(page) == []

    let_in(page, address, "sari")
    page.goto(f"{address}/antrean/1")
    keep_picture(page, "queue-counter")
    press(page, "n")  # with priority first
    expect(screen.locator(".called .number")).to_have_text("A-002")
    expect(screen.locator(".called .where")).to_have_text("Loket 1")
    rings = screen.locator("html[data-tones]")
    expect(rings).to_have_count(0)  # muted until somebody switched it on
    screen.get_by_role("button", name="Nyalakan bunyi").click()
    expect(screen.get_by_role("button", name="Matikan bunyi")).to_be_visible()
    expect(rings).to_have_attribute("data-tones", "2")
    keep_picture(page, "queue-called")
    press(page, "u")
    expect(rings).to_have_attribute("data-tones", "4")
    press(page, "m")
    keep_picture(page, "queue-serving")
    assert audit(page) == []
    press(page, "n")
    expect(screen.locator(".called .number")).to_have_text("A-001")
    expect(screen.locator(".before").first).to_contain_text("A-002")
    keep_picture(screen, "queue-screen")
    assert [too_wide(one) for one in (page, screen)] == [False, False]
    press(page, "t")
    assert queries.latest_calls(queue.journal.db, queue.clock().date())[0].number == "A-002"
    page.get_by_role("button", name="Panggil kembali A-001").click()
    expect(page.get_by_role("button", name="Mulai melayani")).to_be_focused()
    press(page, "m")
    press(page, "s")
    assert queue.find("A-001").state == "served"
    assert audit(screen) == []
    assert complaints == []


def test_the_screen_says_when_the_office_does_not_answer(screen: Page, visitors: str, queue: Queue) -> None:
    screen.route("**/antrean/panggilan", lambda route: route.abort())
    expect(screen.locator(".stale")).to_be_visible()
    screen.unroute("**/antrean/panggilan")
    queue.take()
    queue.next()
    expect(screen.locator(".called .number")).to_have_text("A-001")
    expect(screen.locator(".stale")).to_be_hidden()


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_board_of_the_waiting_room_shows_the_last_call_too(
    page: Page, visitors: str, queue: Queue, complaints: list[str], size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{visitors}/papan")
    expect(page.locator(".masthead .where")).to_have_text("Belum ada nomor yang dipanggil")
    queue.take()
    queue.next(2)
    expect(page.locator(".masthead .number")).to_have_text("A-001")
    expect(page.locator(".masthead .where")).to_have_text("Loket 2")
    expect(page.get_by_text("menunggu", exact=False).first).to_be_hidden()
    assert not too_wide(page)
    assert audit(page) == []
    assert complaints == []
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/queue-board-{size[0]}.png")


def test_without_script_everything_works_by_itself(chromium: Browser, visitors: str, queue: Queue) -> None:
    context = open_window(chromium, java_script_enabled=False)
    window = context.new_page()
    assert draw(window, visitors, "Hotline") == "B-001"
    queue.next(3)
    window.goto(f"{visitors}/antrean/layar")
    expect(window.locator(".called .number")).to_have_text("B-001")
    expect(window.get_by_role("button")).to_have_count(0)
    context.close()


def test_figures_and_settings_fit_their_pages(page: Page, address: str, queue: Queue, complaints: list[str]) -> None:
    for _ in range(3):
        queue.take()
        queue.serve()
        queue.clock.forward(minutes=4)
    let_in(page, address, "ratna")
    for path, name in (("/waktu-tunggu", "figures"), ("/pengaturan/antrean", "settings"), ("/antrean", "counters")):
        page.goto(address + path)
        assert audit(page) == []
        keep_picture(page, f"queue-{name}")
        page.set_viewport_size({"width": 390, "height": 800})
        assert not too_wide(page), path
    assert complaints == []
