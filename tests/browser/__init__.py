"""Pages in a real Chromium: `served` puts an app on loopback, `sign_in` enters as somebody, `audit` asks axe."""

import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.people import PASSWORD
from tests.world.nightly import NIGHTLY

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async ([runOnly, part, contrast]) => {
  const where = document.querySelector(part) || document;
  const rules = { "color-contrast": { enabled: contrast } };
  const found = await axe.run(where, { runOnly, rules, resultTypes: ["violations"] });
  const why = node => [...node.any, ...node.all, ...node.none].map(check => check.message).join(" ");
  return found.violations.map(one =>
    one.id + ": " + one.nodes.map(node => node.target.join(" ") + " (" + why(node) + ")").join(", "));
}"""


class Quiet(WSGIRequestHandler):
    """A request handler that writes no access log."""

    def log_request(self, *_args: Any) -> None:
        """Nothing: tests look at answers, not at logs."""


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, address: str, username: str) -> None:
    """Sign in through the page, as a person would."""
    page.goto(f"{address}/masuk")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_window(chromium: Browser, size: ViewportSize = DESK, **options: Any) -> BrowserContext:
    """A fresh window that knows axe: handed over once and compiled once, not for each page that is audited."""
    context = chromium.new_context(viewport=size, **options)
    context.add_init_script(AXE)
    return context


def audit(page: Page, part: str = "html", *, contrast: bool = True) -> list[str]:
    """What axe finds on the page of an `open_window` as it stands, or on a part of it; empty when nothing."""
    return list(page.evaluate(RUN_AXE, [RULES, part, contrast]))


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def find_faults(page: Page, audited: Container[int] = (DESK["width"], PHONE["width"]), part: str = "html") -> list[str]:
    """What axe finds, and whether the page scrolls sideways, at a desk and then on a telephone; it ends at the desk.

    `audited`: the widths at which axe is asked; `part`: at what it looks. By day it reckons the contrast of colours,
    half of its work, at the desk alone: a telephone shows the same colours.
    """
    faults = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        if size["width"] in audited:
            contrast = NIGHTLY or size is DESK
            faults += [f"{size['width']} px: {fault}" for fault in audit(page, part, contrast=contrast)]
        faults += [f"{size['width']} px: scrolls sideways"] if too_wide(page) else []
    page.set_viewport_size(DESK)
    return faults


def find_faults_by_day(page: Page) -> list[str]:
    """For a page of a kind that tests/browser/test_every_page.py sees at both sizes, with its frame: axe looks once at
    the page itself by day."""
    return find_faults(page) if NIGHTLY else find_faults(page, (DESK["width"],), "main")
