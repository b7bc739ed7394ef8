"""Pages in a real Chromium: `served` puts an app on loopback, `sign_in` enters as somebody, `audit` asks axe."""

import os
import re
import shutil
import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize
from werkzeug.serving import WSGIRequestHandler, make_server

from app.cli.source_tree import SHELL
from tests.platform.people import PASSWORD
from tests.world.nightly import NIGHTLY

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
WHOLE = ("chromium", "chromium-browser", "google-chrome")
PROGRAMS = WHOLE if NIGHTLY else (SHELL, *WHOLE)
"""The first of them that is there drives the tests. By day that is the shell: the same Chromium without a window of its
own, which costs more to draw than the page in it; `--nightly` proves the whole browser of a desk."""
OWN_WINDOW = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxSimplification",
)
"""Parts of the browser's own window that are pages themselves, two for each window that a test opens; none is seen."""
USUAL = (  # what Playwright switches off in the same way: a second list takes the place of the first
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KNOW_AXE = f"window.beginAxe = function () {{\n{AXE}\n}};"
SAME_AT_ANY_WIDTH = (
    "accesskeys",
    "area-alt",
    "aria-allowed-attr",
    "aria-allowed-role",
    "aria-conditional-attr",
    "aria-deprecated-role",
    "aria-prohibited-attr",
    "aria-required-attr",
    "aria-roledescription",
    "aria-roles",
    "aria-valid-attr",
    "aria-valid-attr-value",
    "autocomplete-valid",
    "css-orientation-lock",
    "duplicate-id-aria",
    "scope-attr-valid",
    "tabindex",
    "td-headers-attr",
    "valid-lang",
)
"""Rules about the markup alone."""
RUN_AXE = """async ([runOnly, part, without]) => {
  window.axe || beginAxe();
  const where = document.querySelector(part) || document;
  const rules = Object.fromEntries(without.map(name => [name, { enabled: false }]));
  const found = await axe.run(where, { runOnly, rules, resultTypes: ["violations"] });
  const why = node => [...node.any, ...node.all, ...node.none].map(check => check.message).join(" ");
  return found.violations.map(one =>
    one.id + ": " + one.nodes.map(node => node.target.join(" ") + " (" + why(node) + ")").join(", "));
}"""


def start_chromium(driver: Playwright) -> Browser:
    """The browser of the tests, which draws no window of its own."""
    path = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    features = f"--disable-features={','.join((*USUAL, *OWN_WINDOW))}"
    return driver.chromium.launch(executable_path=path, args=[*FLAGS, features])


SECONDS_UNTIL_ASKED_TO_END = 0.02
"""How long the end of a server waits at most; the half second of the library is a test's own time, often twice."""


class Quiet(WSGIRequestHandler):
    """A request handler that writes no access log."""

    def log_request(self, *_args: Any) -> None:
        """Nothing: tests look at answers, not at logs."""


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(SECONDS_UNTIL_ASKED_TO_END,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def let_in(page: Page, address: str, username: str) -> str:
    """Sign somebody in by the form of the door, which is sent without being drawn; the address to which it leads.

    People who type at the door: test_whole_job.py and test_first_day.py.
    """
    door = page.request.get(f"{address}/masuk").text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', door)
    assert token is not None
    typed = {"csrf_token": token[1], "username": username, "password": PASSWORD}
    answer = page.request.post(f"{address}/masuk", form=typed, max_redirects=0)
    assert answer.status == 303, f"{username} is not let in"
    return urljoin(address, answer.headers["location"])


def sign_in(page: Page, address: str, username: str, path: str = "") -> None:
    """Somebody signs in and stands on a page, or where the sign-in leads."""
    leads_to = let_in(page, address, username)
    page.goto(address + path if path else leads_to)


def open_window(chromium: Browser, size: ViewportSize = DESK, **options: Any) -> BrowserContext:
    """A fresh window that knows axe: handed over once, and begun by the pages that are audited alone."""
    context = chromium.new_context(viewport=size, **options)
    context.add_init_script(KNOW_AXE)
    return context


def audit(page: Page, part: str = "html", *, contrast: bool = NIGHTLY, without: Iterable[str] = ()) -> list[str]:
    """What axe finds on the page of an `open_window` as it stands, or on a part of it; empty when nothing.

    Contrast is half of its work. By day it is reckoned where each kind of page (`find_faults`) and each building block
    (test_components.py) is shown; a state of such a page has the same colours.
    """
    left_out = [*without, *([] if contrast else ["color-contrast"])]
    return list(page.evaluate(RUN_AXE, [RULES, part, left_out]))


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def keep_picture(page: Page, name: str) -> None:
    """For whoever wants to look (SHOTS names a folder)."""
    if folder := os.environ.get("SHOTS"):
        for width in (390, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def find_faults(
    page: Page,
    audited: Container[int] = (DESK["width"], PHONE["width"]),
    part: str = "html",
    *,
    contrast: bool = True,
) -> list[str]:
    """What axe finds, and whether the page scrolls sideways, at a desk and then on a telephone; it ends at the desk.

    `audited`: the widths at which axe is asked; `part`: at what it looks. By day it reckons the contrast of colours,
    and reads what the width cannot change, at the desk alone.
    """
    faults = []
    for size in (DESK, PHONE):
        if page.viewport_size != size:
            page.set_viewport_size(size)
        if size["width"] in audited:
            known = size is PHONE and DESK["width"] in audited and not NIGHTLY
            found = audit(
                page, part, contrast=NIGHTLY or (contrast and not known), without=SAME_AT_ANY_WIDTH if known else ()
            )
            faults += [f"{size['width']} px: {fault}" for fault in found]
        faults += [f"{size['width']} px: scrolls sideways"] if too_wide(page) else []
    page.set_viewport_size(DESK)
    return faults


def find_faults_by_day(page: Page) -> list[str]:
    """For a page of a kind that tests/browser/test_every_page.py sees at both sizes, with its frame and its colours:
    axe looks once at the page itself by day."""
    return find_faults(page) if NIGHTLY else find_faults(page, (DESK["width"],), "main", contrast=False)
