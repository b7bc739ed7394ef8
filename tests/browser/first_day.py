"""Work by keyboard alone, counted: a key is a press, a character that is typed is one, Ctrl+Enter is two."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from tests.browser import open_window
from tests.platform.people import PASSWORD

MATCHES = "wanted => document.activeElement.matches(wanted)"
PLACED = "() => document.activeElement !== document.body"
SETTLED = "() => !document.querySelector('[autofocus]') || document.activeElement !== document.body"
"""The browser puts the keyboard where the page wants it a moment after the page has come."""
WAIT = 20_000


def is_paper(answer: Response) -> bool:
    """Whether a paper came; not every browser shows it."""
    return answer.headers.get("content-type", "") == "application/pdf"


class Counted:
    """A person at a keyboard: `keys` pressed, `pages` that the server drew, addresses that were `refused`."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = open_window(browser)
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.keys, self.pages, self.refused = 0, 0, list[str]()
        self.seen: list[str] = []
        self.context.on("response", self.note_page)

    def note_page(self, answer: Response) -> None:
        """Count a page that came; a refusal is kept with its address, also one that is told in its page."""
        if not answer.url.startswith(self.address):  # a paper opens in a window of the browser's own
            return
        path, drawn = urlsplit(answer.url).path, answer.request.resource_type == "document"
        if drawn and answer.status in (200, 422) and "html" in answer.headers.get("content-type", ""):
            self.pages += 1
            self.seen.append(path)
        if answer.status >= 400:
            self.refused.append(f"{answer.status} {path}")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.keys += 1 + key.count("+")
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into the field where the keyboard is."""
        self.keys += len(text)
        self.page.keyboard.type(text)

    def fill(self, selector: str, text: str = "") -> None:
        """The keyboard stands on a field of this kind; type and go on."""
        assert self.is_at(selector), f"at {self.where()}, not at {selector}, on {self.page.url}"
        self.type(text)
        self.press("Enter")

    def choose(self, selector: str) -> None:
        """The keyboard stands on a choice or a tick: take it and go on."""
        assert self.is_at(selector), f"at {self.where()}, not at {selector}, on {self.page.url}"
        self.press("Space", "Enter")

    def is_at(self, selector: str) -> bool:
        """Whether the keyboard stands on something that the selector names."""
        return bool(self.page.evaluate(MATCHES, selector))

    def where(self) -> str:
        """What has the keyboard."""
        return str(self.page.evaluate("() => document.activeElement.outerHTML.slice(0, 160)"))

    def reach(self, selector: str, most: int = 40) -> int:
        """Walk with Tab until the keyboard stands there; how many presses it took."""
        for presses in range(most + 1):
            if self.is_at(selector):
                return presses
            self.press("Tab")
        raise AssertionError(f"{selector} is not within {most} Tabs on {self.page.url}: {self.where()}")

    def lead(self, *keys: str) -> None:
        """Press keys of which the last opens another page."""
        self.follow(lambda: self.press(*keys))

    def follow(self, deed: Callable[[], Any]) -> None:
        """Do something that opens another page."""
        with self.page.expect_navigation():
            deed()
        self.page.wait_for_function(SETTLED)

    def go_home(self) -> None:
        """Back to the desk by the brand, a link in the masthead."""
        self.reach("a.brand", 60)
        self.lead("Enter")

    def type_name(self, username: str, password: str) -> None:
        """The sign-in page: name, Enter, password."""
        self.page.goto(f"{self.address}/masuk")
        self.page.wait_for_function(SETTLED)
        self.fill("#username", username)
        assert self.is_at("#password")
        self.type(password)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Name, Enter, password, Enter."""
        self.type_name(username, password)
        self.lead("Enter")

    def stay(self, answer: str, *keys: str) -> None:
        """Press keys of which the last is answered in this page: what `answer` names comes."""
        self.press(*keys)
        self.page.wait_for_selector(answer)
        self.page.wait_for_function(PLACED)

    def print_and_judge(self, *, leads: bool = False) -> None:
        """The keyboard stands on the print button; the paper comes in a window of its own, and came out right. That
        `leads` to another page, or is told in this one."""
        assert self.is_at("[data-print]"), f"at {self.where()} on {self.page.url}"
        with self.context.expect_event("response", is_paper), self.context.expect_page() as opened:
            self.press("Enter")
        opened.value.close()
        self.page.bring_to_front()
        self.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
        self.reach("button[name=jawaban][value=ya]", 2)
        if leads:
            self.lead("Enter")
        else:
            self.stay(".acted:has-text('Kertas keluar dengan benar')", "Enter")

    def close(self) -> None:
        """Leave."""
        self.context.close()
