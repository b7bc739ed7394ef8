"""The screen of the waiting room fits every height and turns to what does not fit, the bribery line in sight."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from markupsafe import Markup
from playwright.sync_api import Page

from app.quality.quarter.views.waiting_room import make_kiosk_app
from sync.journal import Journal
from tests.browser import audit, served
from tests.platform.people import Clock

pytestmark = pytest.mark.browser
SCREENS = ((1366, 768), (1920, 1080), (1080, 1920))
POLICY = (
    "<h2>Kebijakan Mutu</h2>" + "<p class='small'>Kami melayani dengan cepat, mudah, dan terbuka setiap hari.</p>" * 14
)
IN_SIGHT = """() => {
  const box = document.querySelector("main").getBoundingClientRect();
  const whole = (one) => { const at = one.getBoundingClientRect();
    const across = at.left >= box.left - 1 && at.right <= box.right + 1;
    return across && at.top >= box.top - 1 && at.bottom <= box.bottom + 1; };
  const all = [...document.querySelectorAll("main h2, main p, main li")];
  return all.map((one, n) => (whole(one) ? n : -1)).filter((n) => n >= 0);
}"""
FITS = """() => {
  const line = [...document.querySelectorAll("footer p")][0].getBoundingClientRect();
  return document.documentElement.scrollHeight <= innerHeight && line.top > 0 && line.bottom <= innerHeight;
}"""


@pytest.fixture
def screen(journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    app = make_kiosk_app(journal, {"CLOCK": clock})
    app.extensions["loket_board"] = ()
    return app


@pytest.fixture
def board(screen: Flask) -> Iterator[str]:
    with served(screen) as address:
        yield f"{address}/papan"


def seen_in_turn(page: Page, board: str) -> tuple[int, list[int]]:
    """How often the screen turned until it began anew, and the numbers of what was in sight meanwhile."""
    page.goto(board)
    seen: set[int] = set()
    for turn in range(20):
        assert page.evaluate(FITS), turn
        seen.update(page.evaluate(IN_SIGHT))
        page.clock.run_for(12_000)
        if page.evaluate("() => document.querySelector('main').scrollLeft") == 0:
            return turn, sorted(seen)
    raise AssertionError("it never begins anew")


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("much", [False, True])
def test_everything_is_in_sight_in_its_turn(
    page: Page,
    board: str,
    screen: Flask,
    size: tuple[int, int],
    much: bool,
    monkeypatch: pytest.MonkeyPatch,
    complaints: list[str],
) -> None:
    if much:
        codes = [f"{n:04}" for n in range(160)]
        monkeypatch.setattr("app.services.complaints.kiosk.ready_codes", lambda _db: codes)
        screen.extensions["loket_board"] = (lambda _db: Markup(POLICY),)
    page.clock.install()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    turns, seen = seen_in_turn(page, board)
    assert seen == list(range(page.locator("main h2, main p, main li").count()))
    assert (turns > 0) == much
    assert page.locator(".turn").is_visible() == (turns > 0)
    if folder := os.environ.get("SHOTS"):
        for turn in range(turns + 1):
            page.screenshot(path=f"{folder}/board-{size[0]}-{much}-{turn}.png")
            page.clock.run_for(12_000)
    assert audit(page) == []
    assert complaints == []


def test_without_script_it_is_read_downwards_with_the_line_in_sight(chromium: object, board: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 500})
    page = context.new_page()
    page.goto(board)
    line = page.locator("footer p").first.bounding_box()
    assert line is not None
    assert line["y"] + line["height"] <= 500
    context.close()
