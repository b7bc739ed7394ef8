"""A person at a window who looks closely: every page is examined the moment it is there."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Response, Route

from tests.browser import DESK, PHONE, audit, open_window, too_wide
from tests.platform.people import PASSWORD
from tests.world.nightly import NIGHTLY, by_day

CHANGING = re.compile(r"""\d+|csrf-token" content="[^"]+|name="csrf_token" value="[^"]+|X-CSRFToken[^}]+""")
"""What differs between two draws of the very same page."""

SHAPES = by_day(1, 1000)
"""Of the pages under one kind of address so many are shown to axe; tests/browser/test_every_page.py sees each kind."""
WAIT = 20_000
"""Milliseconds until a page counts as not coming: generous, because a busy PC is not a fault of the page."""


@dataclass
class Notes:
    """What everybody saw together: findings, papers, addresses."""

    secret: tuple[str, ...]
    found: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    papers: dict[str, bytes] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    audited: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def wrong(self, where: str, what: str) -> None:
        """Write down what ought not to be."""
        self.found.append((where, what))


PAPERS = re.compile(r"/cetak$|/surat-pengantar$|/berita-acara$|\.pdf$|/cetak/|/xlsx$")
PAPER_IS_RIGHT = ".acted:has-text('Kertas keluar dengan benar')"


class Person:
    """Somebody in front of a browser of their own."""

    def __init__(self, browser: Browser, notes: Notes, address: str) -> None:
        self.notes, self.address = notes, address
        self.context = open_window(browser)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.context.on("request", lambda request: notes.addresses.append(request.url))
        self.context.on("response", self.answered)
        self.page.on("console", self.spoke)
        self.page.on("pageerror", lambda error: notes.wrong(self.where, str(error)))

    @property
    def where(self) -> str:
        """The path of the page."""
        return urlsplit(self.page.url).path

    def answered(self, response: Response) -> None:
        """A server that fails is a finding wherever it happens."""
        if response.status >= 500:
            self.notes.wrong(urlsplit(response.url).path, f"HTTP {response.status}")

    def spoke(self, message: Any) -> None:
        """Nothing may be said on the console; a refused form is no fault of the page."""
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.notes.wrong(self.where, message.text)

    def paper(self, route: Route) -> None:
        """Let a paper through to its window, and keep it."""
        answer = route.fetch()
        if answer.headers.get("content-type", "") == "application/pdf":
            named = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])
            assert named is not None
            self.notes.papers[named[1]] = answer.body()
        route.fulfill(response=answer)

    # -- looking -----------------------------------------------------------------------------------------------

    def look(self, full: bool = False) -> None:
        """Examine the page as it stands. `full`: this is a page that may show whole numbers."""
        self.page.wait_for_load_state()
        html = self.page.content()
        shape = CHANGING.sub("", html)
        kind = re.sub(r"\d+", "#", self.where)
        if shape not in self.notes.audited and self.notes.kinds[kind] < SHAPES:  # the very same page says nothing new
            self.notes.audited.add(shape)
            self.notes.kinds[kind] += 1
            for finding in audit(self.page, "html" if NIGHTLY else "main"):  # the frame: test_every_page.py
                self.notes.wrong(self.where, finding)
        if too_wide(self.page):
            self.notes.wrong(self.where, "scrolls sideways at 1366")
        if not full:
            self.masked(html)
        if kind not in self.notes.looked:
            self.notes.looked.add(kind)
            self.page.set_viewport_size(PHONE)
            if too_wide(self.page):
                self.notes.wrong(self.where, "scrolls sideways at 390")
            self.page.set_viewport_size(DESK)

    def masked(self, html: str) -> None:
        """No whole number stands in the page, seen or unseen."""
        for number in self.notes.secret:
            if number in html:
                self.notes.wrong(self.where, f"shows {number} whole")

    def text(self, selector: str = "body") -> str:
        """What is written there, with single spaces."""
        return re.sub(r"\s+", " ", self.page.inner_text(selector))

    def named(self, label: str) -> Locator:
        """The button or link in the page's own part that has this name."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=label, exact=True)
        return button.or_(main.get_by_role("link", name=label, exact=True)).first

    # -- moving ------------------------------------------------------------------------------------------------

    def go(self, path: str, full: bool = False) -> None:
        """Open an address of one's own side and look at it."""
        self.page.goto(self.address + path)
        self.look(full)

    def follow(self, deed: Callable[[], None], full: bool = False) -> None:
        """Do something that leads to another page, and look at that."""
        with self.page.expect_navigation():
            deed()
        self.look(full)

    def press(self, label: str, full: bool = False) -> None:
        """Press the button, or follow the link, with this name."""
        self.follow(self.named(label).click, full)

    def press_here(self, label: str, answer: str) -> None:
        """Press the button whose answer comes in this page."""
        self.named(label).click()
        self.page.wait_for_selector(answer)
        self.look()

    def decide(self, label: str) -> None:
        """A deed that asks once: open the fold that says what will happen, then press."""
        self.page.locator("main summary", has_text=f"{label}…").first.click()
        self.press(label)

    def come_back(self) -> None:
        """Close the windows of papers; a page that is not in front draws slowly.

        Without a desktop nothing tells a page that it has the focus again: said as a desktop would.
        """
        for window in self.context.pages[1:]:
            window.close()
        self.page.bring_to_front()
        self.page.evaluate("() => window.dispatchEvent(new Event('focus'))")

    def print(self, label: str) -> None:
        """Press a button that opens a paper in a window of its own, and close that window."""
        self.take_paper(self.named(label).click)

    def take_paper(self, deed: Callable[[], None]) -> None:
        """Keep the paper that a deed opens in a window of its own, and close that window.

        Requests are stopped on their way for this long alone: meanwhile the browser keeps nothing of what it fetched.
        """
        before = len(self.notes.papers)
        self.context.route(PAPERS, self.paper)
        with self.context.expect_event("response", is_paper), self.context.expect_page():
            deed()
        self.context.unroute(PAPERS)
        assert len(self.notes.papers) == before + 1, f"no paper came at {self.where}"
        self.come_back()


def is_paper(answer: Response) -> bool:
    """Whether an answer is a paper."""
    return answer.headers.get("content-type", "") == "application/pdf"


@contextmanager
def at_work(browser: Browser, notes: Notes, address: str, username: str) -> Iterator[Person]:
    """Somebody signs in, works, and signs out by leaving."""
    person = Person(browser, notes, address)
    try:
        person.page.goto(f"{address}/masuk")
        person.look()
        person.page.keyboard.type(username)
        person.page.keyboard.press("Tab")
        person.page.keyboard.type(PASSWORD)
        person.follow(lambda: person.page.keyboard.press("Enter"))
        yield person
    finally:
        person.context.close()
